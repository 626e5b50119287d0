import {
  complianceFactParams,
  complianceList,
  complianceReply,
  complianceRequest,
  partnerIdSchema,
  retractionRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../../platform/http/app.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import { stateCompliance, takeComplianceBack } from './compliance.actions.ts';
import { findPayoutBlocks, listCompliance } from './compliance.views.ts';
import { getPartner } from './partners.actions.ts';
import { wireCompliance, wirePayoutBlocks } from './wire-compliance.ts';

const params = z.strictObject({ id: partnerIdSchema });

/** A partner's own compliance: verification, tax form, sanctions. */
export function complianceRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/partners/:id/compliance',
    schema: {
      tags: ['partners'],
      summary: 'State how a check of a partner stands, from an instant on',
      description:
        'Commission goes on; payouts are blocked while a check that the program requires (compliance.partnerChecks) has not been passed, or any has failed.',
      params,
      body: complianceRequest,
      response: { 201: complianceReply },
    },
    handler: async (request, reply) =>
      reply
        .code(201)
        .send((await stateCompliance(deps, request, uuidOf('prt', request.params.id), request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/compliance',
    schema: {
      tags: ['partners'],
      summary: 'What was stated of the checks of a partner, and what blocks its payouts now',
      params,
      response: { 200: complianceList },
    },
    handler: async (request) => {
      const id = uuidOf('prt', request.params.id);
      return deps.db.reference(async (tx) => {
        const now = deps.clock.now();
        await getPartner(tx, id, now);
        return {
          items: (await listCompliance(tx, id)).map(wireCompliance),
          payoutBlocked: wirePayoutBlocks(await findPayoutBlocks(tx, id, now)),
        };
      });
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/partners/:id/compliance/:factId/retraction',
    schema: {
      tags: ['partners'],
      summary: 'Take a statement about a check of a partner back: it never was',
      params: complianceFactParams,
      body: retractionRequest,
      response: { 201: complianceReply },
    },
    handler: async (request, reply) => {
      const { id, factId } = request.params;
      const fact = {
        partnerId: uuidOf('prt', id),
        id: uuidOf('fct', factId),
        reason: request.body.reason,
      };
      return reply.code(201).send((await takeComplianceBack(deps, request, fact)).body);
    },
  });
}
