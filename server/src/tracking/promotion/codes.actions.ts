import type { createCodeRequest, updateCodeRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { boundText, uuidOf, wireInstant } from '../../platform/http/wire.ts';
import { performWrite } from '../../registry/access/index.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { normaliseCode } from '../../registry/facts.ts';
import { getLockedProgram, programNow } from '../../registry/index.ts';
import { getPartner } from '../../registry/partners/index.ts';
import { refuseClosedCampaign } from './campaigns.actions.ts';
import { insertCode, updateCode } from './promotion.store.ts';
import { findCode, findOverlap } from './promotion.views.ts';
import type { CodeRow } from './promotion.views.ts';
import { wireCode } from './wire-promotion.ts';

/** Gives a promo code to a partner from and to an instant; refused where the code is somebody's already. */
export async function createCode(deps: WriteDeps, request: Request, body: z.infer<typeof createCodeRequest>) {
  const partnerId = uuidOf('prt', body.partnerId, 'body.partnerId');
  const code = codeOf(body.code);
  return performWrite(deps, request, { action: 'code.create' }, async (tx, actor) => {
    const now = deps.clock.now();
    const partner = await getPartner(tx, partnerId, now);
    const program = await getLockedProgram(tx, partner.program_id, 'facts');
    const from =
      body.effectiveFrom === undefined
        ? formatInstant(programNow(program, now))
        : boundText(body.effectiveFrom, '-infinity', 'body.effectiveFrom');
    const to = boundText(body.effectiveTo, 'infinity', 'body.effectiveTo');
    refuseBackwards(from, to);
    await refuseClosedCampaign(tx, program.id, body.campaign);
    await refuseOverlap(tx, { programId: program.id, code, from, to });
    const row = await insertCode(tx, {
      id: uuidv7(),
      programId: program.id,
      code,
      written: body.code,
      partnerId,
      campaign: body.campaign,
      exclusive: body.exclusive,
      from,
      to,
      now,
      by: actor.label,
    });
    const answer = wireCode(row);
    return { status: 201, body: answer, subject: answer.id, audit: body };
  });
}

/** Ends a code, opens it again, or changes whether it is exclusive. A code is never handed on by a change: it ends, and another one begins. */
export async function changeCode(
  deps: WriteDeps,
  request: Request,
  id: string,
  body: z.infer<typeof updateCodeRequest>,
) {
  return performWrite(deps, request, { action: 'code.update' }, async (tx) => {
    const { program_id: programId } = await getCode(tx, id);
    await getLockedProgram(tx, programId, 'facts');
    const before = await getCode(tx, id);
    const from = textOf(before.effective_from, '-infinity');
    const to =
      body.effectiveTo === undefined
        ? textOf(before.effective_to, 'infinity')
        : boundText(body.effectiveTo, 'infinity', 'body.effectiveTo');
    refuseBackwards(from, to);
    await refuseOverlap(tx, { programId, code: before.code, from, to, except: id });
    const row = await updateCode(tx, id, { to, exclusive: body.exclusive ?? before.exclusive });
    const answer = wireCode(row);
    return { status: 200, body: answer, subject: answer.id, audit: { ...body, before: wireCode(before) } };
  });
}

/** Throws 404. */
export async function getCode(tx: Tx, id: string): Promise<CodeRow> {
  const row = await findCode(tx, id);
  if (row === undefined) throw notFound('promo code', wireId('cod', id));
  return row;
}

function codeOf(text: string): string {
  const code = normaliseCode(text);
  if (code !== undefined && /^[\p{L}\p{N}\p{M}._-]+$/u.test(code)) return code;
  throw unprocessable('bad_code', 'This cannot be a promo code.', [
    {
      path: 'body.code',
      message: 'use letters, digits, hyphens, dots and underscores, at most 64 characters',
    },
  ]);
}

function textOf(instant: CodeRow['effective_from'], infinity: string): string {
  return wireInstant(instant) ?? infinity;
}

/** Both as PostgreSQL reads them; ISO texts of one form compare like the instants. */
function refuseBackwards(from: string, to: string): void {
  if (from === '-infinity' || to === 'infinity' || Date.parse(from) <= Date.parse(to)) return;
  throw unprocessable('bad_span', 'The code would end before it begins.', [
    { path: 'body.effectiveTo', message: `give an instant at or after ${from}` },
  ]);
}

async function refuseOverlap(tx: Tx, wanted: Parameters<typeof findOverlap>[1]): Promise<void> {
  const other = await findOverlap(tx, wanted);
  if (other === undefined) return;
  const from = wireInstant(other.effective_from) ?? 'the beginning';
  const to = wireInstant(other.effective_to);
  throw conflict(
    'code_taken',
    `The code ${wanted.code} belongs to ${wireId('prt', other.partner_id)} from ${from}${to === null ? ' on' : ` to ${to}`} (${wireId('cod', other.id)}). End that first, or choose another time or code.`,
  );
}
