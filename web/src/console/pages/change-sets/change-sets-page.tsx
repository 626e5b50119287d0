import { Select } from '@mantine/core';
import { IconReplace } from '@tabler/icons-react';
import { useChangeSets } from '../../../api/change-sets.ts';
import type { ChangeSet } from '../../../api/change-sets.ts';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { sayMoves, sayState, sayWhat } from './words.ts';

const NAMES = ['state'] as const;
const STATES = ['proposed', 'running', 'done', 'failed', 'stopped', 'rejected', 'undone'] as const;

/** Changes of what was booked: what each would move, and whether somebody must agree. */
export function ChangeSetsPage() {
  const filters = useFilters(NAMES);
  const { state } = filters.values;
  const list = useChangeSets(state === undefined ? {} : { state });
  return (
    <>
      <PageHeader
        title="Change sets"
        says="Changes of what was booked before: what each would move, who agreed, and how far it is."
      />
      <Select
        label="State"
        placeholder="All"
        clearable
        data={STATES.map((value) => ({ value, label: sayState(value) }))}
        value={state ?? null}
        onChange={(value) => filters.set('state', value ?? '')}
        w={{ base: '100%', sm: 280 }}
        mb="md"
      />
      <DataTable
        label="Change sets"
        list={list}
        columns={COLUMNS}
        rowId={(set) => set.id}
        rowHref={(set) => `/change-sets/${set.id}`}
        empty={
          <EmptyState
            icon={IconReplace}
            title="No change sets"
            says="One is made when a mapping is applied to what came before (Trials), and when a merge, a reassignment or a move changes what was booked."
          />
        }
      />
    </>
  );
}

const COLUMNS: readonly Column<ChangeSet>[] = [
  { id: 'created', header: 'Proposed', cell: ({ createdAt }) => <TimeText at={createdAt} /> },
  { id: 'what', header: 'What', cell: sayWhat },
  { id: 'moves', header: 'Money that moves', cell: sayMoves },
  { id: 'state', header: 'State', cell: ({ state }) => sayState(state) },
  { id: 'by', header: 'By', hideBelow: 'md', cell: ({ createdBy }) => createdBy },
];
