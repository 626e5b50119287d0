import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { CustomerContext, EventDecision, Line } from '../../pipeline/commission/facts.ts';
import { readHoldReason } from '../../pipeline/ledger/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import { findCustomer } from '../../registry/customers/index.ts';
import type { CustomerRow } from '../../registry/customers/index.ts';
import { listCommissions } from '../commissions/index.ts';
import type { CommissionRow } from '../commissions/index.ts';
import type { JourneyCustomer, JourneyEvent, JourneyPosting } from './facts.ts';

/** More events than anybody reads in one go: the newest are shown. */
const MOST_EVENTS = 500;
const MOST_POSTINGS = 3_000;

/** Everything that one customer's journey is told from, as of one snapshot. */
export interface JourneySeen {
  readonly row: CustomerRow;
  readonly customer: JourneyCustomer;
  readonly events: readonly JourneyEvent[];
  /** True when there are more events than these. */
  readonly cut: boolean;
  readonly postings: readonly JourneyPosting[];
  readonly partnerNames: ReadonlyMap<string, string>;
}

/** Undefined when there is no such customer. */
export async function findJourney(
  tx: Tx,
  customerId: string,
  realNow: Instant,
): Promise<JourneySeen | undefined> {
  const lane = laneOf('customer', customerId);
  const row = await findCustomer(tx, lane, customerId);
  if (row === undefined) return undefined;
  const { lines } = await tx.one<{ lines: Line[] }>(
    `select lines from customer where lane = $1 and id = $2`,
    [lane, customerId],
  );
  const events = await listJourneyEvents(tx, lane, customerId);
  return {
    row,
    customer: { partnerId: row.partner_id, context: row.context as Partial<CustomerContext>, lines },
    events: events.slice(0, MOST_EVENTS).map(eventOf),
    cut: events.length > MOST_EVENTS,
    postings: (await listCommissions(tx, { customerId, limit: MOST_POSTINGS }, realNow)).map(postingOf),
    partnerNames: await loadPartnerNames(tx, row.program_id),
  };
}

interface EventRecord {
  readonly event_id: string;
  readonly source_slug: string;
  readonly kind: string;
  readonly occurred_at: Instant;
  readonly content: CanonicalEvent;
  readonly state: JourneyEvent['state'];
  readonly reason: string | null;
  readonly decision: EventDecision | null;
  readonly chunk_lane: number;
  readonly chunk_id: string;
  readonly chunk_item: number;
}

async function listJourneyEvents(tx: Tx, lane: number, customerId: string): Promise<EventRecord[]> {
  return tx.rows<EventRecord>(
    `select p.event_id, p.source_slug, p.kind, p.occurred_at, p.content, p.state, p.reason, p.decision, e.chunk_lane, e.chunk_id, e.chunk_item
     from (select * from placement where lane = $1 and customer_id = $2 and content is not null
           order by occurred_at desc, event_id desc limit $3) as p
     join event e on e.lane = p.event_lane and e.id = p.event_id
     order by p.occurred_at desc, p.event_id desc`,
    [lane, customerId, MOST_EVENTS + 1],
  );
}

function eventOf(row: EventRecord): JourneyEvent {
  return {
    eventId: row.event_id,
    source: row.source_slug,
    kind: row.kind,
    occurredAt: row.occurred_at,
    content: row.content,
    state: row.state,
    reason: row.reason,
    decision: row.decision,
    delivery: { lane: row.chunk_lane, chunkId: row.chunk_id, item: row.chunk_item },
  };
}

function postingOf(row: CommissionRow): JourneyPosting {
  const heldBy = row.hold_reason === '' ? 'hold_period' : readHoldReason(row.hold_reason).shown;
  return {
    address: { lane: row.lane, hopId: row.hop_id, row: row.row_no, item: row.position },
    eventId: row.item.e ?? null,
    partnerId: row.partner_id,
    component: row.component,
    level: row.item.l,
    amountMinor: BigInt(row.item.a),
    currency: row.currency,
    state: row.state,
    holdReason: row.state === 'held' ? heldBy : null,
    holdUntil: row.hold_until,
    causedAt: instantFromIso(row.item.t),
    bookedAt: row.booked_at,
  };
}

async function loadPartnerNames(tx: Tx, programId: string): Promise<Map<string, string>> {
  const rows = await tx.rows<{ id: string; name: string }>(
    `select id, name from partner where program_id = $1`,
    [programId],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}
