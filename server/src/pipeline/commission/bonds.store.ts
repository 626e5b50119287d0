import { sqlState } from '../../platform/db-errors.ts';
import type { Db, Tx } from '../../platform/db.ts';

/** A partner that a customer is or was bound to. */
export interface Bond {
  readonly lane: number;
  readonly customerId: string;
  readonly partnerId: string;
}

/** Keeps whom a change of the tree concerns. Never deleted: a bond of the past still decides what happened in the past. */
export async function insertBonds(tx: Tx, bonds: readonly Bond[]): Promise<void> {
  if (bonds.length === 0) return;
  await tx.exec(
    `insert into customer_bond (lane, customer_id, partner_id)
     select * from unnest($1::smallint[], $2::uuid[], $3::uuid[]) on conflict do nothing`,
    [
      bonds.map((bond) => bond.lane),
      bonds.map((bond) => bond.customerId),
      bonds.map((bond) => bond.partnerId),
    ],
  );
}

const TURN = `hashtextextended('plumbline customer turn', 0)`;

/** How long turns may keep whoever waits for them, and then others wait behind it. */
const PATIENCE_MS = 1_000;

/**
 * Says that a turn of customers is under way, until its transaction ends. Before the turn asks the registry: so whoever has waited for
 * turns knows that every later one reads what was committed before the waiting began.
 */
export async function lockTurn(tx: Tx): Promise<void> {
  await tx.exec(`select pg_advisory_xact_lock_shared(${TURN})`);
}

/**
 * Waits until the turns that are under way have ended (rules.md 3.6): one of them may still save decisions by older facts, and bonds that
 * nobody could see. False when they take longer than a second: look again later.
 */
export async function waitForTurns(db: Db): Promise<boolean> {
  try {
    await db.reference(async (tx) => {
      await tx.exec(`set local lock_timeout = '${PATIENCE_MS}ms'`);
      await tx.exec(`select pg_advisory_xact_lock(${TURN})`);
    });
    return true;
  } catch (error) {
    if (sqlState(error) === '55P03') return false;
    throw error;
  }
}
