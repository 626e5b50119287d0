import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { CustomerFact } from '../../pipeline/identity/facts.ts';

export interface CustomerRow {
  readonly lane: number;
  readonly id: string;
  readonly program_id: string;
  readonly namespace: string;
  readonly value: string;
  readonly registered_at: Instant | null;
  readonly partner_id: string | null;
  readonly context: Record<string, unknown>;
  readonly summary: Record<string, unknown>;
  /** Of customer scope: what a CPA comes to. */
  readonly lines: readonly Record<string, unknown>[];
  readonly claims: readonly Record<string, unknown>[];
  readonly touched: number;
  readonly settled: number;
  /** 'YYYY-MM-DD' in the program's zone. */
  readonly last_active_day: string | null;
  readonly created_at: Instant;
}

export async function findCustomer(tx: Tx, lane: number, id: string): Promise<CustomerRow | undefined> {
  return tx.find<CustomerRow>(`select * from customer where lane = $1 and id = $2`, [lane, id]);
}

export interface CustomerFilter {
  readonly programId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly search?: string | undefined;
  readonly before?: { readonly createdAt: string; readonly id: string } | undefined;
  /** Last active days, both inclusive; 'never': none. */
  readonly activity?: ActivityDays | 'never' | undefined;
  readonly limit: number;
}

export interface ActivityDays {
  readonly from: string;
  readonly to: string;
}

/** Newest first over all lanes, one row more than the limit. `search` is the whole value of an identifier that the customer claims, or its own. */
export async function listCustomers(tx: Tx, filter: CustomerFilter): Promise<CustomerRow[]> {
  const found = filter.search === undefined ? undefined : await listIdsByValue(tx, filter.search);
  const among =
    found === undefined
      ? ''
      : 'join unnest($6::smallint[], $7::uuid[]) as k (lane, id) on c.lane = k.lane and c.id = k.id';
  return tx.rows<CustomerRow>(
    `select c.* from customer c ${among}
     where ($1::uuid is null or c.program_id = $1) and ($2::uuid is null or c.partner_id = $2)
       and ($3::timestamptz is null or (c.created_at, c.id) < ($3, $4::uuid)) ${whereActive(filter.activity)}
     order by c.created_at desc, c.id desc limit $5`,
    [
      filter.programId ?? null,
      filter.partnerId ?? null,
      filter.before?.createdAt ?? null,
      filter.before?.id ?? null,
      filter.limit + 1,
      ...(found === undefined ? [] : [found.map((id) => laneOf('customer', id)), found]),
    ],
  );
}

/** The condition on the last active day; days are of our own making and hold digits only. */
export function whereActive(activity: CustomerFilter['activity']): string {
  if (activity === undefined) return '';
  return activity === 'never'
    ? 'and c.last_active_day is null'
    : `and c.last_active_day between '${activity.from}' and '${activity.to}'`;
}

/** Who carries this value, in whatever namespace. */
export async function listIdsByValue(tx: Tx, value: string): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select id from customer where value = $1 union select customer_id from identity_link where value = $1`,
    [value],
  );
  return rows.map((row) => row.id);
}

export interface FactRow {
  readonly lane: number;
  readonly id: string;
  readonly customer_id: string;
  readonly program_id: string;
  readonly kind: CustomerFact['kind'];
  readonly effective_from: Instant;
  readonly effective_to: Instant;
  readonly body: Record<string, string | null>;
  readonly recorded_at: Instant;
  readonly recorded_by: string;
}

/** In the order in which they were recorded. */
export async function listFacts(tx: Tx, lane: number, customerId: string): Promise<FactRow[]> {
  return tx.rows<FactRow>(
    `select * from fact where lane = $1 and customer_id = $2 and of_customer is null order by recorded_at, id`,
    [lane, customerId],
  );
}

const ALL_LANES = Array.from({ length: 1024 }, (_, lane) => lane);

/** A fact's id does not say its lane; the primary key is asked lane by lane, which is cheap. */
export async function findFact(tx: Tx, id: string): Promise<FactRow | undefined> {
  return tx.find<FactRow>(
    `select * from fact where lane = any($1::smallint[]) and id = $2 and of_customer is null`,
    [ALL_LANES, id],
  );
}

export async function isRetracted(tx: Tx, fact: FactRow): Promise<boolean> {
  const row = await tx.one<{ some: boolean }>(
    `select exists (select from fact where lane = $1 and customer_id = $2 and kind = 'retraction' and body ->> 'retracts' = $3) as some`,
    [fact.lane, fact.customer_id, fact.id],
  );
  return row.some;
}

export interface IdentityLinkRow {
  readonly customer_id: string;
  /** The event or the fact that claims it. */
  readonly origin_id: string;
  readonly program_id: string;
  readonly namespace: string;
  readonly value: string;
  readonly effective_from: Instant;
  readonly effective_to: Instant;
}

/** Who claims an identifier, in order of time. */
export async function listIdentityLinks(
  tx: Tx,
  lane: number,
  identifierId: string,
): Promise<IdentityLinkRow[]> {
  return tx.rows<IdentityLinkRow>(
    `select customer_id, origin_id, program_id, namespace, value, effective_from, effective_to
     from identity_link where lane = $1 and identifier_id = $2 order by effective_from, customer_id, origin_id`,
    [lane, identifierId],
  );
}

/** The cursor of a customer in its list. */
export function cursorOf(row: CustomerRow): readonly string[] {
  return [formatInstant(row.created_at), row.id];
}
