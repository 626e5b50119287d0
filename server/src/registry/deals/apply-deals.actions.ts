// Versions of terms that a second person agreed to, and the undoing of versions. Applied by the workers.
import { uuidv7 } from 'uuidv7';
import { parseWireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { getValue } from '../../kernel/outcome.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { applyRunning, lockPlace, movePlace } from '../change-sets/index.ts';
import type { ChangeSetRow, Inverse } from '../change-sets/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { programNow } from '../program-clock.ts';
import {
  getDeal,
  refuseRetracted,
  refuseTaken,
  refuseUnfit,
  writeRetraction,
  writeVersion,
} from './deal-writes.actions.ts';
import type { WantedDeal } from './deal-writes.actions.ts';
import { whatOf, whatOfRetraction } from './deals.actions.ts';
import type { DealDeps } from './deals.actions.ts';
import { findTimeOf } from './deals.views.ts';
import type { DealRow } from './deals.views.ts';
import { readStoredDeal } from './stored-deal.ts';

export interface ApplyDealsDeps {
  readonly db: Db;
  readonly now: () => Instant;
  readonly log: { error(fields: object, message: string): void };
}

/** Applies every running change of terms, each in one transaction; one that cannot be made any more fails with its refusal. */
export function applyRunningDeals(deps: ApplyDealsDeps): Promise<boolean> {
  return applyRunning(deps, 'deal', (set) => applyDealSet(deps, set));
}

/** What is asked of terms was asked when the set was proposed, and is asked again now. False when somebody was first. */
async function applyDealSet(deps: ApplyDealsDeps, set: ChangeSetRow): Promise<boolean> {
  return deps.db.reference(async (tx) => {
    if (!(await lockPlace(tx, set))) return false;
    const now = deps.now();
    const program = await getLockedProgram(tx, set.program_id, 'facts');
    const made = { now, by: set.created_by, changeSetId: set.id };
    const taken = retractedBy(set);
    if (taken !== undefined)
      await writeRetraction(tx, await getDeal(tx, taken), { ...made, reason: set.note });
    else {
      const time = { zone: program.zone, programNow: programNow(program, now) };
      await writeVersion(tx, { ...wantedBy(set), ...time }, made);
    }
    const progress = { ...set.progress, changed: set.preview?.customers.changed ?? 0 };
    await movePlace(tx, set, { place: undefined, progress, now });
    await failpoint('deal-set:before-commit');
    return true;
  });
}

/** The inverse of a version takes it back; that of a retraction writes the terms anew. Throws 409 where that cannot be. */
export async function invertDeal(deps: DealDeps, set: ChangeSetRow): Promise<Inverse> {
  const taken = retractedBy(set);
  if (taken === undefined) {
    const { id } = wantedBy(set);
    const deal = await deps.db.reference(async (tx) => {
      const found = await getDeal(tx, id);
      refuseRetracted(found);
      return found;
    });
    const { partner_id: partnerId, effective_from: effectiveFrom } = deal;
    const preview = await deps.previewDeal(set.program_id, { retracts: { id, partnerId, effectiveFrom } });
    return { what: whatOfRetraction(deal), preview };
  }
  const { deal, version } = await deps.db.reference((tx) => lookAtAnew(deps, tx, set, taken));
  const { id, partnerId, document, ends } = deal;
  const { effective_from: effectiveFrom } = await deps.db.reference((tx) => getDeal(tx, taken));
  const terms = { id, partnerId, version, effectiveFrom, document };
  const write = ends === undefined ? terms : { ...terms, ends: ends.next };
  return { what: whatOf(deal), preview: await deps.previewDeal(set.program_id, { write }) };
}

/** The terms that were taken back, as a version that is to be written anew. Throws what writing it would be refused with. */
async function lookAtAnew(
  deps: DealDeps,
  tx: Tx,
  set: ChangeSetRow,
  taken: string,
): Promise<{ readonly deal: WantedDeal; readonly version: number }> {
  const deal = anewOf(await getDeal(tx, taken));
  const time = await findTimeOf(tx, set.program_id);
  if (time === undefined) throw new Error(`program ${set.program_id} does not exist`);
  const now = programNow(time, deps.clock.now());
  const version = await refuseUnfit(tx, { ...deal, zone: time.zone, now });
  await refuseTaken(tx, deal);
  return { deal, version };
}

function anewOf(deal: DealRow): WantedDeal {
  const { program_id: programId, partner_id: partnerId, effective_from: from } = deal;
  return {
    id: uuidv7(),
    programId,
    partnerId,
    document: readStoredDeal(deal.document),
    from: Number.isFinite(from) ? formatInstant(from) : null,
    ...(deal.ends === null ? {} : { ends: { next: deal.ends, of: null } }),
  };
}

function retractedBy({ what }: ChangeSetRow): string | undefined {
  const { retracts } = what;
  return typeof retracts === 'string' ? getValue(parseWireId('del', retracts)) : undefined;
}

function wantedBy({ what, program_id: programId }: ChangeSetRow): WantedDeal {
  const { deal, partnerId, effectiveFrom, next, ends } = what;
  if (typeof deal !== 'string') throw new Error('the change set names no version of a deal');
  return {
    id: getValue(parseWireId('del', deal)),
    programId,
    partnerId: typeof partnerId === 'string' ? getValue(parseWireId('prt', partnerId)) : null,
    document: readStoredDeal(what['document']),
    from: typeof effectiveFrom === 'string' ? effectiveFrom : null,
    ...(next === 'nothing' || next === 'default'
      ? { ends: { next, of: typeof ends === 'string' ? getValue(parseWireId('del', ends)) : null } }
      : {}),
  };
}
