import {
  createPartnerRequest,
  partnerDetailReply,
  partnerIdSchema,
  partnerListQuery,
  partnerPage,
  partnerReply,
  updatePartnerRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { programOf, uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import { complianceRoutes } from './compliance.routes.ts';
import { findPayoutBlocks } from './compliance.views.ts';
import { changePartner, createPartner, getPartner } from './partners.actions.ts';
import { loadFigures } from './figures.views.ts';
import { listParents, listPartners } from './partners.views.ts';
import type { PartnerRow } from './partners.views.ts';
import { wirePayoutBlocks } from './wire-compliance.ts';
import { wireEdge, wireFigures, wirePartner } from './wire-partner.ts';

const params = z.strictObject({ id: partnerIdSchema });

/** Partners; their tree has routes of its own. */
export function partnerRoutes(app: App, deps: WriteDeps): void {
  complianceRoutes(app, deps);
  app.route({
    method: 'POST',
    url: '/v1/partners',
    schema: {
      tags: ['partners'],
      summary: 'Make a partner',
      body: createPartnerRequest,
      response: { 201: partnerReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createPartner(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/partners',
    schema: {
      tags: ['partners'],
      summary: 'List partners',
      querystring: partnerListQuery,
      response: { 200: partnerPage },
    },
    handler: async (request) => {
      const { limit, cursor, programId, search } = request.query;
      const filter = {
        limit,
        search,
        before: decodeUuidCursor(cursor),
        programId: programOf(programId),
      };
      return deps.db.acrossLanes('views', async (tx) => {
        const rows = await listPartners(tx, filter, deps.clock.now());
        const shown = rows.slice(0, limit).map((row) => row.id);
        const figuresOf = await loadFigures(tx, shown, deps.clock.now());
        const item = (row: PartnerRow) => ({ ...wirePartner(row), figures: wireFigures(figuresOf(row.id)) });
        return pageOf(rows, limit, { item, key: (row) => [row.id] });
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/partners/:id',
    schema: {
      tags: ['partners'],
      summary: 'Read a partner, with every version of its parent',
      params,
      response: { 200: partnerDetailReply },
    },
    handler: async (request) => {
      const id = uuidOf('prt', request.params.id);
      return deps.db.acrossLanes('views', async (tx) => {
        const row = await getPartner(tx, id, deps.clock.now());
        const figuresOf = await loadFigures(tx, [id], deps.clock.now());
        return {
          ...wirePartner(row),
          figures: wireFigures(figuresOf(id)),
          parents: (await listParents(tx, id)).map(wireEdge),
          payoutBlocked: wirePayoutBlocks(await findPayoutBlocks(tx, id, deps.clock.now())),
        };
      });
    },
  });
  app.route({
    method: 'PATCH',
    url: '/v1/partners/:id',
    schema: {
      tags: ['partners'],
      summary: 'Rename, suspend or reactivate a partner',
      params,
      body: updatePartnerRequest,
      response: { 200: partnerReply },
    },
    handler: async (request) =>
      (await changePartner(deps, request, uuidOf('prt', request.params.id), request.body)).body,
  });
}
