// The list of events. Each filter has an index that gives its events newest first; what the index does not know is asked
// of the few rows that it gave. However much is stored, a page reads a bounded number of rows.
import { identifierIdOf } from '../../kernel/derived-ids.ts';
import { parseWireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isReasonCode, REASONS } from '../../kernel/reason.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import { EVENT_KINDS } from '../../pipeline/mapping/facts.ts';
import { loadEvents, loadStandings } from './evidence.views.ts';
import type { EventRow, Standing } from './facts.ts';

export interface EventFilter {
  readonly programId?: string | undefined;
  /** Slug. */
  readonly source?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: Standing['state'] | undefined;
  readonly reason?: string | undefined;
  readonly customerId?: string | undefined;
  readonly externalId?: string | undefined;
  /** External id, value of an identifier, or id of an event. */
  readonly q?: string | undefined;
  readonly before?: Position | undefined;
  readonly limit: number;
}

export interface Position {
  readonly receivedAt: string;
  readonly id: string;
}

export interface ListedEvent {
  readonly event: EventRow;
  readonly standing: Standing | undefined;
}

export interface EventList {
  readonly items: readonly ListedEvent[];
  /** Where to go on; undefined at the end. A page may be shorter than its limit and still go on. */
  readonly next: Position | undefined;
}

interface Key {
  readonly lane: number;
  readonly id: string;
  readonly received_at: Instant;
}

type KeySource = (tx: Tx, before: Position | undefined, count: number) => Promise<Key[]>;

/** So many rows are looked at for one page. */
const MOST_SCANNED = 4_000;

/** By first receipt, newest first, over all lanes. */
export async function listEvents(tx: Tx, filter: EventFilter): Promise<EventList> {
  const keysOf = await chooseKeys(tx, filter);
  const items: ListedEvent[] = [];
  let before = filter.before;
  for (let scanned = 0; scanned < MOST_SCANNED;) {
    const wanted = Math.max(filter.limit + 1 - items.length, scanned === 0 ? 0 : 500);
    const keys = await keysOf(tx, before, wanted);
    const events = await loadEvents(tx, keys);
    const standings = await loadStandings(tx, events);
    for (const event of events) {
      const standing = standings.get(event.id);
      if (isWanted(filter, event, standing)) items.push({ event, standing });
    }
    const last = keys.at(-1);
    if (items.length > filter.limit || last === undefined || keys.length < wanted)
      return pageOf(items, filter.limit, undefined);
    before = { receivedAt: formatInstant(last.received_at), id: last.id };
    scanned += keys.length;
  }
  return pageOf(items, filter.limit, before);
}

function pageOf(items: readonly ListedEvent[], limit: number, scannedTo: Position | undefined): EventList {
  const page = items.slice(0, limit);
  const last = page.at(-1)?.event;
  if (items.length > limit && last !== undefined) {
    return { items: page, next: { receivedAt: formatInstant(last.received_at), id: last.id } };
  }
  return { items: page, next: scannedTo };
}

function isWanted(filter: EventFilter, event: EventRow, standing: Standing | undefined): boolean {
  if (filter.programId !== undefined && event.program_id !== filter.programId) return false;
  if (filter.source !== undefined && event.source_slug !== filter.source) return false;
  if (filter.kind !== undefined && event.kind !== filter.kind) return false;
  if (filter.customerId !== undefined && event.customer_id !== filter.customerId) return false;
  if (filter.externalId !== undefined && event.external_id !== filter.externalId) return false;
  if (filter.state !== undefined && standing?.state !== filter.state) return false;
  return filter.reason === undefined || standing?.reason === filter.reason;
}

async function chooseKeys(tx: Tx, filter: EventFilter): Promise<KeySource> {
  const { state, reason } = filter;
  if (filter.q !== undefined) return ofSearch(tx, filter.q);
  if (filter.externalId !== undefined) return ofExternalId(filter.externalId);
  if (filter.customerId !== undefined) return ofCustomers([filter.customerId], null);
  if (state === 'parked' || (state === undefined && isIdentityReason(reason))) return unplaced;
  if (state === 'moving') return onTheRoad;
  if (state === 'failed') return failed;
  if (state === 'waiting' || (reason !== undefined && state !== undefined)) return ofOutcome(filter, [state]);
  if (reason !== undefined) return ofOutcome(filter, ['decided', 'waiting', 'failed']);
  return newest(filter);
}

function isIdentityReason(reason: string | undefined): boolean {
  return (
    reason === 'unknown_customer' ||
    (reason !== undefined && isReasonCode(reason) && REASONS[reason].group === 'identity')
  );
}

/** The newest of every source and kind, merged. */
function newest(filter: EventFilter): KeySource {
  return (tx, before, count) =>
    tx.rows<Key>(
      `select e.lane, e.id, e.received_at
       from source s cross join unnest($5::text[]) as k (kind)
       cross join lateral (
         select lane, id, received_at from event
         where source_id = s.id and kind = k.kind and ($1::timestamptz is null or (received_at, id) < ($1, $2::uuid))
         order by received_at desc, id desc limit $3
       ) as e
       where ($4::text is null or s.slug = $4) and ($6::uuid is null or s.program_id = $6)
       order by e.received_at desc, e.id desc limit $3`,
      [
        ...positionValues(before),
        count,
        filter.source ?? null,
        filter.kind === undefined ? EVENT_KINDS : [filter.kind],
        filter.programId ?? null,
      ],
    );
}

/**
 * Events whose decision has this outcome, by program, state and reason. Without a reason every known one is asked for: each
 * has its newest at hand in the index, while a scan over all reasons would read everything that was ever decided.
 */
function ofOutcome(filter: EventFilter, states: readonly (string | undefined)[]): KeySource {
  const reasons = filter.reason === undefined ? ['failed', ...Object.keys(REASONS)] : [filter.reason];
  return (tx, before, count) =>
    tx.rows<Key>(
      `select o.lane, o.id, o.received_at
       from program g cross join unnest($4::text[]) as s (state) cross join unnest($5::text[]) as r (reason)
       cross join lateral (
         select event_lane as lane, event_id as id, received_at from placement
         where program_id = g.id and state = s.state and state <> 'pending' and reason = r.reason
           and ($1::timestamptz is null or (received_at, event_id) < ($1, $2::uuid))
         order by received_at desc, event_id desc limit $3
       ) as o
       where $6::uuid is null or g.id = $6
       order by o.received_at desc, o.id desc limit $3`,
      [...positionValues(before), count, states, reasons, filter.programId ?? null],
    );
}

const unplaced: KeySource = (tx, before, count) =>
  tx.rows<Key>(
    `select lane, id, received_at from event
     where customer_id is null and ($1::timestamptz is null or (received_at, id) < ($1, $2::uuid))
     order by received_at desc, id desc limit $3`,
    [...positionValues(before), count],
  );

const failed: KeySource = (tx, before, count) =>
  tx.rows<Key>(
    `select e.lane, e.id, e.received_at from event e
     where (e.lane, e.id) in (
         select lane, id from event where failed is not null
         union select event_lane, event_id from placement where program_id in (select id from program) and state = 'failed' and state <> 'pending')
       and ($1::timestamptz is null or (e.received_at, e.id) < ($1, $2::uuid))
     order by e.received_at desc, e.id desc limit $3`,
    [...positionValues(before), count],
  );

const onTheRoad: KeySource = (tx, before, count) =>
  tx.rows<Key>(
    `select e.lane, e.id, e.received_at
     from (select u.lane, u.id from evidence_work w cross join unnest(w.event_lanes, w.event_ids) as u (lane, id)
           union select event_lane, event_id from placement where state = 'pending') as k
     join event e on e.lane = k.lane and e.id = k.id
     where $1::timestamptz is null or (e.received_at, e.id) < ($1, $2::uuid)
     order by e.received_at desc, e.id desc limit $3`,
    [...positionValues(before), count],
  );

function ofExternalId(externalId: string): KeySource {
  return (tx, before, count) =>
    tx.rows<Key>(
      `select lane, id, received_at from event
       where external_id = $4 and ($1::timestamptz is null or (received_at, id) < ($1, $2::uuid))
       order by received_at desc, id desc limit $3`,
      [...positionValues(before), count, externalId],
    );
}

/** Events that live with these customers; of these identifiers only, unless null. */
function ofCustomers(customerIds: readonly string[], identifierIds: readonly string[] | null): KeySource {
  return (tx, before, count) =>
    tx.rows<Key>(
      `select p.event_lane as lane, p.event_id as id, p.received_at
       from unnest($4::smallint[], $5::uuid[]) as k (lane, customer_id)
       join placement p on p.lane = k.lane and p.customer_id = k.customer_id
       where p.state <> 'withdrawn' and ($6::uuid[] is null or p.identifier_id = any($6))
         and ($1::timestamptz is null or (p.received_at, p.event_id) < ($1, $2::uuid))
       order by p.received_at desc, p.event_id desc limit $3`,
      [
        ...positionValues(before),
        count,
        customerIds.map((id) => laneOf('customer', id)),
        customerIds,
        identifierIds,
      ],
    );
}

/** Whatever the text names: an event, an external id, an identifier that somebody owns, or one that events wait for. */
async function ofSearch(tx: Tx, q: string): Promise<KeySource> {
  const eventId = parseWireId('evt', q);
  if (eventId.ok) return oneEvent(eventId.value);
  const owners = await findOwners(tx, q);
  const owned = ofCustomers(
    [...new Set(owners.map((row) => row.customer_id))],
    [...new Set(owners.map((row) => row.identifier_id))],
  );
  const external = ofExternalId(q);
  return async (again, before, count) => {
    const found = [
      ...(await external(again, before, count)),
      ...(owners.length === 0 ? [] : await owned(again, before, count)),
      ...(await parkedByValue(again, q, before, count)),
    ];
    const distinct = [...new Map(found.map((key) => [key.id, key])).values()];
    return distinct
      .toSorted((a, b) => b.received_at - a.received_at || (a.id < b.id ? 1 : -1))
      .slice(0, count);
  };
}

function oneEvent(id: string): KeySource {
  return (tx, before, count) =>
    before !== undefined
      ? Promise.resolve([])
      : tx.rows<Key>(`select lane, id, received_at from event where lane = $1 and id = $2 limit $3`, [
          laneOf('evidence', id),
          id,
          count,
        ]);
}

async function findOwners(tx: Tx, value: string): Promise<{ customer_id: string; identifier_id: string }[]> {
  const linked = await tx.rows<{ customer_id: string; identifier_id: string }>(
    `select distinct customer_id, identifier_id from identity_link where value = $1 limit 100`,
    [value],
  );
  const own = await tx.rows<{ id: string; program_id: string; namespace: string }>(
    `select id, program_id, namespace from customer where value = $1 limit 100`,
    [value],
  );
  return [
    ...linked,
    ...own.map((row) => ({
      customer_id: row.id,
      identifier_id: identifierIdOf(row.program_id, row.namespace, value),
    })),
  ];
}

function parkedByValue(tx: Tx, value: string, before: Position | undefined, count: number): Promise<Key[]> {
  return tx.rows<Key>(
    `select e.lane, e.id, e.received_at from parked p join event e on e.lane = p.event_lane and e.id = p.event_id
     where p.value = $4 and ($1::timestamptz is null or (e.received_at, e.id) < ($1, $2::uuid))
     order by e.received_at desc, e.id desc limit $3`,
    [...positionValues(before), count, value],
  );
}

function positionValues(before: Position | undefined): [string | null, string | null] {
  return [before?.receivedAt ?? null, before?.id ?? null];
}
