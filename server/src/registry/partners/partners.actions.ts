import type { createPartnerRequest, updatePartnerRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { notFound, unprocessable } from '../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import { performWrite, refusingDuplicate } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { programNow } from '../program-clock.ts';
import { listBannedKinds } from './deal-bans.ts';
import type { BannedKind } from './deal-bans.ts';
import { insertEdge, insertPartner, insertSuspension, updatePartner } from './partners.store.ts';
import { findPartner, getTermsOfMarket } from './partners.views.ts';
import type { PartnerRow } from './partners.views.ts';
import { wirePartner } from './wire-partner.ts';

/** Makes a partner below another one, or at the top, from the beginning. */
export async function createPartner(
  deps: WriteDeps,
  request: Request,
  body: z.infer<typeof createPartnerRequest>,
) {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  const parentId = body.parentId === null ? null : uuidOf('prt', body.parentId, 'body.parentId');
  return performWrite(deps, request, { action: 'partner.create' }, async (tx, actor) => {
    const now = deps.clock.now();
    await getLockedProgram(tx, programId, 'registry');
    if (parentId !== null)
      await getPartnerOf(tx, { programId, partnerId: parentId, path: 'body.parentId', now });
    const id = uuidv7();
    const externalRef = body.externalRef ?? null;
    await refusingDuplicate(
      'partner_program_id_external_ref_key',
      { code: 'external_ref_taken', detail: `The program already has a partner "${externalRef}".` },
      () =>
        insertPartner(tx, { id, programId, name: body.name, externalRef, market: body.market ?? null, now }),
    );
    await insertEdge(tx, {
      id: uuidv7(),
      programId,
      childId: id,
      parentId,
      effectiveFrom: '-infinity',
      now,
      by: actor.label,
    });
    if (body.market !== undefined) await refuseBannedTerms(tx, id);
    const answer = wirePartner(await getPartner(tx, id, now));
    return { status: 201, body: answer, subject: answer.id, audit: body };
  });
}

/** Renames, suspends or reactivates. Suspension reaches the links at once and every registration from its instant on (rules.md 5). */
export async function changePartner(
  deps: WriteDeps,
  request: Request,
  partnerId: string,
  body: z.infer<typeof updatePartnerRequest>,
) {
  if (body.suspendedAt !== undefined && body.status !== 'suspended') {
    throw unprocessable('suspended_at_without_status', 'suspendedAt goes with status suspended.', [
      { path: 'body.suspendedAt', message: 'leave it out, or set status to suspended' },
    ]);
  }
  if (body.reinstatedAt !== undefined && body.status !== 'active') {
    throw unprocessable('reinstated_at_without_status', 'reinstatedAt goes with status active.', [
      { path: 'body.reinstatedAt', message: 'leave it out, or set status to active' },
    ]);
  }
  return performWrite(deps, request, { action: 'partner.update' }, async (tx) => {
    const now = deps.clock.now();
    const before = await getPartner(tx, partnerId, now);
    const program = await getLockedProgram(
      tx,
      before.program_id,
      body.status === undefined ? 'registry' : 'facts',
    );
    const status = body.status ?? before.status;
    if (status === 'active' && before.suspended_at !== null)
      await endSuspension(
        tx,
        { partnerId, from: before.suspended_at },
        reinstatedAt(body, programNow(program, now)),
      );
    await updatePartner(tx, partnerId, {
      name: body.name ?? before.name,
      status,
      suspendedAt: suspendedAtOf(before, body, programNow(program, now)),
      market: body.market === undefined ? before.market : body.market,
    });
    if (body.market !== undefined && body.market !== before.market) await refuseBannedTerms(tx, partnerId);
    const answer = wirePartner(await getPartner(tx, partnerId, now));
    return { status: 200, body: answer, subject: answer.id, audit: { ...body, before: wirePartner(before) } };
  });
}

/** A partner whose terms are banned in the market that it is given would go on earning by them. Throws 422. */
async function refuseBannedTerms(tx: Tx, partnerId: string): Promise<void> {
  const { market, bans, kinds } = await getTermsOfMarket(tx, partnerId);
  refuseBannedKinds(listBannedKinds(bans, market, kinds), 'body.market');
}

/** Throws 422 `deal_banned_in_market`, naming the kinds and the market. */
export function refuseBannedKinds(banned: readonly BannedKind[], path: string): void {
  const [first] = banned;
  if (first === undefined) return;
  const said = banned.map(({ kind, market }) => `${kind} (banned in ${market})`).join(', ');
  throw unprocessable(
    'deal_banned_in_market',
    `Deals with these components may not be assigned there by the program's compliance settings: ${said}.`,
    [{ path, message: `give the partner terms without ${first.kind}, or correct its market` }],
  );
}

function reinstatedAt(body: z.infer<typeof updatePartnerRequest>, now: Instant): Instant {
  return body.reinstatedAt === undefined ? now : instantOf(body.reinstatedAt, 'body.reinstatedAt');
}

/** What happened while it lasted stays judged by it. One that is ended before it began never was. */
async function endSuspension(
  tx: Tx,
  suspension: { readonly partnerId: string; readonly from: Instant },
  to: Instant,
): Promise<void> {
  if (to > suspension.from) await insertSuspension(tx, { id: uuidv7(), ...suspension, to });
}

function suspendedAtOf(
  before: PartnerRow,
  body: z.infer<typeof updatePartnerRequest>,
  now: Instant,
): Instant | null {
  if ((body.status ?? before.status) === 'active') return null;
  if (body.suspendedAt !== undefined) return instantOf(body.suspendedAt, 'body.suspendedAt');
  return before.suspended_at ?? now;
}

/** Throws 404. */
export async function getPartner(tx: Tx, partnerId: string, realNow: Instant): Promise<PartnerRow> {
  const row = await findPartner(tx, partnerId, realNow);
  if (row === undefined) throw notFound('partner', wireId('prt', partnerId));
  return row;
}

/** A partner that the body names; throws a 422 at its place when it does not exist or belongs to another program. */
export async function getPartnerOf(
  tx: Tx,
  wanted: { programId: string; partnerId: string; path: string; now: Instant },
): Promise<PartnerRow> {
  const row = await findPartner(tx, wanted.partnerId, wanted.now);
  if (row !== undefined && row.program_id === wanted.programId) return row;
  const detail = `The program has no partner ${wireId('prt', wanted.partnerId)}.`;
  throw unprocessable('unknown_partner', detail, [{ path: wanted.path, message: detail }]);
}
