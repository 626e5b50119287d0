import {
  campaignIdSchema,
  campaignListQuery,
  campaignPage,
  campaignReply,
  createCampaignRequest,
  updateCampaignRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { changeCampaign, createCampaign } from './campaigns.actions.ts';
import { findCampaign, listCampaigns } from './promotion.views.ts';
import { wireCampaign } from './wire-promotion.ts';

const params = z.strictObject({ id: campaignIdSchema });

export function campaignRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/campaigns',
    schema: {
      tags: ['promotion'],
      summary: 'Make a campaign',
      body: createCampaignRequest,
      response: { 201: campaignReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createCampaign(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/campaigns',
    schema: {
      tags: ['promotion'],
      summary: 'List campaigns',
      querystring: campaignListQuery,
      response: { 200: campaignPage },
    },
    handler: async (request) => {
      const { limit, cursor, programId } = request.query;
      const filter = {
        limit,
        before: decodeUuidCursor(cursor),
        programId: programId === undefined ? undefined : uuidOf('prg', programId, 'query.programId'),
      };
      const rows = await deps.db.reference((tx) => listCampaigns(tx, filter));
      return pageOf(rows, limit, { item: wireCampaign, key: (row) => [row.id] });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/campaigns/:id',
    schema: { tags: ['promotion'], summary: 'Read a campaign', params, response: { 200: campaignReply } },
    handler: async (request) => {
      const row = await deps.db.reference((tx) => findCampaign(tx, uuidOf('cmp', request.params.id)));
      if (row === undefined) throw notFound('campaign', request.params.id);
      return wireCampaign(row);
    },
  });
  app.route({
    method: 'PATCH',
    url: '/v1/campaigns/:id',
    schema: {
      tags: ['promotion'],
      summary: 'Close or open a campaign',
      params,
      body: updateCampaignRequest,
      response: { 200: campaignReply },
    },
    handler: async (request) =>
      (await changeCampaign(deps, request, uuidOf('cmp', request.params.id), request.body.active)).body,
  });
}
