import type { importRatesRequest, writeRatesRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { formatInstant, maxInstant, minInstant } from '../../kernel/instant.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';
import type { Tx } from '../../platform/db.ts';
import type { Actor, Request } from '../../platform/http/app.ts';
import { conflict, unprocessable } from '../../platform/http/problem.ts';
import { instantOf } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import { readEcb } from './ecb.client.ts';
import type { RateImport, ReadRates } from './facts.ts';
import { findNewRates } from './new-rates.ts';
import type { NewRates } from './new-rates.ts';
import { restates } from './correction.ts';
import { spanOf } from './rate-corrections.actions.ts';
import type { CorrectionDeps } from './rate-corrections.actions.ts';
import { readOwn } from './own.ts';
import { readOxr } from './oxr.ts';
import { readRate } from './published.ts';
import { insertImport, insertRates, lockRates } from './rates.store.ts';
import { listKnown, listProgramSlugs } from './rates.views.ts';
import type { KnownRate } from './rates.views.ts';
import { wireImport } from './wire-rates.ts';

const READERS: Readonly<Record<DatedRate['source'], (text: string) => Outcome<ReadRates>>> = {
  ecb: readEcb,
  oxr: readOxr,
  own: readOwn,
};

interface Restating {
  readonly restate: boolean;
  readonly reason?: string | undefined;
}

/** Takes in a publisher's file. Known rates are left as they are; other values for a known instant are refused unless restated. */
export async function importRates(
  deps: CorrectionDeps,
  request: Request,
  body: z.infer<typeof importRatesRequest>,
) {
  const read = READERS[body.source](body.text);
  if (!read.ok)
    throw unprocessable(read.reason, `The file of rates cannot be read: ${read.detail}`, [
      { path: 'body.text', message: read.detail },
    ]);
  return write(deps, request, { ...body, told: read.value });
}

/** Writes rates of the operator's own table. */
export async function writeRates(
  deps: CorrectionDeps,
  request: Request,
  body: z.infer<typeof writeRatesRequest>,
) {
  const rates = body.rates.map((rate, index) => {
    const place = `body.rates[${index}]`;
    const read = readRate('own', {
      ...rate,
      validFrom: instantOf(rate.validFrom, `${place}.validFrom`),
      place,
    });
    if (!read.ok) throw unprocessable(read.reason, read.detail, [{ path: place, message: read.detail }]);
    if (read.value !== undefined) return read.value;
    const message = `"${rate.base}" or "${rate.quote}" is no known currency`;
    throw unprocessable('bad_currency', message, [{ path: place, message }]);
  });
  return write(deps, request, { told: { rates, unknown: [] }, source: 'own', ...body });
}

async function write(
  deps: CorrectionDeps,
  request: Request,
  given: Restating & { told: ReadRates; source: DatedRate['source'] },
) {
  const { told, source } = given;
  const instants = told.rates.map((rate) => rate.validFrom);
  const [first] = instants;
  if (first === undefined) {
    throw unprocessable('no_rates', 'There is not one rate of a known currency in it.', [
      { path: 'body.text', message: `left out: ${told.unknown.slice(0, 20).join(', ') || 'nothing'}` },
    ]);
  }
  const within = { from: instants.reduce(minInstant, first), to: instants.reduce(maxInstant, first) };
  const look = (tx: Tx): Promise<KnownRate[]> => listKnown(tx, { source, ...within });
  const seen = findNewRates(told.rates, await deps.db.reference(look));
  const used = given.restate ? await listUsedBy(deps, seen) : [];
  return performWrite(deps, request, { action: 'rates.import' }, async (tx, actor) => {
    await lockRates(tx);
    const all = findNewRates(told.rates, await look(tx));
    refuseSilentCorrections(all, given);
    const found = used.length === 0 ? all : { ...all, corrections: [] };
    refuseUsed(all, used);
    const taken = await insertNew(tx, {
      found,
      source,
      actor,
      reason: given.reason ?? null,
      now: deps.clock.now(),
    });
    const answer = {
      import: taken === undefined ? null : wireImport(taken),
      written: taken?.rates ?? 0,
      known: found.known,
      notRestated: used.length === 0 ? [] : all.corrections.map(wireNotRestated),
      unknownCurrencies: [...told.unknown],
    };
    const audit = {
      source,
      written: answer.written,
      corrections: found.corrections.slice(0, 100).map(sayCorrection),
    };
    return { status: 201, body: answer, subject: taken?.id ?? 'rates', reason: given.reason, audit };
  });
}

/** Slugs of programs that decided at rates which would be corrected. */
async function listUsedBy(deps: CorrectionDeps, { corrections }: NewRates): Promise<readonly string[]> {
  const rates = corrections.map(({ rate }) => rate);
  if (rates.length === 0) return [];
  const used: string[] = [];
  for (const { id, slug } of await deps.db.reference(listProgramSlugs)) {
    const partners = await deps.listRatedPartners(id, spanOf(rates));
    if (partners.length > 0 && restates(await deps.previewRates(id, rates))) used.push(slug);
  }
  return used;
}

/** Where nothing is left to be written, whoever asked must know that nothing was. */
function refuseUsed({ fresh, corrections }: NewRates, used: readonly string[]): void {
  if (used.length === 0 || fresh.length > 0 || corrections.length === 0) return;
  throw conflict(
    'rate_used',
    `Commission was decided at these rates (${used.slice(0, 20).join(', ')}), and a correction restates it. Correct them for one program at a time with POST /v1/rate-corrections, which shows first what it would do.`,
  );
}

function wireNotRestated({ rate, stands }: NewRates['corrections'][number]) {
  const { base, quote, validFrom, rate: told } = rate;
  return { base, quote, validFrom: formatInstant(validFrom), stands, told };
}

/** A corrected rate restates what was decided, so it is never written by the way (rules.md 2.14). */
function refuseSilentCorrections({ corrections }: NewRates, { restate, reason }: Restating): void {
  if (corrections.length === 0) return;
  const errors = corrections.slice(0, 20).map((one) => ({ path: 'body', message: sayCorrection(one) }));
  if (!restate)
    throw conflict(
      'rate_differs',
      `${corrections.length} rates differ from what was published for the same instant. Nothing was written. Send restate: true with a reason to correct them: ${errors
        .map((error) => error.message)
        .slice(0, 3)
        .join('; ')}`,
    );
  if (reason === undefined)
    throw unprocessable('reason_required', 'Say why the rates are restated.', [
      { path: 'body.reason', message: 'is required when rates are corrected' },
    ]);
}

function sayCorrection({ rate, stands }: NewRates['corrections'][number]): string {
  return `${rate.base}/${rate.quote} stands at ${stands} and would become ${rate.rate}`;
}

async function insertNew(
  tx: Tx,
  given: {
    found: NewRates;
    source: DatedRate['source'];
    actor: Actor;
    reason: string | null;
    now: RateImport['recordedAt'];
  },
): Promise<RateImport | undefined> {
  const { found, source, actor, now } = given;
  const rates = [
    ...found.fresh.map((rate) => ({ ...rate, revision: 1 })),
    ...found.corrections.map(({ rate, revision }) => ({ ...rate, revision })),
  ];
  const [one] = rates;
  if (one === undefined) return undefined;
  const corrections = found.corrections.length;
  const taken = {
    id: uuidv7(),
    source,
    rates: rates.length,
    corrections,
    firstValidFrom: rates.reduce((at, rate) => minInstant(at, rate.validFrom), one.validFrom),
    lastValidFrom: rates.reduce((at, rate) => maxInstant(at, rate.validFrom), one.validFrom),
    reason: corrections === 0 ? null : given.reason,
    recordedAt: now,
    recordedBy: actor.label,
    programId: null,
    changeSetId: null,
  };
  await insertImport(tx, taken);
  await insertRates(tx, taken.id, rates);
  return { ...taken, appliedAt: null, retractedAt: null };
}
