import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { LeadState, StoredLead } from './lead.ts';

/** Where a page goes on: the sort key and the id of the last row before. */
export interface LeadPlace {
  readonly key: string;
  readonly id: string;
}

export interface LeadFilter {
  readonly partnerId: string;
  readonly state?: LeadState | undefined;
  readonly search?: string | undefined;
  /** The customer whose id was searched for. */
  readonly customerId?: string | undefined;
  readonly linkId?: string | undefined;
  readonly sort: 'newest' | 'oldest' | 'firstDeposit';
  readonly after?: LeadPlace | undefined;
  readonly limit: number;
}

const WINNER = `(c.context #> '{attributions,-1,winner}')`;
const REGISTERED = `coalesce(c.registered_at, c.created_at)`;
const DEPOSITED = `coalesce((c.summary #>> '{firstDeposit,at}')::bigint, 0)`;
const OWN_LINE = `c.lines @> jsonb_build_array(jsonb_build_object('partnerId', $1::text))`;
const STATES: Readonly<Record<LeadState, string>> = {
  qualified: OWN_LINE,
  deposited: `(not ${OWN_LINE} and c.summary #> '{firstDeposit,at}' is not null)`,
  registered: `(not ${OWN_LINE} and c.summary #> '{firstDeposit,at}' is null)`,
};
const SORTS = {
  newest: { key: REGISTERED, type: 'timestamptz', direction: 'desc', beyond: '<' },
  oldest: { key: REGISTERED, type: 'timestamptz', direction: 'asc', beyond: '>' },
  firstDeposit: { key: DEPOSITED, type: 'bigint', direction: 'desc', beyond: '<' },
} as const;

// What people look for: labels in part, values that name something whole. A sub-ID stands with the click, which the winner names by link and time.
const FOUND = `(
  position(lower($4) in lower(coalesce(${WINNER} ->> 'campaign', ''))) > 0
  or position(lower($4) in lower(coalesce(${WINNER} ->> 'code', ''))) > 0
  or lower(c.context ->> 'country') = lower($4) or c.id = $5::uuid or ${WINNER} ->> 'linkId' = $6
  or exists (
    select from click k where k.link_id = (${WINNER} ->> 'linkId')::uuid
      and k.clicked_at = timestamptz 'epoch' + (${WINNER} ->> 'at')::bigint * interval '1 microsecond'
      and exists (select from jsonb_each_text(k.subs) s where s.value = $4)))`;

/** Customers whose latest bond is with the partner; over all lanes, one row more than the limit. */
export async function listLeads(
  tx: Tx,
  filter: LeadFilter,
): Promise<(StoredLead & { readonly key: string })[]> {
  const { key, type, direction, beyond } = SORTS[filter.sort];
  return tx.rows<StoredLead & { readonly key: string }>(
    `select c.id, c.lane, c.registered_at as "registeredAt", c.context, c.summary, c.lines, ${key}::text as key
     from customer c
     where c.partner_id = $1::uuid
       and ($2::text is null or (${key}, c.id) ${beyond} ($2::${type}, $3::uuid))
       ${filter.search === undefined ? 'and ($4::text is null and $5::uuid is null and $6::text is null)' : `and ${FOUND}`}
       ${filter.state === undefined ? '' : `and ${STATES[filter.state]}`}
     order by ${key} ${direction}, c.id ${direction} limit $7`,
    [
      filter.partnerId,
      filter.after?.key ?? null,
      filter.after?.id ?? null,
      filter.search ?? null,
      filter.customerId ?? null,
      filter.linkId ?? null,
      filter.limit + 1,
    ],
  );
}

export interface DecidedEvent {
  readonly customerId: string;
  readonly eventId: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly clickId: string | null;
}

/** What was decided about these events of these customers. */
export async function listDecided(
  tx: Tx,
  keys: readonly { readonly lane: number; readonly customerId: string; readonly eventId: string }[],
): Promise<DecidedEvent[]> {
  return tx.rows<DecidedEvent>(
    `select p.customer_id as "customerId", p.event_id as "eventId", p.reason, p.decision ->> 'detail' as detail, p.content ->> 'clickId' as "clickId"
     from unnest($1::smallint[], $2::uuid[], $3::uuid[]) as k (lane, customer_id, event_id)
     join placement p on p.lane = k.lane and p.event_id = k.event_id and p.customer_id = k.customer_id`,
    [keys.map((key) => key.lane), keys.map((key) => key.customerId), keys.map((key) => key.eventId)],
  );
}

/** Sub-IDs of visits, by id of the visit. */
export async function listSubs(
  tx: Tx,
  visits: readonly { readonly id: string; readonly linkId: string; readonly at: Instant }[],
): Promise<Map<string, Record<string, string>>> {
  const rows = await tx.rows<{ id: string; subs: Record<string, string> }>(
    `select k.id, k.subs from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as v (id, link_id, at)
     join click k on k.link_id = v.link_id and k.clicked_at = timestamptz 'epoch' + v.at * interval '1 microsecond' and k.id = v.id`,
    [
      visits.map((visit) => visit.id),
      visits.map((visit) => visit.linkId),
      visits.map((visit) => String(visit.at)),
    ],
  );
  return new Map(rows.map((row) => [row.id, row.subs]));
}

export async function listCreatives(tx: Tx, linkIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.rows<{ id: string; creative: string }>(
    `select id, creative from tracking_link where id = any($1::uuid[])`,
    [linkIds],
  );
  return new Map(rows.map((row) => [row.id, row.creative]));
}

/** The program's now, or undefined when there is no such partner. */
export async function findPartnerNow(tx: Tx, partnerId: string, now: string): Promise<Instant | undefined> {
  const row = await tx.find<{ now: Instant }>(
    `select coalesce(p.clock_at, $2::timestamptz) as now from partner r join program p on p.id = r.program_id where r.id = $1`,
    [partnerId, now],
  );
  return row?.now;
}
