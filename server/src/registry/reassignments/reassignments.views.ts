import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import { boundOf } from './bound.ts';
import type { SettledRow } from './facts.ts';

/** SQL over a customer `c`: its CPA was granted; also one that is settled by period, and one that was taken back since (rules.md 5 "Clawback"). */
export const CPA_GRANTED = `(c.lines <> '[]' or coalesce(c.summary -> 'cpa' ->> 'state', 'open') <> 'open')`;

/** A row of a change set. */
export interface ReassignmentRow {
  readonly row_no: number;
  readonly customer_lane: number;
  readonly customer_id: string;
  readonly fact_id: string;
  readonly partner_id: string | null;
  readonly effective_from: Instant;
  readonly keeps_cpa: boolean | null;
  readonly reason: string;
  readonly state: 'waiting' | SettledRow['state'];
  readonly problem: string | null;
  /** The fact that the row takes back; null = it writes an attribution. */
  readonly retracts: string | null;
}

const ROW = `row_no, customer_lane, customer_id, fact_id, partner_id, effective_from, keeps_cpa, reason, state, problem, retracts`;

/** Rows in this state after a place, in the order in which they are applied. */
export async function walkRows(
  tx: Tx,
  asked: {
    readonly changeSetId: string;
    readonly state: ReassignmentRow['state'];
    readonly after: readonly [lane: number, rowNo: number];
    readonly limit: number;
  },
): Promise<ReassignmentRow[]> {
  return tx.rows<ReassignmentRow>(
    `select ${ROW} from reassignment_row where change_set_id = $1 and state = $2 and (customer_lane, row_no) > ($3, $4)
     order by customer_lane, row_no limit $5`,
    [asked.changeSetId, asked.state, asked.after[0], asked.after[1], asked.limit],
  );
}

/** For people: in the order of the file, one row more than the limit. */
export async function listRows(
  tx: Tx,
  asked: {
    readonly changeSetId: string;
    readonly state: ReassignmentRow['state'] | undefined;
    readonly after: number;
    readonly limit: number;
  },
): Promise<ReassignmentRow[]> {
  return tx.rows<ReassignmentRow>(
    `select ${ROW} from reassignment_row where change_set_id = $1 and ($2::text is null or state = $2) and row_no > $3 order by row_no limit $4`,
    [asked.changeSetId, asked.state ?? null, asked.after, asked.limit + 1],
  );
}

/** Attributions by hand, not taken back, that begin at exactly these instants. Names the lanes that it reads. */
export async function listBondsAt(
  tx: Tx,
  keys: readonly { readonly customerId: string; readonly from: Instant }[],
): Promise<Map<string, string>> {
  const rows = await tx.rows<{ n: number; fact_id: string }>(
    `select k.n::integer as n, min(f.id::text) as fact_id
     from unnest($1::smallint[], $2::uuid[], $3::timestamptz[]) with ordinality as k (lane, customer_id, from_at, n)
     join fact f on f.lane = k.lane and f.customer_id = k.customer_id and f.kind = 'attribution' and f.effective_from = k.from_at and f.of_customer is null
     where not exists (select from fact r where r.lane = k.lane and r.customer_id = k.customer_id and r.kind = 'retraction'
       and r.body ->> 'retracts' = f.id::text)
     group by k.n`,
    [
      keys.map((key) => laneOf('customer', key.customerId)),
      keys.map((key) => key.customerId),
      keys.map((key) => boundOf(key.from)),
    ],
  );
  const found = new Map<string, string>();
  for (const { n, fact_id: factId } of rows) {
    const key = keys[n - 1];
    if (key !== undefined) found.set(bondKey(key), factId);
  }
  return found;
}

export function bondKey({
  customerId,
  from,
}: {
  readonly customerId: string;
  readonly from: Instant;
}): string {
  return `${customerId} ${from}`;
}

/** Facts that were taken back already, of these. */
export async function listRetracted(
  tx: Tx,
  keys: readonly { readonly lane: number; readonly customerId: string; readonly factId: string }[],
): Promise<Set<string>> {
  const rows = await tx.rows<{ id: string }>(
    `select k.id::text as id from unnest($1::smallint[], $2::uuid[], $3::uuid[]) as k (lane, customer_id, id)
     where exists (select from fact r where r.lane = k.lane and r.customer_id = k.customer_id and r.kind = 'retraction'
       and r.body ->> 'retracts' = k.id::text)`,
    [keys.map((key) => key.lane), keys.map((key) => key.customerId), keys.map((key) => key.factId)],
  );
  return new Set(rows.map((row) => row.id));
}

/** The customer with whom one who was merged away lives (rules.md 2.15): what is said of the one moves the other's money. Itself, if it was not. */
export async function findHome(tx: Tx, customerId: string): Promise<string> {
  const row = await tx.one<{ id: string }>(
    `with recursive up as (
       select $1::uuid as id, 0 as step
       union all
       select m.survivor, up.step + 1 from customer_merge m join up on m.loser = up.id where m.ended_at is null
     ) select id from up order by step desc limit 1`,
    [customerId],
  );
  return row.id;
}

/** Of these customers those who were merged away, each with the one with whom it lives. */
export async function listHomes(tx: Tx, customerIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.rows<{ id: string; home: string }>(
    `with recursive up as (
       select m.loser as id, m.survivor as home, 1 as step from customer_merge m where m.loser = any($1::uuid[]) and m.ended_at is null
       union all
       select up.id, m.survivor, up.step + 1 from customer_merge m join up on m.loser = up.home where m.ended_at is null
     ) select distinct on (id) id, home from up order by id, step desc`,
    [customerIds],
  );
  return new Map(rows.map(({ id, home }) => [id, home]));
}

/** What is known of customers whom a request names. */
export interface KnownCustomer {
  readonly id: string;
  readonly programId: string;
  /** A CPA is granted, be it paid, settled by period, or taken back since. */
  readonly granted: boolean;
  readonly partnerId: string | null;
}

export async function listKnown(tx: Tx, ids: readonly string[]): Promise<Map<string, KnownCustomer>> {
  const rows = await tx.rows<KnownCustomer>(
    `select c.id, c.program_id as "programId", ${CPA_GRANTED} as granted, c.partner_id as "partnerId"
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join customer c on c.lane = k.lane and c.id = k.id`,
    [ids.map((id) => laneOf('customer', id)), ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** True when something of this customer was decided at all, paid or not. */
export async function hasEvents(tx: Tx, lane: number, customerId: string): Promise<boolean> {
  const row = await tx.one<{ some: boolean }>(
    `select exists (select from placement where lane = $1 and customer_id = $2 and state <> 'withdrawn') as some`,
    [lane, customerId],
  );
  return row.some;
}

/** True when anything was ever decided to be paid for this customer and still is, or goes to what is settled by month. */
export async function hasCommission(tx: Tx, lane: number, customerId: string): Promise<boolean> {
  const row = await tx.one<{ some: boolean }>(
    `select exists (select from customer where lane = $1 and id = $2 and (lines <> '[]' or coalesce(summary -> 'inputs', '[]') <> '[]'))
       or exists (select from placement where lane = $1 and customer_id = $2 and state = 'decided'
         and jsonb_array_length(coalesce(decision -> 'lines', '[]')) + jsonb_array_length(coalesce(decision -> 'inputs', '[]')) > 0) as some`,
    [lane, customerId],
  );
  return row.some;
}

/** Customers who are bound to this partner now, at most `limit`, in order of id; over all lanes. */
export async function listBoundTo(tx: Tx, partnerId: string, limit: number): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select id from customer where partner_id = $1 order by id limit $2`,
    [partnerId, limit],
  );
  return rows.map((row) => row.id);
}

/** Partners of a program: their ids, and externalRefs where they have one. */
export async function listPartnerNames(
  tx: Tx,
  programId: string,
): Promise<{ readonly id: string; readonly ref: string | null }[]> {
  return tx.rows<{ id: string; ref: string | null }>(
    `select id, external_ref as ref from partner where program_id = $1`,
    [programId],
  );
}

/** Names of partners by id. */
export async function listNames(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.rows<{ id: string; name: string }>(
    `select id, name from partner where id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}
