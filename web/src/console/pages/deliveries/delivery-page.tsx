import { Skeleton, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useDelivery, useEvent } from '../../../api/resources.ts';
import type { DeliveryDetail, DeliveryItem } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { JsonView } from '../../../components/json-view.tsx';
import { byteSize } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { Reason, ReasonCode } from '../../../components/reason.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PagePending } from '../../shell/page-states.tsx';
import { useSourceNames } from '../source-names.ts';
import classes from './delivery-page.module.css';
import { wordsOfDisposition } from './disposition-words.ts';
import { Dispositions } from './dispositions.tsx';
import { RawOfDelivery } from './raw-of-delivery.tsx';

/** One delivery: its bytes beside what was read from them. */
export function DeliveryPage() {
  const { id } = useParams({ strict: false });
  const { data, error, refetch } = useDelivery(id ?? null);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PagePending />;
  return <DeliveryView delivery={data} />;
}

function DeliveryView({ delivery }: { delivery: DeliveryDetail }) {
  const { items } = delivery;
  const [at, setAt] = useState(() => firstWorthReading(items));
  const source = useSourceNames().byId(delivery.sourceId);
  const item = items[at];
  const isOne = items.length === 1;
  return (
    <>
      <PageHeader
        title="Delivery"
        above={{ label: 'Deliveries', href: '/deliveries' }}
        beside={
          <>
            <IdChip id={delivery.id} linked={false} />
            <Dispositions items={items} />
          </>
        }
      />
      <Card title="How it came">
        <Facts
          inline
          rows={[
            ['Received', <TimeText key="t" at={delivery.receivedAt} as="full" />],
            [
              'Source',
              source === undefined ? (
                <IdChip key="s" id={delivery.sourceId} />
              ) : (
                <AppLink key="s" href={`/deliveries?source=${source.slug}`}>
                  {source.name}
                </AppLink>
              ),
            ],
            ['Feed', delivery.feed],
            [
              'Content',
              `${delivery.contentType === '' ? 'no body' : delivery.contentType} · ${byteSize(delivery.bytes)}`,
            ],
            ['Mapping', `version ${delivery.mappingVersion}`],
          ]}
        />
      </Card>
      {delivery.dropped.length > 0 && (
        <Card title="Dropped at the door, before anything was stored" flush>
          <Dropped fields={delivery.dropped} />
        </Card>
      )}
      {items.length > 1 && (
        <Card title={`What became of its ${items.length} items`} flush>
          <Items items={items} at={at} onChoose={setAt} />
        </Card>
      )}
      <div className={classes.halves}>
        <Card title={delivery.dropped.length > 0 ? 'Raw, less what was dropped' : 'Raw, as it came'} flush>
          <RawOfDelivery delivery={delivery} path={isOne ? null : (item?.path ?? null)} />
        </Card>
        <Card
          title="Mapped, as it is understood"
          flush
          aside={
            items.length > 1 ? (
              <Text size="xs" c="var(--text-soft)">
                item {at + 1} of {items.length}
              </Text>
            ) : undefined
          }
        >
          {item === undefined ? (
            <EmptyState title="No item was found in it" says="The source sent an answer without records." />
          ) : (
            <MappedItem item={item} />
          )}
        </Card>
      </div>
    </>
  );
}

/** Fields that may never be stored: where they stood and why they went. Their values are nowhere. */
function Dropped({ fields }: { fields: DeliveryDetail['dropped'] }) {
  return (
    <ul className={classes.dropped}>
      {fields.map(({ path, sentence, count }) => (
        <li key={`${path} ${sentence}`}>
          <code>{path}</code>
          {count > 1 && <span> {count} times</span>}
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
  );
}

/** The first item that needs a person, else the first that became an event. */
function firstWorthReading(items: readonly DeliveryItem[]): number {
  const urgent = items.findIndex(
    ({ disposition }) => disposition === 'quarantined' || disposition === 'refused',
  );
  const told = urgent >= 0 ? urgent : items.findIndex(({ eventId }) => eventId !== null);
  return Math.max(0, told);
}

function Items({
  items,
  at,
  onChoose,
}: {
  items: readonly DeliveryItem[];
  at: number;
  onChoose: (index: number) => void;
}) {
  return (
    <div className={classes.items} tabIndex={0} role="region" aria-label="Items of the delivery">
      <table>
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col">Disposition</th>
            <th scope="col">Reason</th>
            <th scope="col">Detail</th>
            <th scope="col">Event</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item, index) => (
            <tr
              key={`${index}-${item.path ?? ''}`}
              data-chosen={index === at}
              onClick={() => onChoose(index)}
            >
              <td>
                <button
                  type="button"
                  className="link-button"
                  aria-pressed={index === at}
                  onClick={() => onChoose(index)}
                >
                  {item.path ?? `item ${index + 1}`}
                </button>
              </td>
              <td>
                <StateBadge state={item.disposition} />
              </td>
              <td>{item.reason === null ? '–' : <ReasonCode code={item.reason} />}</td>
              <td className={classes.detail}>{item.detail ?? ''}</td>
              <td>{item.eventId === null ? '–' : <IdChip id={item.eventId} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MappedItem({ item }: { item: DeliveryItem }) {
  const { data, error } = useEvent(item.eventId);
  return (
    <div>
      <div className={classes.verdict}>
        <div>
          <StateBadge state={item.disposition} />
        </div>
        {item.reason === null ? (
          <Text size="sm">{wordsOfDisposition(item.disposition)}</Text>
        ) : (
          <Reason code={item.reason} detail={item.detail} path={item.path} />
        )}
        {item.warnings.map(({ code, sentence }) => (
          <Text key={code} size="sm">
            <ReasonCode code={code} /> {sentence}
          </Text>
        ))}
      </div>
      {item.eventId === null ? (
        <Text size="sm" c="var(--text-soft)" p="md">
          No event was made from it. The raw bytes stay as they came, so it can be sent through again.
        </Text>
      ) : data !== undefined ? (
        <>
          <div className={classes.now}>
            <span>
              Now revision {data.revision},{' '}
              <AppLink href={`/events/${data.id}`} underline="always">
                open the event
              </AppLink>
            </span>
            <StateBadge state={data.state} />
          </div>
          <JsonView value={data.content} label="mapped content" />
        </>
      ) : error === null ? (
        <Skeleton height={240} m="md" />
      ) : (
        <ErrorState error={error} />
      )}
    </div>
  );
}
