import type { createCreativeRequest, moveCreativeRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import { performWrite, refusingDuplicate } from '../../registry/access/index.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { judgeCreative } from '../../registry/facts.ts';
import { getLockedProgram, programNow } from '../../registry/index.ts';
import { getPartnerOf } from '../../registry/partners/index.ts';
import { listMoves, mayMove } from './creative-moves.ts';
import { insertCreative, insertCreativeState, setCreativeExpiry } from './promotion.store.ts';
import {
  findCreative,
  findCreativeByName,
  findPromotionRules,
  listCreativeStates,
} from './promotion.views.ts';
import type { CreativeRow } from './promotion.views.ts';
import { wireCreative } from './wire-promotion.ts';

/** Makes a creative: a draft, or at once in the approval queue. */
export async function createCreative(
  deps: WriteDeps,
  request: Request,
  body: z.infer<typeof createCreativeRequest>,
) {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  const partnerId = body.partnerId === undefined ? null : uuidOf('prt', body.partnerId, 'body.partnerId');
  const expiresAt = body.expiresAt === undefined ? null : instantOf(body.expiresAt, 'body.expiresAt');
  return performWrite(deps, request, { action: 'creative.create' }, async (tx, actor) => {
    const now = deps.clock.now();
    // A new name may be what links say already, so the clicks of these are judged again.
    const program = await getLockedProgram(tx, programId, 'facts');
    if (partnerId !== null) await getPartnerOf(tx, { programId, partnerId, path: 'body.partnerId', now });
    const id = uuidv7();
    await refusingDuplicate(
      'creative_name_key',
      { code: 'name_taken', detail: `The program already has a creative "${body.name}".` },
      () =>
        insertCreative(tx, {
          id,
          programId,
          partnerId,
          name: body.name,
          kind: body.kind,
          content: body.content,
          expiresAt,
          now,
        }),
    );
    const first = { creativeId: id, effectiveFrom: programNow(program, now), reason: null, now };
    await insertCreativeState(tx, { ...first, version: 1, state: 'draft', by: actor.label });
    if (body.submit)
      await insertCreativeState(tx, { ...first, version: 2, state: 'submitted', by: actor.label });
    const answer = wireCreative(await getCreative(tx, id, now));
    return { status: 201, body: answer, subject: answer.id, audit: body };
  });
}

/** Moves a creative through its approval. What it means for clicks holds from `effectiveFrom` on. */
export async function moveCreative(
  deps: WriteDeps,
  request: Request,
  id: string,
  body: z.infer<typeof moveCreativeRequest>,
) {
  if (body.state === 'rejected' && body.reason === undefined) {
    throw unprocessable('reason_missing', 'Whoever handed a creative in is to learn why it was rejected.', [
      { path: 'body.reason', message: 'say what is wrong with it' },
    ]);
  }
  return performWrite(deps, request, { action: `creative.${body.state}` }, async (tx, actor) => {
    const now = deps.clock.now();
    const { program_id: programId } = await getCreative(tx, id, now);
    const program = await getLockedProgram(tx, programId, 'facts');
    const before = await getCreative(tx, id, now);
    const effectiveFrom =
      body.effectiveFrom === undefined
        ? programNow(program, now)
        : instantOf(body.effectiveFrom, 'body.effectiveFrom');
    refuseMove(before, body.state, effectiveFrom);
    await insertCreativeState(tx, {
      creativeId: id,
      version: before.version + 1,
      state: body.state,
      effectiveFrom,
      reason: body.reason ?? null,
      now,
      by: actor.label,
    });
    const answer = wireCreative(await getCreative(tx, id, now));
    return { status: 200, body: answer, subject: answer.id, reason: body.reason, audit: body };
  });
}

function refuseMove(before: CreativeRow, state: CreativeRow['state'], effectiveFrom: Instant): void {
  if (!mayMove(before.state, state)) {
    throw conflict(
      'creative_state',
      `The creative is ${before.state}; from there it goes to ${listMoves(before.state).join(' or ')}.`,
    );
  }
  if (effectiveFrom < before.effective_from) {
    throw conflict(
      'state_before_last',
      `The creative is ${before.state} from ${formatInstant(before.effective_from)} on; the next state cannot begin earlier.`,
    );
  }
}

/** Sets or takes away the instant from which a creative may no longer be used. */
export async function changeCreative(deps: WriteDeps, request: Request, id: string, expires: string | null) {
  const expiresAt = expires === null ? null : instantOf(expires, 'body.expiresAt');
  return performWrite(deps, request, { action: 'creative.update' }, async (tx) => {
    const now = deps.clock.now();
    const before = await getCreative(tx, id, now);
    await getLockedProgram(tx, before.program_id, 'facts');
    await setCreativeExpiry(tx, id, expiresAt);
    const answer = wireCreative(await getCreative(tx, id, now));
    return { status: 200, body: answer, subject: answer.id, audit: { expiresAt: expires } };
  });
}

/** Throws 404. */
export async function getCreative(tx: Tx, id: string, realNow: Instant): Promise<CreativeRow> {
  const row = await findCreative(tx, id, realNow);
  if (row === undefined) throw notFound('creative', wireId('crv', id));
  return row;
}

/** Throws when a link with this creative may not be issued to this partner at the program's now (requirements T3). */
export async function refuseUnusableCreative(
  tx: Tx,
  wanted: { programId: string; partnerId: string; name: string; at: Instant },
  realNow: Instant,
): Promise<void> {
  const { name } = wanted;
  const row = await findCreativeByName(tx, wanted, realNow);
  if (row !== undefined && row.partner_id !== null && row.partner_id !== wanted.partnerId) {
    throw conflict('creative_of_other_partner', `The creative "${name}" was handed in by another partner.`);
  }
  const { approvalRequired } = await findPromotionRules(tx, wanted.programId);
  const states = row === undefined ? [] : await listCreativeStates(tx, row.id);
  const snapshot =
    row === undefined
      ? undefined
      : {
          id: row.id,
          name,
          expiresAt: row.expires_at,
          states: states.map((one) => ({ state: one.state, effectiveFrom: one.effective_from })),
        };
  const reason = judgeCreative(
    {
      creatives: new Map(snapshot === undefined ? [] : [[name, snapshot]]),
      creativeApprovalRequired: approvalRequired,
    },
    name,
    wanted.at,
  );
  if (reason === 'creative_expired')
    throw conflict(reason, `The creative "${name}" has expired; extend it, or name another one.`);
  if (reason === 'creative_not_approved') {
    const found = row === undefined ? 'is not registered' : `is ${row.state}`;
    throw conflict(
      reason,
      `The program requires approved creatives, and the creative "${name}" ${found}; have it approved first, or name another one.`,
    );
  }
}
