// What people put into the books by hand, once a second person agreed: opening balances, paid CPAs, carries, adjustments.
import { derivedUuid } from '../../kernel/digest.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isRetryable } from '../../platform/db.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { listRunning, lockPlace, movePlace, moveState } from '../../registry/change-sets/index.ts';
import type { ChangeSetRow } from '../../registry/change-sets/index.ts';
import { getLockedProgram } from '../../registry/index.ts';
import { insertPaidCpas, NO_LANE, walkManualRows } from '../../registry/manual/index.ts';
import type { ManualRowKept, PaidCpaRow } from '../../registry/manual/index.ts';
import { markConcerned } from '../../registry/partners/index.ts';
import type { LineDifference } from './facts.ts';
import { insertMessages } from './inbox.store.ts';

export interface ManualApplyDeps {
  readonly db: Db;
  readonly now: () => Instant;
  readonly log: { error(fields: object, message: string): void };
}

/** Rows of one transaction. */
const CHUNK = 500;
const KINDS = ['opening', 'adjustment'] as const;

/** Moves every running set of rows by hand on by one chunk; a fault ends its set with the error. Returns whether anything moved. */
export async function applyManualSets(deps: ManualApplyDeps): Promise<boolean> {
  let moved = false;
  for (const kind of KINDS)
    for (const set of await deps.db.reference((tx) => listRunning(tx, kind))) {
      try {
        if (await applyNextRows(deps, set)) moved = true;
      } catch (error) {
        if (isRetryable(error)) throw error;
        const message = error instanceof Error ? error.message : String(error);
        deps.log.error(
          { err: error, changeSet: set.id },
          'rows by hand could not be applied and wait for a person',
        );
        const failed = {
          from: ['running'],
          to: 'failed',
          error: message.slice(0, 500),
          now: deps.now(),
        } as const;
        await deps.db.reference((tx) => moveState(tx, set.id, failed));
      }
    }
  return moved;
}

/**
 * Applies the next rows in the order of their lanes: messages to the books and facts about customers, and how far the set has come, in one
 * transaction that is guarded by the place that was seen. An inverse set goes over what its original applied. False: somebody was first.
 */
async function applyNextRows(deps: ManualApplyDeps, set: ChangeSetRow): Promise<boolean> {
  const { db } = deps;
  const [lane = NO_LANE - 1, rowNo = 0] = (set.place ?? []).map(Number);
  const isUndoing = set.undoes !== null;
  const found = await db.reference((tx) =>
    walkManualRows(tx, {
      changeSetId: set.undoes ?? set.id,
      after: [lane, rowNo],
      limit: CHUNK,
      applied: isUndoing,
    }),
  );
  const lanes = [...new Set(found.map((row) => row.lane))].slice(0, db.lanesPerTransaction);
  const rows = found.filter((row) => lanes.includes(row.lane));
  const last = rows.at(-1);
  if (last === undefined) return db.reference((tx) => endSet(tx, set, deps.now()));
  const open = lanes.filter((one) => one !== NO_LANE);
  const work = async (tx: Tx): Promise<boolean> => {
    if (!(await lockPlace(tx, set))) return false;
    await insertMessages(
      tx,
      rows.filter((row) => row.amount !== null).map((row) => messageOf(set, row)),
      deps.now(),
    );
    await insertPaidCpas(
      tx,
      rows.filter((row) => row.kind === 'cpa').map((row) => factOf(set, row)),
      { now: formatInstant(deps.now()), by: set.created_by },
    );
    const { progress } = set;
    await movePlace(tx, set, {
      place: [last.lane, last.row_no],
      progress: {
        ...progress,
        deliveries: progress.deliveries + rows.length,
        changed: progress.changed + rows.length,
      },
      now: deps.now(),
    });
    return true;
  };
  return open.length === 0 ? db.reference(work) : db.inLanes(open, work);
}

/** The set is done. Carries count from here on: the partners' months are decided again by the version of the registry that this makes. */
async function endSet(tx: Tx, set: ChangeSetRow, now: Instant): Promise<boolean> {
  if (!(await lockPlace(tx, set))) return false;
  const rows = await walkManualRows(tx, {
    changeSetId: set.undoes ?? set.id,
    after: [NO_LANE - 1, 0],
    limit: Number.MAX_SAFE_INTEGER,
    applied: false,
  });
  const partners = new Set(
    rows.flatMap((row) => (row.kind === 'carry' && row.partner_id !== null ? [row.partner_id] : [])),
  );
  if (partners.size > 0) {
    await getLockedProgram(tx, set.program_id, 'partners');
    await markConcerned(tx, set.program_id, [...partners]);
  }
  await movePlace(tx, set, { place: undefined, progress: set.progress, now });
  return true;
}

/** A row as a message to its partner's lane. Taken back it is the opposite, under the same natural key and another message. */
function messageOf(set: ChangeSetRow, row: ManualRowKept): Parameters<typeof insertMessages>[1][number] {
  const { id, lane, program_id: programId, partner_id: partnerId, hold_day: holdDay } = row;
  if (
    partnerId === null ||
    holdDay === null ||
    row.amount === null ||
    row.currency === null ||
    row.component === null
  )
    throw new Error(`row ${row.row_no} of set ${row.change_set_id} moves money and does not say whose`);
  const isUndoing = set.undoes !== null;
  const difference: LineDifference = {
    amountMinor: isUndoing ? String(-BigInt(row.amount)) : row.amount,
    currency: row.currency,
    component: row.component,
    partnerId,
    level: 0,
    holdDay,
    holdReason: '',
    customerId: '',
    customerLane: 0,
    eventId: null,
    manual: { id, kind: row.kind === 'adjustment' ? 'adjustment' : 'opening' },
    causedAt: formatInstant(row.value_at),
  };
  return {
    lane,
    hopId: isUndoing ? derivedUuid('manual undo', set.id, id) : id,
    payload: { programId, differences: [difference] },
  };
}

function factOf(set: ChangeSetRow, row: ManualRowKept): PaidCpaRow {
  if (row.customer_id === null)
    throw new Error(`row ${row.row_no} of set ${row.change_set_id} names no customer`);
  const isUndoing = set.undoes !== null;
  return {
    lane: row.lane,
    id: isUndoing ? derivedUuid('manual undo', set.id, row.id) : row.id,
    customer: {
      id: row.customer_id,
      namespace: row.customer_namespace ?? '',
      value: row.customer_value ?? '',
    },
    programId: row.program_id,
    paidAt: formatInstant(isUndoing ? set.created_at : row.value_at),
    component: row.component,
    reason: isUndoing ? set.note : row.reason,
    ...(isUndoing ? { retracts: row.id } : {}),
  };
}
