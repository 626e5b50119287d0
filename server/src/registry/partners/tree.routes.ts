import {
  childrenPage,
  childrenQuery,
  moveList,
  moveParentRequest,
  changeSetReply,
  moveParams,
  moveReply,
  moveRequest,
  moveRetractionRequest,
  partnerIdSchema,
  treeQuery,
  treeReply,
} from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import { moveParent, takeMoveBack } from './moves.actions.ts';
import type { MoveDeps } from './moves.actions.ts';
import { listMoves } from './moves.views.ts';
import { getPartner, getPartnerOf } from './partners.actions.ts';
import {
  countChildren,
  findClock,
  listAncestors,
  listChildren,
  listSubtree,
  MOST_OF_A_TREE,
} from './partners.views.ts';
import { treeOf, wireMove } from './wire-partner.ts';

const params = z.strictObject({ id: partnerIdSchema });

/** Who stands above whom, and moving it. */
export function treeRoutes(app: App, deps: MoveDeps): void {
  addMoves(app, deps);
  addReadings(app, deps);
}

function addMoves(app: App, deps: MoveDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/partners/:id/moves',
    schema: {
      tags: ['partners'],
      summary: 'Move a partner with everybody below it, from an instant on',
      description:
        "Past or future. The move holds until the next version of the parent. Refused with hierarchy_cycle when the partner would stand above itself at any instant of that time. One in the past that moves booked money is a restatement: above the program's restatementLimit, or where the program asks for it always, the answer is the change set that waits for a second person (202).",
      params,
      body: moveRequest,
      response: { 201: moveReply, 202: changeSetReply },
    },
    handler: async (request, reply) => {
      const id = uuidOf('prt', request.params.id);
      const answer = await moveParent(deps, request, id, request.body);
      return answer.status === 201 ? reply.code(201).send(answer.body) : reply.code(202).send(answer.body);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/partners/:id/parent',
    schema: {
      tags: ['partners'],
      summary: 'The same as a move, without a reason',
      params,
      body: moveParentRequest,
      response: { 201: moveReply, 202: changeSetReply },
    },
    handler: async (request, reply) => {
      const id = uuidOf('prt', request.params.id);
      const answer = await moveParent(deps, request, id, request.body);
      return answer.status === 201 ? reply.code(201).send(answer.body) : reply.code(202).send(answer.body);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/moves/:id/retraction',
    schema: {
      tags: ['partners'],
      summary: 'Take a move back: it never was',
      description:
        'The version before it holds again until the next one, and its instant is free. Passes the same gate as a move. Refused with hierarchy_gap for the first version of a partner, with hierarchy_cycle where the version before it would close a circle by now.',
      params: moveParams,
      body: moveRetractionRequest,
      response: { 201: moveReply, 202: changeSetReply },
    },
    handler: async (request, reply) => {
      const id = uuidOf('mov', request.params.id);
      const answer = await takeMoveBack(deps, request, id, request.body.reason);
      return answer.status === 201 ? reply.code(201).send(answer.body) : reply.code(202).send(answer.body);
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/moves',
    schema: {
      tags: ['partners'],
      summary: 'Every version of the parent of a partner, and whether it is in force',
      params,
      response: { 200: moveList },
    },
    handler: async (request) => {
      const id = uuidOf('prt', request.params.id);
      return deps.db.reference(async (tx) => {
        await getPartner(tx, id, deps.clock.now());
        return { items: (await listMoves(tx, id)).map(wireMove) };
      });
    },
  });
}

function addReadings(app: App, deps: Pick<MoveDeps, 'db' | 'clock'>): void {
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
        const rows = await listSubtree(tx, id, { at, depth: request.query.depth, limit: MOST_OF_A_TREE });
        const root = treeOf(rows, id);
        if (root === undefined) throw notFound('partner', request.params.id);
        const ancestors = await listAncestors(tx, id, at);
        return {
          at: formatInstant(at),
          ancestors: ancestors.map((row) => ({ id: wireId('prt', row.id), name: row.name })),
          root,
          complete: rows.length <= MOST_OF_A_TREE,
        };
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/partner-tree',
    schema: {
      tags: ['partners'],
      summary:
        'One level of the tree, by pages: who stands directly below a partner, or at the top, at an instant',
      description:
        'Trees of any size are read with it, level by level, each partner with how many stand below it.',
      querystring: childrenQuery,
      response: { 200: childrenPage },
    },
    handler: async (request) => {
      const { programId, parentId, at: askedAt, limit, cursor } = request.query;
      const program = uuidOf('prg', programId, 'query.programId');
      const parent = parentId === undefined ? null : uuidOf('prt', parentId, 'query.parentId');
      const asked = askedAt === undefined ? undefined : instantOf(askedAt, 'query.at');
      return deps.db.reference(async (tx) => {
        const now = deps.clock.now();
        if (parent !== null)
          await getPartnerOf(tx, { programId: program, partnerId: parent, path: 'query.parentId', now });
        const at = asked ?? (await findClock(tx, program)) ?? now;
        const place = { programId: program, parentId: parent, at };
        const rows = await listChildren(tx, { ...place, before: decodeUuidCursor(cursor), limit });
        const item = ({ id, name, status, below }: (typeof rows)[number]) => ({
          id: wireId('prt', id),
          name,
          status,
          below,
        });
        return {
          at: formatInstant(at),
          total: await countChildren(tx, place),
          ...pageOf(rows, limit, { item, key: (row) => [row.id] }),
        };
      });
    },
  });
}
