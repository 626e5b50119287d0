import { Button, Group, Skeleton, Tabs, Text } from '@mantine/core';
import { IconFileText, IconHistory, IconListTree } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useDelivery, useEvent, useEventExplanation } from '../../../api/resources.ts';
import type { StoredEventDetail } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { ExplainTree, Sentences } from '../../../components/explain-tree.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { JsonView } from '../../../components/json-view.tsx';
import { Money } from '../../../components/money.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { NextStep, Reason } from '../../../components/reason.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PagePending } from '../../shell/page-states.tsx';
import halves from '../deliveries/delivery-page.module.css';
import { RawOfDelivery } from '../deliveries/raw-of-delivery.tsx';
import { EventLines } from './event-lines.tsx';
import { RevisionHistory } from './revision-history.tsx';

/** One event: what it says, what was decided and why, and everything that it rests on. */
export function EventPage() {
  const { id } = useParams({ strict: false });
  const { data, error, refetch } = useEvent(id ?? null);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PagePending />;
  return <EventView event={data} />;
}

function EventView({ event }: { event: StoredEventDetail }) {
  return (
    <>
      <PageHeader
        title={`${event.kind.replaceAll('_', ' ')} ${event.externalId}`}
        above={{ label: 'Events', href: '/events' }}
        beside={
          <>
            <StateBadge state={event.state} />
            <IdChip id={event.id} linked={false} />
          </>
        }
      >
        {event.customerId !== null && (
          <AppLink href={`/customers/${event.customerId}`} underline="never">
            <Button component="span" variant="default">
              The customer’s journey
            </Button>
          </AppLink>
        )}
      </PageHeader>
      <div className={halves.halves}>
        <Decision event={event} />
        <Card title="Where it comes from">
          <Facts rows={originOf(event)} />
        </Card>
      </div>
      <Tabs defaultValue="content" keepMounted={false}>
        <Tabs.List style={{ flexWrap: 'nowrap', overflowX: 'auto' }}>
          <Tabs.Tab value="content" leftSection={<IconFileText size={16} aria-hidden />}>
            Raw and mapped
          </Tabs.Tab>
          <Tabs.Tab value="explain" leftSection={<IconListTree size={16} aria-hidden />}>
            Explain
          </Tabs.Tab>
          <Tabs.Tab value="revisions" leftSection={<IconHistory size={16} aria-hidden />}>
            Revisions ({event.revisions.length + 1})
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="content" pt="md">
          <div className={halves.halves}>
            <RawOf event={event} />
            <Card title="Mapped, as it is understood" flush>
              <JsonView value={event.content} label="mapped content" />
            </Card>
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="explain" pt="md">
          <ExplainOf id={event.id} />
        </Tabs.Panel>
        <Tabs.Panel value="revisions" pt="md">
          <RevisionHistory event={event} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function originOf(event: StoredEventDetail): readonly (readonly [string, ReactNode])[] {
  return [
    ['Happened', <TimeText key="o" at={event.occurredAt} as="full" />],
    ['Received', <TimeText key="r" at={event.receivedAt} as="full" />],
    [
      'Source',
      <AppLink key="s" href={`/events?source=${event.source}`}>
        {event.source}
      </AppLink>,
    ],
    ['Record', `${event.recordType} ${event.externalId}${event.part === '' ? '' : ` · ${event.part}`}`],
    [
      'Identifier',
      event.identifier === null ? null : (
        <IdChip
          key="i"
          id={event.identifier.value}
          label={event.identifier.namespace}
          text={event.identifier.value}
        />
      ),
    ],
    ['Customer', event.customerId === null ? 'not known yet' : <IdChip key="c" id={event.customerId} />],
    ['Delivery', <IdChip key="d" id={event.deliveryId} />],
    ['Mapping', `version ${event.mappingVersion}`],
  ];
}

/** The decision in one sentence, with what is missing and the lines that it made. */
function Decision({ event }: { event: StoredEventDetail }) {
  const { data, error } = useEventExplanation(event.id);
  const amounts = data?.amounts.filter(({ amount }) => Number(amount) !== 0) ?? [];
  return (
    <Card
      title="What was decided"
      aside={amounts.map((money) => (
        <Money key={money.currency} {...money} strong />
      ))}
    >
      {data === undefined ? (
        error === null ? (
          <Skeleton height={72} />
        ) : (
          <Text size="sm">{error.message}</Text>
        )
      ) : (
        <div style={{ display: 'grid', gap: 12 }}>
          <Text fw={560}>{data.summary}</Text>
          {event.reason !== null && (
            <Reason
              code={event.reason}
              isSaid={event.sentence !== null && data.summary.includes(event.sentence.replace(/\.$/, ''))}
              {...(event.sentence === null ? {} : { sentence: event.sentence })}
            />
          )}
          {data.missing.map((what) => (
            <NextStep key={what}>{what}</NextStep>
          ))}
          <EventLines lines={data.lines} />
        </div>
      )}
    </Card>
  );
}

function RawOf({ event }: { event: StoredEventDetail }) {
  const { data, error } = useDelivery(event.deliveryId);
  const path =
    data !== undefined && data.items.length > 1
      ? data.items.find(({ eventId }) => eventId === event.id)?.path
      : null;
  return (
    <Card title="Raw, as it came" flush aside={<IdChip id={event.deliveryId} />}>
      {data !== undefined ? (
        <RawOfDelivery delivery={data} path={path ?? null} />
      ) : error === null ? (
        <Skeleton height={240} m="md" />
      ) : (
        <ErrorState error={error} />
      )}
    </Card>
  );
}

function ExplainOf({ id }: { id: string }) {
  const { data, error, refetch } = useEventExplanation(id);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={320} />;
  return (
    <div style={{ display: 'grid', gap: 16 }}>
      <Card title="In plain words">
        <Sentences sentences={data.sentences.operator} />
      </Card>
      <Card
        title="Fact by fact"
        aside={
          <Group gap={4}>
            <Text size="xs" c="var(--text-soft)">
              from the cent to the bytes
            </Text>
          </Group>
        }
      >
        <ExplainTree root={data.tree} />
      </Card>
    </div>
  );
}
