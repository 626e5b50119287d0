// What takes back commission, and what was paid of what it takes from. Partner lanes: the lease makes one writer.
import { derivedUuid } from '../../kernel/digest.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import { takenKeyText } from './clawback-book.ts';
import type { ClawbackRow } from './clawback-book.ts';
import { naturalKeyOf } from './facts.ts';
import type { PaidOut } from './facts.ts';
import type { PostedDifference } from './review.ts';

interface ClawbackRecord {
  readonly lane: number;
  readonly natural_key: string;
  readonly currency: string;
  readonly hold_day: string;
  readonly hold_reason: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly component: string;
  readonly level: number;
  readonly customer_id: string | null;
  readonly customer_lane: number;
  readonly event_id: string | null;
  readonly period: string | null;
  readonly caused_at: string;
  readonly takes_from: string | null;
  readonly taken_at: Instant | null;
  readonly original: string;
  readonly taken: string;
  readonly spared: string;
  readonly spared_booked: string;
  readonly review: boolean;
  readonly clawed: string;
  readonly pending: string;
  readonly accepted: string;
  readonly refused: string;
  readonly given_back: string;
  readonly hop_id: string;
}

const COLUMNS = `c.lane, c.natural_key, c.currency, c.hold_day, c.hold_reason, c.program_id, c.partner_id, c.component, c.level, c.customer_id,
  c.customer_lane, c.event_id, c.period, c.caused_at, c.takes_from, c.taken_at, c.original, c.taken, c.spared, c.spared_booked, c.review, c.clawed,
  c.pending, c.accepted, c.refused, c.given_back, c.hop_id`;

function rowOf(record: ClawbackRecord): ClawbackRow {
  return {
    lane: record.lane,
    programId: record.program_id,
    line: {
      amountMinor: '0',
      currency: record.currency,
      component: record.component,
      partnerId: record.partner_id,
      level: record.level,
      holdDay: record.hold_day,
      holdReason: record.hold_reason,
      customerId: record.customer_id ?? '',
      customerLane: record.customer_lane,
      eventId: record.event_id,
      ...(record.period === null ? {} : { period: record.period }),
      causedAt: record.caused_at,
    },
    takesFrom: record.takes_from,
    by: record.taken_at,
    original: BigInt(record.original),
    taken: BigInt(record.taken),
    spared: BigInt(record.spared),
    sparedBooked: BigInt(record.spared_booked),
    review: record.review,
    clawed: BigInt(record.clawed),
    pending: BigInt(record.pending),
    accepted: BigInt(record.accepted),
    refused: BigInt(record.refused),
    givenBack: BigInt(record.given_back),
    hopId: record.hop_id,
  };
}

/** What is taken from, with its lane. */
export interface TakenKey {
  readonly lane: number;
  readonly key: string;
}

/** Every line that takes from one of these. */
export async function loadTakings(tx: Tx, keys: readonly TakenKey[]): Promise<ClawbackRow[]> {
  const rows = await tx.rows<ClawbackRecord>(
    `select ${COLUMNS} from unnest($1::smallint[], $2::text[]) as k (lane, takes_from)
     join clawback c on c.lane = k.lane and c.takes_from = k.takes_from`,
    [keys.map((one) => one.lane), keys.map((one) => one.key)],
  );
  return rows.map(rowOf);
}

/** Lines that take back, by themselves; those that take nothing have no row. */
export async function loadClawbacks(
  tx: Tx,
  lines: readonly { readonly lane: number; readonly line: PostedDifference }[],
): Promise<ClawbackRow[]> {
  if (lines.length === 0) return [];
  const rows = await tx.rows<ClawbackRecord>(
    `select ${COLUMNS} from unnest($1::smallint[], $2::text[], $3::text[], $4::date[], $5::text[]) as k (lane, natural_key, currency, hold_day, hold_reason)
     join clawback c on c.lane = k.lane and c.natural_key = k.natural_key and c.currency = k.currency and c.hold_day = k.hold_day
       and c.hold_reason = k.hold_reason`,
    [
      lines.map(({ lane }) => lane),
      lines.map(({ line }) => naturalKeyOf(line)),
      lines.map(({ line }) => line.currency),
      lines.map(({ line }) => line.holdDay),
      lines.map(({ line }) => line.holdReason),
    ],
  );
  return rows.map(rowOf);
}

/** All that take from something of a partner. */
export async function loadTakingsOfPartner(tx: Tx, lane: number, partnerId: string): Promise<ClawbackRow[]> {
  const rows = await tx.rows<ClawbackRecord>(
    `select ${COLUMNS} from clawback c where c.lane = $1 and c.partner_id = $2 and c.takes_from is not null`,
    [lane, partnerId],
  );
  return rows.map(rowOf);
}

/** One line that takes back, by the id that people use. */
export async function findClawbackById(tx: Tx, lane: number, id: string): Promise<ClawbackRow | undefined> {
  const row = await tx.find<ClawbackRecord>(
    `select ${COLUMNS} from clawback c where c.lane = $1 and c.id = $2`,
    [lane, id],
  );
  return row === undefined ? undefined : rowOf(row);
}

/**
 * What each payment paid of what these lines take from, less what others had taken of it before and was paid with it; by takenKeyText.
 * Most partners were never paid, and cost one look.
 */
export async function loadPaidOut(
  tx: Tx,
  rows: readonly Pick<ClawbackRow, 'lane' | 'line' | 'takesFrom'>[],
): Promise<Map<string, PaidOut[]>> {
  const asked = rows.flatMap(({ lane, line, takesFrom }) =>
    takesFrom === null ? [] : [{ lane, line, takesFrom, own: naturalKeyOf(line) }],
  );
  const found = new Map<string, PaidOut[]>();
  if (asked.length === 0) return found;
  const records = await tx.rows<{ lane: number; takes_from: string; paid_at: Instant; amount: string }>(
    `with k as (
       select lane, partner_id, customer_id, takes_from, natural_key
       from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::text[], $5::text[]) as k (lane, partner_id, customer_id, takes_from, natural_key)),
     pairs as (select distinct lane, takes_from, natural_key from k union select distinct lane, takes_from, takes_from from k),
     who as (select distinct lane, partner_id, customer_id from k)
     select p.lane, p.takes_from, s.paid_at, sum(s.amount)::text as amount from (
       select pp.lane, pp.payment_id, pp.paid_at, i ->> 'k' as natural_key, sum((i ->> 'a')::numeric) as amount
       from who w
       join payment_part pp on pp.lane = w.lane and pp.partner_id = w.partner_id
       join journal j on j.lane = pp.lane and j.partner_id = pp.partner_id and j.program_id = pp.program_id and j.component = pp.component
         and j.hold_day = pp.hold_day and j.hold_reason = '' and j.currency = pp.currency
         and j.position > pp.from_position and j.position <= pp.to_position and plumbline_customers(j.items) && array[w.customer_id]
       cross join lateral jsonb_array_elements(j.items) as t (i)
       where i ->> 'c' = w.customer_id::text
       group by 1, 2, 3, 4) s
     join pairs p on p.lane = s.lane and p.natural_key = s.natural_key
     group by p.lane, p.takes_from, s.payment_id, s.paid_at
     having bool_or(s.natural_key = p.takes_from and s.amount <> 0)`,
    [
      asked.map((one) => one.lane),
      asked.map((one) => one.line.partnerId),
      asked.map((one) => (one.line.customerId === '' ? null : one.line.customerId)),
      asked.map((one) => one.takesFrom),
      asked.map((one) => one.own),
    ],
  );
  for (const { lane, takes_from: key, paid_at: paidAt, amount } of records) {
    const text = takenKeyText(lane, key);
    found.set(text, [...(found.get(text) ?? []), { paidAt, amount: BigInt(amount) }]);
  }
  return found;
}

/** Writes rows as they are now. `firstAt`: the program's clock, for those that are new. */
export async function saveClawbacks(
  tx: Tx,
  rows: readonly ClawbackRow[],
  firstAt: (programId: string) => Instant,
): Promise<void> {
  if (rows.length === 0) return;
  await tx.exec(
    `insert into clawback (lane, natural_key, currency, hold_day, hold_reason, id, program_id, partner_id, component, level, customer_id, customer_lane,
       event_id, period, caused_at, takes_from, taken_at, original, taken, spared, spared_booked, review, clawed, pending, accepted, refused,
       given_back, hop_id, first_at)
     select * from jsonb_to_recordset($1::jsonb) as r (lane smallint, natural_key text, currency text, hold_day date, hold_reason text, id uuid,
       program_id uuid, partner_id uuid, component text, level integer, customer_id uuid, customer_lane smallint, event_id uuid, period date,
       caused_at text, takes_from text, taken_at timestamptz, original numeric, taken numeric, spared numeric, spared_booked numeric, review boolean,
       clawed numeric, pending numeric, accepted numeric, refused numeric, given_back numeric, hop_id uuid, first_at timestamptz)
     on conflict (lane, natural_key, currency, hold_day, hold_reason) do update set takes_from = excluded.takes_from, taken_at = excluded.taken_at,
       original = excluded.original, taken = excluded.taken, spared = excluded.spared, spared_booked = excluded.spared_booked,
       review = excluded.review, clawed = excluded.clawed, pending = excluded.pending, accepted = excluded.accepted, refused = excluded.refused,
       given_back = excluded.given_back, hop_id = excluded.hop_id, caused_at = excluded.caused_at`,
    [json(rows.map((row) => recordOf(row, firstAt(row.programId))))],
    rows.length,
  );
}

/** The id by which people speak of a line that takes back. */
export function clawbackIdOf({ line }: Pick<ClawbackRow, 'line'>): string {
  return derivedUuid('clawback', naturalKeyOf(line), line.currency, line.holdDay, line.holdReason);
}

function recordOf(row: ClawbackRow, firstAt: Instant): object {
  const { line } = row;
  return {
    lane: row.lane,
    natural_key: naturalKeyOf(line),
    currency: line.currency,
    hold_day: line.holdDay,
    hold_reason: line.holdReason,
    id: clawbackIdOf(row),
    program_id: row.programId,
    partner_id: line.partnerId,
    component: line.component,
    level: line.level,
    customer_id: line.customerId === '' ? null : line.customerId,
    customer_lane: line.customerLane,
    event_id: line.eventId,
    period: line.period ?? null,
    caused_at: line.causedAt,
    takes_from: row.takesFrom,
    taken_at: row.by === null ? null : formatInstant(row.by),
    original: String(row.original),
    taken: String(row.taken),
    spared: String(row.spared),
    spared_booked: String(row.sparedBooked),
    review: row.review,
    clawed: String(row.clawed),
    pending: String(row.pending),
    accepted: String(row.accepted),
    refused: String(row.refused),
    given_back: String(row.givenBack),
    hop_id: row.hopId,
    first_at: formatInstant(firstAt),
  };
}
