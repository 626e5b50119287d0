import {
  createDealRequest,
  dealCheckReply,
  dealDescriptionReply,
  dealIdSchema,
  dealListQuery,
  dealPage,
  dealReply,
  dealTemplateList,
  dealTemplateQuery,
} from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { isCurrency } from '../../kernel/money.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { unprocessable } from '../../platform/http/problem.ts';
import { programOf, uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import { checkDeal, createDeal, getDeal } from './deals.actions.ts';
import { listDeals } from './deals.views.ts';
import { describeDeal } from './describe.ts';
import { listTemplates } from './templates.ts';
import { wireDeal } from './wire-deal.ts';

const params = z.strictObject({ id: dealIdSchema });

/** Deals: terms of a partner or of a program, versioned and effective-dated. */
export function dealRoutes(app: App, deps: WriteDeps): void {
  addDrafts(app, deps);
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

/** What helps to write a deal. */
function addDrafts(app: App, deps: WriteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/deal-templates',
    schema: {
      tags: ['deals'],
      summary: 'Deals to begin with, by vertical',
      description: 'Each is valid as it stands; its figures are examples, to be replaced by your own.',
      querystring: dealTemplateQuery,
      response: { 200: dealTemplateList },
    },
    handler: async (request) => {
      const { vertical, currency } = request.query;
      if (currency !== undefined && !isCurrency(currency))
        throw unprocessable('bad_currency', `"${currency}" is not a known currency code.`, [
          { path: 'query.currency', message: 'give a code such as USD or EUR' },
        ]);
      const items = listTemplates(currency ?? 'USD')
        .filter((one) => vertical === undefined || one.vertical === vertical)
        .map((one) => ({ ...one, document: { ...one.document }, sentences: describeDeal(one.document) }));
      return { items };
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/deals/check',
    schema: {
      tags: ['deals'],
      summary: 'Check a deal without writing it',
      description:
        'Refuses what writing it would refuse, with the place of every problem; else the document with its defaults, and in plain words.',
      body: createDealRequest,
      response: { 200: dealCheckReply },
    },
    handler: async (request) => {
      const document = await checkDeal(deps, request.body);
      return { document: { ...document }, sentences: describeDeal(document) };
    },
  });
}
