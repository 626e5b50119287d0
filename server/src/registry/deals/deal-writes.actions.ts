// Versions of terms in a transaction that holds the program: what is asked of them, and the writing and taking back.
import { wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso, maxInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { boundText } from '../../platform/http/wire.ts';
import { refusingDuplicate } from '../access/index.ts';
import {
  getPartnerOf,
  listBannedKinds,
  listMarketsOf,
  listPartnersOfTerms,
  markConcerned,
  refuseBannedKinds,
} from '../partners/index.ts';
import { refuseOverRevenue } from './check-levels.actions.ts';
import { insertDeal, retractDeal } from './deals.store.ts';
import { countVersions, findDeal, isInstantTaken, listDealsInForce, listStanding } from './deals.views.ts';
import type { DealRow } from './deals.views.ts';
import type { DealDocument, DealEnd } from './facts.ts';
import { findPeriodStart, listPeriodComponents } from './period-start.ts';
import { readStoredDeal } from './stored-deal.ts';

/** A version as it is asked for. */
export interface WantedDeal {
  readonly id: string;
  readonly programId: string;
  readonly partnerId: string | null;
  readonly document: DealDocument;
  /** As it was given: ISO text; null = from the beginning; undefined = not said, which the first version may. */
  readonly from: string | null | undefined;
  /** It ends the deal at that instant; the document has no components. Absent: terms. */
  readonly ends?: WantedEnd;
}

export interface WantedEnd {
  readonly next: DealEnd;
  /** The version that is in force until then, as whoever asks knows it; null: it is not asked for. */
  readonly of: string | null;
}

interface Made {
  readonly now: Instant;
  readonly by: string;
  /** The change set that makes it: what follows for customers waits for its review (rules.md 2.16). null = none. */
  readonly changeSetId: string | null;
}

/**
 * Throws 404 for an unknown partner and 422 for a deal that this partner may not have; answers the number that the version gets. That an
 * instant is free is asked where it is written.
 */
export async function refuseUnfit(
  tx: Tx,
  deal: Omit<WantedDeal, 'id'> & { readonly zone: string; readonly now: Instant },
): Promise<number> {
  const { programId, partnerId, document, from, zone, now } = deal;
  if (deal.ends !== undefined) return refuseUnfitEnd(tx, { ...deal, ends: deal.ends });
  if (partnerId !== null) await getPartnerOf(tx, { programId, partnerId, path: 'body.partnerId', now });
  const { bans, markets } = await listMarketsOf(tx, { programId, partnerId });
  const kinds = document.components.map((component) => component.kind);
  const banned = markets.flatMap((market) => listBannedKinds(bans, market, kinds));
  refuseBannedKinds(banned, 'body.document.components');
  const { newest, standing } = await countVersions(tx, programId, partnerId);
  if (from === undefined && standing > 0) {
    throw unprocessable('effective_from_missing', 'A later version must say from when it is in force.', [
      { path: 'body.effectiveFrom', message: 'give an instant, or null for from the beginning' },
    ]);
  }
  if (standing > 0 && from !== undefined && from !== null) {
    const at = instantFromIso(from);
    refuseInsidePeriod(document, at, zone);
    const before = findBefore(await listStanding(tx, deal), at);
    if (before !== undefined) refuseInsidePeriod(before.document, at, zone, BEFORE);
  }
  await refuseOverRevenue(tx, {
    programId,
    partnerId,
    document,
    at: from === undefined || from === null ? now : maxInstant(now, instantFromIso(from)),
  });
  return newest + 1;
}

/** How it is said that an instant lies inside of a month. */
interface InsideWords {
  readonly whose: string;
  readonly what: string;
  readonly path: string;
}
const WRITTEN: InsideWords = {
  whose: 'The deal',
  what: 'a later version of it begins',
  path: 'body.effectiveFrom',
};
const BEFORE: InsideWords = { ...WRITTEN, whose: 'The version before', what: 'the next one begins' };
const ENDED: InsideWords = { whose: 'The deal', what: 'it ends', path: 'body.endsAt' };
const AFTER: InsideWords = { ...ENDED, whose: 'The default deal', what: 'it takes over' };

/**
 * A later version of what is settled by period begins with a period, because a month has the terms that are in force when it ends; a
 * first one may begin inside. Throws 422.
 */
function refuseInsidePeriod(
  document: DealDocument,
  from: Instant,
  zone: string,
  { whose, what, path }: InsideWords = WRITTEN,
): void {
  const byPeriod = listPeriodComponents(document);
  const start = findPeriodStart(from, zone);
  if (byPeriod.length === 0 || start === from) return;
  throw unprocessable(
    'not_at_period_start',
    `${whose} has components that are settled by month (${byPeriod.join(', ')}), so ${what} with a month of the program; the next one begins at ${formatInstant(start)}.`,
    [{ path, message: `give ${formatInstant(start)}, or the start of another month` }],
  );
}

/** The version that is in force until an instant. */
function findBefore(standing: readonly DealRow[], at: Instant): DealRow | undefined {
  return standing.findLast((version) => version.effective_from < at);
}

/**
 * An end follows terms, is the last word of its deal, and comes with a month where something is settled by month. Throws 409 and 422;
 * answers the number that it gets.
 */
async function refuseUnfitEnd(
  tx: Tx,
  deal: Omit<WantedDeal, 'id'> & { readonly zone: string; readonly now: Instant; readonly ends: WantedEnd },
): Promise<number> {
  const { programId, partnerId, ends, zone, now } = deal;
  const at = instantFromIso(boundText(deal.from, 'infinity', 'body.endsAt'));
  const standing = await listStanding(tx, deal);
  const before = findBefore(standing, at);
  refuseOutOfPlace({ before, later: standing.find((one) => one.effective_from > at), ends });
  if (before !== undefined) refuseInsidePeriod(before.document, at, zone, ENDED);
  if (ends.next === 'default') {
    const byDefault = await getDefaultTerms(tx, { programId, partnerId, at });
    refuseInsidePeriod(byDefault, at, zone, AFTER);
    const { bans, markets } = await listMarketsOf(tx, { programId, partnerId });
    const kinds = byDefault.components.map((component) => component.kind);
    refuseBannedKinds(
      markets.flatMap((market) => listBannedKinds(bans, market, kinds)),
      'body.next',
    );
    await refuseOverRevenue(tx, { programId, partnerId, document: byDefault, at: maxInstant(now, at) });
  }
  return (await countVersions(tx, programId, partnerId)).newest + 1;
}

function refuseOutOfPlace({
  before,
  later,
  ends,
}: {
  readonly before: DealRow | undefined;
  readonly later: DealRow | undefined;
  readonly ends: WantedEnd;
}): void {
  if (before === undefined)
    throw conflict('not_in_force', 'No version of this deal is in force before that instant.');
  if (before.ends !== null)
    throw conflict(
      'already_ended',
      `The deal has ended by then: ${wireId('del', before.id)} ended it at ${formatInstant(before.effective_from)}.`,
    );
  if (ends.of !== null && ends.of !== before.id)
    throw conflict(
      'not_in_force',
      `Until that instant version ${before.version} (${wireId('del', before.id)}) is in force, not this one; end that one, or choose another instant.`,
    );
  if (later !== undefined)
    throw conflict(
      'later_version',
      `Version ${later.version} (${wireId('del', later.id)}) begins at ${formatInstant(later.effective_from)}, so the deal would not end; take it back first.`,
    );
}

/** Throws 422 where there are none that could take over. */
async function getDefaultTerms(
  tx: Tx,
  { programId, partnerId, at }: { programId: string; partnerId: string | null; at: Instant },
): Promise<DealDocument> {
  const found =
    partnerId === null
      ? undefined
      : (await listDealsInForce(tx, { programId, partnerIds: [], at: formatInstant(at) }))[0];
  if (found !== undefined && found.ends === null) return readStoredDeal(found.document);
  throw unprocessable(
    'no_default_deal',
    partnerId === null
      ? 'This is the default deal itself: nothing takes its place.'
      : 'The program has no default deal that is in force then.',
    [{ path: 'body.next', message: 'say "nothing"' }],
  );
}

/** Throws 409 where a version begins at the instant. */
export async function refuseTaken(
  tx: Tx,
  { programId, partnerId, from }: Pick<WantedDeal, 'programId' | 'partnerId' | 'from'>,
): Promise<void> {
  const effectiveFrom = boundText(from, '-infinity', 'body.effectiveFrom');
  if (await isInstantTaken(tx, { programId, partnerId, effectiveFrom }))
    throw conflict(TAKEN.code, TAKEN.detail);
}

const TAKEN = {
  code: 'instant_taken',
  detail:
    'Another version begins at this instant; choose another effectiveFrom, or take that version back first.',
} as const;

/** Writes a version under its id, and marks whose customers it concerns where a change set writes it. Throws what `refuseUnfit` throws, and 409 `instant_taken`. */
export async function writeVersion(
  tx: Tx,
  wanted: WantedDeal & { readonly zone: string; readonly programNow: Instant },
  made: Made,
): Promise<DealRow> {
  const { programId, partnerId, from, programNow, id, document } = wanted;
  const version = await refuseUnfit(tx, { ...wanted, now: programNow });
  const row = await refusingDuplicate('deal_live', TAKEN, () =>
    insertDeal(tx, {
      id,
      document,
      programId,
      partnerId,
      version,
      effectiveFrom: boundText(from, '-infinity', 'body.effectiveFrom'),
      now: made.now,
      by: made.by,
      changeSetId: made.changeSetId ?? undefined,
      ends: wanted.ends?.next,
    }),
  );
  await markTerms(tx, row, made);
  return row;
}

/** Takes a version back: the one before it holds again until the next. Throws 409 `already_retracted`. */
export async function writeRetraction(
  tx: Tx,
  deal: DealRow,
  made: Made & { readonly reason: string },
): Promise<DealRow> {
  refuseRetracted(deal);
  await retractDeal(tx, deal.id, made);
  await markTerms(tx, deal, made);
  return getDeal(tx, deal.id);
}

/** Throws 409 where a version was taken back already. */
export function refuseRetracted(deal: DealRow): void {
  if (deal.retracted_at !== null)
    throw conflict(
      'already_retracted',
      `Version ${deal.version} (${wireId('del', deal.id)}) was already taken back.`,
    );
}

async function markTerms(tx: Tx, deal: DealRow, { changeSetId }: Made): Promise<void> {
  if (changeSetId === null) return;
  const { program_id: programId, partner_id: partnerId, effective_from: from } = deal;
  const concerned = await listPartnersOfTerms(tx, { programId, partnerId, from });
  await markConcerned(tx, programId, concerned, changeSetId);
}

/** Throws 404. */
export async function getDeal(tx: Tx, id: string): Promise<DealRow> {
  const row = await findDeal(tx, id);
  if (row === undefined) throw notFound('deal', wireId('del', id));
  return row;
}
