// Reads the derived tables, to be compared and never to be computed from.
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { ClaimsHop } from '../../pipeline/identity/facts.ts';
import type { LinesHop } from '../../pipeline/ledger/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { StoredCustomer, StoredPlacement } from './facts.ts';
import type { PaidPart } from './paid-book.ts';
import type { JournalRowKept } from './postings.ts';
import type { OnTheRoad } from './unsettled.ts';

const PAGE = 2_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';

export interface EventKept {
  readonly lane: number;
  readonly id: string;
  readonly kind: string;
  readonly occurredAt: Instant;
  readonly content: CanonicalEvent;
  readonly hash: string;
  readonly revision: number;
  readonly identifierId: string;
  readonly customerId: string | null;
  readonly leftIds: readonly string[];
  readonly failed: string | null;
}

/** All events, page by page. */
export async function* readEvents(tx: Tx): AsyncGenerator<EventKept> {
  let after: { lane: number; id: string } | undefined = { lane: -1, id: NO_ID };
  while (after !== undefined) {
    const rows: EventKept[] = await tx.rows<EventKept>(
      `select lane, id, kind, occurred_at as "occurredAt", content, encode(content_hash, 'hex') as hash, revision, identifier_id as "identifierId",
              customer_id as "customerId", left_ids as "leftIds", failed
       from event where (lane, id) > ($1, $2) order by lane, id limit $3`,
      [after.lane, after.id, PAGE],
    );
    yield* rows;
    after = rows.length < PAGE ? undefined : rows.at(-1);
  }
}

export interface LinkKept {
  readonly identifierId: string;
  readonly customerId: string;
  readonly originId: string;
  readonly namespace: string;
  readonly value: string;
  readonly from: Instant;
  readonly to: Instant;
}

export async function listLinks(tx: Tx): Promise<LinkKept[]> {
  return tx.rows<LinkKept>(
    `select identifier_id as "identifierId", customer_id as "customerId", origin_id as "originId", namespace, value, effective_from as "from", effective_to as "to"
     from identity_link`,
  );
}

export interface ParkedKept {
  readonly eventId: string;
  readonly identifierId: string;
  readonly reason: string;
}

export async function listParked(tx: Tx): Promise<ParkedKept[]> {
  return tx.rows<ParkedKept>(
    'select event_id as "eventId", identifier_id as "identifierId", reason from parked',
  );
}

/** Customers that the tables know: by a row of their own, or by a placement. */
export async function listKnownCustomers(tx: Tx): Promise<{ customerId: string; programId: string }[]> {
  return tx.rows(
    'select id as "customerId", program_id as "programId" from customer union select customer_id, program_id from placement',
  );
}

/** The rows of these customers, and every placement with them. */
export async function loadCustomers(
  tx: Tx,
  ids: readonly string[],
): Promise<{ customers: Map<string, StoredCustomer>; placements: Map<string, StoredPlacement[]> }> {
  const lanes = ids.map((id) => laneOf('customer', id));
  const customers = await tx.rows<StoredCustomer>(
    `select c.id, c.program_id as "programId", c.registered_at as "registeredAt", c.partner_id as "partnerId", c.context, c.summary, c.lines, c.claims,
            array(select b.partner_id::text from customer_bond b where b.lane = c.lane and b.customer_id = c.id) as "bondedTo"
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join customer c on c.lane = k.lane and c.id = k.id`,
    [lanes, ids],
  );
  const placements = await tx.rows<StoredPlacement>(
    `select p.customer_id as "customerId", p.event_id as "eventId", p.state, p.reason, p.content, p.decision, p.group_key as "groupKey"
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join placement p on p.lane = k.lane and p.customer_id = k.id`,
    [lanes, ids],
  );
  return {
    customers: new Map(customers.map((row) => [row.id, row])),
    placements: Map.groupBy(placements, (row) => row.customerId),
  };
}

/** All journal rows, page by page, lane after lane. */
export async function* readJournal(tx: Tx): AsyncGenerator<JournalRowKept> {
  let after: { lane: number; hopId: string; rowNo: number } | undefined = {
    lane: -1,
    hopId: NO_ID,
    rowNo: -1,
  };
  while (after !== undefined) {
    const rows: JournalRowKept[] = await tx.rows<JournalRowKept>(
      `select lane, hop_id as "hopId", row_no as "rowNo", partner_id as "partnerId", kind, component, hold_day as "holdDay", hold_reason as "holdReason",
              currency, accounts, amounts, items, position
       from journal where (lane, hop_id, row_no) > ($1, $2, $3) order by lane, hop_id, row_no limit $4`,
      [after.lane, after.hopId, after.rowNo, PAGE],
    );
    yield* rows;
    after = rows.length < PAGE ? undefined : rows.at(-1);
  }
}

export async function listBalances(
  tx: Tx,
): Promise<{ lane: number; account: string; currency: string; amount: string }[]> {
  return tx.rows('select lane, account, currency, amount from balance order by lane, account, currency');
}

export interface GroupKept {
  readonly lane: number;
  readonly partnerId: string;
  readonly component: string;
  readonly holdDay: string;
  readonly holdReason: string;
  readonly currency: string;
  readonly held: string;
  readonly approved: string;
  readonly paid: string;
  readonly releases: number;
  readonly programId: string;
  /** Infinity while a reason holds it. */
  readonly holdUntil: Instant;
}

export async function listGroups(tx: Tx): Promise<GroupKept[]> {
  return tx.rows<GroupKept>(
    `select lane, partner_id as "partnerId", component, hold_day as "holdDay", hold_reason as "holdReason", currency, held, approved, paid, releases,
            program_id as "programId", hold_until as "holdUntil"
     from settlement_group order by lane, partner_id, component, hold_day, hold_reason, currency`,
  );
}

/** Which rows of which group each payment paid. */
export async function listPaidParts(tx: Tx): Promise<PaidPart[]> {
  return tx.rows<PaidPart>(
    `select payment_id as "paymentId", partner_id as "partnerId", component, hold_day as "holdDay", '' as "holdReason", currency,
            from_position as "from", to_position as "to", paid_at as "paidAt" from payment_part`,
  );
}

export interface DecisionKept {
  readonly lane: number;
  readonly id: string;
  readonly kind: string;
  readonly subject: Readonly<Record<string, unknown>>;
}

/** Decision facts: recorded once, replayed by a rebuild. */
export async function listDecisions(tx: Tx): Promise<DecisionKept[]> {
  return tx.rows<DecisionKept>('select lane, id, kind, subject from decision order by lane, id');
}

/** What is on its way as of the snapshot, and what failed. */
export async function loadRoad(tx: Tx): Promise<
  OnTheRoad & {
    readonly failedEvents: number;
    readonly failedPlacements: number;
    readonly claimedBy: ReadonlyMap<string, readonly string[]>;
  }
> {
  const works = await tx.rows<{ ids: string[] }>('select event_ids as ids from evidence_work');
  const failed = await tx.rows<{ id: string }>('select id from event where failed is not null');
  const customers = await tx.rows<{ id: string }>(
    `select distinct customer_id as id from placement where state in ('pending', 'failed')
     union select id from customer where touched > settled
     union select c.id from customer c join program p on p.id = c.program_id and c.facts_version < p.facts_version
     union select unnest(array[what ->> 'loser', what ->> 'survivor']::uuid[]) from change_set where state = 'running' and kind in ('merge', 'unmerge')
     union select (move ->> 'to')::uuid from hop_out, json_array_elements(payload -> 'moves') as move where kind = 'facts'`,
  );
  const { n } = await tx.one<{ n: number }>(`select count(*) as n from placement where state = 'failed'`);
  const hops = await tx.rows<{ payload: ClaimsHop }>(`select payload from hop_out where kind = 'claims'`);
  const claims = hops
    .flatMap((hop) => hop.payload.claims)
    .flatMap((entry) => [...entry.upsert, ...entry.remove]);
  return {
    events: new Set([...works.flatMap((work) => work.ids), ...failed.map((row) => row.id)]),
    customers: new Set(customers.map((row) => row.id)),
    identifiers: new Set(claims.map((claim) => claim.identifierId)),
    failedEvents: failed.length,
    failedPlacements: n,
    claimedBy: await loadClaims(
      tx,
      customers.map((row) => row.id),
    ),
  };
}

async function loadClaims(tx: Tx, customerIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx.rows<{ id: string; claims: { identifierId: string }[] }>(
    'select c.id, c.claims from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join customer c on c.lane = k.lane and c.id = k.id',
    [customerIds.map((id) => laneOf('customer', id)), customerIds],
  );
  return new Map(rows.map((row) => [row.id, row.claims.map((claim) => claim.identifierId)]));
}

/** Lines that were sent and are not posted: in the outgoing hops or in an inbox, each message once per receiving lane. */
export async function listSentLines(
  tx: Tx,
): Promise<{ lane: number; difference: LinesHop['differences'][number] }[]> {
  const inbox = await tx.rows<{ lane: number; hopId: string; payload: LinesHop }>(
    'select lane, hop_id as "hopId", payload from partner_inbox',
  );
  const outgoing = await tx.rows<{ hopId: string; payload: LinesHop }>(
    `select id as "hopId", payload from hop_out where kind = 'lines'`,
  );
  const received = new Set(inbox.map((row) => `${row.lane} ${row.hopId}`));
  const all = [
    ...inbox.flatMap((row) =>
      row.payload.differences.map((difference) => ({ lane: row.lane, hopId: row.hopId, difference })),
    ),
    ...outgoing
      .flatMap((row) =>
        row.payload.differences.map((difference) => ({
          lane: laneOf('partner', difference.partnerId),
          hopId: row.hopId,
          difference,
        })),
      )
      .filter((entry) => !received.has(`${entry.lane} ${entry.hopId}`)),
  ];
  const posted = await tx.rows<{ lane: number; hopId: string }>(
    `select distinct j.lane, j.hop_id as "hopId" from unnest($1::smallint[], $2::uuid[]) as k (lane, hop_id) join journal j on j.lane = k.lane and j.hop_id = k.hop_id`,
    [all.map((entry) => entry.lane), all.map((entry) => entry.hopId)],
  );
  const done = new Set(posted.map((row) => `${row.lane} ${row.hopId}`));
  return all.filter((entry) => !done.has(`${entry.lane} ${entry.hopId}`));
}
