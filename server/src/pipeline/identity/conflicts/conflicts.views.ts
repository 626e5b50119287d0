import type { Instant } from '../../../kernel/instant.ts';
import { laneOf } from '../../../kernel/lane.ts';
import type { Tx } from '../../../platform/db.ts';
import type { ClaimantRow, ClaimRow } from './wire-conflict.ts';

const CLAIM = `l.identifier_id, l.program_id, l.namespace, l.value, l.customer_id, l.effective_from, l.effective_to, l.recorded_at`;

/** All claims on contested identifiers, in the order of lane and identifier, after a place; `limit` identifiers at most, and one more. */
export async function listContested(
  tx: Tx,
  filter: {
    readonly programId: string | undefined;
    readonly after: { readonly lane: number; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<ClaimRow[]> {
  return tx.rows<ClaimRow>(
    `with contested as (
       select distinct a.lane, a.identifier_id from identity_link a
       join identity_link b on b.lane = a.lane and b.identifier_id = a.identifier_id and a.customer_id < b.customer_id
         and a.effective_from < b.effective_to and b.effective_from < a.effective_to
       where ($1::uuid is null or a.program_id = $1) and ($2::int is null or (a.lane, a.identifier_id) > ($2, $3::uuid))
       order by a.lane, a.identifier_id limit $4)
     select ${CLAIM} from contested c join identity_link l on l.lane = c.lane and l.identifier_id = c.identifier_id
     order by l.lane, l.identifier_id, l.effective_from, l.customer_id`,
    [filter.programId ?? null, filter.after?.lane ?? null, filter.after?.id ?? null, filter.limit + 1],
  );
}

/** Every claim on one identifier. */
export async function listClaimsOf(tx: Tx, identifierId: string): Promise<ClaimRow[]> {
  return tx.rows<ClaimRow>(
    `select ${CLAIM} from identity_link l where l.lane = $1 and l.identifier_id = $2 order by l.effective_from, l.customer_id`,
    [laneOf('identifier', identifierId), identifierId],
  );
}

/** What waits under these identifiers for a decision: events, their money by currency, since when. */
export async function listParkedMoney(
  tx: Tx,
  identifierIds: readonly string[],
): Promise<
  { identifier_id: string; events: number; currency: string | null; amount: string; since: Instant }[]
> {
  return tx.rows(
    `select p.identifier_id, count(*)::int as events, e.content ->> 'currency' as currency,
       coalesce(sum((e.content ->> 'amount')::numeric), 0)::text as amount, min(p.parked_at) as since
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join parked p on p.lane = k.lane and p.identifier_id = k.id
     join event e on e.lane = p.event_lane and e.id = p.event_id
     where p.reason = 'identity_conflict' group by p.identifier_id, currency order by currency`,
    [identifierIds.map((id) => laneOf('identifier', id)), identifierIds],
  );
}

/** Names of customers. */
export async function listNames(tx: Tx, customerIds: readonly string[]): Promise<ClaimantRow[]> {
  return tx.rows<ClaimantRow>(
    `select c.id, c.namespace, c.value, c.registered_at from unnest($1::smallint[], $2::uuid[]) as k (lane, id)
     join customer c on c.lane = k.lane and c.id = k.id`,
    [customerIds.map((id) => laneOf('customer', id)), customerIds],
  );
}

/** How many events of an identifier live with each customer. */
export async function countResting(
  tx: Tx,
  customerIds: readonly string[],
  identifierIds: readonly string[],
): Promise<{ customer_id: string; identifier_id: string; events: number }[]> {
  return tx.rows(
    `select p.customer_id, p.identifier_id, count(*)::int as events from unnest($1::smallint[], $2::uuid[]) as k (lane, id)
     join placement p on p.lane = k.lane and p.customer_id = k.id
     where p.identifier_id = any($3::uuid[]) and p.state <> 'withdrawn' group by p.customer_id, p.identifier_id`,
    [customerIds.map((id) => laneOf('customer', id)), customerIds, identifierIds],
  );
}
