import { SegmentedControl } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import { Fragment, useMemo } from 'react';
import { useOne, usePartners } from '../../../api/resources.ts';
import type { Page, Partner } from '../../../api/types.ts';
import { Card } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { FilterBar } from '../../../components/filter-bar.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { Money } from '../../../components/money.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { useProgram } from '../../program.ts';
import { PagePending } from '../../shell/page-states.tsx';
import { NothingMatches } from '../nothing-matches.tsx';
import { ForestPicture } from './forest-picture.tsx';
import { noteOfFigures } from './balance-words.ts';
import { forestOf } from './forest.ts';
import { PartnerNestedList } from './partner-list.tsx';
import { PartnerTree } from './partner-tree.tsx';
import { TreeBrowser } from './tree-browser.tsx';

const NAMES = ['search'] as const;
const VIEW = ['view'] as const;

/** The partners: as a list to find one, or as the tree they form. */
export function PartnersPage() {
  const view = useFilters(VIEW);
  const isTree = view.values.view === 'tree';
  return (
    <>
      <PageHeader
        title="Partners"
        says="Who brings customers, who stands above whom, and what each has earned."
      >
        <SegmentedControl
          aria-label="How partners are shown"
          value={isTree ? 'tree' : 'list'}
          onChange={(value) => view.set('view', value === 'tree' ? 'tree' : '')}
          data={[
            { value: 'list', label: 'List' },
            { value: 'tree', label: 'Tree' },
          ]}
        />
      </PageHeader>
      {isTree ? <PartnerForest /> : <PartnerTable />}
    </>
  );
}

function PartnerTable() {
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const list = usePartners({ ...filters.values, programId });
  return (
    <>
      <FilterBar
        filters={filters}
        fields={[
          {
            kind: 'search',
            name: 'search',
            label: 'Search partners',
            placeholder: 'Part of a name, or your own id',
          },
        ]}
      />
      <DataTable
        label="Partners"
        list={list}
        columns={COLUMNS}
        rowId={({ id }) => id}
        rowHref={({ id }) => `/partners/${id}`}
        empty={filters.isFiltered ? <NothingMatches onClear={filters.clear} /> : <NoPartner />}
      />
    </>
  );
}

const COLUMNS: readonly Column<Partner>[] = [
  { id: 'name', header: 'Partner', cell: ({ name }) => name },
  {
    id: 'status',
    header: 'Status',
    width: 116,
    hideBelow: 'lg',
    cell: ({ status }) => <StateBadge state={status} />,
  },
  {
    id: 'customers',
    header: 'Customers',
    width: 104,
    align: 'end',
    cell: ({ figures }) => count(figures?.customers),
  },
  {
    id: 'below',
    header: 'Directly below',
    width: 120,
    align: 'end',
    hideBelow: 'md',
    cell: ({ figures }) => count(figures?.subPartners),
  },
  {
    id: 'accrued',
    header: 'On hold',
    width: 144,
    align: 'end',
    hideBelow: 'sm',
    cell: ({ figures }) => <Balance figures={figures} part="accrued" />,
  },
  {
    id: 'approved',
    header: 'Approved',
    width: 144,
    align: 'end',
    hideBelow: 'sm',
    cell: ({ figures }) => <Balance figures={figures} part="approved" />,
  },
  { id: 'id', header: 'Id', width: 152, hideBelow: 'lg', cell: ({ id }) => <IdChip id={id} /> },
];

function count(value: number | undefined): string {
  return value === undefined ? '–' : wholeNumber(value);
}

/** The balance in the first currency; how many others there are stands beside it. */
function Balance({ figures, part }: { figures: Partner['figures']; part: 'accrued' | 'approved' }) {
  const [first, ...others] = figures?.balances ?? [];
  if (first === undefined) return <span style={{ color: 'var(--text-faint)' }}>–</span>;
  return (
    <>
      <Money {...first[part]} />
      {others.length > 0 && <span style={{ color: 'var(--text-faint)' }}> +{others.length}</span>}
    </>
  );
}

/** Partners whose figures stand in the picture too; more than these are drawn by name only. */
const AT_ONCE = 200;

function PartnerForest() {
  const { programId } = useProgram();
  const { data, error, refetch } = useOne<Page<Partner>>('/v1/partners', {
    query: { limit: AT_ONCE, programId },
  });
  const forest = useMemo(() => forestOf(data?.items ?? []), [data]);
  const notes = useMemo(
    () => new Map(data?.items.map(({ id, figures }) => [id, noteOfFigures(figures)])),
    [data],
  );
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PagePending />;
  if (forest.length === 0) return <NoPartner />;
  if (data.nextCursor !== null) return <LargeForest />;
  const noteOf = (id: string): string | undefined => notes.get(id);
  return (
    <>
      <Card title="Who stands above whom, now" flush>
        <PartnerTree forest={forest} noteOf={noteOf} maxHeight={560} />
      </Card>
      <Card title="The same as a list">
        <PartnerNestedList forest={forest} noteOf={noteOf} />
      </Card>
    </>
  );
}

/** More partners than come at once: a picture where one can be drawn, and by program, from the top, as far as the reader opens it. */
function LargeForest() {
  const { programId, programs } = useProgram();
  const shown = programs.filter(({ id }) => programId === undefined || id === programId);
  return shown.map(({ id, name }) => (
    <Fragment key={id}>
      <ForestPicture programId={id} name={name} />
      <Card title={`Who stands above whom in ${name}, level by level`}>
        <TreeBrowser programId={id} label={`at the top of ${name}`} />
      </Card>
    </Fragment>
  ));
}

function NoPartner() {
  return (
    <EmptyState
      icon={IconArrowsSplit2}
      title="There is no partner yet"
      says="Add the first one at the command line, then give it a tracking link; or run the demo, which has a dozen."
      command={'node server/bin/plumbline.mjs partner --help\nnpm run demo'}
    />
  );
}
