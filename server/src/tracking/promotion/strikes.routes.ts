import {
  partnerIdSchema,
  strikeIdSchema,
  strikeListReply,
  strikePartnerRequest,
  strikeReply,
  withdrawStrikeRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../../platform/http/app.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { getPartner } from '../../registry/partners/index.ts';
import { strikePartner, withdrawStrike } from './strikes.actions.ts';
import { listStrikes } from './promotion.views.ts';
import { wireStrike } from './wire-promotion.ts';

const partnerParams = z.strictObject({ id: partnerIdSchema });

export function strikeRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/partners/:id/strikes',
    schema: {
      tags: ['promotion'],
      summary: 'Count a strike against a partner, flag or suspend it',
      params: partnerParams,
      body: strikePartnerRequest,
      response: { 201: strikeReply },
    },
    handler: async (request, reply) => {
      const partnerId = uuidOf('prt', request.params.id);
      return reply.code(201).send((await strikePartner(deps, request, partnerId, request.body)).body);
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/strikes',
    schema: {
      tags: ['promotion'],
      summary: 'List the strikes of a partner',
      params: partnerParams,
      response: { 200: strikeListReply },
    },
    handler: async (request) =>
      deps.db.reference(async (tx) => {
        const partner = await getPartner(tx, uuidOf('prt', request.params.id), deps.clock.now());
        const rows = await listStrikes(tx, partner.id);
        const textOf = (at: typeof partner.flagged_at) => (at === null ? null : formatInstant(at));
        return {
          count: rows.filter((row) => row.withdrawn_at === null).length,
          flaggedAt: textOf(partner.flagged_at),
          suspendedAt: textOf(partner.suspended_at),
          items: rows.map(wireStrike),
        };
      }),
  });
  app.route({
    method: 'POST',
    url: '/v1/strikes/:id/withdraw',
    schema: {
      tags: ['promotion'],
      summary: 'Take a strike back',
      params: z.strictObject({ id: strikeIdSchema }),
      body: withdrawStrikeRequest,
      response: { 200: strikeReply },
    },
    handler: async (request) =>
      (await withdrawStrike(deps, request, uuidOf('stk', request.params.id), request.body.reason)).body,
  });
}
