import {
  commissionExplanationReply,
  commissionIdSchema,
  eventExplanationReply,
  eventIdSchema,
} from '@plumbline/contract';
import { z } from 'zod';
import type { CommissionExplanationReply } from '@plumbline/contract';
import { unpackCommissionId } from '../../kernel/ids.ts';
import type { CommissionAddress } from '../../kernel/ids.ts';
import type { App } from '../../platform/http/app.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { explainMonthCommission } from './explain-month.ts';
import { explainCommission, explainEvent } from './explain.ts';
import { findCommissionEvidence, findEventEvidence, findMonthOf } from './explain.views.ts';
import type { ExplainDeps } from './explain.views.ts';
import { explainManual } from './manual.ts';
import { findManualEvidence } from './manual.views.ts';
import { findMonthEvidence } from './month.views.ts';
import { monthRoutes } from './month.routes.ts';
import {
  wireCommissionExplanation,
  wireEventExplanation,
  wireManualCommission,
  wireMonthCommission,
} from './wire-explain.ts';

/** Explains any commission row and any event, from the cent to the raw bytes (requirements C9). */
export function explainRoutes(app: App, deps: ExplainDeps): void {
  monthRoutes(app, deps);
  app.route({
    method: 'GET',
    url: '/v1/commissions/:id/explain',
    schema: {
      tags: ['commissions'],
      summary: 'Explain a commission from the cent to the raw bytes',
      params: z.strictObject({ id: commissionIdSchema }),
      response: { 200: commissionExplanationReply },
    },
    handler: async (request) => {
      const { id } = request.params;
      const address = unpackCommissionId(id);
      const evidence = address.ok ? await findCommissionEvidence(deps, address.value) : undefined;
      const explanation = evidence === undefined ? undefined : explainCommission(evidence, id);
      if (evidence === undefined || explanation === undefined) {
        const other = address.ok ? await explainByOther(deps, address.value, id) : undefined;
        if (other === undefined) throw notFound('commission', id);
        return other;
      }
      return wireCommissionExplanation(evidence, explanation);
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/events/:id/explain',
    schema: {
      tags: ['events'],
      summary: 'Explain an event: what it paid and why, or why it paid nothing',
      params: z.strictObject({ id: eventIdSchema }),
      response: { 200: eventExplanationReply },
    },
    handler: async (request) => {
      const evidence = await findEventEvidence(deps, uuidOf('evt', request.params.id));
      if (evidence === undefined) throw notFound('event', request.params.id);
      return wireEventExplanation(evidence, explainEvent(evidence));
    },
  });
}

/** A commission that comes from no single event: from a month, or from what people put in by hand. */
async function explainByOther(
  deps: ExplainDeps,
  address: CommissionAddress,
  id: string,
): Promise<CommissionExplanationReply | undefined> {
  const evidence = await findManualEvidence(deps, address);
  const explanation = evidence === undefined ? undefined : explainManual(evidence, id);
  return explanation === undefined ? explainByMonth(deps, address, id) : wireManualCommission(explanation);
}

/** What settles a month comes from all its events together: the month is explained. Undefined when it settles none. */
async function explainByMonth(
  deps: ExplainDeps,
  address: CommissionAddress,
  id: string,
): Promise<CommissionExplanationReply | undefined> {
  const key = await findMonthOf(deps, address);
  const evidence = key === undefined ? undefined : await findMonthEvidence(deps, key);
  const explanation = evidence === undefined ? undefined : explainMonthCommission(evidence, id);
  return evidence === undefined || explanation === undefined
    ? undefined
    : wireMonthCommission(evidence, explanation);
}
