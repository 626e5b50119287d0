import type { createDealRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso, maxInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { notFound, unprocessable } from '../../platform/http/problem.ts';
import { boundText, uuidOf } from '../../platform/http/wire.ts';
import { performWrite, refusingDuplicate } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { getPartnerOf, listBannedKinds, listMarketsOf, refuseBannedKinds } from '../partners/index.ts';
import { refuseOverRevenue } from './check-levels.actions.ts';
import { parseDeal } from './deal.ts';
import { findNewestVersion, insertDeal } from './deals.store.ts';
import { findDeal, findZoneOf } from './deals.views.ts';
import type { DealRow } from './deals.views.ts';
import type { DealDocument } from './facts.ts';
import { findPeriodStart, listPeriodComponents } from './period-start.ts';
import { wireDeal } from './wire-deal.ts';

/** Writes the next version of the terms of a partner, or of the program; every customer of the program is judged again. */
export async function createDeal(deps: WriteDeps, request: Request, body: z.infer<typeof createDealRequest>) {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  const partnerId = body.partnerId === null ? null : uuidOf('prt', body.partnerId, 'body.partnerId');
  const document = getParsedDeal(body.document);
  const from = body.effectiveFrom;
  return performWrite(deps, request, { action: 'deal.create' }, async (tx, actor) => {
    const now = deps.clock.now();
    const { zone } = await getLockedProgram(tx, programId, 'facts');
    const newest = await refuseUnfit(tx, { programId, partnerId, document, from, zone, now });
    const row = await refusingDuplicate(
      'deal_program_id_partner_id_effective_from_key',
      {
        code: 'instant_taken',
        detail: 'Another version begins at this instant; choose another effectiveFrom.',
      },
      () =>
        insertDeal(tx, {
          id: uuidv7(),
          programId,
          partnerId,
          version: newest + 1,
          effectiveFrom: boundText(from, '-infinity', 'body.effectiveFrom'),
          document,
          now,
          by: actor.label,
        }),
    );
    const answer = wireDeal(row);
    return { status: 201, body: answer, subject: answer.id, audit: body };
  });
}

/**
 * Everything that is asked of a deal before it is written, without writing it: the same refusals as `createDeal`. Answers the document with
 * its defaults filled in.
 */
export async function checkDeal(
  deps: Pick<WriteDeps, 'db' | 'clock'>,
  body: z.infer<typeof createDealRequest>,
): Promise<DealDocument> {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  const partnerId = body.partnerId === null ? null : uuidOf('prt', body.partnerId, 'body.partnerId');
  const document = getParsedDeal(body.document);
  await deps.db.reference(async (tx) => {
    const zone = await findZoneOf(tx, programId);
    if (zone === undefined) throw notFound('program', body.programId);
    await refuseUnfit(tx, {
      programId,
      partnerId,
      document,
      from: body.effectiveFrom,
      zone,
      now: deps.clock.now(),
    });
  });
  return document;
}

interface UnwrittenDeal {
  readonly programId: string;
  readonly partnerId: string | null;
  readonly document: DealDocument;
  /** As it was given. */
  readonly from: string | null | undefined;
  readonly zone: string;
  readonly now: Instant;
}

/** Throws 404 for an unknown partner and 422 for a deal that this partner may not have; answers the number of the newest version. */
async function refuseUnfit(tx: Tx, deal: UnwrittenDeal): Promise<number> {
  const { programId, partnerId, document, from, zone, now } = deal;
  if (partnerId !== null) await getPartnerOf(tx, { programId, partnerId, path: 'body.partnerId', now });
  const { bans, markets } = await listMarketsOf(tx, { programId, partnerId });
  const kinds = document.components.map((component) => component.kind);
  const banned = markets.flatMap((market) => listBannedKinds(bans, market, kinds));
  refuseBannedKinds(banned, 'body.document.components');
  const newest = await findNewestVersion(tx, programId, partnerId);
  if (from === undefined && newest > 0) {
    throw unprocessable('effective_from_missing', 'A later version must say from when it is in force.', [
      { path: 'body.effectiveFrom', message: 'give an instant, or null for from the beginning' },
    ]);
  }
  if (newest > 0 && from !== undefined && from !== null)
    refuseInsidePeriod(document, instantFromIso(from), zone);
  await refuseOverRevenue(tx, {
    programId,
    partnerId,
    document,
    at: from === undefined || from === null ? now : maxInstant(now, instantFromIso(from)),
  });
  return newest;
}

/** A later version of what is settled by period begins with a period; a first one may begin inside. Throws 422. */
function refuseInsidePeriod(document: DealDocument, from: Instant, zone: string): void {
  const byPeriod = listPeriodComponents(document);
  const start = findPeriodStart(from, zone);
  if (byPeriod.length === 0 || start === from) return;
  throw unprocessable(
    'not_at_period_start',
    `The deal has components that are settled by month (${byPeriod.join(', ')}), so a later version of it begins with a month of the program; the next one begins at ${formatInstant(start)}.`,
    [{ path: 'body.effectiveFrom', message: `give ${formatInstant(start)}, or the start of another month` }],
  );
}

/** The document with its defaults filled in. Throws a 422 that names every problem with its place. */
function getParsedDeal(document: unknown): DealDocument {
  const parsed = parseDeal(document);
  if (parsed.ok) return parsed.value;
  throw unprocessable(
    parsed.reason,
    'The deal document is not valid.',
    parsed.problems.map(({ path, problem }) => ({
      path: path.replace(/^\$/, 'body.document'),
      message: problem,
    })),
  );
}

/** Throws 404. */
export async function getDeal(tx: Tx, id: string): Promise<DealRow> {
  const row = await findDeal(tx, id);
  if (row === undefined) throw notFound('deal', wireId('del', id));
  return row;
}
