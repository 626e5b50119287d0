import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { documents, instants, integers, smallints, texts, uuids } from '../../platform/binary-arrays.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { CanonicalEvent } from '../mapping/facts.ts';
import type { ParkedReason } from './resolve.ts';

/** An event by its address. */
export interface EventRef {
  readonly lane: number;
  readonly id: string;
}

export type WorkCause = 'arrived' | 'released' | 'recheck';

/** Events whose place must be decided; the row is the cursor of the evidence step. */
export interface Work {
  readonly lane: number;
  readonly id: string;
  readonly cause: WorkCause;
  readonly events: readonly EventRef[];
  /** The change set from which it follows; null = none. */
  readonly changeSetId: string | null;
}

/** An event as the evidence step needs it. */
export interface EvidenceEvent {
  readonly lane: number;
  readonly id: string;
  readonly programId: string;
  readonly sourceId: string;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly content: CanonicalEvent;
  /** The same as it was stored, so that it need not be written out once more on its way. */
  readonly contentText?: string;
  readonly revision: number;
  readonly identifierId: string;
  /** Where it lives, or is about to live. */
  readonly customerId: string | null;
  readonly leftIds: readonly string[];
  readonly epoch: number;
  /** The change set that what stands here follows from; null = none. */
  readonly changeSetId: string | null;
}

/** The lanes that have evidence to place; a read for the conveyor, so that idle lanes cost no transaction. */
export async function listWorkLanes(tx: Tx): Promise<number[]> {
  return (await tx.rows<{ lane: number }>('select distinct lane from evidence_work')).map((row) => row.lane);
}

/**
 * The oldest work rows of these lanes: at most `most.rows`, and none behind `most.events` events. A link that releases a hundred thousand
 * events leaves two hundred rows of five hundred ids: read whole for each turn, they would be most of what it costs.
 */
export async function listWork(
  tx: Tx,
  lanes: readonly number[],
  most: { readonly rows: number; readonly events: number },
): Promise<Work[]> {
  const rows = await tx.rows<{
    lane: number;
    id: string;
    cause: WorkCause;
    event_lanes: number[];
    event_ids: string[];
    change_set_id: string | null;
  }>(
    `select lane, id, cause, event_lanes, event_ids, change_set_id
     from (select w.*, coalesce(sum(cardinality(event_lanes)) over (order by id rows between unbounded preceding and 1 preceding), 0) as before
           from evidence_work w where lane = any($1::smallint[])) as w
     where before < $3 order by id limit $2`,
    [lanes, most.rows, most.events],
  );
  return rows.map((row) => ({
    lane: row.lane,
    id: row.id,
    cause: row.cause,
    changeSetId: row.change_set_id,
    events: row.event_ids.map((id, index) => ({ id, lane: row.event_lanes[index] ?? -1 })),
  }));
}

/** Adds work; the id is UUIDv7 and the lane is that of the id. */
export async function insertWork(tx: Tx, works: readonly Work[], now: Instant): Promise<void> {
  for (const work of works) {
    await tx.exec(
      'insert into evidence_work (lane, id, cause, event_lanes, event_ids, created_at, change_set_id) values ($1, $2, $3, $4, $5, $6, $7)',
      [
        work.lane,
        work.id,
        work.cause,
        work.events.map((e) => e.lane),
        work.events.map((e) => e.id),
        formatInstant(now),
        work.changeSetId,
      ],
      1,
    );
  }
}

/** Moves the cursor. A row that is already gone was finished by somebody else, which is as good. */
export async function deleteWork(tx: Tx, works: readonly Pick<Work, 'lane' | 'id'>[]): Promise<void> {
  await tx.exec(
    'delete from evidence_work w using unnest($1::smallint[], $2::uuid[]) as d (lane, id) where w.lane = d.lane and w.id = d.id',
    [works.map((work) => work.lane), works.map((work) => work.id)],
  );
}

/** Loads events; poisoned ones are left out. Key by key: without statistics a join would read the whole table instead. */
export async function loadEvents(tx: Tx, refs: readonly EventRef[]): Promise<EvidenceEvent[]> {
  const rows = await tx.rows<{
    lane: number;
    id: string;
    program_id: string;
    source_id: string;
    occurred_at: Instant;
    received_at: Instant;
    content: string;
    revision: number;
    identifier_id: string;
    customer_id: string | null;
    left_ids: string[];
    epoch: number;
    change_set_id: string | null;
  }>(
    `select e.lane, e.id, e.program_id, e.source_id, e.occurred_at, e.received_at, e.content::text as content, e.revision, e.identifier_id,
            e.customer_id, e.left_ids, e.epoch, e.change_set_id
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id)
     cross join lateral (select * from event where event.lane = k.lane and event.id = k.id and event.failed is null limit 1) as e`,
    [smallints(refs.map((ref) => ref.lane)), uuids(refs.map((ref) => ref.id))],
  );
  return rows.map((row) => ({
    lane: row.lane,
    id: row.id,
    programId: row.program_id,
    sourceId: row.source_id,
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
    content: JSON.parse(row.content) as CanonicalEvent,
    contentText: row.content,
    revision: row.revision,
    identifierId: row.identifier_id,
    customerId: row.customer_id,
    leftIds: row.left_ids,
    epoch: row.epoch,
    changeSetId: row.change_set_id,
  }));
}

/** The contents of the revisions of these events that are not effective, by event id. */
export async function loadPastContents(
  tx: Tx,
  refs: readonly EventRef[],
): Promise<{ eventId: string; content: CanonicalEvent }[]> {
  const rows = await tx.rows<{ event_id: string; content: CanonicalEvent }>(
    `select r.event_id, r.content
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join event_revision r on r.lane = k.lane and r.event_id = k.id`,
    [smallints(refs.map((ref) => ref.lane)), uuids(refs.map((ref) => ref.id))],
  );
  return rows.map((row) => ({ eventId: row.event_id, content: row.content }));
}

/** A decided move of an event to another customer, or to nobody; `epoch` is the one that the decision saw. */
export interface Intent extends EventRef {
  readonly epoch: number;
  readonly customerId: string | null;
}

/**
 * Writes where events are about to live, each guarded by the epoch that the decision saw; the customer that is left is kept
 * until the event's own row forgets it, so that a crash cannot lose the tombstone that is owed. Returns the events that
 * moved, with their new epoch; the others were changed meanwhile and must be looked at again.
 */
export async function moveIntents(
  tx: Tx,
  intents: readonly Intent[],
): Promise<Map<string, { epoch: number; leftIds: string[] }>> {
  const rows = await tx.rows<{ id: string; epoch: number; left_ids: string[] }>(
    `update event e
     set customer_id = m.customer_id, epoch = e.epoch + 1,
         left_ids = array_remove(case when e.customer_id is null or e.customer_id = any(e.left_ids) then e.left_ids
                                      else e.left_ids || e.customer_id end, m.customer_id)
     from unnest($1::smallint[], $2::uuid[], $3::int[], $4::uuid[]) as m (lane, id, epoch, customer_id)
     where e.lane = m.lane and e.id = m.id and e.epoch = m.epoch
     returning e.id, e.epoch, e.left_ids`,
    [
      intents.map((i) => i.lane),
      intents.map((i) => i.id),
      intents.map((i) => i.epoch),
      intents.map((i) => i.customerId),
    ],
  );
  return new Map(rows.map((row) => [row.id, { epoch: row.epoch, leftIds: row.left_ids }]));
}

/** One message to a customer's lane: the event lives here (content), or does not any more (null). */
export interface Placement {
  /** Of the customer. */
  readonly lane: number;
  readonly customerId: string;
  readonly event: EvidenceEvent;
  readonly epoch: number;
  readonly sourceSlug: string;
  readonly groupKey: string;
  readonly pairKey: string | null;
  readonly content: CanonicalEvent | null;
}

/**
 * Receives placements and tombstones in customer lanes: the highest epoch per event stands, so they may come in any order
 * and more than once (rules.md 3.3). A tombstone keeps group and decision of what it takes back, for the turn that undoes it;
 * where nothing was placed it is settled at once. A change set that has not been judged yet stays the cause, whatever comes after it.
 */
export async function sendPlacements(tx: Tx, placements: readonly Placement[]): Promise<void> {
  const of = <T>(pick: (placement: Placement) => T): T[] => placements.map(pick);
  await tx.exec(
    `insert into placement as p (lane, customer_id, event_id, event_lane, epoch, program_id, source_slug, record_type, external_id, part,
       kind, occurred_at, received_at, identifier_id, group_key, pair_key, content, change_set_id, state)
     select s.*, case when s.content is null then 'withdrawn' else 'pending' end
     from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::smallint[], $5::int[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[],
       $11::text[], $12::timestamptz[], $13::timestamptz[], $14::uuid[], $15::text[], $16::text[], $17::jsonb[], $18::uuid[])
       as s (lane, customer_id, event_id, event_lane, epoch, program_id, source_slug, record_type, external_id, part,
       kind, occurred_at, received_at, identifier_id, group_key, pair_key, content, change_set_id)
     order by s.lane, s.customer_id, s.event_id
     on conflict (lane, customer_id, event_id) do update set
       epoch = excluded.epoch, content = excluded.content,
       change_set_id = coalesce(excluded.change_set_id, case when p.state = 'pending' then p.change_set_id end),
       state = case when excluded.content is null and p.state = 'withdrawn' then 'withdrawn' else 'pending' end,
       kind = case when excluded.content is null then p.kind else excluded.kind end,
       occurred_at = case when excluded.content is null then p.occurred_at else excluded.occurred_at end,
       identifier_id = case when excluded.content is null then p.identifier_id else excluded.identifier_id end,
       group_key = case when excluded.content is null then p.group_key else excluded.group_key end,
       pair_key = case when excluded.content is null then p.pair_key else excluded.pair_key end
     where p.epoch < excluded.epoch`,
    [
      smallints(of((s) => s.lane)),
      uuids(of((s) => s.customerId)),
      uuids(of((s) => s.event.id)),
      smallints(of((s) => s.event.lane)),
      integers(of((s) => s.epoch)),
      uuids(of((s) => s.event.programId)),
      texts(of((s) => s.sourceSlug)),
      texts(of((s) => s.event.content.recordType)),
      texts(of((s) => s.event.content.externalId)),
      texts(of((s) => s.event.content.part)),
      texts(of((s) => s.event.content.kind)),
      instants(of((s) => s.event.occurredAt)),
      instants(of((s) => s.event.receivedAt)),
      uuids(of((s) => s.event.identifierId)),
      texts(of((s) => s.groupKey)),
      texts(of((s) => s.pairKey)),
      documents(of(contentText)),
      uuids(of((s) => s.event.changeSetId)),
    ],
  );
}

function contentText({ content, event }: Placement): string | null {
  if (content === null) return null;
  return (content === event.content ? event.contentText : undefined) ?? json(content);
}

/** A group of executions, or the legs of a pair, that an event has left by a revision. */
export interface LeftGroup {
  readonly lane: number;
  readonly customerId: string;
  readonly groupKey: string;
  readonly pairKey: string | null;
  readonly changeSetId: string | null;
}

/**
 * Makes what is left of these groups due again: they were judged together with an event that is no longer among them. Also
 * writes those that are due already: a turn may be judging them right now, and must not save what it makes of them.
 */
export async function reopenGroups(tx: Tx, groups: readonly LeftGroup[]): Promise<void> {
  await tx.exec(
    `update placement p set state = 'pending', change_set_id = coalesce(g.change_set_id, case when p.state = 'pending' then p.change_set_id end)
     from unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::uuid[]) as g (lane, customer_id, group_key, pair_key, change_set_id)
     where p.lane = g.lane and p.customer_id = g.customer_id and p.state in ('pending', 'waiting', 'decided')
       and (p.group_key = g.group_key or p.pair_key = g.pair_key)`,
    [
      groups.map((g) => g.lane),
      groups.map((g) => g.customerId),
      groups.map((g) => g.groupKey),
      groups.map((g) => g.pairKey),
      groups.map((g) => g.changeSetId),
    ],
  );
}

/** What rests on an identifier with a customer, as the customer's lane holds it. */
export interface RestingEvent {
  readonly customerId: string;
  readonly identifierId: string;
  readonly event: EventRef;
  readonly kind: CanonicalEvent['kind'];
  readonly occurredAt: Instant;
}

/** The events of these customers that rest on these identifiers. */
export async function listResting(
  tx: Tx,
  keys: readonly { lane: number; customerId: string; identifierId: string }[],
): Promise<RestingEvent[]> {
  const rows = await tx.rows<{
    customer_id: string;
    identifier_id: string;
    event_id: string;
    event_lane: number;
    kind: CanonicalEvent['kind'];
    occurred_at: Instant;
  }>(
    `select p.customer_id, p.identifier_id, p.event_id, p.event_lane, p.kind, p.occurred_at
     from unnest($1::smallint[], $2::uuid[], $3::uuid[]) as k (lane, customer_id, identifier_id)
     join placement p on p.lane = k.lane and p.customer_id = k.customer_id and p.identifier_id = k.identifier_id
     where p.content is not null`,
    [keys.map((key) => key.lane), keys.map((key) => key.customerId), keys.map((key) => key.identifierId)],
  );
  return rows.map((row) => ({
    customerId: row.customer_id,
    identifierId: row.identifier_id,
    event: { lane: row.event_lane, id: row.event_id },
    kind: row.kind,
    occurredAt: row.occurred_at,
  }));
}

/** Takes a poisoned event off the road with its error, unless it changed meanwhile. Returns whether it was marked. */
export async function markEventFailed(tx: Tx, ref: EventRef, epoch: number, error: string): Promise<boolean> {
  const count = await tx.exec('update event set failed = $4 where lane = $1 and id = $2 and epoch = $3', [
    ref.lane,
    ref.id,
    epoch,
    error,
  ]);
  return count === 1;
}

/** An event that waits in the lane of its identifier. */
export interface ParkedEvent {
  /** Of the identifier. */
  readonly lane: number;
  readonly identifierId: string;
  readonly event: EventRef;
  readonly programId: string;
  readonly namespace: string;
  readonly value: string;
  readonly reason: ParkedReason;
}

// Rows of `parked` are looked up one by one, by key: joined, up to some 200,000 of them were read whole for each few hundred keys. They are never
// updated, so the place that was found is the row.

/** Parks events; one that is parked already keeps its age, and takes the new reason. */
export async function insertParked(tx: Tx, parked: readonly ParkedEvent[], now: Instant): Promise<void> {
  await tx.exec(
    `delete from parked p using unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::text[]) as k (lane, identifier_id, event_id, reason)
     cross join lateral (select f.ctid as place from parked f where f.lane = k.lane and f.identifier_id = k.identifier_id
       and f.event_id = k.event_id and f.reason <> k.reason limit 1) as f
     where p.lane = k.lane and p.ctid = f.place`,
    [
      parked.map((p) => p.lane),
      parked.map((p) => p.identifierId),
      parked.map((p) => p.event.id),
      parked.map((p) => p.reason),
    ],
  );
  await tx.exec(
    `insert into parked (lane, identifier_id, event_id, event_lane, program_id, namespace, value, reason, parked_at)
     select lane, identifier_id, event_id, event_lane, program_id, namespace, value, reason, $9
     from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::smallint[], $5::uuid[], $6::text[], $7::text[], $8::text[])
       as s (lane, identifier_id, event_id, event_lane, program_id, namespace, value, reason)
     order by lane, identifier_id, event_id
     on conflict do nothing`,
    [
      parked.map((p) => p.lane),
      parked.map((p) => p.identifierId),
      parked.map((p) => p.event.id),
      parked.map((p) => p.event.lane),
      parked.map((p) => p.programId),
      parked.map((p) => p.namespace),
      parked.map((p) => p.value),
      parked.map((p) => p.reason),
      formatInstant(now),
    ],
  );
}

/** Takes events out of the identifier lanes where they may have been parked; most never were. */
export async function deleteParked(
  tx: Tx,
  keys: readonly { lane: number; identifierId: string; eventId: string }[],
): Promise<void> {
  await tx.exec(
    `delete from parked p using unnest($1::smallint[], $2::uuid[], $3::uuid[]) as k (lane, identifier_id, event_id)
     cross join lateral (select f.ctid as place from parked f where f.lane = k.lane and f.identifier_id = k.identifier_id
       and f.event_id = k.event_id limit 1) as f
     where p.lane = k.lane and p.ctid = f.place`,
    [keys.map((key) => key.lane), keys.map((key) => key.identifierId), keys.map((key) => key.eventId)],
  );
}
