// Corrections of exchange rates that were used: for one program, through the gate (rules.md 2.14, 2.16).
import type {
  ChangeSetReply,
  rateCorrectionPreview,
  rateCorrectionReply,
  rateCorrectionRequest,
} from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { needsSecondPerson } from '../../kernel/four-eyes.ts';
import { wireId } from '../../kernel/ids.ts';
import { addMicros, formatInstant, maxInstant, MICROS_PER_DAY, minInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { MAX_RATE_AGE_DAYS } from '../../kernel/rate-book.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { notFound, unprocessable } from '../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps, Written } from '../access/index.ts';
import {
  movePlace,
  NO_PROGRESS,
  proposeChangeSet,
  readChangeSet,
  readChangeSetLimit,
  wirePreview,
} from '../change-sets/index.ts';
import type { ChangeSetPreview } from '../change-sets/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { markConcerned } from '../partners/index.ts';
import { restates } from './correction.ts';
import type { PreviewRates } from './correction.ts';
import { findNewRates } from './new-rates.ts';
import type { NewRates } from './new-rates.ts';
import { readRate } from './published.ts';
import { insertImport, insertRates, lockRates } from './rates.store.ts';
import { findImport, listKnown, listProgramSlugs } from './rates.views.ts';
import { wireImport } from './wire-rates.ts';

/** Whose customers have money at the rates of a span. Read over all lanes. */
export type ListRatedPartners = (
  programId: string,
  within: { readonly from: Instant; readonly to: Instant },
) => Promise<readonly string[]>;

export interface CorrectionDeps extends WriteDeps {
  readonly workChannel: string;
  readonly previewRates: PreviewRates;
  readonly listRatedPartners: ListRatedPartners;
}

type Body = z.infer<typeof rateCorrectionRequest>;
type Reply = z.infer<typeof rateCorrectionReply>;
/** 201: it holds. 202: it waits for a second person. */
export type CorrectionAnswer =
  | { readonly status: 201; readonly body: Reply }
  | { readonly status: 202; readonly body: ChangeSetReply };

/** Corrections of one publisher for one program, read. */
export interface WantedCorrection {
  readonly programId: string;
  readonly source: DatedRate['source'];
  /** At least one. */
  readonly rates: readonly DatedRate[];
}

/**
 * Corrects rates that hold already, for one program: what it decided at them is decided again. Where nothing was decided at them they hold at
 * once; else it is a change set, applied in the same transaction below the program's limit (201), or waiting for a second person (202).
 * Throws 404 for an unknown program, 422 `no_such_rate` where nothing is to be corrected, `not_corrected` where every rate says that already.
 */
export async function correctRates(
  deps: CorrectionDeps,
  request: Request,
  body: Body,
): Promise<CorrectionAnswer> {
  const wanted = wantedOf(body);
  const { preview, partnerIds } = await look(deps, wanted);
  const importId = uuidv7();
  const written = await performWrite<Reply | ChangeSetReply>(
    deps,
    request,
    { action: 'rates.correct' },
    async (tx, actor) => {
      await lockRates(tx);
      const found = await findCorrections(tx, wanted);
      const set = {
        kind: 'rates',
        programId: wanted.programId,
        what: whatOf(importId, found),
        note: body.reason,
        preview,
        by: actor.label,
      } as const;
      const now = deps.clock.now();
      const gate = { now, workChannel: deps.workChannel, atOnce: !restates(preview) };
      const { id, state } = await proposeChangeSet(tx, set, gate);
      const audit = { ...set.what, changeSet: wireId('chg', id), state, moves: preview.moves };
      if (state === 'proposed') {
        const reply = await readChangeSet(tx, id);
        return { status: 202, body: reply, subject: reply.id, reason: body.reason, audit };
      }
      const made = { importId, changeSetId: id, now, by: actor.label, reason: body.reason, partnerIds };
      await writeCorrection(tx, wanted, made);
      const progress = { ...NO_PROGRESS, changed: preview.customers.changed };
      await movePlace(tx, { id, undoes: null }, { place: undefined, progress, now });
      return await answerOf(tx, { importId, reason: body.reason, audit });
    },
  );
  return written.status === 202
    ? { status: 202, body: written.body as ChangeSetReply }
    : { status: 201, body: written.body as Reply };
}

async function answerOf(
  tx: Tx,
  { importId, reason, audit }: { readonly importId: string; readonly reason: string; readonly audit: object },
): Promise<Written<Reply>> {
  const row = await findImport(tx, importId);
  if (row === undefined) throw new Error(`import ${importId} was not written`);
  const body = wireImport(row);
  return { status: 201, body, subject: body.id, reason, audit };
}

/** Which way correcting rates would go, and what it would do. Throws what `correctRates` would be refused with. */
export async function previewCorrection(
  deps: CorrectionDeps,
  body: Omit<Body, 'reason'>,
): Promise<z.infer<typeof rateCorrectionPreview>> {
  const wanted = wantedOf(body);
  await deps.db.reference((tx) => findCorrections(tx, wanted));
  const { preview } = await look(deps, wanted);
  const limit = await deps.db.reference((tx) => readChangeSetLimit(tx, wanted.programId));
  const way = !restates(preview)
    ? ('at_once' as const)
    : needsSecondPerson(preview, limit.amount)
      ? ('second_person' as const)
      : ('change_set' as const);
  return { way, preview: wirePreview(preview), limit };
}

async function look(
  deps: CorrectionDeps,
  { programId, rates }: WantedCorrection,
): Promise<{ readonly preview: ChangeSetPreview; readonly partnerIds: readonly string[] }> {
  const programs = await deps.db.reference(listProgramSlugs);
  if (!programs.some(({ id }) => id === programId)) throw notFound('program', wireId('prg', programId));
  const partnerIds = await deps.listRatedPartners(programId, spanOf(rates));
  return { preview: await deps.previewRates(programId, rates), partnerIds };
}

/** What is decided at these rates: from their publication until they are too old. */
export function spanOf(rates: readonly DatedRate[]): { readonly from: Instant; readonly to: Instant } {
  const [first] = rates;
  if (first === undefined) throw new Error('there are no rates');
  const last = rates.reduce((at, one) => maxInstant(at, one.validFrom), first.validFrom);
  return {
    from: rates.reduce((at, one) => minInstant(at, one.validFrom), first.validFrom),
    to: addMicros(last, MAX_RATE_AGE_DAYS * MICROS_PER_DAY),
  };
}

/** What of it is to be corrected. The caller holds the rates, or only looks. Throws 422. */
async function findCorrections(tx: Tx, wanted: WantedCorrection): Promise<NewRates> {
  const { programId, source, rates } = wanted;
  const { from } = spanOf(rates);
  const to = rates.reduce((at, one) => maxInstant(at, one.validFrom), from);
  const found = findNewRates(rates, await listKnown(tx, { source, from, to, programId }));
  if (found.fresh.length > 0)
    throw unprocessable(
      'no_such_rate',
      `${source} published no rate at these instants, so there is nothing to correct: write it with POST /v1/rates or take in its file.`,
      found.fresh.slice(0, 20).map((one) => ({ path: 'body.rates', message: sayRate(one) })),
    );
  if (found.corrections.length === 0)
    throw unprocessable('not_corrected', 'Every one of these rates holds already with this value.', [
      { path: 'body.rates', message: `${found.known} are the same` },
    ]);
  return found;
}

function sayRate({ base, quote, validFrom }: DatedRate): string {
  return `${base}/${quote} at ${formatInstant(validFrom)}`;
}

/** Who makes a correction, and by what. */
export interface CorrectionMade {
  readonly importId: string;
  readonly changeSetId: string;
  readonly now: Instant;
  readonly by: string;
  readonly reason: string;
  /** Whose customers have money at these rates: what follows for them waits for the review of the set. */
  readonly partnerIds: readonly string[];
}

/** Writes the corrections for the program, in a transaction that holds the rates. Throws what `findCorrections` throws. */
export async function writeCorrection(tx: Tx, wanted: WantedCorrection, made: CorrectionMade): Promise<void> {
  const { programId, source } = wanted;
  const { corrections } = await findCorrections(tx, wanted);
  const rates = corrections.map(({ rate, revision }) => ({ ...rate, revision }));
  const first = spanOf(rates).from;
  await insertImport(tx, {
    id: made.importId,
    source,
    rates: rates.length,
    corrections: rates.length,
    firstValidFrom: first,
    lastValidFrom: rates.reduce((at, one) => maxInstant(at, one.validFrom), first),
    reason: made.reason,
    recordedAt: made.now,
    recordedBy: made.by,
    programId,
    changeSetId: made.changeSetId,
  });
  await insertRates(tx, made.importId, rates);
  await markRated(tx, programId, made);
}

/** Marks the partners, whose customers and months are decided again. */
export async function markRated(
  tx: Tx,
  programId: string,
  { partnerIds, changeSetId }: Pick<CorrectionMade, 'partnerIds' | 'changeSetId'>,
): Promise<void> {
  await getLockedProgram(tx, programId, 'partners');
  await markConcerned(tx, programId, partnerIds, changeSetId);
}

/** What a change set says of corrections. */
function whatOf(importId: string, { corrections }: NewRates): Readonly<Record<string, unknown>> {
  return {
    import: wireId('rti', importId),
    source: corrections[0]?.rate.source,
    rates: corrections.map(({ rate: { base, quote, rate, validFrom }, stands }) => ({
      base,
      quote,
      rate,
      validFrom: formatInstant(validFrom),
      stands,
    })),
  };
}

function wantedOf(body: Omit<Body, 'reason'>): WantedCorrection {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  const rates = body.rates.map((rate, index) => {
    const place = `body.rates[${index}]`;
    const validFrom = instantOf(rate.validFrom, `${place}.validFrom`);
    const read = readRate(body.source, { ...rate, validFrom, place });
    if (!read.ok) throw unprocessable(read.reason, read.detail, [{ path: place, message: read.detail }]);
    if (read.value !== undefined) return read.value;
    const message = `"${rate.base}" or "${rate.quote}" is no known currency`;
    throw unprocessable('bad_currency', message, [{ path: place, message }]);
  });
  return { programId, source: body.source, rates };
}
