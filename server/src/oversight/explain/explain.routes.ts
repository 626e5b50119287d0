import {
  commissionExplanationReply,
  commissionIdSchema,
  eventExplanationReply,
  eventIdSchema,
} from '@plumbline/contract';
import { z } from 'zod';
import { unpackCommissionId } from '../../kernel/ids.ts';
import type { App } from '../../platform/http/app.ts';
import { conflict, notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { explainCommission, explainEvent } from './explain.ts';
import { findCommissionEvidence, findEventEvidence, isSettledByPeriod } from './explain.views.ts';
import type { ExplainDeps } from './explain.views.ts';
import { wireCommissionExplanation, wireEventExplanation } from './wire-explain.ts';

/** Explains any commission row and any event, from the cent to the raw bytes (requirements C9). */
export function explainRoutes(app: App, deps: ExplainDeps): void {
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
        if (address.ok && (await isSettledByPeriod(deps, address.value))) throw explainedElsewhere();
        throw notFound('commission', id);
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

/** What is settled by period comes from no single event: its steps are told with the month. */
function explainedElsewhere(): Error {
  return conflict(
    'settled_by_period',
    'This commission settles a month, so it comes from all its events together: GET /v1/partners/{id}/settlements?period=YYYY-MM tells every step.',
  );
}
