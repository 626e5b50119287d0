import { uuidv7 } from 'uuidv7';
import type { Db, Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import type { Instant } from '../../kernel/instant.ts';
import { applyRunning, lockPlace, movePlace } from '../change-sets/index.ts';
import type { ChangeSetRow } from '../change-sets/index.ts';
import { bodyOf } from './bound.ts';
import { sayTaken } from './attribute.actions.ts';
import type { SettledRow } from './facts.ts';
import { insertFacts, lockCustomers, settleRows } from './reassignments.store.ts';
import type { NewFactRow } from './reassignments.store.ts';
import { bondKey, listBondsAt, listRetracted, walkRows } from './reassignments.views.ts';
import type { ReassignmentRow } from './reassignments.views.ts';

export interface ApplyDeps {
  readonly db: Db;
  readonly now: () => Instant;
  readonly log: { error(fields: object, message: string): void };
}

/** Customers of one transaction. */
const CHUNK = 500;

/** Moves every running reassignment on by one chunk; a fault ends its change set with the error. Returns whether anything moved. */
export function applyRunningReassignments(deps: ApplyDeps): Promise<boolean> {
  return applyRunning(deps, 'reassignment', (set) => applyNextChunk(deps, set));
}

/**
 * Applies the next customers of a set, in the order of their lanes. Their facts, what became of their rows and how far the set has come go
 * into one transaction, guarded by the place that was seen: whoever dies or comes second has done nothing. False when somebody was first.
 */
export async function applyNextChunk(deps: ApplyDeps, set: ChangeSetRow): Promise<boolean> {
  const { db } = deps;
  const [lane = -1, rowNo = 0] = (set.place ?? []).map(Number);
  const isUndoing = set.undoes !== null;
  const asked = {
    changeSetId: set.undoes ?? set.id,
    state: isUndoing ? 'applied' : 'waiting',
    after: [lane, rowNo],
    limit: CHUNK,
  } as const;
  const found = await db.reference((tx) => walkRows(tx, asked));
  const lanes = [...new Set(found.map((row) => row.customer_lane))].slice(0, db.lanesPerTransaction);
  const rows = found.filter((row) => lanes.includes(row.customer_lane));
  const last = rows.at(-1);
  if (last === undefined)
    return db.reference(async (tx) => {
      if (!(await lockPlace(tx, set))) return false;
      await movePlace(tx, set, { place: undefined, progress: set.progress, now: deps.now() });
      return true;
    });
  return db.inLanes(lanes, async (tx) => {
    if (!(await lockPlace(tx, set))) return false;
    const settled = isUndoing
      ? await undoRows(tx, set, { rows, deps })
      : await applyRows(tx, set, { rows, deps });
    await settleRows(tx, asked.changeSetId, settled);
    const changed = settled.filter((row) => row.state !== 'refused').length;
    const progress = {
      ...set.progress,
      deliveries: set.progress.deliveries + rows.length,
      changed: set.progress.changed + changed,
    };
    await movePlace(tx, set, { place: [last.customer_lane, last.row_no], progress, now: deps.now() });
    await failpoint('reassignment:before-commit');
    return true;
  });
}

interface Chunk {
  readonly rows: readonly ReassignmentRow[];
  readonly deps: ApplyDeps;
}

async function applyRows(tx: Tx, set: ChangeSetRow, { rows, deps }: Chunk): Promise<SettledRow[]> {
  const customers = await lockCustomers(tx, rows.map(keyOf));
  const taken = await listBondsAt(tx, rows.filter(({ retracts }) => retracts === null).map(wishOf));
  const gone = await listRetracted(tx, rows.flatMap(takenBackBy));
  const facts: NewFactRow[] = [];
  const settled = rows.map((row): SettledRow => {
    const own = { rowNo: row.row_no, customerLane: row.customer_lane };
    const customer = customers.get(row.customer_id);
    if (customer === undefined) return { ...own, state: 'refused', problem: 'the customer is not there' };
    const made = { lane: row.customer_lane, id: row.fact_id, customerId: row.customer_id };
    if (row.retracts !== null) {
      if (gone.has(row.retracts))
        return { ...own, state: 'refused', problem: 'the attribution was taken back before' };
      const body = { retracts: row.retracts, reason: set.note };
      facts.push({ ...made, programId: set.program_id, kind: 'retraction', from: deps.now(), body });
      return { ...own, state: 'applied', problem: null };
    }
    const holder = taken.get(bondKey(wishOf(row)));
    if (holder !== undefined)
      return { ...own, state: 'refused', problem: sayTaken(holder, row.effective_from) };
    facts.push({
      ...made,
      programId: set.program_id,
      kind: 'attribution',
      from: row.effective_from,
      body: bodyOf(
        { partnerId: row.partner_id, reason: row.reason, keepsCpa: row.keeps_cpa },
        customer.granted,
      ),
    });
    return { ...own, state: 'applied', problem: null };
  });
  await insertFacts(tx, facts, { now: deps.now(), by: set.created_by, changeSetId: set.id });
  return settled;
}

/**
 * Takes the facts back that the set wrote; one that was taken back by hand since is left as it is. What the set took back is written anew,
 * unless somebody holds its instant by now.
 */
async function undoRows(tx: Tx, set: ChangeSetRow, { rows: all, deps }: Chunk): Promise<SettledRow[]> {
  await lockCustomers(tx, all.map(keyOf));
  const [rows, back] = [
    all.filter((row) => row.retracts === null),
    all.filter((row) => row.retracts !== null),
  ];
  const again = await writeAnew(tx, set, { rows: back, deps });
  const gone = await listRetracted(
    tx,
    rows.map((row) => ({ ...keyOf(row), factId: row.fact_id })),
  );
  const now = deps.now();
  const facts = rows
    .filter((row) => !gone.has(row.fact_id))
    .map((row): NewFactRow => ({
      ...keyOf(row),
      id: uuidv7(),
      programId: set.program_id,
      kind: 'retraction',
      from: now,
      body: { retracts: row.fact_id, reason: set.note },
    }));
  await insertFacts(tx, facts, { now, by: set.created_by, changeSetId: set.id });
  const undone = rows.map((row): SettledRow => ({
    rowNo: row.row_no,
    customerLane: row.customer_lane,
    state: 'undone',
    problem: gone.has(row.fact_id) ? 'it was taken back by hand before' : null,
  }));
  return [...undone, ...again];
}

async function writeAnew(tx: Tx, set: ChangeSetRow, { rows, deps }: Chunk): Promise<SettledRow[]> {
  const taken = await listBondsAt(tx, rows.map(wishOf));
  const free = rows.filter((row) => !taken.has(bondKey(wishOf(row))));
  const facts = free.map((row): NewFactRow => ({
    ...keyOf(row),
    id: uuidv7(),
    programId: set.program_id,
    kind: 'attribution',
    from: row.effective_from,
    body: bodyOf({ partnerId: row.partner_id, reason: row.reason, keepsCpa: row.keeps_cpa }, false),
  }));
  await insertFacts(tx, facts, { now: deps.now(), by: set.created_by, changeSetId: set.id });
  return rows.map((row) => {
    const holder = taken.get(bondKey(wishOf(row)));
    const problem = holder === undefined ? null : sayTaken(holder, row.effective_from);
    return { rowNo: row.row_no, customerLane: row.customer_lane, state: 'undone', problem };
  });
}

function keyOf(row: ReassignmentRow): { readonly lane: number; readonly customerId: string } {
  return { lane: row.customer_lane, customerId: row.customer_id };
}

function takenBackBy(row: ReassignmentRow) {
  return row.retracts === null ? [] : [{ ...keyOf(row), factId: row.retracts }];
}

function wishOf(row: ReassignmentRow): { readonly customerId: string; readonly from: Instant } {
  return { customerId: row.customer_id, from: row.effective_from };
}
