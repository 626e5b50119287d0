// What waits for the review of a change set, and what its summary to a partner says. Partner lanes: the lease makes one writer.
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import { factsInForce } from '../../registry/index.ts';
import type { Allowance, UsedAllowance } from './allowance.ts';
import { isRebate, naturalKeyOf, rebateOfKey } from './facts.ts';
import type { LinesMessage, RestatedSum, ReviewPart } from './review.ts';

const PART = `r.lane, r.natural_key, r.program_id, r.change_set_id, r.partner_id, r.component, r.level, r.customer_id, r.customer_lane, r.event_id, r.caused_at,
  r.currency, r.hold_day, r.hold_reason, r.amount`;

interface PartRecord {
  readonly lane: number;
  readonly program_id: string;
  readonly change_set_id: string;
  readonly partner_id: string;
  readonly component: string;
  readonly level: number;
  readonly natural_key: string;
  /** null = settled by month. */
  readonly customer_id: string | null;
  readonly customer_lane: number;
  readonly event_id: string | null;
  readonly caused_at: string;
  readonly currency: string;
  readonly hold_day: string;
  readonly hold_reason: string;
  readonly amount: string;
}

function partOf(row: PartRecord): ReviewPart {
  return {
    lane: row.lane,
    programId: row.program_id,
    changeSetId: row.change_set_id,
    amount: BigInt(row.amount),
    line: {
      amountMinor: row.amount,
      currency: row.currency,
      component: row.component,
      partnerId: row.partner_id,
      level: row.level,
      holdDay: row.hold_day,
      holdReason: row.hold_reason,
      customerId: row.customer_id ?? '',
      customerLane: row.customer_lane,
      eventId: row.event_id,
      ...periodOfKey(row.natural_key),
      ...rebateOf(row.natural_key),
      causedAt: row.caused_at,
    },
  };
}

/** What is settled by month has its first day in its key: `p:2026-03-01:...`. */
function periodOfKey(key: string): { period?: string } {
  return key.startsWith('p:') ? { period: key.slice(2, 12) } : {};
}

function rebateOf(key: string): Pick<ReviewPart['line'], 'rebate'> {
  const rebate = rebateOfKey(key);
  return rebate === undefined ? {} : { rebate };
}

/** What waits of the keys that these messages take from, or send to review. Most messages do neither, and cost no look. */
export async function loadParts(tx: Tx, messages: readonly LinesMessage[]): Promise<ReviewPart[]> {
  const keys = new Map<string, { lane: number; key: string }>();
  for (const { lane, changeSetId, differences } of messages)
    for (const one of differences)
      if (changeSetId !== undefined || one.amountMinor.startsWith('-') || isRebate(one.component)) {
        const key = naturalKeyOf(one);
        keys.set(`${lane} ${key}`, { lane, key });
      }
  if (keys.size === 0) return [];
  const asked = [...keys.values()];
  const rows = await tx.rows<PartRecord>(
    `select ${PART} from unnest($1::smallint[], $2::text[]) as k (lane, natural_key)
     join review_part r on r.lane = k.lane and r.natural_key = k.natural_key`,
    [asked.map((one) => one.lane), asked.map((one) => one.key)],
  );
  return rows.map(partOf);
}

/** Writes parts as they are now; those of zero go. */
export async function saveParts(tx: Tx, parts: readonly ReviewPart[]): Promise<void> {
  const gone = parts.filter((part) => part.amount === 0n);
  const kept = parts.filter((part) => part.amount > 0n);
  if (gone.length > 0)
    await tx.exec(
      `delete from review_part r
       using unnest($1::smallint[], $2::text[], $3::text[], $4::date[], $5::text[], $6::uuid[])
         as d (lane, natural_key, currency, hold_day, hold_reason, change_set_id)
       where r.lane = d.lane and r.natural_key = d.natural_key and r.currency = d.currency and r.hold_day = d.hold_day
         and r.hold_reason = d.hold_reason and r.change_set_id = d.change_set_id`,
      [
        gone.map((part) => part.lane),
        gone.map((part) => naturalKeyOf(part.line)),
        gone.map((part) => part.line.currency),
        gone.map((part) => part.line.holdDay),
        gone.map((part) => part.line.holdReason),
        gone.map((part) => part.changeSetId),
      ],
    );
  if (kept.length > 0)
    await tx.exec(
      `insert into review_part (lane, natural_key, currency, hold_day, hold_reason, change_set_id, program_id, partner_id, component, level,
         customer_id, customer_lane, event_id, caused_at, amount)
       select * from jsonb_to_recordset($1::jsonb) as r (lane smallint, natural_key text, currency text, hold_day date, hold_reason text,
         change_set_id uuid, program_id uuid, partner_id uuid, component text, level integer, customer_id uuid, customer_lane smallint,
         event_id uuid, caused_at text, amount numeric)
       on conflict (lane, natural_key, currency, hold_day, hold_reason, change_set_id) do update set amount = excluded.amount`,
      [json(kept.map(recordOf))],
      kept.length,
    );
}

function recordOf({ lane, programId, changeSetId, line, amount }: ReviewPart): object {
  return {
    lane,
    natural_key: naturalKeyOf(line),
    currency: line.currency,
    hold_day: line.holdDay,
    hold_reason: line.holdReason,
    change_set_id: changeSetId,
    program_id: programId,
    partner_id: line.partnerId,
    component: line.component,
    level: line.level,
    customer_id: line.customerId === '' ? null : line.customerId,
    customer_lane: line.customerLane,
    event_id: line.eventId,
    caused_at: line.causedAt,
    amount: String(amount),
  };
}

/** Adds what sets brought and took. After a summary the sums begin anew: a second one tells only what came later. */
export async function saveRestated(tx: Tx, sums: readonly RestatedSum[]): Promise<void> {
  if (sums.length === 0) return;
  await tx.exec(
    `insert into restatement as r (lane, change_set_id, partner_id, component, currency, program_id, added, taken, count)
     select * from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::numeric[], $8::numeric[], $9::integer[])
     on conflict (lane, change_set_id, partner_id, component, currency) do update set
       added = case when r.told_at is null then r.added else 0 end + excluded.added,
       taken = case when r.told_at is null then r.taken else 0 end + excluded.taken,
       count = case when r.told_at is null then r.count else 0 end + excluded.count, told_at = null`,
    [
      sums.map((sum) => sum.lane),
      sums.map((sum) => sum.changeSetId),
      sums.map((sum) => sum.partnerId),
      sums.map((sum) => sum.component),
      sums.map((sum) => sum.currency),
      sums.map((sum) => sum.programId),
      sums.map((sum) => String(sum.added)),
      sums.map((sum) => String(sum.taken)),
      sums.map((sum) => sum.count),
    ],
    sums.length,
  );
}

/** Lanes where something waits although its set is released; with the program where only up to a limit. Read over all lanes, as a hint where to open a turn. */
export async function listReleasableLanes(tx: Tx): Promise<{ lane: number; programId: string | null }[]> {
  return tx.rows<{ lane: number; programId: string | null }>(
    `select distinct r.lane, case when c.release_limit is not null then r.program_id end as "programId" from change_set c join review_part r on r.change_set_id = c.id where c.released_at is not null and not c.release_full order by r.lane`,
  );
}

/** A part whose set is released, and who released it. */
export interface ReleasablePart extends ReviewPart {
  readonly releasedBy: string;
  /** Its proposer released the set alone. */
  readonly isLimited: boolean;
}

/** Locks sets that were released up to a limit, in the order of their ids: what is still free of it, in major units of the base currency. */
export async function lockAllowances(tx: Tx, ids: readonly string[]): Promise<Allowance[]> {
  if (ids.length === 0) return [];
  return tx.rows<Allowance>(
    `select id as "changeSetId", (release_limit - release_used)::text as free from change_set
     where id = any($1::uuid[]) and release_limit is not null order by id for update`,
    [ids],
  );
}

/** Takes from what is free of each. */
export async function saveAllowances(tx: Tx, used: readonly UsedAllowance[]): Promise<void> {
  if (used.length === 0) return;
  await tx.exec(
    `update change_set c set release_used = c.release_used + u.used, release_full = u.is_full
     from unnest($1::uuid[], $2::numeric[], $3::boolean[]) as u (id, used, is_full) where c.id = u.id`,
    [used.map((one) => one.changeSetId), used.map((one) => one.used), used.map((one) => one.isFull)],
    used.length,
  );
}

/** What waits in these lanes for sets that are released, partner by partner. */
export async function listReleasable(
  tx: Tx,
  lanes: readonly number[],
  limit: number,
): Promise<ReleasablePart[]> {
  const rows = await tx.rows<PartRecord & { released_by: string; limited: boolean }>(
    `select ${PART}, c.released_by, c.release_limit is not null as limited from change_set c join review_part r on r.change_set_id = c.id
     where c.released_at is not null and not c.release_full and r.lane = any($1::smallint[])
     order by r.lane, r.change_set_id, r.partner_id, r.currency, r.natural_key, r.hold_day, r.hold_reason limit $2`,
    [lanes, limit],
  );
  return rows.map((row) => ({ ...partOf(row), releasedBy: row.released_by, isLimited: row.limited }));
}

/**
 * Sets that have ended, of which nothing is on its way any more and of which partners have not been told. Evidence that was on the table
 * when the set ended counts as its own. A message is in its old place until the new one has it: one look sees it in at least one.
 */
const SETTLED = `
  select c.id from change_set c
  where c.state in ('done', 'stopped', 'failed', 'undone') and exists (select from restatement r where r.change_set_id = c.id and r.told_at is null)
    and not exists (select from evidence_work w where w.change_set_id = c.id or w.created_at <= c.ended_at)
    and not exists (select from partner t where t.change_set_id = c.id and t.change_set_version > ${factsInForce('t.program_id')})
    and not exists (select from placement p where p.state = 'pending' and p.change_set_id = c.id)
    and not exists (select from period_scope s where s.due and s.change_set_id = c.id)
    and not exists (select from customer k where k.touched > k.settled and k.change_set_id = c.id)
    and not exists (select from hop_out h where h.payload ->> 'changeSetId' = c.id::text)
    and not exists (select from partner_inbox i where i.payload ->> 'changeSetId' = c.id::text)`;

/** A set to be told of, with the lanes of those who are to be told. Read over all lanes. */
export async function listUntold(tx: Tx): Promise<{ changeSetId: string; lane: number }[]> {
  return tx.rows<{ changeSetId: string; lane: number }>(
    `select distinct r.change_set_id as "changeSetId", r.lane from (${SETTLED}) s join restatement r on r.change_set_id = s.id and r.told_at is null
     order by 1, 2`,
  );
}

/** Takes the sums that partners of these lanes are to be told, and marks them as told. `at` is real time. */
export async function takeUntold(
  tx: Tx,
  keys: readonly { lane: number; changeSetId: string }[],
  at: Instant,
): Promise<RestatedSum[]> {
  const rows = await tx.rows<Omit<RestatedSum, 'added' | 'taken'> & { added: string; taken: string }>(
    `update restatement r set told_at = $3 from unnest($1::smallint[], $2::uuid[]) as k (lane, id)
     where r.lane = k.lane and r.change_set_id = k.id and r.told_at is null
     returning r.lane, r.program_id as "programId", r.change_set_id as "changeSetId", r.partner_id as "partnerId", r.component, r.currency,
       r.added, r.taken, r.count`,
    [keys.map((key) => key.lane), keys.map((key) => key.changeSetId), formatInstant(at)],
  );
  return rows.map((row) => ({ ...row, added: BigInt(row.added), taken: BigInt(row.taken) }));
}
