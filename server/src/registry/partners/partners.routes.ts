import {
  createPartnerRequest,
  edgeReply,
  moveParentRequest,
  partnerDetailReply,
  partnerIdSchema,
  partnerListQuery,
  partnerPage,
  partnerReply,
  treeQuery,
  treeReply,
  updatePartnerRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { instantOf, programOf, uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import { changePartner, createPartner, getPartner, moveParent } from './partners.actions.ts';
import { loadFigures } from './figures.views.ts';
import { findClock, listAncestors, listParents, listPartners, listSubtree } from './partners.views.ts';
import type { PartnerRow } from './partners.views.ts';
import { treeOf, wireEdge, wireFigures, wirePartner } from './wire-partner.ts';

const params = z.strictObject({ id: partnerIdSchema });

/** Partners and their tree. */
export function partnerRoutes(app: App, deps: WriteDeps): void {
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
  app.route({
    method: 'POST',
    url: '/v1/partners/:id/parent',
    schema: {
      tags: ['partners'],
      summary: 'Move a partner below another one from an instant on',
      params,
      body: moveParentRequest,
      response: { 201: edgeReply },
    },
    handler: async (request, reply) =>
      reply
        .code(201)
        .send((await moveParent(deps, request, uuidOf('prt', request.params.id), request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/tree',
    schema: {
      tags: ['partners'],
      summary: 'Everybody below and above a partner at an instant',
      params,
      querystring: treeQuery,
      response: { 200: treeReply },
    },
    handler: async (request) => {
      const id = uuidOf('prt', request.params.id);
      const asked = request.query.at === undefined ? undefined : instantOf(request.query.at, 'query.at');
      return deps.db.reference(async (tx) => {
        const partner = await getPartner(tx, id, deps.clock.now());
        const at = asked ?? (await findClock(tx, partner.program_id)) ?? deps.clock.now();
        const root = treeOf(await listSubtree(tx, partner.program_id, id, at), id);
        if (root === undefined) throw notFound('partner', request.params.id);
        const ancestors = await listAncestors(tx, partner.program_id, id, at);
        return {
          at: formatInstant(at),
          ancestors: ancestors.map((row) => ({ id: wireId('prt', row.id), name: row.name })),
          root,
        };
      });
    },
  });
}
