import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { documents, smallints, texts, uuids } from '../../platform/binary-arrays.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { CustomerFact, IdentifierClaim, PlacedEvent } from '../identity/facts.ts';
import { factOf } from '../identity/index.ts';
import type { StoredFact } from '../identity/index.ts';
import type { CanonicalEvent } from '../mapping/facts.ts';
import type { CustomerContext, CustomerSummary, EventDecision, Line } from './facts.ts';
import type { DueCustomer } from './due-customers.views.ts';
import { decodeContext, decodeInstant, encodeContext, encodeInstant } from './facts.ts';

/** A customer row as stored; undefined context parts only while it was touched by a fact and never decided. */
export interface CustomerRow {
  readonly lane: number;
  readonly id: string;
  readonly programId: string;
  readonly namespace: string;
  readonly value: string;
  readonly context: CustomerContext;
  readonly summary: CustomerSummary;
  readonly lines: readonly Line[];
  readonly claims: readonly IdentifierClaim[];
  readonly factsVersion: number;
  readonly touched: number;
  readonly settled: number;
  /** The change set that made it due by a fact; null = none. */
  readonly changeSetId: string | null;
}

/** A placement as the customer's lane holds it: the event (undefined = withdrawn), and what is booked about it. */
export interface PlacementRow {
  readonly lane: number;
  readonly customerId: string;
  readonly eventId: string;
  readonly epoch: number;
  /** Where the row as it was read lies in the table: the quickest way back to it. */
  readonly place: string;
  /** Of the row as it was read: another one when anybody has written it since. */
  readonly version: string;
  readonly groupKey: string;
  readonly pairKey: string | null;
  readonly state: 'pending' | 'waiting' | 'decided' | 'withdrawn' | 'failed';
  readonly reason: string | null;
  readonly event: PlacedEvent | undefined;
  readonly kind: string;
  readonly sourceSlug: string;
  readonly occurredAt: Instant;
  readonly decision: EventDecision | undefined;
  /** The change set that made it due; null = none. */
  readonly changeSetId: string | null;
}

/** Locks and loads the customers; those that do not exist yet are absent. */
export async function loadCustomers(
  tx: Tx,
  keys: readonly { lane: number; customerId: string }[],
): Promise<Map<string, CustomerRow>> {
  const rows = await tx.rows<{
    lane: number;
    id: string;
    program_id: string;
    namespace: string;
    value: string;
    context: CustomerContext;
    summary: CustomerSummary;
    lines: Line[];
    claims: IdentifierClaim[];
    facts_version: number;
    touched: number;
    settled: number;
    change_set_id: string | null;
  }>(
    `select c.lane, c.id, c.program_id, c.namespace, c.value, c.context, c.summary, c.lines, c.claims, c.facts_version, c.touched, c.settled, c.change_set_id
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join customer c on c.lane = k.lane and c.id = k.id
     order by c.lane, c.id
     for update of c`,
    [keys.map((key) => key.lane), keys.map((key) => key.customerId)],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        lane: row.lane,
        id: row.id,
        programId: row.program_id,
        namespace: row.namespace,
        value: row.value,
        context: decodeContext(row.context),
        summary: decodeSummary(row.summary),
        lines: row.lines,
        claims: row.claims.map(decodeClaim),
        factsVersion: row.facts_version,
        touched: row.touched,
        settled: row.settled,
        changeSetId: row.change_set_id,
      },
    ]),
  );
}

/** Facts by customer, in no special order. */
export async function loadFacts(
  tx: Tx,
  keys: readonly { lane: number; customerId: string }[],
): Promise<Map<string, CustomerFact[]>> {
  const rows = await tx.rows<FactRow>(
    `select f.id, f.customer_id, f.kind, f.effective_from, f.effective_to, f.body, f.of_customer
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join fact f on f.lane = k.lane and f.customer_id = k.id`,
    [keys.map((key) => key.lane), keys.map((key) => key.customerId)],
  );
  const facts = new Map<string, CustomerFact[]>();
  for (const row of rows) {
    const list = facts.get(row.customer_id) ?? [];
    list.push(factOf(row));
    facts.set(row.customer_id, list);
  }
  return facts;
}

interface FactRow extends StoredFact {
  readonly customer_id: string;
}

const PLACEMENT_COLUMNS = `p.lane, p.customer_id, p.event_id, p.event_lane, p.epoch, p.source_slug, p.kind, p.occurred_at, p.received_at,
  p.identifier_id, p.group_key, p.pair_key, p.content, p.state, p.reason, p.decision, p.change_set_id, p.ctid as place, p.xmin as version`;

interface PlacementRecord {
  readonly lane: number;
  readonly customer_id: string;
  readonly event_id: string;
  readonly event_lane: number;
  readonly epoch: number;
  readonly source_slug: string;
  readonly kind: string;
  readonly occurred_at: Instant;
  readonly received_at: Instant;
  readonly identifier_id: string;
  readonly group_key: string;
  readonly pair_key: string | null;
  readonly content: CanonicalEvent | null;
  readonly state: PlacementRow['state'];
  readonly reason: string | null;
  readonly decision: EventDecision | null;
  readonly change_set_id: string | null;
  readonly place: string;
  readonly version: string;
}

function placementOf(row: PlacementRecord): PlacementRow {
  return {
    lane: row.lane,
    customerId: row.customer_id,
    eventId: row.event_id,
    epoch: row.epoch,
    place: row.place,
    version: row.version,
    groupKey: row.group_key,
    pairKey: row.pair_key,
    state: row.state,
    reason: row.reason,
    kind: row.kind,
    sourceSlug: row.source_slug,
    occurredAt: row.occurred_at,
    decision: row.decision ?? undefined,
    changeSetId: row.change_set_id,
    event:
      row.content === null
        ? undefined
        : {
            eventId: row.event_id,
            eventLane: row.event_lane,
            epoch: row.epoch,
            sourceSlug: row.source_slug,
            identifierId: row.identifier_id,
            occurredAt: row.occurred_at,
            receivedAt: row.received_at,
            groupKey: row.group_key,
            pairKey: row.pair_key,
            content: row.content,
          },
  };
}

/**
 * Loads every placement of the groups, pending ones included: a group is always judged whole. Nothing is locked, for most
 * of a long history stays as it is, and a lock is a write. A hand-over in the meantime leaves its row pending, and what was
 * judged together with it (`reopenGroups`): either the turn then fails to save (`TurnOvertaken`), or the next one judges it.
 */
export async function loadGroups(
  tx: Tx,
  keys: readonly { lane: number; customerId: string; groupKey: string; isLong?: boolean }[],
): Promise<PlacementRow[]> {
  // Positions are many and small, also of one with a long history.
  const isLong = (key: (typeof keys)[number]): boolean => key.isLong === true && key.groupKey === 'c';
  const short = keys.filter((key) => !isLong(key));
  const loaded: PlacementRow[] = [];
  if (short.length > 0) {
    const rows = await tx.rows<PlacementRecord>(
      `select ${PLACEMENT_COLUMNS}
       from unnest($1::smallint[], $2::uuid[], $3::text[]) as k (lane, customer_id, group_key)
       join placement p on p.lane = k.lane and p.customer_id = k.customer_id and p.group_key = k.group_key`,
      [
        smallints(short.map((key) => key.lane)),
        uuids(short.map((key) => key.customerId)),
        texts(short.map((key) => key.groupKey)),
      ],
    );
    for (const row of rows) loaded.push(placementOf(row));
  }
  for (const key of keys.filter(isLong)) await loadLongGroup(tx, key, loaded);
  return loaded;
}

/**
 * A hundred thousand rows are judged for some seconds between two statements, and on a busy machine for longer than a worker may stand still
 * in a turn (10 s): the turn would be cut off, and taken again for ever. Whoever waits for its lanes waits so long at most.
 */
export async function allowLongThinking(tx: Tx): Promise<void> {
  await tx.exec(`select set_config('idle_in_transaction_session_timeout', '120000', true)`);
}

/** Rows of a long history that are in memory twice, as the database says them and as they are kept. */
const ROWS_AT_ONCE = 2_000;

/** Adds a group of a hundred thousand rows to `loaded`: from one snapshot, some at a time, and what all of them say is kept once. */
async function loadLongGroup(
  tx: Tx,
  key: { lane: number; customerId: string; groupKey: string },
  loaded: PlacementRow[],
): Promise<void> {
  await tx.exec(
    `declare long_group no scroll cursor for select ${PLACEMENT_COLUMNS} from placement p where p.lane = $1 and p.customer_id = $2 and p.group_key = $3`,
    [key.lane, key.customerId, key.groupKey],
  );
  const words = new Map<string, string>();
  const once = (word: string): string => words.get(word) ?? (words.set(word, word), word);
  for (;;) {
    const rows = await tx.rows<PlacementRecord>(`fetch ${ROWS_AT_ONCE} from long_group`);
    for (const row of rows)
      loaded.push(
        placementOf({
          ...row,
          customer_id: key.customerId,
          group_key: key.groupKey,
          source_slug: once(row.source_slug),
          kind: once(row.kind),
          identifier_id: once(row.identifier_id),
          state: once(row.state) as PlacementRow['state'],
        }),
      );
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await tx.exec('close long_group');
}

/** The groups of executions of customers whose context changed: all of them are judged again. */
export async function listExecutionGroups(
  tx: Tx,
  keys: readonly { lane: number; customerId: string }[],
): Promise<{ lane: number; customerId: string; groupKey: string }[]> {
  if (keys.length === 0) return [];
  const rows = await tx.rows<{ lane: number; customer_id: string; group_key: string }>(
    `select distinct p.lane, p.customer_id, p.group_key
     from unnest($1::smallint[], $2::uuid[]) as k (lane, customer_id)
     join placement p on p.lane = k.lane and p.customer_id = k.customer_id and p.group_key <> 'c'`,
    [keys.map((key) => key.lane), keys.map((key) => key.customerId)],
  );
  return rows.map((row) => ({ lane: row.lane, customerId: row.customer_id, groupKey: row.group_key }));
}

/** The groups in which the legs of these close-by pairs stand: both positions of a pair are judged together. */
export async function listPairGroups(
  tx: Tx,
  keys: readonly { lane: number; customerId: string; pairKey: string }[],
): Promise<{ lane: number; customerId: string; groupKey: string }[]> {
  if (keys.length === 0) return [];
  const rows = await tx.rows<{ lane: number; customer_id: string; group_key: string }>(
    `select distinct p.lane, p.customer_id, p.group_key
     from unnest($1::smallint[], $2::uuid[], $3::text[]) as k (lane, customer_id, pair_key)
     join placement p on p.lane = k.lane and p.customer_id = k.customer_id and p.pair_key = k.pair_key`,
    [keys.map((key) => key.lane), keys.map((key) => key.customerId), keys.map((key) => key.pairKey)],
  );
  return rows.map((row) => ({ lane: row.lane, customerId: row.customer_id, groupKey: row.group_key }));
}

/** What a turn writes about one placement. */
export interface PlacementSave {
  readonly lane: number;
  readonly customerId: string;
  readonly eventId: string;
  /** As it was read. */
  readonly place: string;
  readonly version: string;
  readonly state: 'waiting' | 'decided' | 'withdrawn' | 'failed';
  readonly reason: string | null;
  readonly decision: EventDecision | null;
}

/** Somebody else wrote a row between its load and its save: nothing was saved, and the turn is to be taken again. */
export class TurnOvertaken extends Error {
  /** The state of a serialization failure, which it is: the same work may succeed if it is simply done again. */
  readonly code = '40001';

  constructor() {
    super('evidence of this turn was handed over anew while it was judged');
    this.name = 'TurnOvertaken';
  }
}

/**
 * Saves decisions; a row must stand as it was read. Throws TurnOvertaken when one does not. It is found where it lay, without an
 * index: whoever has written it since has left another row there, or none, and `xmin` and the event say so.
 */
export async function savePlacements(
  tx: Tx,
  saves: readonly PlacementSave[],
  decidedAt: Instant,
): Promise<void> {
  for (let start = 0; start < saves.length; start += SAVES_AT_ONCE)
    await saveSome(tx, saves.slice(start, start + SAVES_AT_ONCE), decidedAt);
}

/** Placements of one statement: what is said of a hundred thousand at once is some 50 MB of text. */
const SAVES_AT_ONCE = 5_000;

async function saveSome(tx: Tx, saves: readonly PlacementSave[], decidedAt: Instant): Promise<void> {
  const saved = await tx.exec(
    `update placement p set state = s.state, reason = s.reason, decision = s.decision, decided_at = $8, change_set_id = null
     from unnest($1::smallint[], $2::uuid[], $3::tid[], $4::xid[], $5::text[], $6::text[], $7::jsonb[])
       as s (lane, event_id, place, version, state, reason, decision)
     where p.ctid = s.place and p.lane = s.lane and p.event_id = s.event_id and p.xmin = s.version`,
    [
      smallints(saves.map((s) => s.lane)),
      uuids(saves.map((s) => s.eventId)),
      saves.map((s) => s.place),
      saves.map((s) => s.version),
      texts(saves.map((s) => s.state)),
      texts(saves.map((s) => s.reason)),
      documents(saves.map((s) => (s.decision === null ? null : json(s.decision)))),
      formatInstant(decidedAt),
    ],
  );
  if (saved !== saves.length) throw new TurnOvertaken();
}

/** What a turn writes about one customer. */
export interface CustomerSave extends Omit<CustomerRow, 'touched' | 'changeSetId'> {
  readonly registeredAt: Instant | null;
  readonly partnerId: string | null;
}

/** Inserts or updates customers. `touched` is left alone: a fact that came in during the turn keeps the customer due. */
export async function saveCustomers(tx: Tx, saves: readonly CustomerSave[], now: Instant): Promise<void> {
  if (saves.length === 0) return;
  await tx.exec(
    `insert into customer (lane, id, program_id, namespace, value, registered_at, partner_id, context, summary, lines, claims,
       facts_version, touched, settled, created_at)
     select lane, id, program_id, namespace, value, registered_at, partner_id, context, summary, lines, claims, facts_version, settled, settled, $14
     from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::uuid[], $8::jsonb[], $9::jsonb[],
       $10::jsonb[], $11::jsonb[], $12::bigint[], $13::bigint[])
       as s (lane, id, program_id, namespace, value, registered_at, partner_id, context, summary, lines, claims, facts_version, settled)
     on conflict (lane, id) do update set
       namespace = excluded.namespace, value = excluded.value, registered_at = excluded.registered_at, partner_id = excluded.partner_id,
       context = excluded.context, summary = excluded.summary, lines = excluded.lines, claims = excluded.claims,
       facts_version = excluded.facts_version, settled = excluded.settled,
       change_set_id = case when customer.touched > excluded.settled then customer.change_set_id end`,
    [
      saves.map((s) => s.lane),
      saves.map((s) => s.id),
      saves.map((s) => s.programId),
      saves.map((s) => s.namespace),
      saves.map((s) => s.value),
      saves.map((s) => (s.registeredAt === null ? null : formatInstant(s.registeredAt))),
      saves.map((s) => s.partnerId),
      saves.map((s) => json(encodeContext(s.context))),
      saves.map((s) => json(s.summary)),
      saves.map((s) => json(s.lines)),
      saves.map((s) => json(s.claims.map(encodeClaim))),
      saves.map((s) => s.factsVersion),
      saves.map((s) => s.settled),
      formatInstant(now),
    ],
    saves.length,
  );
}

/** Saves only the sums: the usual turn of a customer who traded, small enough to stay on its page. */
export async function saveSummaries(
  tx: Tx,
  saves: readonly { lane: number; id: string; summary: CustomerSummary }[],
): Promise<void> {
  if (saves.length === 0) return;
  await tx.exec(
    `update customer c set summary = s.summary
     from unnest($1::smallint[], $2::uuid[], $3::jsonb[]) as s (lane, id, summary)
     where c.lane = s.lane and c.id = s.id`,
    [
      smallints(saves.map((s) => s.lane)),
      uuids(saves.map((s) => s.id)),
      documents(saves.map((s) => json(s.summary))),
    ],
    saves.length,
  );
}

function encodeClaim(claim: IdentifierClaim): object {
  return { ...claim, from: encodeInstant(claim.from), to: encodeInstant(claim.to) };
}

function decodeClaim(claim: IdentifierClaim): IdentifierClaim {
  return { ...claim, from: decodeInstant(claim.from), to: decodeInstant(claim.to) };
}

function decodeSummary(stored: CustomerSummary): CustomerSummary {
  return stored.trades === undefined ? EMPTY_SUMMARY : stored;
}

export const EMPTY_SUMMARY: CustomerSummary = {
  deposits: {},
  withdrawals: {},
  firstDeposit: null,
  trades: { count: 0, lots: '0' },
};

/** Takes a customer whose decision throws off the road: what was booked stays, and the facts count as seen. */
export async function markFailed(tx: Tx, customer: DueCustomer): Promise<void> {
  await tx.exec(
    `update placement set state = 'failed', reason = 'failed' where lane = $1 and customer_id = $2 and state = 'pending'`,
    [customer.lane, customer.customerId],
  );
  await tx.exec('update customer set settled = touched where lane = $1 and id = $2', [
    customer.lane,
    customer.customerId,
  ]);
}
