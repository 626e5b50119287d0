import { IconUserShare } from '@tabler/icons-react';
import { useChangeSets } from '../../../api/change-sets.ts';
import type { ChangeSet } from '../../../api/change-sets.ts';
import { Card } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { sayMoves, sayState } from '../change-sets/words.ts';
import { ReassignForm } from './reassign-form.tsx';

const NAMES = ['customer', 'partner'] as const;

/** Customers given to other partners: by hand, by a file, or all of a partner; looked at in money before anything is written. */
export function ReassignmentsPage() {
  const { programId, programs } = useProgram();
  const filters = useFilters(NAMES);
  const program = programId ?? (programs.length === 1 ? programs[0]?.id : undefined);
  const list = useChangeSets({ kind: 'reassignment', programId });
  return (
    <>
      <PageHeader
        title="Reassignments"
        says="Give customers to another partner from an instant on. Both partners keep their history; no CPA is paid twice."
      />
      {program === undefined ? (
        <Card title="A new one">Choose a program at the top of the page first: customers belong to one.</Card>
      ) : (
        <ReassignForm
          key={program}
          programId={program}
          customer={filters.values.customer ?? ''}
          ofPartner={filters.values.partner ?? ''}
        />
      )}
      <DataTable
        label="Reassignments"
        list={list}
        columns={COLUMNS}
        rowId={(set) => set.id}
        rowHref={(set) => `/change-sets/${set.id}`}
        empty={
          <EmptyState
            icon={IconUserShare}
            title="No customer was given away yet"
            says="What you propose above stands here, with what it moves and who must agree."
          />
        }
      />
    </>
  );
}

const COLUMNS: readonly Column<ChangeSet>[] = [
  { id: 'created', header: 'Proposed', width: 132, cell: ({ createdAt }) => <TimeText at={createdAt} /> },
  { id: 'why', header: 'Why', cell: ({ note }) => note },
  { id: 'moves', header: 'Money that moves', width: '18%', hideBelow: 'sm', cell: sayMoves },
  { id: 'state', header: 'State', width: '20%', cell: ({ state }) => sayState(state) },
  { id: 'by', header: 'By', width: '16%', hideBelow: 'md', cell: ({ createdBy }) => createdBy },
];
