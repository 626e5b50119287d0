import { Drawer, Group, Skeleton, Text } from '@mantine/core';
import { useState } from 'react';
import { useDelivery, useQuarantine } from '../../../api/resources.ts';
import type { QuarantineItem } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { FilterBar } from '../../../components/filter-bar.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { Reason, ReasonCode } from '../../../components/reason.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { IconCircleCheck } from '@tabler/icons-react';
import { RawOfDelivery } from '../deliveries/raw-of-delivery.tsx';
import { choices, QUARANTINE_STATES } from '../choices.ts';
import { NothingMatches } from '../nothing-matches.tsx';
import { useSourceNames } from '../source-names.ts';
import { ItemRepair } from './item-repair.tsx';
import { QuarantineGroups } from './quarantine-groups.tsx';
import { RedriveBar } from './redrive-bar.tsx';
import type { SourceNames } from '../source-names.ts';

const NAMES = ['source', 'reason', 'state', 'q', 'path', 'detail', 'sort'] as const;
const REASONS = choices([
  'unknown_event',
  'unknown_status',
  'bad_format',
  'bad_json',
  'bad_encoding',
  'bad_amount',
  'bad_currency',
  'bad_time',
  'bad_value',
  'bad_quantity',
  'bad_identifier',
  'missing_field',
  'missing_key',
  'contradicting_fields',
  'future_event',
  'too_deep',
]);

/** What could not be read, why, and how to repair it. Nothing of it is lost. */
export function QuarantinePage() {
  const filters = useFilters(NAMES);
  const sources = useSourceNames();
  const list = useQuarantine(filters.values);
  const [opened, setOpened] = useState<QuarantineItem>();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return (
    <>
      <PageHeader
        title="Quarantine"
        says="What could not be read: stored as it came, counted nowhere, waiting for a repair."
      />
      <FilterBar
        filters={filters}
        fields={[
          { kind: 'search', name: 'q', label: 'Search', placeholder: 'Words, field or code' },
          { kind: 'choice', name: 'source', label: 'Source', options: sources.options },
          { kind: 'choice', name: 'reason', label: 'Reason', options: REASONS },
          { kind: 'choice', name: 'state', label: 'State', options: QUARANTINE_STATES },
        ]}
      />
      <QuarantineGroups source={filters.values.source} />
      <RedriveBar filters={filters.values} rows={list.rows} ids={ids} onDone={() => setIds(new Set())} />
      <DataTable
        label="Quarantine"
        list={list}
        columns={columnsOf(sources)}
        rowId={(item) => item.id}
        onOpen={setOpened}
        sort={{ value: filters.values.sort ?? 'newest', choose: (value) => filters.set('sort', value) }}
        selection={{ ids, choose: setIds, nameOf: ({ detail, sentence }) => detail || sentence }}
        empty={filters.isFiltered ? <NothingMatches onClear={filters.clear} /> : <AllReadable />}
      />
      <Drawer
        opened={opened !== undefined}
        onClose={() => setOpened(undefined)}
        position="right"
        size="lg"
        title="In quarantine"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {opened !== undefined && <ItemView item={opened} sources={sources} />}
      </Drawer>
    </>
  );
}

function columnsOf(sources: SourceNames): readonly Column<QuarantineItem>[] {
  return [
    { id: 'sentence', header: 'What is wrong', cell: ({ detail, sentence }) => detail || sentence },
    {
      id: 'reason',
      header: 'Reason',
      width: 168,
      cell: ({ reason, sentence }) => <ReasonCode code={reason} sentence={sentence} />,
    },
    {
      id: 'path',
      header: 'Place',
      width: '16%',
      hideBelow: 'md',
      cell: ({ path }) => (
        <Text size="xs" ff="monospace" c="var(--text-soft)" truncate>
          {path}
        </Text>
      ),
    },
    {
      id: 'source',
      header: 'Source',
      width: '14%',
      hideBelow: 'sm',
      cell: ({ sourceId }) => sources.byId(sourceId)?.name ?? <IdChip id={sourceId} />,
    },
    {
      id: 'received',
      header: 'Received',
      width: 132,
      sorts: [
        { value: 'newest', direction: 'descending' },
        { value: 'oldest', direction: 'ascending' },
      ],
      hideBelow: 'sm',
      cell: ({ receivedAt }) => <TimeText at={receivedAt} />,
    },
    {
      id: 'state',
      header: 'State',
      width: 112,
      hideBelow: 'sm',
      cell: ({ state }) => <StateBadge state={state} />,
    },
  ];
}

function ItemView({ item, sources }: { item: QuarantineItem; sources: SourceNames }) {
  const { data, error } = useDelivery(item.deliveryId);
  const source = sources.byId(item.sourceId);
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Card title="What is wrong, and what to do" aside={<StateBadge state={item.state} />}>
        <Reason code={item.reason} sentence={item.sentence} detail={item.detail} path={item.path} />
      </Card>
      <ItemRepair item={item} />
      <Card title="Where it came from">
        <Facts
          rows={[
            ['Received', <TimeText key="t" at={item.receivedAt} as="full" />],
            [
              'Source',
              source === undefined ? (
                <IdChip key="s" id={item.sourceId} />
              ) : (
                <AppLink key="s" href={`/deliveries?source=${source.slug}`}>
                  {source.name}
                </AppLink>
              ),
            ],
            ['Item', `${item.row + 1} of its delivery`],
            ['Delivery', <IdChip key="d" id={item.deliveryId} />],
          ]}
        />
      </Card>
      <Card title="Raw, as it came" flush>
        {data === undefined ? (
          error === null ? (
            <Skeleton height={200} m="md" />
          ) : (
            <ErrorState error={error} />
          )
        ) : (
          <RawOfDelivery delivery={data} />
        )}
      </Card>
    </div>
  );
}

function AllReadable() {
  return (
    <EmptyState
      icon={IconCircleCheck}
      title="Nothing is in quarantine"
      says={
        <Group gap={4} justify="center">
          Everything that came in could be read. Drift of a source would show here first.
        </Group>
      }
    />
  );
}
