import { Button, Text } from '@mantine/core';
import { IconCircleCheck, IconLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParked } from '../../../api/resources.ts';
import { mayDo, sessionQuery } from '../../../api/session.ts';
import type { Parked } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { FilterBar } from '../../../components/filter-bar.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { ReasonCode } from '../../../components/reason.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { choices } from '../choices.ts';
import { NothingMatches } from '../nothing-matches.tsx';
import { LinkDialog } from './link-dialog.tsx';

const NAMES = ['q', 'reason'] as const;
const REASONS = choices(['unknown_customer', 'identity_conflict', 'not_a_registrar']);

/** Identifiers that belong to nobody yet, and how many events wait for each. */
export function ParkedPage() {
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const { data: session } = useQuery(sessionQuery);
  const list = useParked({ ...filters.values, programId });
  const [chosen, setChosen] = useState<Parked>();
  const mayLink = mayDo(session ?? null, 'customers:write');
  return (
    <>
      <PageHeader
        title="Parked"
        says="Events that name nobody we know yet. When the link arrives, they go on by themselves, in their own time."
      />
      <FilterBar
        filters={filters}
        fields={[
          {
            kind: 'search',
            name: 'q',
            label: 'Search parked identifiers',
            placeholder: 'Login, customer id, click id',
          },
          { kind: 'choice', name: 'reason', label: 'Reason', options: REASONS },
        ]}
      />
      <DataTable
        label="Parked identifiers"
        list={list}
        columns={columnsOf(mayLink ? setChosen : undefined)}
        rowId={(row) => `${row.programId}-${row.namespace}-${row.value}`}
        rowHref={({ value }) => `/events?state=parked&q=${encodeURIComponent(value)}`}
        empty={filters.isFiltered ? <NothingMatches onClear={filters.clear} /> : <NobodyWaits />}
      />
      {chosen !== undefined && <LinkDialog parked={chosen} onClose={() => setChosen(undefined)} />}
    </>
  );
}

function columnsOf(onLink: ((row: Parked) => void) | undefined): readonly Column<Parked>[] {
  return [
    { id: 'value', header: 'Identifier', cell: ({ value }) => value },
    {
      id: 'namespace',
      header: 'Given by',
      width: '16%',
      hideBelow: 'sm',
      cell: ({ namespace }) => (
        <Text size="sm" c="var(--text-soft)" truncate>
          {namespace}
        </Text>
      ),
    },
    { id: 'events', header: 'Events', width: 84, align: 'end', cell: ({ events }) => wholeNumber(events) },
    {
      id: 'reason',
      header: 'What is missing',
      width: '20%',
      hideBelow: 'md',
      cell: ({ reason, sentence }) => <ReasonCode code={reason} sentence={sentence} />,
    },
    {
      id: 'oldest',
      header: 'Oldest',
      width: 112,
      align: 'end',
      hideBelow: 'sm',
      cell: ({ oldestAt }) => <TimeText at={oldestAt} as="age" />,
    },
    {
      id: 'newest',
      header: 'Newest',
      width: 112,
      align: 'end',
      hideBelow: 'md',
      cell: ({ newestAt }) => <TimeText at={newestAt} as="age" />,
    },
    {
      id: 'act',
      header: 'To do',
      width: 112,
      align: 'end',
      cell: (row) =>
        onLink === undefined ? (
          <IdChip id={row.value} text="copy" linked={false} />
        ) : (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconLink size={14} aria-hidden />}
            aria-label={`Link ${row.value} to a customer`}
            onClick={(event) => {
              event.stopPropagation();
              onLink(row);
            }}
          >
            Link …
          </Button>
        ),
    },
  ];
}

function NobodyWaits() {
  return (
    <EmptyState
      icon={IconCircleCheck}
      title="Nothing is parked"
      says={
        <>
          Every event names somebody known. What came in stands under{' '}
          <AppLink href="/events" underline="always">
            Events
          </AppLink>
          .
        </>
      }
    />
  );
}
