import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import type { Filters } from './filters.ts';

export type FilterField<Name extends string> =
  | { readonly kind: 'search'; readonly name: Name; readonly label: string; readonly placeholder: string }
  | {
      readonly kind: 'choice';
      readonly name: Name;
      readonly label: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
    };

interface FilterBarProps<Name extends string> {
  readonly fields: readonly FilterField<Name>[];
  readonly filters: Filters<Name>;
  readonly children?: ReactNode;
}

/** The filters of a list in one row. */
export function FilterBar<Name extends string>({ fields, filters, children }: FilterBarProps<Name>) {
  return (
    <Group gap="xs" role="search" aria-label="Filter the list" data-page-filter>
      {fields.map((field) =>
        field.kind === 'search' ? (
          <SearchField key={field.name} field={field} filters={filters} />
        ) : (
          <Select
            key={field.name}
            aria-label={field.label}
            placeholder={field.label}
            data={[...field.options]}
            value={filters.values[field.name] ?? null}
            onChange={(value) => filters.set(field.name, value ?? '')}
            clearable
            searchable={field.options.length > 8}
            w={{ base: 'calc(50% - 4px)', sm: 164 }}
            clearButtonProps={{ 'aria-label': `Any ${field.label}` }}
            comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
          />
        ),
      )}
      {filters.isFiltered && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconX size={14} aria-hidden />}
          onClick={filters.clear}
        >
          Clear
        </Button>
      )}
      {children !== undefined && <Group ms="auto">{children}</Group>}
    </Group>
  );
}

function SearchField<Name extends string>({
  field,
  filters,
}: {
  field: Extract<FilterField<Name>, { kind: 'search' }>;
  filters: Filters<Name>;
}) {
  const kept = filters.values[field.name] ?? '';
  const [text, setText] = useState(kept);
  const commit = useDebouncedCallback((value: string) => filters.set(field.name, value), 250);
  // The address may change without us: a link, the way back, Clear.
  useEffect(() => setText(kept), [kept]);
  return (
    <TextInput
      type="search"
      aria-label={field.label}
      placeholder={field.placeholder}
      leftSection={<IconSearch size={15} aria-hidden />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        commit(event.currentTarget.value);
      }}
      w={{ base: '100%', sm: 280 }}
    />
  );
}
