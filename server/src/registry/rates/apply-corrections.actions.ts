// Corrections of rates that a second person agreed to, and the undoing of corrections. Applied by the workers.
import { parseWireId, wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { getValue } from '../../kernel/outcome.ts';
import { RATE_SOURCES } from '../../kernel/rate-book.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { failpoint } from '../../platform/failpoint.ts';
import { conflict } from '../../platform/http/problem.ts';
import { applyRunning, lockPlace, movePlace } from '../change-sets/index.ts';
import type { ChangeSetRow, Inverse } from '../change-sets/index.ts';
import type { RateImport } from './facts.ts';
import { markRated, spanOf, writeCorrection } from './rate-corrections.actions.ts';
import type { CorrectionDeps, ListRatedPartners } from './rate-corrections.actions.ts';
import { lockRates, moveRetracted } from './rates.store.ts';
import { findImport, listKnown, listRatesOf } from './rates.views.ts';

export interface ApplyCorrectionsDeps {
  readonly db: Db;
  readonly now: () => Instant;
  readonly log: { error(fields: object, message: string): void };
  readonly listRatedPartners: ListRatedPartners;
}

/** A change of the rates of a program as its change set says it. */
interface StoredCorrection {
  readonly importId: string;
  readonly act: 'write' | 'take back' | 'bring back';
  readonly source: DatedRate['source'];
  readonly rates: readonly DatedRate[];
}

/** Applies every running correction, each in one transaction; one that cannot be made any more fails with its refusal. */
export function applyRunningCorrections(deps: ApplyCorrectionsDeps): Promise<boolean> {
  return applyRunning(deps, 'rates', (set) => applyCorrectionSet(deps, set));
}

/** False when somebody was first. */
async function applyCorrectionSet(deps: ApplyCorrectionsDeps, set: ChangeSetRow): Promise<boolean> {
  const { program_id: programId, id: changeSetId } = set;
  const { importId, act, source, rates } = correctionOf(set);
  // Before a transaction is open: it is read over all lanes.
  const partnerIds = await deps.listRatedPartners(programId, spanOf(rates));
  return deps.db.reference(async (tx) => {
    if (!(await lockPlace(tx, set))) return false;
    await lockRates(tx);
    const now = deps.now();
    const by = set.created_by;
    if (act === 'write') {
      const made = { importId, changeSetId, now, by, reason: set.note, partnerIds };
      await writeCorrection(tx, { programId, source, rates }, made);
    } else {
      refuseMoved(await getImport(tx, importId), act);
      const retracted = act === 'take back' ? { at: now, by } : null;
      await moveRetracted(tx, importId, { retracted, changeSetId });
      await markRated(tx, programId, { partnerIds, changeSetId });
    }
    const progress = { ...set.progress, changed: set.preview?.customers.changed ?? 0 };
    await movePlace(tx, set, { place: undefined, progress, now });
    await failpoint('rates-set:before-commit');
    return true;
  });
}

/** The inverse of a correction takes it back, and that of taking back brings it back. Throws 409 where somebody was first. */
export async function invertCorrection(
  deps: Pick<CorrectionDeps, 'db' | 'previewRates'>,
  set: ChangeSetRow,
): Promise<Inverse> {
  const { program_id: programId } = set;
  const { importId, act, source } = correctionOf(set);
  const inverse = act === 'take back' ? 'bring back' : 'take back';
  const { written, would } = await deps.db.reference(async (tx) => {
    refuseMoved(await getImport(tx, importId), inverse);
    const own = await listRatesOf(tx, importId);
    const [from, to] = [own[0]?.validFrom, own.at(-1)?.validFrom];
    if (inverse === 'bring back' || from === undefined || to === undefined)
      return { written: own, would: own };
    const instants = own.map((one) => one.validFrom).toSorted((a, b) => a - b);
    const within = { from: instants[0] ?? from, to: instants.at(-1) ?? to };
    const known = await listKnown(tx, { source, ...within, programId, without: importId });
    const isOwn = (one: DatedRate): boolean => own.some((rate) => keyOf(rate) === keyOf(one));
    return { written: own, would: known.filter(isOwn) };
  });
  return {
    what: {
      [inverse === 'take back' ? 'retracts' : 'restores']: wireId('rti', importId),
      source,
      rates: written.map(wireStored),
    },
    preview: await deps.previewRates(programId, would),
  };
}

function keyOf({ base, quote, validFrom }: DatedRate): string {
  return `${base} ${quote} ${validFrom}`;
}

function wireStored({ base, quote, rate, validFrom }: DatedRate) {
  return { base, quote, rate, validFrom: formatInstant(validFrom) };
}

/** Throws 409 where the corrections are already as they are to be. */
function refuseMoved({ id, retractedAt }: RateImport, act: 'take back' | 'bring back'): void {
  const isTaken = retractedAt !== null;
  if (isTaken !== (act === 'take back')) return;
  throw conflict(
    isTaken ? 'already_retracted' : 'already_in_force',
    `The corrections ${wireId('rti', id)} ${isTaken ? 'were already taken back' : 'hold already'}.`,
  );
}

async function getImport(tx: Tx, id: string): Promise<RateImport> {
  const row = await findImport(tx, id);
  if (row === undefined) throw new Error(`import ${id} was never written`);
  return row;
}

function correctionOf({ what }: ChangeSetRow): StoredCorrection {
  const idOf = (key: string): string | undefined => {
    const value = what[key];
    return typeof value === 'string' ? getValue(parseWireId('rti', value)) : undefined;
  };
  const [written, taken, brought] = [idOf('import'), idOf('retracts'), idOf('restores')];
  const importId = written ?? taken ?? brought;
  const source = RATE_SOURCES.find((one) => one === what['source']);
  if (importId === undefined || source === undefined) throw new Error('the change set names no rates');
  const rates = (what['rates'] as { base: string; quote: string; rate: string; validFrom: string }[]).map(
    ({ base, quote, rate, validFrom }) => ({
      source,
      base,
      quote,
      rate,
      validFrom: instantFromIso(validFrom),
    }),
  );
  const act = written !== undefined ? 'write' : taken !== undefined ? 'take back' : 'bring back';
  return { importId, act, source, rates };
}
