import { sha256Hex } from '../../kernel/digest.ts';
import { packDeliveryId } from '../../kernel/ids.ts';
import type { CommissionAddress } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type {
  CpaStanding,
  CustomerContext,
  EventDecision,
  Line,
  PeriodInput,
} from '../../pipeline/commission/facts.ts';
import { decodeContext, grantedByOf, naturalKeyOf } from '../../pipeline/commission/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import { describeDeal } from '../../registry/deals/index.ts';
import type { JournalItem } from '../../pipeline/ledger/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type {
  ClaimSeen,
  CustomerSeen,
  DeliverySeen,
  EventEvidence,
  OpeningSeen,
  PlacementSeen,
} from './facts.ts';
import { findJournalItem, listAfterPayment, listPostings } from './postings.views.ts';
import type { PostingQuestion } from './postings.views.ts';

/** What reading an explanation needs from outside. */
export interface ExplainDeps {
  readonly db: Db;
  readonly getProgram: (programId: string) => Promise<ProgramSnapshot>;
  /** Real time; a sandbox program's own clock goes before it. */
  readonly now: () => Instant;
}

/** Most characters of a body that an explanation shows; the delivery itself has all of it. */
const BODY_LIMIT = 65_536;

/** How far the clocks of two machines may differ: a worker books what an API received. */
const CLOCK_SKEW_MICROS = 3_600_000_000;

/** Everything about one event, read in one snapshot over all lanes; undefined when there is no such event. */
export async function findEventEvidence(
  deps: ExplainDeps,
  eventId: string,
): Promise<EventEvidence | undefined> {
  return withEvent(deps, async (tx) => ({
    eventId,
    row: await findEvent(tx, eventId),
    customerScope: undefined,
  }));
}

/** The same for the event that caused one commission row. */
export async function findCommissionEvidence(
  deps: ExplainDeps,
  address: CommissionAddress,
): Promise<EventEvidence | undefined> {
  return withEvent(deps, async (tx) => {
    const item = await findJournalItem(tx, address);
    if (item === undefined) return undefined;
    const eventId = item.e ?? (await findCauseOf(tx, item));
    if (eventId === undefined) return undefined;
    return {
      eventId,
      row: await findEvent(tx, eventId),
      customerScope: item.e === undefined ? item.c : undefined,
    };
  });
}

/** The event behind a line of customer scope; undefined for what is settled by period, which has many. */
async function findCauseOf(tx: Tx, { c, cl, k, t }: JournalItem): Promise<string | undefined> {
  if (c === undefined || cl === undefined) return undefined;
  return findCauseOfCustomerScope(tx, { lane: cl, customerId: c, naturalKey: k, causedAt: t });
}

/** The month that a commission settles; undefined for one that comes from an event. */
export async function findMonthOf(
  deps: ExplainDeps,
  address: CommissionAddress,
): Promise<{ partnerId: string; component: string; period: string } | undefined> {
  const item = await deps.db.acrossLanes('views', (tx) => findJournalItem(tx, address));
  if (item?.p === undefined) return undefined;
  const [, period, component, partnerId] = item.k.split(':');
  return period === undefined || component === undefined || partnerId === undefined
    ? undefined
    : { partnerId, component, period };
}

interface Wanted {
  readonly eventId: string;
  readonly row: EventRow | undefined;
  /** Customer whose customer-scope postings are wanted, whatever its lines say now. */
  readonly customerScope: string | undefined;
}

interface Found extends Wanted {
  readonly row: EventRow;
  readonly program: ProgramSnapshot;
}

// The registry cache reads in a transaction of its own, so it is asked between two of ours: a request that held one connection
// while it waits for another could starve the pool.
async function withEvent(
  deps: ExplainDeps,
  find: (tx: Tx) => Promise<Wanted | undefined>,
): Promise<EventEvidence | undefined> {
  const first = await deps.db.acrossLanes('views', find);
  if (first?.row === undefined) return undefined;
  const program = await deps.getProgram(first.row.program_id);
  return deps.db.acrossLanes('views', async (tx) => {
    const wanted = await find(tx);
    return wanted?.row === undefined
      ? undefined
      : loadEvidence(deps, tx, { ...wanted, row: wanted.row, program });
  });
}

async function loadEvidence(deps: ExplainDeps, tx: Tx, found: Found): Promise<EventEvidence> {
  const { row, eventId, program } = found;
  const placement = row.customer_id === null ? null : await findPlacement(tx, row.customer_id, eventId);
  const customer = row.customer_id === null ? null : await findCustomer(tx, row.customer_id);
  const lines = [
    ...(placement?.decision?.lines ?? []),
    ...(customer?.lines ?? []).filter((line) => grantedByOf(line) === eventId),
  ];
  return {
    program,
    now: row.clock_at ?? deps.now(),
    source: { id: row.source_id, slug: row.source_slug, name: row.source_name },
    event: eventOf(row, eventId),
    earlierRevisions: await listRevisions(tx, eventId),
    delivery: await findDelivery(tx, { lane: row.chunk_lane, chunkId: row.chunk_id, item: row.chunk_item }),
    moving: row.moving,
    parked: await findParked(tx, row.identifier_id, eventId),
    claims: await listClaims(tx, row.identifier_id),
    placement,
    left: row.left_ids,
    customer,
    openings: placement === null ? [] : await listOpenings(tx, placement),
    postings: await listPostings(tx, await questionOf(tx, found, { customer, lines })),
    afterPayment: await listAfterPayment(tx, takingLines({ eventId, placement, customer })),
    dealTerms: termsOf(program, lines),
  };
}

/** Lines that take back: what payments made of them stands with the partner. */
function takingLines({
  eventId,
  placement,
  customer,
}: Pick<EventEvidence, 'placement' | 'customer'> & { readonly eventId: string }) {
  const customerId = placement?.customerId ?? customer?.id ?? '';
  const named = (line: Line, ofEvent: string | null) => ({
    naturalKey: naturalKeyOf({ ...line, eventId: ofEvent, customerId }),
    partnerId: line.partnerId,
  });
  const isTaking = (line: Line): boolean => line.ifPaid !== undefined;
  return [
    ...(placement?.decision?.lines ?? []).filter(isTaking).map((line) => named(line, eventId)),
    ...(customer?.lines ?? []).filter(isTaking).map((line) => named(line, null)),
  ];
}

function eventOf(row: EventRow, id: string): EventEvidence['event'] {
  return {
    id,
    recordType: row.record_type,
    externalId: row.external_id,
    part: row.part,
    occurredAt: row.occurred_at,
    receivedAt: row.received_at,
    content: row.content,
    revision: row.revision,
    orderValue: row.order_value,
    mappingVersion: row.mapping_version,
    failed: row.failed,
  };
}

/** Where postings of the event may be: with it and with every customer that it has left. */
async function questionOf(
  tx: Tx,
  found: Found,
  known: { customer: CustomerSeen | null; lines: readonly Line[] },
): Promise<PostingQuestion> {
  const { row, eventId, program } = found;
  const { customer, lines } = known;
  const ids = [...(row.customer_id === null ? [] : [row.customer_id]), ...row.left_ids];
  const bound = [...(await listBoundPartners(tx, ids)), ...lines.map((line) => line.partnerId)];
  for (const id of ids)
    bound.push(...partnersOf(id === customer?.id ? customer : await findCustomer(tx, id)));
  const granted = lines.some((line) => grantedByOf(line) === eventId)
    ? (row.customer_id ?? undefined)
    : undefined;
  const customerScope = found.customerScope ?? granted;
  return {
    eventId,
    customerScope,
    causedAt: formatInstant(row.occurred_at),
    customers: ids,
    partners: withAncestors(program, bound),
    // A CPA may have been booked for another deposit before this one came; and a sandbox's clock may have been set back at its start.
    bookedFrom:
      customerScope !== undefined || row.sandbox
        ? '-infinity'
        : formatInstant((row.received_at - CLOCK_SKEW_MICROS) as Instant),
  };
}

interface EventRow {
  readonly program_id: string;
  readonly source_id: string;
  readonly source_slug: string;
  readonly source_name: string;
  readonly clock_at: Instant | null;
  readonly sandbox: boolean;
  readonly record_type: string;
  readonly external_id: string;
  readonly part: string;
  readonly occurred_at: Instant;
  readonly received_at: Instant;
  readonly content: CanonicalEvent;
  readonly revision: number;
  readonly order_value: string | null;
  readonly mapping_version: number;
  readonly chunk_lane: number;
  readonly chunk_id: string;
  readonly chunk_item: number;
  readonly identifier_id: string;
  readonly customer_id: string | null;
  readonly left_ids: string[];
  readonly failed: string | null;
  readonly moving: boolean;
}

async function findEvent(tx: Tx, eventId: string): Promise<EventRow | undefined> {
  return tx.find<EventRow>(
    `select e.program_id, e.source_id, s.slug as source_slug, s.name as source_name, p.clock_at, p.sandbox, e.record_type, e.external_id, e.part,
            e.occurred_at, e.received_at, e.content, e.revision, e.order_value, e.mapping_version, e.chunk_lane, e.chunk_id, e.chunk_item,
            e.identifier_id, e.customer_id, e.left_ids, e.failed,
            exists (select from evidence_work w where e.id = any(w.event_ids)) as moving
     from event e join source s on s.id = e.source_id join program p on p.id = e.program_id
     where e.lane = $1 and e.id = $2`,
    [laneOf('evidence', eventId), eventId],
  );
}

async function listRevisions(tx: Tx, eventId: string): Promise<EventEvidence['earlierRevisions']> {
  return tx.rows(
    `select revision, effective, recorded_at as "recordedAt", mapping_version as "mappingVersion"
     from event_revision where lane = $1 and event_id = $2 order by revision`,
    [laneOf('evidence', eventId), eventId],
  );
}

async function findDelivery(
  tx: Tx,
  at: { lane: number; chunkId: string; item: number },
): Promise<DeliverySeen | null> {
  // Arrays of the database count from one, deliveries of a chunk from zero.
  const row = await tx.find<{
    received_at: Instant;
    feed: string | null;
    content_type: string | null;
    query: string | null;
    body: Buffer | null;
  }>(
    `select received_ats[$3::int + 1] as received_at, feeds[$3::int + 1] as feed, content_types[$3::int + 1] as content_type, queries[$3::int + 1] as query, bodies[$3::int + 1] as body
     from delivery_chunk where lane = $1 and id = $2`,
    [at.lane, at.chunkId, at.item],
  );
  if (row === undefined || row.body === null) return null;
  const text = textOf(row.body);
  return {
    id: packDeliveryId(at),
    receivedAt: row.received_at,
    feed: row.feed ?? '',
    contentType: row.content_type ?? '',
    query: row.query ?? '',
    sha256: sha256Hex(row.body),
    bytes: row.body.length,
    body: text?.slice(0, BODY_LIMIT) ?? null,
    cut: (text?.length ?? 0) > BODY_LIMIT,
  };
}

function textOf(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

async function findParked(tx: Tx, identifierId: string, eventId: string): Promise<EventEvidence['parked']> {
  const row = await tx.find<{ reason: string; parkedAt: Instant }>(
    `select reason, parked_at as "parkedAt" from parked where lane = $1 and identifier_id = $2 and event_id = $3`,
    [laneOf('identifier', identifierId), identifierId, eventId],
  );
  return row ?? null;
}

async function listClaims(tx: Tx, identifierId: string): Promise<ClaimSeen[]> {
  return tx.rows<ClaimSeen>(
    `select customer_id as "customerId", origin_id as "originId", effective_from as "from", effective_to as "to"
     from identity_link where lane = $1 and identifier_id = $2 order by effective_from, customer_id, origin_id`,
    [laneOf('identifier', identifierId), identifierId],
  );
}

async function findPlacement(tx: Tx, customerId: string, eventId: string): Promise<PlacementSeen | null> {
  const row = await tx.find<{
    state: PlacementSeen['state'];
    reason: string | null;
    decision: EventDecision | null;
    decidedAt: Instant | null;
  }>(
    `select state, reason, decision, decided_at as "decidedAt" from placement where lane = $1 and customer_id = $2 and event_id = $3`,
    [laneOf('customer', customerId), customerId, eventId],
  );
  return row === undefined ? null : { customerId, ...row };
}

async function findCustomer(tx: Tx, customerId: string): Promise<CustomerSeen | null> {
  const row = await tx.find<{
    namespace: string;
    value: string;
    context: CustomerContext;
    lines: Line[];
    inputs: PeriodInput[] | null;
    cpa: CpaStanding | null;
  }>(
    `select namespace, value, context, lines, summary->'inputs' as inputs, summary->'cpa' as cpa from customer where lane = $1 and id = $2`,
    [laneOf('customer', customerId), customerId],
  );
  return row === undefined
    ? null
    : {
        id: customerId,
        namespace: row.namespace,
        value: row.value,
        context: decodeContext(row.context),
        lines: row.lines,
        inputs: row.inputs ?? [],
        cpa: row.cpa,
      };
}

async function listOpenings(tx: Tx, placement: PlacementSeen): Promise<OpeningSeen[]> {
  const assembly = placement.decision?.assembly;
  if (assembly?.kind !== 'trade') return [];
  const { openedBy, closedWith } = assembly.trade;
  return tx.rows<OpeningSeen>(
    `select event_id as "eventId", external_id as "externalId", occurred_at as "occurredAt", content
     from placement where lane = $1 and customer_id = $2 and event_id = any($3::uuid[]) and content is not null order by occurred_at, external_id`,
    [
      laneOf('customer', placement.customerId),
      placement.customerId,
      [...openedBy, ...(closedWith === undefined ? [] : [closedWith])],
    ],
  );
}

/** The event behind a posting of customer scope: the one that its line names, else the deposit of that instant, else the registration. */
async function findCauseOfCustomerScope(
  tx: Tx,
  at: { lane: number; customerId: string; naturalKey: string; causedAt: string },
): Promise<string | undefined> {
  const customer = await findCustomer(tx, at.customerId);
  const line = customer?.lines.find(
    (one) => at.naturalKey === `c:${at.customerId}:${one.component}:${one.partnerId}:${one.level}`,
  );
  const named = line === undefined ? undefined : grantedByOf(line);
  if (named !== undefined) return named;
  const row = await tx.find<{ id: string }>(
    `select event_id as id from placement
     where lane = $1 and customer_id = $2 and group_key = 'c' and kind in ('deposit', 'first_deposit')
     order by occurred_at = $3::timestamptz desc, occurred_at, event_id limit 1`,
    [at.lane, at.customerId, at.causedAt],
  );
  return row?.id ?? customer?.context.registrationId ?? undefined;
}

/** Partners to whom the customers were ever bound: one who was merged away, or a retracted fact, may still have bookings. */
async function listBoundPartners(tx: Tx, customerIds: readonly string[]): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `with k as (select * from unnest($1::smallint[], $2::uuid[]) as k (lane, customer_id))
     select f.body->>'partnerId' as id from k
     join fact f on f.lane = k.lane and f.customer_id = k.customer_id where f.kind = 'attribution' and f.body->>'partnerId' is not null
     union select b.partner_id::text from k join customer_bond b on b.lane = k.lane and b.customer_id = k.customer_id`,
    [customerIds.map((id) => laneOf('customer', id)), customerIds],
  );
  return rows.map((row) => row.id);
}

/** Partners to whom a customer was bound or nearly bound. */
function partnersOf(customer: CustomerSeen | null): string[] {
  const bonds = customer?.context.attributions ?? [];
  return bonds
    .flatMap((bond) => [bond.partnerId, ...bond.losers.map((loser) => loser.partnerId)])
    .filter((id) => id !== null);
}

/** These partners and everybody who ever stood above them. */
function withAncestors(program: ProgramSnapshot, partnerIds: readonly string[]): string[] {
  const queue = [...partnerIds];
  const found = new Set<string>();
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    for (const edge of program.edges.get(id) ?? []) if (edge.parentId !== null) queue.push(edge.parentId);
  }
  return [...found];
}

/** Plain terms of the deal versions that lines name, by deal id. */
export function termsOf(
  program: ProgramSnapshot,
  lines: readonly Pick<Line, 'dealId'>[],
): ReadonlyMap<string, readonly string[]> {
  const deals = [...program.defaultDeals, ...[...program.dealsOf.values()].flat()];
  return new Map(
    lines.flatMap((line) => {
      const deal = deals.find((entry) => entry.id === line.dealId);
      return deal === undefined ? [] : [[line.dealId, describeDeal(deal.document)] as const];
    }),
  );
}
