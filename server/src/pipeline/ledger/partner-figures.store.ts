import { formatInstant, MICROS_PER_DAY } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { FigureDifference } from './facts.ts';
import type { InboxKey } from './ledger.store.ts';
import type { LinesMessage } from './review.ts';

/** How long it is remembered that a message was counted. Its sender sends it again within seconds, or when it comes back to life. */
const RECEIPT_DAYS = 7;

/** Those of the messages without lines that have been counted already; the journal knows the others. */
export async function listCountedHops(tx: Tx, keys: readonly InboxKey[]): Promise<InboxKey[]> {
  const rows = await tx.rows<{ lane: number; hop_id: string }>(
    `select r.lane, r.hop_id
     from unnest($1::smallint[], $2::uuid[]) as k (lane, hop_id)
     join figures_receipt r on r.lane = k.lane and r.hop_id = k.hop_id`,
    [keys.map((key) => key.lane), keys.map((key) => key.hopId)],
  );
  return rows.map((row) => ({ lane: row.lane, hopId: row.hop_id }));
}

/**
 * Adds the figures of the messages, one row per partner, day and currency of the whole turn. Messages without lines leave a receipt:
 * whoever has lines has rows in the journal. Sums may pass below zero while messages of other customers are on their way.
 */
export async function countFigures(tx: Tx, messages: readonly LinesMessage[], now: Instant): Promise<void> {
  const records = messages.flatMap(({ lane, programId, figures }) =>
    figures.map((figure) => recordOf(lane, programId, figure)),
  );
  await insertReceipts(
    tx,
    messages.filter((message) => message.differences.length === 0),
    now,
  );
  if (records.length === 0) return;
  const places = new Set(records.map((row) => `${row.lane} ${row.partner_id} ${row.day} ${row.currency}`));
  await tx.exec(
    `insert into partner_figures as f (lane, partner_id, day, currency, program_id, ${COLUMNS.join(', ')})
     select lane, partner_id, day, currency, min(program_id::text)::uuid, ${COLUMNS.map((name) => `coalesce(sum(${name}), 0)`).join(', ')}
     from jsonb_to_recordset($1::jsonb) as r (lane smallint, partner_id uuid, day date, currency text, program_id uuid,
       ${COLUMNS.map((name) => `${name} numeric`).join(', ')})
     group by lane, partner_id, day, currency
     on conflict (lane, partner_id, day, currency) do update set
       ${COLUMNS.map((name) => `${name} = f.${name} + excluded.${name}`).join(', ')}`,
    [json(records)],
    places.size,
  );
}

async function insertReceipts(tx: Tx, messages: readonly LinesMessage[], now: Instant): Promise<void> {
  if (messages.length === 0) return;
  const lanes = messages.map((message) => message.lane);
  await tx.exec(
    `insert into figures_receipt (lane, hop_id, received_at)
     select lane, hop_id, $3 from unnest($1::smallint[], $2::uuid[]) as m (lane, hop_id)`,
    [lanes, messages.map((message) => message.hopId), formatInstant(now)],
    messages.length,
  );
  await tx.exec('delete from figures_receipt where lane = any($1::smallint[]) and received_at < $2', [
    lanes,
    formatInstant((now - RECEIPT_DAYS * MICROS_PER_DAY) as Instant),
  ]);
}

/** Columns by measure, in one order. */
export const COLUMN_OF = {
  leads: 'leads',
  firstDepositors: 'first_depositors',
  active: 'active',
  activeInMonth: 'active_in_month',
  trades: 'trades',
  lots: 'lots',
  depositCount: 'deposit_count',
  deposits: 'deposits',
  withdrawals: 'withdrawals',
  reversed: 'reversed',
  purchases: 'purchases',
  ngr: 'ngr',
  volume: 'volume',
} as const;
const COLUMNS: readonly string[] = Object.values(COLUMN_OF);

type FigureRecord = Record<string, string | number> & {
  readonly lane: number;
  readonly partner_id: string;
  readonly day: string;
  readonly currency: string;
};

function recordOf(lane: number, programId: string, { p, d, c, m }: FigureDifference): FigureRecord {
  const record: FigureRecord = { lane, partner_id: p, day: d, currency: c, program_id: programId };
  for (const [measure, column] of Object.entries(COLUMN_OF)) {
    const value = m[measure];
    if (value !== undefined) record[column] = value;
  }
  return record;
}
