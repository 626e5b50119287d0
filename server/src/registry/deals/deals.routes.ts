import {
  changeSetReply,
  createDealRequest,
  dealCheckReply,
  dealDescriptionReply,
  dealEndPreviewRequest,
  dealEndRequest,
  dealListQuery,
  dealPage,
  dealParams,
  dealPreviewReply,
  dealReply,
  dealRetractionRequest,
  dealTemplateList,
  dealTemplateQuery,
} from '@plumbline/contract';
import { wireId } from '../../kernel/ids.ts';
import { isCurrency } from '../../kernel/money.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { unprocessable } from '../../platform/http/problem.ts';
import { programOf, uuidOf } from '../../platform/http/wire.ts';
import {
  checkDeal,
  createDeal,
  endDeal,
  previewDealWay,
  previewEndWay,
  previewRetractionWay,
  takeDealBack,
} from './deals.actions.ts';
import type { DealDeps } from './deals.actions.ts';
import { getDeal } from './deal-writes.actions.ts';
import { listDeals } from './deals.views.ts';
import { describeDeal, describeEnd } from './describe.ts';
import type { DealRow } from './deals.views.ts';
import { listTemplates } from './templates.ts';
import { wireDeal } from './wire-deal.ts';

const params = dealParams;

/** Deals: terms of a partner or of a program, versioned and effective-dated. */
export function dealRoutes(app: App, deps: DealDeps): void {
  addDrafts(app, deps);
  addRetractions(app, deps);
  addEnds(app, deps);
  app.route({
    method: 'POST',
    url: '/v1/deals',
    schema: {
      tags: ['deals'],
      summary: 'Write a version of the terms of a partner or of a program',
      description:
        'A version on which something depends that was decided is a change set (docs/change-sets.md). 201: it stands; changeSetId names the set where there is one. 202: more moves than the limit of the program, so another person or key must approve the change set first.',
      body: createDealRequest,
      response: { 201: dealReply, 202: changeSetReply },
    },
    handler: async (request, reply) => {
      const answer = await createDeal(deps, request, request.body);
      return answer.status === 202 ? reply.code(202).send(answer.body) : reply.code(201).send(answer.body);
    },
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
      return { id: wireId('del', row.id), sentences: describeVersion(row) };
    },
  });
}

/** Versions that are taken back. */
function addRetractions(app: App, deps: DealDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/deals/:id/retraction',
    schema: {
      tags: ['deals'],
      summary: 'Take a version of a deal back',
      description:
        'It never was, and the version before it holds again until the next; without one, the default deal of the program. It passes the gate like a version. 202: it waits for a second person.',
      params,
      body: dealRetractionRequest,
      response: { 201: dealReply, 202: changeSetReply },
    },
    handler: async (request, reply) => {
      const id = uuidOf('del', request.params.id);
      const answer = await takeDealBack(deps, request, id, request.body.reason);
      return answer.status === 202 ? reply.code(202).send(answer.body) : reply.code(201).send(answer.body);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/deals/:id/retraction/preview',
    schema: {
      tags: ['deals'],
      summary: 'What taking a version of a deal back would do',
      params,
      response: { 200: dealPreviewReply },
    },
    handler: (request) => previewRetractionWay(deps, uuidOf('del', request.params.id)),
  });
}

/** Deals that end without a successor. */
function addEnds(app: App, deps: DealDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/deals/:id/end',
    schema: {
      tags: ['deals'],
      summary: 'End a deal without a successor',
      description:
        'What happens from endsAt on is paid by nothing, or by the default deal of the program; what happened before is paid by the deal, also when it is told later. The version must be the one in force until then, and no later one may stand. The answer is the end, which stands among the versions and can be taken back like one. It passes the gate like a version. 202: it waits for a second person.',
      params,
      body: dealEndRequest,
      response: { 201: dealReply, 202: changeSetReply },
    },
    handler: async (request, reply) => {
      const id = uuidOf('del', request.params.id);
      const answer = await endDeal(deps, request, id, request.body);
      return answer.status === 202 ? reply.code(202).send(answer.body) : reply.code(201).send(answer.body);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/deals/:id/end/preview',
    schema: {
      tags: ['deals'],
      summary: 'What ending a deal would do',
      params,
      body: dealEndPreviewRequest,
      response: { 200: dealPreviewReply },
    },
    handler: (request) => previewEndWay(deps, uuidOf('del', request.params.id), request.body),
  });
}

/** What helps to write a deal. */
function addDrafts(app: App, deps: DealDeps): void {
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
  app.route({
    method: 'POST',
    url: '/v1/deals/preview',
    schema: {
      tags: ['deals'],
      summary: 'What writing a version of a deal would do to what was decided, and which way it would go',
      description:
        'Decides the customers and months concerned twice, as the terms stand and as they would be; nothing is written. Refuses what writing it would refuse.',
      body: createDealRequest,
      response: { 200: dealPreviewReply },
    },
    handler: (request) => previewDealWay(deps, request.body),
  });
}

function describeVersion({ ends, document }: DealRow): string[] {
  return ends === null ? describeDeal(document) : describeEnd(ends);
}
