import type { complianceRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { boundText } from '../../platform/http/wire.ts';
import { performWrite, refusingDuplicate } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { programNow } from '../program-clock.ts';
import { insertCompliance, retractCompliance } from './compliance.store.ts';
import { findCompliance } from './compliance.views.ts';
import type { ComplianceRow } from './compliance.views.ts';
import { getPartner } from './partners.actions.ts';
import { getProgramOfTree } from './partners.views.ts';
import { wireCompliance } from './wire-compliance.ts';

/** States how a check of a partner stands from an instant on. Commission is not touched; payouts are (semantics.md 8). Throws 404, 409, 422. */
export async function stateCompliance(
  deps: WriteDeps,
  request: Request,
  partnerId: string,
  body: z.infer<typeof complianceRequest>,
) {
  return performWrite(deps, request, { action: 'partner.compliance' }, async (tx, actor) => {
    const now = deps.clock.now();
    const partner = await getPartner(tx, partnerId, now);
    const program = await getProgramOfTree(tx, partner.program_id);
    const effectiveFrom =
      body.effectiveFrom === undefined
        ? formatInstant(programNow(program, now))
        : boundText(body.effectiveFrom, '-infinity', 'body.effectiveFrom');
    const effectiveTo = boundText(body.effectiveTo, 'infinity', 'body.effectiveTo');
    refuseEmptySpan(effectiveFrom, effectiveTo);
    const id = uuidv7();
    const { subject, status, reason } = body;
    const span = { effectiveFrom, effectiveTo };
    await refusingDuplicate(
      'partner_compliance_live',
      {
        code: 'instant_taken',
        detail: `The partner already has a statement about ${subject} from this instant on; take it back first, or choose another instant.`,
      },
      () =>
        insertCompliance(tx, {
          id,
          programId: program.id,
          partnerId,
          subject,
          status,
          ...span,
          reason,
          now,
          by: actor.label,
        }),
    );
    const answer = wireCompliance(await getCompliance(tx, partnerId, id));
    return { status: 201, body: answer, subject: wireId('prt', partnerId), reason, audit: answer };
  });
}

/** Takes a statement back: it never was, and its instant is free again. Throws 404, 409 `already_retracted`. */
export async function takeComplianceBack(
  deps: WriteDeps,
  request: Request,
  fact: { readonly partnerId: string; readonly id: string; readonly reason: string },
) {
  const { partnerId, id, reason } = fact;
  return performWrite(deps, request, { action: 'partner.compliance.retract' }, async (tx, actor) => {
    await getCompliance(tx, partnerId, id);
    const now = deps.clock.now();
    if ((await retractCompliance(tx, id, { reason, now, by: actor.label })) === 0)
      throw conflict('already_retracted', 'The statement was already taken back.');
    const answer = wireCompliance(await getCompliance(tx, partnerId, id));
    return { status: 201, body: answer, subject: wireId('prt', partnerId), reason, audit: answer };
  });
}

async function getCompliance(tx: Tx, partnerId: string, id: string): Promise<ComplianceRow> {
  const row = await findCompliance(tx, id);
  if (row === undefined || row.partner_id !== partnerId) throw notFound('fact', wireId('fct', id));
  return row;
}

function refuseEmptySpan(effectiveFrom: string, effectiveTo: string): void {
  if (effectiveFrom === '-infinity' || effectiveTo === 'infinity') return;
  if (instantFromIso(effectiveFrom) < instantFromIso(effectiveTo)) return;
  throw unprocessable('empty_interval', 'effectiveTo must lie after effectiveFrom.', [
    { path: 'body.effectiveTo', message: 'give a later instant, or null for no end' },
  ]);
}
