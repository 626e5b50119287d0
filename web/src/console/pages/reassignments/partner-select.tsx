import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useOne } from '../../../api/resources.ts';
import type { Page, Partner } from '../../../api/types.ts';

interface PartnerSelectProps {
  readonly label: string;
  readonly programId: string;
  /** Nobody may be chosen too. */
  readonly organic?: boolean;
  readonly value: string;
  readonly onChange: (partner: string) => void;
}

/** A partner found by name among any number of them: the server is asked for what is typed. */
export function PartnerSelect({ label, programId, organic = false, value, onChange }: PartnerSelectProps) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<{ value: string; label: string }>();
  const [asked] = useDebouncedValue(text.trim() === chosen?.label ? '' : text.trim(), 250);
  const { data } = useOne<Page<Partner>>('/v1/partners', {
    query: { limit: 50, programId, ...(asked === '' ? {} : { search: asked }) },
    staleTime: 30_000,
  });
  const found = (data?.items ?? []).map(({ id, name, externalRef }) => ({
    value: id,
    label: externalRef === null ? name : `${name} (${externalRef})`,
  }));
  const nobody = organic ? [{ value: 'organic', label: 'Nobody (organic)' }] : [];
  const kept = chosen === undefined || found.some((one) => one.value === chosen.value) ? [] : [chosen];
  const options = [...nobody, ...kept.filter((one) => one.value !== 'organic'), ...found];
  return (
    <Select
      label={label}
      description="Type a part of the name, or the whole of your own id."
      placeholder="Choose a partner"
      searchable
      clearable
      clearButtonProps={{ 'aria-label': `No ${label}` }}
      data={options}
      // The server has searched already: its answer is not sieved again.
      filter={({ options: all }) => all}
      searchValue={text}
      onSearchChange={setText}
      value={value === '' ? null : value}
      onChange={(partner, option) => {
        setChosen(option ?? undefined);
        onChange(partner ?? '');
      }}
      nothingFoundMessage="No partner has this name"
    />
  );
}
