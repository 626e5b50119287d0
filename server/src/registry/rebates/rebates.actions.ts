import type { createRebateRequest, endRebateRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { canonicalDecimal } from '../../kernel/decimal.ts';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { findDealInForce } from '../facts.ts';
import type { ProgramSnapshot } from '../facts.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { getPartner, markConcerned } from '../partners/index.ts';
import { programNow } from '../program-clock.ts';
import { listByTrade } from './by-trade.ts';
import { isInTheWay, ruleOfRow } from './facts.ts';
import type { RebateRow, RebateRule, RebateWhom } from './facts.ts';
import { endRebate, insertRebate, retractRebate } from './rebates.store.ts';
import { findPartnerOfLink, findProgramOfCustomer, findRebate, listRulesOf } from './rebates.views.ts';
import { wireRebate } from './wire-rebate.ts';

export interface RebateDeps extends WriteDeps {
  readonly getProgram: (programId: string) => Promise<ProgramSnapshot>;
}

/**
 * Writes what a partner gives to customers from an instant on that is not in the past, so that nothing that was booked changes. Throws 404,
 * 409 `rebate_in_the_way`, 422 `in_the_past`, `empty_interval`, `not_by_trade`, `not_of_partner`.
 */
export async function createRebate(
  deps: RebateDeps,
  request: Request,
  body: z.infer<typeof createRebateRequest>,
) {
  const partnerId = uuidOf('prt', body.partnerId, 'body.partnerId');
  const partner = await deps.db.reference((tx) => getPartner(tx, partnerId, deps.clock.now()));
  const snapshot = await deps.getProgram(partner.program_id);
  const whom = await readWhom(deps, body.whom, { programId: partner.program_id, partnerId });
  return performWrite(deps, request, { action: 'rebate.create' }, async (tx, actor) => {
    const program = await getLockedProgram(tx, partner.program_id, 'partners');
    const now = programNow(program, deps.clock.now());
    const from = notPast(body.effectiveFrom, now, 'body.effectiveFrom');
    const until = untilOf(body.effectiveTo, from);
    const components = componentsOf(body.components, snapshot, { partnerId, from });
    const { every, reason } = body;
    const percent = canonicalDecimal(body.percent) ?? body.percent;
    const rule = { id: uuidv7(), partnerId, whom, percent, components, every, from, until };
    await refuseInTheWay(tx, rule);
    await insertRebate(tx, {
      ...rule,
      programId: program.id,
      reason,
      now: deps.clock.now(),
      by: actor.label,
    });
    await markConcerned(tx, program.id, [partnerId]);
    const answer = wireRebate(await getRebate(tx, rule.id), deps.clock.now());
    return { status: 201, body: answer, subject: answer.id, reason, audit: answer };
  });
}

/**
 * Ends a rule at an instant that is not in the past: what was traded before keeps its rebate, also when it is told later. Throws 404,
 * 409 `already_retracted`, `already_ended`, 422 `in_the_past`, `not_begun`.
 */
export async function endRebateRule(
  deps: WriteDeps,
  request: Request,
  asked: { readonly id: string; readonly body: z.infer<typeof endRebateRequest> },
) {
  const { id, body } = asked;
  return performWrite(deps, request, { action: 'rebate.end' }, async (tx, actor) => {
    const { before, now } = await lockRule(tx, id, deps.clock.now());
    const endsAt = notPast(body.endsAt, now, 'body.endsAt');
    if (before.effective_to <= now)
      throw conflict('already_ended', `The rule ended at ${formatInstant(before.effective_to)}.`);
    if (endsAt <= before.effective_from)
      throw unprocessable('not_begun', 'The rule would end before it begins.', [
        {
          path: 'body.endsAt',
          message: `give an instant after ${formatInstant(before.effective_from)}, or take the rule back with POST /v1/rebates/${wireId('rbt', id)}/retraction`,
        },
      ]);
    await refuseInTheWay(tx, { ...ruleOfRow(before), until: endsAt }, id);
    await endRebate(tx, id, endsAt, { at: deps.clock.now(), by: actor.label, reason: body.reason });
    await markConcerned(tx, before.program_id, [before.partner_id]);
    const answer = wireRebate(await getRebate(tx, id), deps.clock.now());
    return { status: 200, body: answer, subject: answer.id, reason: body.reason, audit: answer };
  });
}

/** Takes a rule back that has not begun: it never was. Throws 404, 409 `already_retracted`, `already_begun`. */
export async function takeRebateBack(
  deps: WriteDeps,
  request: Request,
  asked: { readonly id: string; readonly reason: string },
) {
  const { id, reason } = asked;
  return performWrite(deps, request, { action: 'rebate.retract' }, async (tx, actor) => {
    const { before, now } = await lockRule(tx, id, deps.clock.now());
    if (before.effective_from <= now)
      throw conflict(
        'already_begun',
        `The rule began at ${formatInstant(before.effective_from)}, and customers may have traded by it. End it instead: POST /v1/rebates/${wireId('rbt', id)}/end.`,
      );
    await retractRebate(tx, id, { at: deps.clock.now(), by: actor.label, reason });
    await markConcerned(tx, before.program_id, [before.partner_id]);
    const answer = wireRebate(await getRebate(tx, id), deps.clock.now());
    return { status: 201, body: answer, subject: answer.id, reason, audit: answer };
  });
}

/** Throws 404. */
export async function getRebate(tx: Tx, id: string): Promise<RebateRow> {
  const row = await findRebate(tx, id);
  if (row === undefined) throw notFound('rebate rule', wireId('rbt', id));
  return row;
}

/** The rule as it stands under the lock of its program, and the program's now. Throws 404, 409 `already_retracted`. */
async function lockRule(tx: Tx, id: string, realNow: Instant): Promise<{ before: RebateRow; now: Instant }> {
  const { program_id: programId } = await getRebate(tx, id);
  const program = await getLockedProgram(tx, programId, 'partners');
  const before = await getRebate(tx, id);
  if (before.retracted_at !== null) throw conflict('already_retracted', 'The rule was already taken back.');
  return { before, now: programNow(program, realNow) };
}

function notPast(text: string | undefined, now: Instant, path: string): Instant {
  if (text === undefined) return now;
  const at = instantOf(text, path);
  if (at >= now) return at;
  throw unprocessable('in_the_past', 'A rebate never changes what was traded before it was written.', [
    { path, message: `give an instant at or after ${formatInstant(now)}, or leave it out for now` },
  ]);
}

function untilOf(text: string | null | undefined, from: Instant): Instant {
  if (text === undefined || text === null) return Number.POSITIVE_INFINITY as Instant;
  const until = instantOf(text, 'body.effectiveTo');
  if (until > from) return until;
  throw unprocessable('empty_interval', 'effectiveTo must lie after effectiveFrom.', [
    { path: 'body.effectiveTo', message: 'give a later instant, or null for no end' },
  ]);
}

function componentsOf(
  wanted: readonly string[] | undefined,
  program: ProgramSnapshot,
  { partnerId, from }: { readonly partnerId: string; readonly from: Instant },
): readonly string[] | null {
  const deal = findDealInForce(program, partnerId, from);
  const can = deal === undefined ? [] : listByTrade(deal);
  const refused = (wanted ?? []).filter((id) => !can.includes(id));
  if (refused.length === 0 && (can.length > 0 || deal === undefined)) return wanted ?? null;
  const known = can.length === 0 ? 'none of its components does' : `these do: ${can.join(', ')}`;
  throw unprocessable(
    'not_by_trade',
    `A rebate is given of what pays by trade. What is settled by month is the sum of all customers, and nothing of it is one customer's. Of the deal in force at ${formatInstant(from)} ${known}.`,
    refused.map((id) => ({
      path: `body.components[${wanted?.indexOf(id) ?? 0}]`,
      message: `"${id}" is no component that pays by trade`,
    })),
  );
}

async function readWhom(
  deps: RebateDeps,
  whom: z.infer<typeof createRebateRequest>['whom'],
  of: { readonly programId: string; readonly partnerId: string },
): Promise<RebateWhom> {
  switch (whom.kind) {
    case 'all':
      return { kind: 'all' };
    case 'campaign':
      return { kind: 'campaign', campaign: whom.campaign };
    case 'link': {
      const linkId = uuidOf('lnk', whom.linkId, 'body.whom.linkId');
      const partnerId = await deps.db.reference((tx) => findPartnerOfLink(tx, linkId));
      if (partnerId === undefined) throw notFound('link', whom.linkId);
      if (partnerId === of.partnerId) return { kind: 'link', linkId };
      throw unprocessable('not_of_partner', 'The link is another partner’s.', [
        { path: 'body.whom.linkId', message: 'name a link of this partner' },
      ]);
    }
    case 'customer': {
      const customerId = uuidOf('cus', whom.customerId, 'body.whom.customerId');
      const lane = laneOf('customer', customerId);
      const programId = await deps.db.inLanes([lane], (tx) => findProgramOfCustomer(tx, lane, customerId));
      if (programId !== of.programId) throw notFound('customer', whom.customerId);
      return { kind: 'customer', customerId };
    }
  }
}

/** The caller holds the program. */
async function refuseInTheWay(tx: Tx, rule: RebateRule, except?: string): Promise<void> {
  const other = (await listRulesOf(tx, rule.partnerId)).find(
    (row) => row.id !== except && isInTheWay(ruleOfRow(row), rule),
  );
  if (other === undefined) return;
  const end = Number.isFinite(other.effective_to) ? ` to ${formatInstant(other.effective_to)}` : ' on';
  throw conflict(
    'rebate_in_the_way',
    `${wireId('rbt', other.id)} gives to the same customers of the same components from ${formatInstant(other.effective_from)}${end}. End that first (POST /v1/rebates/${wireId('rbt', other.id)}/end), or choose another time.`,
  );
}
