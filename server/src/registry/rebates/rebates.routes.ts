import {
  createRebateRequest,
  endRebateRequest,
  rebateIdSchema,
  rebateListQuery,
  rebatePage,
  rebateReply,
  retractionRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { programOf, uuidOf } from '../../platform/http/wire.ts';
import { createRebate, endRebateRule, getRebate, takeRebateBack } from './rebates.actions.ts';
import type { RebateDeps } from './rebates.actions.ts';
import { listRebates } from './rebates.views.ts';
import { wireRebate } from './wire-rebate.ts';

const params = z.strictObject({ id: rebateIdSchema });

/** Rules by which partners give of their own commission to customers. */
export function rebateRoutes(app: App, deps: RebateDeps): void {
  addReadings(app, deps);
  app.route({
    method: 'POST',
    url: '/v1/rebates',
    schema: {
      tags: ['rebates'],
      summary: 'Give a share of a partner’s own commission to its customers, from an instant on',
      description:
        'The partner pays it: its commission is booked as before, and the rebate beside it as a minus for the partner and a debt to the customer. Only what pays by trade can be given; what is settled by month is refused with not_by_trade. Of several rules the nearest to the customer holds.',
      body: createRebateRequest,
      response: { 201: rebateReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createRebate(deps, request, request.body)).body),
  });
  app.route({
    method: 'POST',
    url: '/v1/rebates/:id/end',
    schema: {
      tags: ['rebates'],
      summary: 'End a rebate rule',
      description: 'What was traded before the end keeps its rebate, also when it is told later.',
      params,
      body: endRebateRequest,
      response: { 200: rebateReply },
    },
    handler: async (request) => {
      const id = uuidOf('rbt', request.params.id);
      return (await endRebateRule(deps, request, { id, body: request.body })).body;
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/rebates/:id/retraction',
    schema: {
      tags: ['rebates'],
      summary: 'Take a rebate rule back that has not begun: it never was',
      params,
      body: retractionRequest,
      response: { 201: rebateReply },
    },
    handler: async (request, reply) => {
      const asked = { id: uuidOf('rbt', request.params.id), reason: request.body.reason };
      return reply.code(201).send((await takeRebateBack(deps, request, asked)).body);
    },
  });
}

function addReadings(app: App, deps: RebateDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/rebates',
    schema: {
      tags: ['rebates'],
      summary: 'List rebate rules, newest first',
      querystring: rebateListQuery,
      response: { 200: rebatePage },
    },
    handler: async (request) => {
      const { limit, cursor, programId, partnerId } = request.query;
      const filter = {
        limit,
        before: decodeUuidCursor(cursor),
        programId: programOf(programId),
        partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId, 'query.partnerId'),
      };
      const rows = await deps.db.reference((tx) => listRebates(tx, filter));
      const item = (row: (typeof rows)[number]) => wireRebate(row, deps.clock.now());
      return pageOf(rows, limit, { item, key: (row) => [row.id] });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/rebates/:id',
    schema: { tags: ['rebates'], summary: 'Read a rebate rule', params, response: { 200: rebateReply } },
    handler: async (request) => {
      const row = await deps.db.reference((tx) => getRebate(tx, uuidOf('rbt', request.params.id)));
      return wireRebate(row, deps.clock.now());
    },
  });
}
