import { Text } from '@mantine/core';
import { useState } from 'react';
import { useDeliveries } from '../../../api/resources.ts';
import type { Delivery } from '../../../api/types.ts';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { byteSize } from '../../../components/number-format.ts';
import { TimeText } from '../../../components/time-text.tsx';
import { DISPOSITIONS } from '../choices.ts';
import { LiveListPage } from '../live-list-page.tsx';
import { useProgram } from '../../program.ts';
import { useSourceNames } from '../source-names.ts';
import type { SourceNames } from '../source-names.ts';
import { Dispositions } from './dispositions.tsx';

const NAMES = ['q', 'source', 'disposition', 'reason', 'from', 'to'] as const;

/** Everything that came in, newest first, and what became of it. */
export function DeliveriesPage() {
  const following = useState(true);
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const sources = useSourceNames();
  const list = useDeliveries({ ...filters.values, programId }, following[0]);
  return (
    <LiveListPage
      title="Deliveries"
      says="Everything that came in, byte by byte, and what became of each item."
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
      following={following}
      list={list}
      columns={columnsOf(sources)}
      hrefOf={({ id }) => `/deliveries/${id}`}
      empty={<NothingCameIn />}
    />
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
