import { IconTestPipe } from '@tabler/icons-react';
import { useDeal } from '../../../api/deals.ts';
import { useLabRuns } from '../../../api/lab.ts';
import type { LabRun } from '../../../api/lab.ts';
import { Card } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useOneProgram } from '../one-program.ts';
import { PagePending } from '../../shell/page-states.tsx';
import { LabForm } from './lab-form.tsx';
import { RUN_STATES } from './run-states.ts';

const NAMES = ['deal'] as const;

/** Tries a deal or a move over real history; nothing in the books changes. */
export function LabPage() {
  const program = useOneProgram();
  const filters = useFilters(NAMES);
  const deal = useDeal(filters.values.deal ?? null);
  const list = useLabRuns({ programId: program?.id });
  return (
    <>
      <PageHeader
        title="Deal lab"
        says="Try a draft of a deal, or another place in the tree, over everything that came in: what it would have cost, who would win, who would lose. The books are not touched."
      />
      {program === undefined ? (
        <Card title="A draft">
          Choose a program at the top of the page first: a draft is tried on the history of one.
        </Card>
      ) : filters.values.deal !== undefined && deal.isPending ? (
        <PagePending />
      ) : (
        <LabForm key={`${program.id} ${deal.data?.id ?? ''}`} program={program} from={deal.data} />
      )}
      <DataTable
        label="Runs"
        fill={false}
        list={list}
        columns={COLUMNS}
        rowId={({ id }) => id}
        rowHref={({ id }) => `/lab/${id}`}
        empty={
          <EmptyState
            icon={IconTestPipe}
            title="Nothing was tried yet"
            says="Write a draft above and try it: what it found stays here, for everybody."
          />
        }
      />
    </>
  );
}

const COLUMNS: readonly Column<LabRun>[] = [
  { id: 'name', header: 'What was tried', cell: ({ name }) => name },
  {
    id: 'state',
    header: 'State',
    width: 132,
    cell: ({ state }) => <StateBadge state={RUN_STATES[state].badge} word={RUN_STATES[state].word} />,
  },
  {
    id: 'created',
    header: 'Started',
    width: 132,
    hideBelow: 'sm',
    cell: ({ createdAt }) => <TimeText at={createdAt} />,
  },
  { id: 'by', header: 'By', width: '20%', hideBelow: 'md', cell: ({ createdBy }) => createdBy },
];
