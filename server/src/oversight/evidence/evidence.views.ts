import { laneOf } from '../../kernel/lane.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { DeliveryDetailRow, EventRow, Standing } from './facts.ts';

const EVENT = `
  select e.lane, e.id, e.program_id, s.slug as source_slug, e.record_type, e.external_id, e.part, e.kind, e.occurred_at, e.received_at,
         e.content, e.revision, e.mapping_version, e.chunk_lane, e.chunk_id, e.chunk_item, e.identifier_id, e.customer_id, e.failed
  from event e join source s on s.id = e.source_id`;

export async function findEvent(tx: Tx, id: string): Promise<EventRow | undefined> {
  return tx.find<EventRow>(`${EVENT} where e.lane = $1 and e.id = $2`, [laneOf('evidence', id), id]);
}

/** These events, in the order of the keys. */
export async function loadEvents(
  tx: Tx,
  keys: readonly { readonly lane: number; readonly id: string }[],
): Promise<EventRow[]> {
  return tx.rows<EventRow>(
    `${EVENT} join unnest($1::smallint[], $2::uuid[]) with ordinality as k (lane, id, position) on e.lane = k.lane and e.id = k.id order by k.position`,
    [keys.map((key) => key.lane), keys.map((key) => key.id)],
  );
}

/** The standing of each event, by id: read by primary key from the lanes of its customer and its identifier. */
export async function loadStandings(tx: Tx, events: readonly EventRow[]): Promise<Map<string, Standing>> {
  const placed = events.filter((event) => event.customer_id !== null);
  const placements = await tx.rows<{ event_id: string; state: string; reason: string | null }>(
    `select p.event_id, p.state, p.reason
     from unnest($1::smallint[], $2::uuid[], $3::uuid[]) as k (lane, customer_id, event_id)
     join placement p on p.lane = k.lane and p.customer_id = k.customer_id and p.event_id = k.event_id`,
    [
      placed.map((event) => laneOf('customer', event.customer_id ?? '')),
      placed.map((event) => event.customer_id),
      placed.map((event) => event.id),
    ],
  );
  const parked = await tx.rows<{ event_id: string; reason: string }>(
    `select p.event_id, p.reason
     from unnest($1::smallint[], $2::uuid[], $3::uuid[]) as k (lane, identifier_id, event_id)
     join parked p on p.lane = k.lane and p.identifier_id = k.identifier_id and p.event_id = k.event_id`,
    [
      events.map((event) => laneOf('identifier', event.identifier_id)),
      events.map((event) => event.identifier_id),
      events.map((event) => event.id),
    ],
  );
  const standings = new Map<string, Standing>();
  for (const event of events)
    standings.set(
      event.id,
      event.failed === null ? { state: 'moving', reason: null } : { state: 'failed', reason: 'failed' },
    );
  for (const row of placements) {
    if (row.state === 'waiting' || row.state === 'decided' || row.state === 'failed')
      standings.set(row.event_id, { state: row.state, reason: row.reason });
  }
  for (const row of parked) standings.set(row.event_id, { state: 'parked', reason: row.reason });
  return standings;
}

/** Arrays of the database count from one, deliveries of a chunk from zero. */
const DELIVERY = `
  select d.lane, d.id, n.item - 1 as item, d.source_ids[n.item] as source_id, d.feeds[n.item] as feed, d.received_at,
         d.content_types[n.item] as content_type, coalesce(octet_length(d.bodies[n.item]), 0) as bytes, d.origins -> (n.item - 1) as origin, d.mapping_versions[n.item] as mapping_version,
         d.results -> (n.item - 1) as results`;

export async function findDelivery(
  tx: Tx,
  at: { lane: number; chunkId: string; item: number },
): Promise<DeliveryDetailRow | undefined> {
  return tx.find(
    `${DELIVERY}, d.queries[n.item] as query, d.bodies[n.item] as body, d.dropped -> (n.item - 1) as dropped
     from delivery_chunk d cross join lateral (select $3::int + 1 as item) as n
     where d.lane = $1 and d.id = $2 and n.item between 1 and cardinality(d.source_ids)`,
    [at.lane, at.chunkId, at.item],
  );
}

export interface RevisionRow {
  readonly revision: number;
  readonly effective: boolean;
  readonly content: Record<string, unknown>;
  readonly mapping_version: number;
  readonly chunk_lane: number;
  readonly chunk_id: string;
  readonly chunk_item: number;
  readonly recorded_at: Instant;
}

/** The revisions of an event that are not in force, oldest first. */
export async function listRevisions(tx: Tx, event: EventRow): Promise<RevisionRow[]> {
  return tx.rows<RevisionRow>(
    `select revision, effective, content, mapping_version, chunk_lane, chunk_id, chunk_item, recorded_at
     from event_revision where lane = $1 and event_id = $2 order by revision`,
    [event.lane, event.id],
  );
}
