import { Group, Text } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { wholeList } from '../../../api/resources.ts';
import { useSourceActivity } from '../../../api/sources.ts';
import type { ActiveSource } from '../../../api/sources.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { TwoLines } from '../../../components/two-lines.tsx';
import { useProgram } from '../../program.ts';

/** The outside systems, what comes from them, and where they need somebody. */
export function SourcesPage() {
  const { programId } = useProgram();
  const query = useSourceActivity(programId);
  const list = wholeList(query, query.data?.items);
  return (
    <>
      <PageHeader
        title="Sources"
        says="The outside systems that deliver, what came in the last 24 hours, and what waits for somebody."
      />
      <DataTable
        label="Sources"
        list={list}
        columns={COLUMNS}
        rowId={({ sourceId }) => sourceId}
        rowHref={({ slug }) => `/sources/${slug}`}
        empty={
          <EmptyState
            icon={IconPlugConnected}
            title="No source yet"
            says="A source is one outside system: a platform, a CRM, a gateway. plumbline presets lists what one can start from."
            command="npx plumbline source create crm --program prg_… --preset generic-s2s"
          />
        }
      />
    </>
  );
}

const COLUMNS: readonly Column<ActiveSource>[] = [
  {
    id: 'name',
    header: 'Source',
    cell: ({ name, slug, preset }) => <TwoLines above={name} below={`${slug}, ${preset}`} />,
  },
  { id: 'state', header: 'State', width: 128, cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'last',
    header: 'Last delivery',
    width: 136,
    hideBelow: 'sm',
    cell: ({ lastDeliveryAt }) => (lastDeliveryAt === null ? '–' : <TimeText at={lastDeliveryAt} />),
  },
  {
    id: 'items',
    header: 'Items, 24 hours',
    width: '30%',
    hideBelow: 'md',
    cell: ({ items }) => <Items items={items} />,
  },
  {
    id: 'quarantined',
    header: 'Quarantine',
    width: 104,
    align: 'end',
    cell: ({ quarantined, slug }) => (
      <Waiting count={quarantined} href={`/quarantine?source=${slug}`} what="in quarantine" />
    ),
  },
  {
    id: 'drift',
    header: 'Drift',
    width: 80,
    align: 'end',
    hideBelow: 'sm',
    cell: ({ drift, slug }) => (
      <Waiting count={drift} href={`/drift?source=${slug}`} what="signals of drift" />
    ),
  },
];

function Items({ items }: { items: ActiveSource['items'] }) {
  const counts = Object.entries(items);
  if (counts.length === 0)
    return (
      <Text size="sm" c="var(--text-faint)">
        none
      </Text>
    );
  return (
    <Group gap={4} wrap="nowrap">
      {counts.map(([disposition, count]) => (
        <StateBadge key={disposition} state={disposition} count={count} />
      ))}
    </Group>
  );
}

function Waiting({ count, href, what }: { count: number; href: string; what: string }) {
  if (count === 0)
    return (
      <Text size="sm" c="var(--text-faint)">
        0
      </Text>
    );
  return (
    <AppLink href={href} aria-label={`${wholeNumber(count)} ${what}`}>
      {wholeNumber(count)}
    </AppLink>
  );
}
