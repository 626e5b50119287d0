import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { documents, instants, integers, smallints, texts, uuids } from '../../platform/binary-arrays.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { LinesHop } from './facts.ts';
import { groupKeyText } from './post.ts';
import type { BalanceDelta, DueGroup, GroupDelta, GroupKey, GroupState, JournalRow } from './post.ts';
import type { LinesMessage } from './review.ts';

/** Where a message waits. */
export interface InboxKey {
  readonly lane: number;
  readonly hopId: string;
}

/** What a turn must know of a program: its zone, and its now (sandbox clock, else real time). */
export interface ProgramTime {
  readonly zone: string;
  readonly now: Instant;
}

/** Lanes in which messages wait. Read over all lanes, as a hint where to open a turn. */
export async function listInboxLanes(tx: Tx): Promise<number[]> {
  return (await tx.rows<{ lane: number }>('select distinct lane from partner_inbox order by lane')).map(
    (row) => row.lane,
  );
}

/** Stored bytes of the messages that one turn takes; they are packed, and some twenty times as much once they are read. */
const MOST_BYTES = 1 << 20;

/**
 * The oldest messages of these lanes: up to `limit`, and after the first no more than fit in memory. Hop ids rise with time,
 * so no lane starves while another is busy.
 */
export async function listInboxKeys(tx: Tx, lanes: readonly number[], limit: number): Promise<InboxKey[]> {
  const rows = await tx.rows<{ lane: number; hop_id: string }>(
    `select lane, hop_id
     from (select lane, hop_id, bytes, sum(bytes) over (order by hop_id, lane) - bytes as before
           from (select lane, hop_id, pg_column_size(payload) as bytes from partner_inbox
                 where lane = any($1::smallint[]) order by hop_id, lane limit $2) as o) as i
     where before < $3 order by hop_id, lane`,
    [lanes, limit, MOST_BYTES],
  );
  return rows.map((row) => ({ lane: row.lane, hopId: row.hop_id }));
}

export async function loadMessages(tx: Tx, keys: readonly InboxKey[]): Promise<LinesMessage[]> {
  const rows = await tx.rows<{ lane: number; hop_id: string; payload: LinesHop }>(
    `select i.lane, i.hop_id, i.payload
     from unnest($1::smallint[], $2::uuid[]) with ordinality as k (lane, hop_id, place)
     join partner_inbox i on i.lane = k.lane and i.hop_id = k.hop_id
     order by k.place`,
    [keys.map((key) => key.lane), keys.map((key) => key.hopId)],
  );
  return rows.map((row) => ({
    lane: row.lane,
    hopId: row.hop_id,
    programId: row.payload.programId,
    ...(row.payload.changeSetId === undefined ? {} : { changeSetId: row.payload.changeSetId }),
    differences: row.payload.differences,
    figures: row.payload.figures ?? [],
    ...(row.payload.inputs === undefined ? {} : { inputs: row.payload.inputs }),
  }));
}

/** Those of the messages whose rows stand in the journal already: they were sent again, and count once. */
export async function listPostedHops(tx: Tx, keys: readonly InboxKey[]): Promise<InboxKey[]> {
  const rows = await tx.rows<{ lane: number; hop_id: string }>(
    `select j.lane, j.hop_id
     from unnest($1::smallint[], $2::uuid[]) as k (lane, hop_id)
     join journal j on j.lane = k.lane and j.hop_id = k.hop_id and j.row_no = 0`,
    [keys.map((key) => key.lane), keys.map((key) => key.hopId)],
  );
  return rows.map((row) => ({ lane: row.lane, hopId: row.hop_id }));
}

/** The settlement groups that the turn will move, by groupKeyText. The lease makes this turn their only writer. */
export async function loadGroups(
  tx: Tx,
  lanes: readonly number[],
  keys: readonly GroupKey[],
): Promise<Map<string, GroupState>> {
  const rows = await tx.rows<GroupKey & { held: string; approved: string; releases: number; paid: string }>(
    `select g.partner_id as "partnerId", g.component, g.hold_day as "holdDay", g.hold_reason as "holdReason", g.currency,
            g.held, g.approved, g.releases, g.paid
     from unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::text[], $6::text[])
       as k (lane, partner_id, component, hold_day, hold_reason, currency)
     join settlement_group g on g.lane = k.lane and g.partner_id = k.partner_id and g.component = k.component
       and g.hold_day = k.hold_day and g.hold_reason = k.hold_reason and g.currency = k.currency`,
    [lanes, ...groupColumns(keys)],
  );
  return new Map(
    rows.map((row) => [
      groupKeyText(row),
      {
        held: BigInt(row.held),
        approved: BigInt(row.approved),
        releases: row.releases,
        paid: BigInt(row.paid),
      },
    ]),
  );
}

export async function loadProgramTimes(
  tx: Tx,
  programIds: readonly string[],
  now: Instant,
): Promise<Map<string, ProgramTime>> {
  const rows = await tx.rows<{ id: string; zone: string; clock_at: Instant | null }>(
    'select id, zone, clock_at from program where id = any($1::uuid[])',
    [programIds],
  );
  return new Map(rows.map((row) => [row.id, { zone: row.zone, now: row.clock_at ?? now }]));
}

/** A journal row with the instant at which it enters the books, by its program's clock. */
export interface BookedRow {
  readonly row: JournalRow;
  readonly bookedAt: Instant;
}

/**
 * Writes journal rows, each at the next place of its chain (lane, program), and raises the chain's head with them: places become visible
 * in their order and without gaps, and booking time never runs backwards. A second row of the same key is refused by the primary key:
 * exactly once (rules.md 2.1).
 */
export async function postRows(tx: Tx, rows: readonly BookedRow[]): Promise<void> {
  const places = countBackFromHead(rows);
  const of = <T>(pick: (row: JournalRow) => T): T[] => rows.map(({ row }) => pick(row));
  await tx.exec(
    `with asked as materialized (
       select * from unnest($1::smallint[], $2::uuid[], $3::integer[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[],
         $10::integer[], $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::timestamptz[], $16::integer[])
         as r (lane, hop_id, row_no, program_id, partner_id, kind, component, hold_day, hold_reason, group_release, currency, accounts, amounts,
               items, booked_at, back)),
     head as (
       insert into journal_head as h (lane, program_id, position, booked_at)
       select lane, program_id, count(*), max(booked_at) from asked group by lane, program_id order by lane, program_id
       on conflict (lane, program_id) do update set position = h.position + excluded.position, booked_at = greatest(h.booked_at, excluded.booked_at)
       returning lane, program_id, position, booked_at)
     insert into journal (lane, hop_id, row_no, program_id, partner_id, kind, component, hold_day, hold_reason, group_release,
                          currency, accounts, amounts, items, booked_at, position)
     select a.lane, a.hop_id, a.row_no, a.program_id, a.partner_id, a.kind, a.component, a.hold_day::date, a.hold_reason, a.group_release,
            a.currency, a.accounts::text[], a.amounts::numeric[], a.items, h.booked_at, h.position - a.back
     from asked a join head h on h.lane = a.lane and h.program_id = a.program_id`,
    [
      smallints(of((row) => row.lane)),
      uuids(of((row) => row.hopId)),
      integers(of((row) => row.rowNo)),
      uuids(of((row) => row.programId)),
      uuids(of((row) => row.partnerId)),
      texts(of((row) => row.kind)),
      texts(of((row) => row.component)),
      texts(of((row) => row.holdDay)),
      texts(of((row) => row.holdReason)),
      of((row) => row.groupRelease),
      texts(of((row) => row.currency)),
      texts(of((row) => `{${row.accounts.map(quoteElement).join(',')}}`)),
      texts(of((row) => `{${row.amounts.join(',')}}`)),
      documents(of((row) => json(row.items))),
      instants(rows.map(({ bookedAt }) => bookedAt)),
      integers(places),
    ],
    rows.length,
  );
}

/** An element of an array within an array, which has no binary form of its own here. */
function quoteElement(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** For each row, how many of its chain come after it. */
function countBackFromHead(rows: readonly BookedRow[]): number[] {
  const after = new Map<string, number>();
  return rows
    .toReversed()
    .map(({ row }) => {
      const chain = `${row.lane} ${row.programId}`;
      const count = after.get(chain) ?? 0;
      after.set(chain, count + 1);
      return count;
    })
    .toReversed();
}

/** Adds the legs to the balances, in the same transaction as the rows (rules.md 3.8). */
export async function postBalances(tx: Tx, deltas: readonly BalanceDelta[]): Promise<void> {
  await tx.exec(
    `insert into balance (lane, account, currency, amount)
     select lane, account, currency, amount from unnest($1::smallint[], $2::text[], $3::text[], $4::numeric[]) as d (lane, account, currency, amount)
     on conflict (lane, account, currency) do update set amount = balance.amount + excluded.amount`,
    [
      deltas.map((d) => d.lane),
      deltas.map((d) => d.account),
      deltas.map((d) => d.currency),
      deltas.map((d) => String(d.amount)),
    ],
    deltas.length,
  );
}

/** A group's change with the end of its hold, as text: an ISO instant, or 'infinity' while a reason holds it. */
export interface PostedGroup {
  readonly delta: GroupDelta;
  readonly holdUntil: string;
}

export async function postGroups(tx: Tx, groups: readonly PostedGroup[]): Promise<void> {
  const deltas = groups.map((group) => group.delta);
  await tx.exec(
    `insert into settlement_group (lane, partner_id, component, hold_day, hold_reason, currency, program_id, hold_until, held, approved)
     select * from unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::text[], $6::text[], $7::uuid[], $8::timestamptz[], $9::numeric[], $10::numeric[])
     on conflict (lane, partner_id, component, hold_day, hold_reason, currency)
     do update set held = settlement_group.held + excluded.held, approved = settlement_group.approved + excluded.approved`,
    [
      deltas.map((d) => d.lane),
      ...groupColumns(deltas),
      deltas.map((d) => d.programId),
      groups.map((group) => group.holdUntil),
      deltas.map((d) => String(d.held)),
      deltas.map((d) => String(d.approved)),
    ],
    deltas.length,
  );
}

/** The messages have been posted, or were posted before. */
export async function deleteInbox(tx: Tx, keys: readonly InboxKey[]): Promise<void> {
  await tx.exec(
    'delete from partner_inbox i using unnest($1::smallint[], $2::uuid[]) as k (lane, hop_id) where i.lane = k.lane and i.hop_id = k.hop_id',
    [keys.map((key) => key.lane), keys.map((key) => key.hopId)],
    keys.length,
  );
}

/** An endpoint that wants an event. */
export interface Subscriber {
  readonly id: string;
  readonly programId: string;
}

/**
 * Endpoints that want an event of these programs. A disabled one keeps collecting (its webhooks are held, requirements
 * O2), unless its receiver said that it is gone.
 */
export async function listSubscribers(
  tx: Tx,
  programIds: readonly string[],
  eventType: string,
): Promise<Subscriber[]> {
  return tx.rows<Subscriber>(
    `select id, program_id as "programId" from endpoint
     where program_id = any($1::uuid[]) and event_types && array[$2, '*'] and (state = 'active' or disabled_reason is distinct from 'gone')`,
    [programIds, eventType],
  );
}

/** A webhook to be written into the outbox. */
export interface OutboxRow {
  readonly lane: number;
  readonly id: string;
  readonly endpointId: string;
  readonly programId: string;
  readonly eventType: string;
  readonly payload: object;
}

/** Writes webhooks in the transaction that they tell of. `at` is real time: deliveries do not follow a sandbox clock. */
export async function insertOutbox(tx: Tx, rows: readonly OutboxRow[], at: Instant): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(
    `insert into outbox (lane, id, endpoint_id, program_id, event_type, payload, created_at, state, next_at)
     select lane, id, endpoint_id, program_id, event_type, payload, $7, 'pending', $7
     from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::jsonb[])
       as r (lane, id, endpoint_id, program_id, event_type, payload)`,
    [
      rows.map((row) => row.lane),
      rows.map((row) => row.id),
      rows.map((row) => row.endpointId),
      rows.map((row) => row.programId),
      rows.map((row) => row.eventType),
      rows.map((row) => json(row.payload)),
      formatInstant(at),
    ],
    rows.length,
  );
}

/** A due group before it has a decision. */
export type FoundGroup = Omit<DueGroup, 'decisionId'> & {
  readonly holdUntil: Instant;
  readonly programNow: Instant;
};

/** Groups whose hold is over by their program's clock and that hold something, oldest first. */
export async function listDueGroups(
  tx: Tx,
  lanes: readonly number[],
  { now, limit }: { now: Instant; limit: number },
): Promise<FoundGroup[]> {
  const rows = await tx.rows<Omit<FoundGroup, 'held'> & { held: string }>(
    `select g.lane, g.partner_id as "partnerId", g.component, g.hold_day as "holdDay", g.hold_reason as "holdReason", g.currency,
            g.program_id as "programId", g.held, g.releases, g.hold_until as "holdUntil", coalesce(p.clock_at, $2) as "programNow"
     from program p
     join settlement_group g on g.program_id = p.id and g.held <> 0 and g.hold_until <= coalesce(p.clock_at, $2::timestamptz)
     where g.lane = any($1::smallint[])
     order by g.hold_until, g.lane, g.partner_id, g.component, g.currency limit $3`,
    [lanes, formatInstant(now), limit],
  );
  return rows.map((row) => ({ ...row, held: BigInt(row.held) }));
}

/** Lanes with due groups. Read over all lanes, as a hint where to open a turn. */
export async function listDueGroupLanes(tx: Tx, now: Instant): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(
    `select distinct g.lane from program p
     join settlement_group g on g.program_id = p.id and g.held <> 0 and g.hold_until <= coalesce(p.clock_at, $1::timestamptz)
     order by 1`,
    [formatInstant(now)],
  );
  return rows.map((row) => row.lane);
}

/** Moves groups held → approved under the guard of what was read; throws RowCountMismatch when one is not as read. */
export async function moveGroupsReleased(tx: Tx, due: readonly DueGroup[]): Promise<void> {
  await tx.exec(
    `update settlement_group g
     set held = 0, approved = g.approved + g.held, releases = g.releases + 1
     from unnest($1::smallint[], $2::uuid[], $3::text[], $4::date[], $5::text[], $6::text[], $7::numeric[], $8::integer[])
       as d (lane, partner_id, component, hold_day, hold_reason, currency, held, releases)
     where g.lane = d.lane and g.partner_id = d.partner_id and g.component = d.component and g.hold_day = d.hold_day
       and g.hold_reason = d.hold_reason and g.currency = d.currency and g.held = d.held and g.releases = d.releases`,
    [
      due.map((group) => group.lane),
      ...groupColumns(due),
      due.map((group) => String(group.held)),
      due.map((group) => group.releases),
    ],
    due.length,
  );
}

/** A decision fact (rules.md 1.2): recorded once, replayed by a rebuild, never decided again. */
export interface DecisionRow {
  readonly lane: number;
  readonly id: string;
  readonly programId: string;
  readonly kind: 'hold_release' | 'review_release' | 'clawback_review' | 'payment' | 'payment_return';
  readonly subject: object;
  readonly effectiveAt: Instant;
  /** 'clock', or who decided. */
  readonly recordedBy: string;
}

export async function insertDecisions(
  tx: Tx,
  rows: readonly DecisionRow[],
  recordedAt: Instant,
): Promise<void> {
  await tx.exec(
    `insert into decision (lane, id, program_id, kind, subject, effective_at, recorded_at, recorded_by)
     select lane, id, program_id, kind, subject, effective_at, $7, recorded_by
     from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::timestamptz[], $8::text[])
       as d (lane, id, program_id, kind, subject, effective_at, recorded_by)`,
    [
      rows.map((row) => row.lane),
      rows.map((row) => row.id),
      rows.map((row) => row.programId),
      rows.map((row) => row.kind),
      rows.map((row) => json(row.subject)),
      rows.map((row) => formatInstant(row.effectiveAt)),
      formatInstant(recordedAt),
      rows.map((row) => row.recordedBy),
    ],
    rows.length,
  );
}

function groupColumns(keys: readonly GroupKey[]): [string[], string[], string[], string[], string[]] {
  return [
    keys.map((key) => key.partnerId),
    keys.map((key) => key.component),
    keys.map((key) => key.holdDay),
    keys.map((key) => key.holdReason),
    keys.map((key) => key.currency),
  ];
}
