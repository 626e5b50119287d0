import type { strikePartnerRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../../registry/access/index.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { getLockedProgram, programNow } from '../../registry/index.ts';
import { flagPartner, getPartner, suspendPartner } from '../../registry/partners/index.ts';
import { insertStrike, moveStrikeToWithdrawn } from './promotion.store.ts';
import { findCreative, findPromotionRules, findStrike, listStrikes } from './promotion.views.ts';
import type { StrikeRow } from './promotion.views.ts';
import { wireStrike } from './wire-promotion.ts';

/** Counts a strike against a partner; what it leads to reaches the partner's links at once (requirements T3). */
export async function strikePartner(
  deps: WriteDeps,
  request: Request,
  partnerId: string,
  body: z.infer<typeof strikePartnerRequest>,
) {
  const creativeId = body.creativeId === undefined ? null : uuidOf('crv', body.creativeId, 'body.creativeId');
  return performWrite(deps, request, { action: 'partner.strike' }, async (tx, actor) => {
    const now = deps.clock.now();
    const partner = await getPartner(tx, partnerId, now);
    const program = await getLockedProgram(tx, partner.program_id, 'facts');
    if (creativeId !== null) await refuseForeignCreative(tx, { creativeId, programId: program.id, now });
    const effect = await effectOf(tx, { programId: program.id, partnerId, wanted: body.effect });
    const struckAt = programNow(program, now);
    const row = await insertStrike(tx, {
      id: uuidv7(),
      programId: program.id,
      partnerId,
      creativeId,
      reason: body.reason,
      effect,
      struckAt,
      now,
      by: actor.label,
    });
    if (effect !== 'noted') await flagPartner(tx, partnerId, struckAt);
    if (effect === 'suspended') await suspendPartner(tx, partnerId, struckAt);
    const answer = wireStrike(row);
    return { status: 201, body: answer, subject: wireId('prt', partnerId), reason: body.reason, audit: body };
  });
}

/** The strike that the program allows no more suspends, whatever it was meant to be. The caller holds the program. */
async function effectOf(
  tx: Tx,
  strike: { programId: string; partnerId: string; wanted: StrikeRow['effect'] },
): Promise<StrikeRow['effect']> {
  const { strikesToSuspend } = await findPromotionRules(tx, strike.programId);
  if (strikesToSuspend === null) return strike.wanted;
  const before = (await listStrikes(tx, strike.partnerId)).filter((one) => one.withdrawn_at === null).length;
  return before + 1 >= strikesToSuspend ? 'suspended' : strike.wanted;
}

async function refuseForeignCreative(
  tx: Tx,
  wanted: { creativeId: string; programId: string; now: Parameters<typeof findCreative>[2] },
): Promise<void> {
  const creative = await findCreative(tx, wanted.creativeId, wanted.now);
  if (creative?.program_id === wanted.programId) return;
  const detail = `The program has no creative ${wireId('crv', wanted.creativeId)}.`;
  throw unprocessable('unknown_creative', detail, [{ path: 'body.creativeId', message: detail }]);
}

/**
 * Takes a strike back. The flag goes when no other strike that flagged is left; a suspension stays until a person lifts it
 * (PATCH of the partner), because others may have their own reasons for it.
 */
export async function withdrawStrike(deps: WriteDeps, request: Request, id: string, reason: string) {
  return performWrite(deps, request, { action: 'partner.strike_withdrawn' }, async (tx, actor) => {
    const found = await findStrike(tx, id);
    if (found === undefined) throw notFound('strike', wireId('stk', id));
    await getLockedProgram(tx, found.program_id, 'registry');
    const row = await moveStrikeToWithdrawn(tx, id, { at: deps.clock.now(), by: actor.label, reason });
    if (row === undefined)
      throw conflict('strike_withdrawn', 'The strike was withdrawn before; nothing was changed.');
    const left = await listStrikes(tx, row.partner_id);
    if (left.every((one) => one.withdrawn_at !== null || one.effect === 'noted'))
      await flagPartner(tx, row.partner_id, null);
    return {
      status: 200,
      body: wireStrike(row),
      subject: wireId('prt', row.partner_id),
      reason,
      audit: { strike: wireId('stk', id) },
    };
  });
}
