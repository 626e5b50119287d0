import {
  createCreativeRequest,
  creativeDetailReply,
  creativeIdSchema,
  creativeListQuery,
  creativePage,
  creativeReply,
  moveCreativeRequest,
  updateCreativeRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { changeCreative, createCreative, getCreative, moveCreative } from './creatives.actions.ts';
import { listCreativeStates, listCreatives } from './promotion.views.ts';
import { wireCreative, wireCreativeState } from './wire-promotion.ts';

const params = z.strictObject({ id: creativeIdSchema });

export function creativeRoutes(app: App, deps: WriteDeps): void {
  creativeReaders(app, deps);
  app.route({
    method: 'POST',
    url: '/v1/creatives',
    schema: {
      tags: ['promotion'],
      summary: 'Make a creative',
      body: createCreativeRequest,
      response: { 201: creativeReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createCreative(deps, request, request.body)).body),
  });
  app.route({
    method: 'POST',
    url: '/v1/creatives/:id/state',
    schema: {
      tags: ['promotion'],
      summary: 'Submit, approve or reject a creative',
      params,
      body: moveCreativeRequest,
      response: { 200: creativeReply },
    },
    handler: async (request) =>
      (await moveCreative(deps, request, uuidOf('crv', request.params.id), request.body)).body,
  });
  app.route({
    method: 'PATCH',
    url: '/v1/creatives/:id',
    schema: {
      tags: ['promotion'],
      summary: 'Change when a creative expires',
      params,
      body: updateCreativeRequest,
      response: { 200: creativeReply },
    },
    handler: async (request) =>
      (await changeCreative(deps, request, uuidOf('crv', request.params.id), request.body.expiresAt)).body,
  });
}

function creativeReaders(app: App, deps: WriteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/creatives',
    schema: {
      tags: ['promotion'],
      summary: 'List creatives; with state=submitted the approval queue',
      querystring: creativeListQuery,
      response: { 200: creativePage },
    },
    handler: async (request) => {
      const { limit, cursor, programId, partnerId, state } = request.query;
      const filter = {
        limit,
        state,
        before: decodeUuidCursor(cursor),
        programId: programId === undefined ? undefined : uuidOf('prg', programId, 'query.programId'),
        partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId, 'query.partnerId'),
      };
      const rows = await deps.db.reference((tx) => listCreatives(tx, filter, deps.clock.now()));
      return pageOf(rows, limit, { item: wireCreative, key: (row) => [row.id] });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/creatives/:id',
    schema: {
      tags: ['promotion'],
      summary: 'Read a creative, with every state',
      params,
      response: { 200: creativeDetailReply },
    },
    handler: async (request) =>
      deps.db.reference(async (tx) => {
        const row = await getCreative(tx, uuidOf('crv', request.params.id), deps.clock.now());
        const states = await listCreativeStates(tx, row.id);
        return { ...wireCreative(row), states: states.map(wireCreativeState) };
      }),
  });
}
