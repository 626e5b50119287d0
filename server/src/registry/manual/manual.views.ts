import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { OpeningState } from '../facts.ts';
import type { ManualKind } from './facts.ts';

/** A row as it is kept, with what became of its set. */
export interface ManualRowKept {
  readonly change_set_id: string;
  readonly row_no: number;
  readonly id: string;
  readonly program_id: string;
  readonly kind: ManualKind;
  readonly lane: number;
  readonly partner_id: string | null;
  readonly customer_id: string | null;
  readonly customer_namespace: string | null;
  readonly customer_value: string | null;
  readonly component: string | null;
  readonly period: string | null;
  readonly currency: string | null;
  readonly amount: string | null;
  readonly hold_day: string | null;
  readonly value_at: Instant;
  readonly carry: OpeningState | null;
  readonly reason: string;
  readonly set_state: string;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly decided_by: string | null;
  readonly decision_note: string | null;
  /** Its set has gone past it. */
  readonly is_applied: boolean;
  /** A set that takes it back is under way. */
  readonly is_undoing: boolean;
}

const ROWS = `select r.change_set_id, r.row_no, r.id, r.program_id, r.kind, r.lane, r.partner_id, r.customer_id, r.customer_namespace, r.customer_value, r.component,
    r.period::text as period, r.currency, r.amount::text as amount, r.hold_day::text as hold_day, r.value_at, r.carry, r.reason, c.state as set_state, c.created_at, c.created_by,
    c.decided_by, c.decision_note,
    c.place is not null and (r.lane, r.row_no) <= ((c.place ->> 0)::int, (c.place ->> 1)::int) as is_applied,
    exists (select from change_set u where u.undoes = c.id and u.state in ('running', 'stopped', 'failed')) as is_undoing
  from manual_row r join change_set c on c.id = r.change_set_id`;

/** Rows of a set in the order in which they are applied, after a place. */
export async function walkManualRows(
  tx: Tx,
  asked: {
    readonly changeSetId: string;
    readonly after: readonly [lane: number, rowNo: number];
    readonly limit: number;
    /** Those that were applied only: what is taken back. */
    readonly applied: boolean;
  },
): Promise<ManualRowKept[]> {
  return tx.rows<ManualRowKept>(
    `select * from (${ROWS} where r.change_set_id = $1) r where (lane, row_no) > ($2, $3) and (is_applied or not $4)
     order by lane, row_no limit $5`,
    [asked.changeSetId, ...asked.after, asked.applied, asked.limit],
  );
}

/** Rows of a set in the order of the request. */
export async function listManualRows(
  tx: Tx,
  {
    changeSetId,
    after,
    limit,
  }: { readonly changeSetId: string; readonly after: number; readonly limit: number },
): Promise<ManualRowKept[]> {
  return tx.rows<ManualRowKept>(
    `${ROWS} where r.change_set_id = $1 and r.row_no > $2 order by r.row_no limit $3`,
    [changeSetId, after, limit],
  );
}

/** Adjustments, newest first, after a place in that order. */
export async function listAdjustments(
  tx: Tx,
  asked: {
    readonly partnerId: string | undefined;
    readonly programId: string | undefined;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<ManualRowKept[]> {
  return tx.rows<ManualRowKept>(
    `${ROWS} where r.kind = 'adjustment' and ($1::uuid is null or r.partner_id = $1) and ($2::uuid is null or r.program_id = $2)
       and ($3::uuid is null or r.id < $3) order by r.id desc limit $4`,
    [asked.partnerId ?? null, asked.programId ?? null, asked.before ?? null, asked.limit],
  );
}

/** The row behind a line of the books. */
export async function findManualRow(tx: Tx, id: string): Promise<ManualRowKept | undefined> {
  return tx.find<ManualRowKept>(`${ROWS} where r.id = $1`, [id]);
}

/** Every row that moves money, for proving the books. */
export async function listManualMoney(tx: Tx): Promise<ManualRowKept[]> {
  return tx.rows<ManualRowKept>(`${ROWS} where r.amount is not null order by r.id`);
}

/** What was opened under these keys by sets that stand: content of each, to tell a repetition from a contradiction. */
export async function listOpened(
  tx: Tx,
  programId: string,
  keys: readonly string[],
): Promise<Map<string, ManualRowKept>> {
  const rows = await tx.rows<ManualRowKept & { key: string }>(
    `select r.*, k.key from (${ROWS} where c.state not in ('rejected', 'undone')) r
     join manual_row k on k.id = r.id where k.program_id = $1 and k.key = any($2::text[])`,
    [programId, keys],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** Partners of a program by their own reference. */
export async function listPartnerRefs(
  tx: Tx,
  programId: string,
): Promise<{ readonly id: string; readonly ref: string | null; readonly name: string }[]> {
  return tx.rows(`select id, external_ref as ref, name from partner where program_id = $1`, [programId]);
}

/** The program of a partner; undefined when there is no such partner. */
export async function findProgramOfPartner(tx: Tx, partnerId: string): Promise<string | undefined> {
  const row = await tx.find<{ id: string }>('select program_id as id from partner where id = $1', [
    partnerId,
  ]);
  return row?.id;
}
