import { IconCalendarCheck } from '@tabler/icons-react';
import { wholeList } from '../../../api/resources.ts';
import { usePeriods } from '../../../api/settlements.ts';
import type { ProgramPeriods } from '../../../api/settlements.ts';
import { Card } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useOneProgram } from '../one-program.ts';
import { PERIOD_STATES } from './states.ts';

type Row = ProgramPeriods['items'][number];

/** The months of a program: what is still running, what can be closed, what was closed by whom. */
export function PeriodsPage() {
  const program = useOneProgram();
  const periods = usePeriods(program?.id);
  return (
    <>
      <PageHeader
        title="Periods"
        says="Months in which something is settled. Until one is closed, its figures are provisional and nothing of them is approved."
      />
      {program === undefined ? (
        <Card title="Which program">
          Choose a program at the top of the page first: months are closed by program.
        </Card>
      ) : (
        <DataTable
          label="Periods"
          list={wholeList<Row>(periods, periods.data?.items.toReversed())}
          columns={COLUMNS}
          rowId={({ period }) => period}
          rowHref={({ period }) => `/periods/${period}`}
          empty={
            <EmptyState
              icon={IconCalendarCheck}
              title="Nothing is settled by month yet"
              says="A share of revenue, a fee, or anything with steps or caps in a deal makes months appear here."
            />
          }
        />
      )}
    </>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { id: 'period', header: 'Month', width: 120, cell: ({ period }) => period },
  {
    id: 'state',
    header: 'State',
    width: 152,
    cell: ({ state }) => <StateBadge state={PERIOD_STATES[state].badge} word={PERIOD_STATES[state].word} />,
  },
  {
    id: 'figures',
    header: 'Figures',
    width: 128,
    hideBelow: 'sm',
    cell: ({ state }) => (state === 'closed' ? 'final' : 'provisional'),
  },
  {
    id: 'closed',
    header: 'Closed',
    width: 148,
    hideBelow: 'sm',
    cell: ({ closedAt }) => <TimeText at={closedAt} />,
  },
  { id: 'by', header: 'By', width: '18%', hideBelow: 'md', cell: ({ closedBy }) => closedBy ?? '' },
  { id: 'why', header: 'Why', hideBelow: 'md', cell: ({ reason }) => reason ?? '' },
];
