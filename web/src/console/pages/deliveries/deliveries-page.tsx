import { Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useDeliveries } from '../../../api/resources.ts';
import type { Delivery } from '../../../api/types.ts';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { FilterBar } from '../../../components/filter-bar.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { byteSize } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { DISPOSITIONS } from '../choices.ts';
import { NothingMatches } from '../nothing-matches.tsx';
import { useProgram } from '../../program.ts';
import { useSourceNames } from '../source-names.ts';
import type { SourceNames } from '../source-names.ts';
import { Dispositions } from './dispositions.tsx';

const NAMES = ['q', 'source', 'disposition', 'reason', 'from', 'to'] as const;

/** Everything that came in, newest first, and what became of it. */
export function DeliveriesPage() {
  const [isFollowing, setFollowing] = useState(true);
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const sources = useSourceNames();
  const list = useDeliveries({ ...filters.values, programId }, isFollowing);
  return (
    <>
      <PageHeader
        title="Deliveries"
        says="Everything that came in, byte by byte, and what became of each item."
      />
      <FilterBar
        filters={filters}
        fields={[
          {
            kind: 'search',
            name: 'q',
            label: 'Search deliveries',
            placeholder: 'Delivery, event or external id',
          },
          { kind: 'choice', name: 'source', label: 'Source', options: sources.options },
          { kind: 'choice', name: 'disposition', label: 'Disposition', options: DISPOSITIONS },
        ]}
      >
        <Switch
          size="sm"
          label="Follow new"
          checked={isFollowing}
          onChange={(event) => setFollowing(event.currentTarget.checked)}
        />
      </FilterBar>
      <DataTable
        label="Deliveries"
        list={list}
        columns={columnsOf(sources)}
        rowId={({ id }) => id}
        rowHref={({ id }) => `/deliveries/${id}`}
        empty={filters.isFiltered ? <NothingMatches onClear={filters.clear} /> : <NothingCameIn />}
      />
    </>
  );
}

function columnsOf(sources: SourceNames): readonly Column<Delivery>[] {
  return [
    {
      id: 'received',
      header: 'Received',
      width: 148,
      cell: ({ receivedAt }) => <TimeText at={receivedAt} />,
    },
    { id: 'items', header: 'What became of it', cell: ({ items }) => <Dispositions items={items} /> },
    {
      id: 'source',
      header: 'Source',
      width: '18%',
      hideBelow: 'sm',
      cell: ({ sourceId }) => sources.byId(sourceId)?.name ?? <IdChip id={sourceId} />,
    },
    {
      id: 'feed',
      header: 'Feed',
      width: 120,
      hideBelow: 'md',
      cell: ({ feed }) => (
        <Text size="sm" c="var(--text-soft)" truncate>
          {feed}
        </Text>
      ),
    },
    {
      id: 'count',
      header: 'Items',
      width: 72,
      align: 'end',
      hideBelow: 'sm',
      cell: ({ items }) => items.length,
    },
    {
      id: 'size',
      header: 'Size',
      width: 96,
      align: 'end',
      hideBelow: 'md',
      cell: ({ bytes }) => byteSize(bytes),
    },
    { id: 'id', header: 'Id', width: 152, hideBelow: 'md', cell: ({ id }) => <IdChip id={id} /> },
  ];
}

function NothingCameIn() {
  return (
    <EmptyState
      title="Nothing has come in yet"
      says="Connect a source and send it something; it stands here the moment it is stored. To see the whole road move, run the demo."
      command="npm run demo"
    />
  );
}
