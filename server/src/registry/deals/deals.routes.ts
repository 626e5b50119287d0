import {
  createDealRequest,
  dealDescriptionReply,
  dealIdSchema,
  dealListQuery,
  dealPage,
  dealReply,
} from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { programOf, uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import { createDeal, getDeal } from './deals.actions.ts';
import { listDeals } from './deals.views.ts';
import { describeDeal } from './describe.ts';
import { wireDeal } from './wire-deal.ts';

const params = z.strictObject({ id: dealIdSchema });

/** Deals: terms of a partner or of a program, versioned and effective-dated. */
export function dealRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/deals',
    schema: {
      tags: ['deals'],
      summary: 'Write a version of the terms of a partner or of a program',
      body: createDealRequest,
      response: { 201: dealReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createDeal(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/deals',
    schema: {
      tags: ['deals'],
      summary: 'List versions of deals',
      querystring: dealListQuery,
      response: { 200: dealPage },
    },
    handler: async (request) => {
      const { limit, cursor, programId, partnerId } = request.query;
      const rows = await deps.db.reference((tx) =>
        listDeals(tx, {
          limit,
          before: decodeUuidCursor(cursor),
          programId: programOf(programId),
          partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId, 'query.partnerId'),
        }),
      );
      return pageOf(rows, limit, { item: wireDeal, key: (row) => [row.id] });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/deals/:id',
    schema: { tags: ['deals'], summary: 'Read a version of a deal', params, response: { 200: dealReply } },
    handler: async (request) =>
      wireDeal(await deps.db.reference((tx) => getDeal(tx, uuidOf('del', request.params.id)))),
  });
  app.route({
    method: 'GET',
    url: '/v1/deals/:id/description',
    schema: {
      tags: ['deals'],
      summary: 'A deal in plain words',
      params,
      response: { 200: dealDescriptionReply },
    },
    handler: async (request) => {
      const row = await deps.db.reference((tx) => getDeal(tx, uuidOf('del', request.params.id)));
      return { id: wireId('del', row.id), sentences: [...describeDeal(row.document)] };
    },
  });
}
