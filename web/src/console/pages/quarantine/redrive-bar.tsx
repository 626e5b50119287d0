import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useQuarantineGroups } from '../../../api/repair.ts';
import type { Chosen } from '../../../api/repair.ts';
import type { QuarantineItem } from '../../../api/types.ts';
import { wholeNumber } from '../../../components/number-format.ts';
import { RedriveDialog } from './redrive-dialog.tsx';

type Values = Readonly<
  Partial<Record<'source' | 'reason' | 'state' | 'q' | 'path' | 'detail' | 'sort', string>>
>;

interface RedriveBarProps {
  readonly filters: Values;
  readonly rows: readonly QuarantineItem[];
  /** The rows that are chosen. */
  readonly ids: ReadonlySet<string>;
  readonly onDone: () => void;
}

/** How many items one request of the API takes by id. */
const MOST_CHOSEN = 500;

interface Asked {
  readonly chosen: Chosen;
  readonly count: number;
  readonly sources: readonly string[];
}

/** Drives again the chosen items, or all open ones that the filters find. */
export function RedriveBar({ filters, rows, ids, onDone }: RedriveBarProps) {
  const [asked, setAsked] = useState<Asked>();
  const filter = filterOf(filters);
  const { data: all } = useQuarantineGroups(filter);
  const open = rows.filter((row) => row.state === 'open' && ids.has(row.id)).slice(0, MOST_CHOSEN);
  const isOfOpen = filters.state === undefined || filters.state === 'open' || filters.state === 'all';
  const askChosen = (): void =>
    setAsked({
      chosen: { ids: open.map(({ id }) => id) },
      count: open.length,
      sources: [...new Set(open.map(({ source }) => source))],
    });
  const askAll = (): void =>
    setAsked({
      chosen: { filter },
      count: all?.total ?? 0,
      sources: [...new Set(all?.groups.map(({ source }) => source))],
    });
  return (
    <Group gap="sm" mih={36} role="group" aria-label="Re-drive items">
      <Button variant="light" disabled={open.length === 0} onClick={askChosen}>
        Re-drive {wholeNumber(open.length)} chosen …
      </Button>
      {isOfOpen && (all?.total ?? 0) > 0 && (
        <Button variant="default" onClick={askAll}>
          Re-drive all {wholeNumber(all?.total ?? 0)} {isFiltered(filter) ? 'by this filter' : 'open'} …
        </Button>
      )}
      {ids.size > open.length && (
        <Text size="sm" c="var(--text-soft)">
          {wholeNumber(ids.size - open.length)} of the chosen are settled, or beyond the first{' '}
          {wholeNumber(MOST_CHOSEN)}.
        </Text>
      )}
      {asked !== undefined && (
        <RedriveDialog {...asked} onClose={() => setAsked(undefined)} onDone={onDone} />
      )}
    </Group>
  );
}

/** What the list is filtered by, less what is no filter of items. */
function filterOf({ source, reason, q, path, detail }: Values): Record<string, string> {
  const wanted = { source, reason, q, path, detail };
  return Object.fromEntries(
    Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function isFiltered(filter: Readonly<Record<string, string>>): boolean {
  return Object.keys(filter).length > 0;
}
