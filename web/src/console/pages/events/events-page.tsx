import { Text } from '@mantine/core';
import { useState } from 'react';
import { useEvents } from '../../../api/resources.ts';
import type { StoredEvent } from '../../../api/types.ts';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { ReasonCode } from '../../../components/reason.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TwoLines } from '../../../components/two-lines.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { EVENT_KINDS, EVENT_STATES } from '../choices.ts';
import { LiveListPage } from '../live-list-page.tsx';
import { useSourceNames } from '../source-names.ts';
import { gistOf } from './gist.ts';
import { useReasonChoices } from './reason-choices.ts';

const NAMES = ['q', 'source', 'kind', 'state', 'reason', 'customerId'] as const;

/** What the deliveries told, one fact a row, newest first. */
export function EventsPage() {
  const following = useState(true);
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const sources = useSourceNames();
  const reasons = useReasonChoices();
  const list = useEvents({ ...filters.values, programId }, following[0]);
  return (
    <LiveListPage
      title="Events"
      says="What each delivery told, one fact a row, and what was decided about it."
      filters={filters}
      fields={[
        {
          kind: 'search',
          name: 'q',
          label: 'Search events',
          placeholder: 'External id, login, customer id, event id',
        },
        { kind: 'choice', name: 'source', label: 'Source', options: sources.options },
        { kind: 'choice', name: 'kind', label: 'Kind', options: EVENT_KINDS },
        { kind: 'choice', name: 'state', label: 'State', options: EVENT_STATES },
        { kind: 'choice', name: 'reason', label: 'Reason', options: reasons },
      ]}
      following={following}
      list={list}
      columns={COLUMNS}
      hrefOf={({ id }) => `/events/${id}`}
      empty={<NoEvents />}
    />
  );
}

const COLUMNS: readonly Column<StoredEvent>[] = [
  {
    id: 'event',
    header: 'Event',
    cell: ({ kind, content, viaPixel }) => (
      <TwoLines above={`${kind.replaceAll('_', ' ')}${viaPixel ? ' (pixel)' : ''}`} below={gistOf(content)} />
    ),
  },
  { id: 'state', header: 'State', width: 112, cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'reason',
    header: 'Reason',
    width: 180,
    hideBelow: 'md',
    cell: ({ reason }) =>
      reason === null ? (
        <Text size="sm" c="var(--text-faint)">
          –
        </Text>
      ) : (
        <ReasonCode code={reason} />
      ),
  },
  {
    id: 'source',
    header: 'Source and its id',
    width: '17%',
    hideBelow: 'sm',
    cell: ({ source, externalId }) => <TwoLines above={source} below={externalId} isPlain />,
  },
  {
    id: 'happened',
    header: 'Happened',
    width: 124,
    hideBelow: 'md',
    cell: ({ occurredAt }) => <TimeText at={occurredAt} />,
  },
  { id: 'received', header: 'Received', width: 124, cell: ({ receivedAt }) => <TimeText at={receivedAt} /> },
  {
    id: 'customer',
    header: 'Customer',
    width: 148,
    hideBelow: 'md',
    cell: ({ customerId }) =>
      customerId === null ? (
        <Text size="sm" c="var(--text-faint)">
          not known yet
        </Text>
      ) : (
        <IdChip id={customerId} />
      ),
  },
];

function NoEvents() {
  return (
    <EmptyState
      title="No event yet"
      says="Events are read from deliveries by the mapping of their source. Send one, or run the demo to see thousands."
      command="npm run demo"
    />
  );
}
