import {
  codeIdSchema,
  codeListQuery,
  codePage,
  codeReply,
  createCodeRequest,
  updateCodeRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { normaliseCode } from '../../registry/facts.ts';
import { changeCode, createCode, getCode } from './codes.actions.ts';
import { listCodes } from './promotion.views.ts';
import { wireCode } from './wire-promotion.ts';

const params = z.strictObject({ id: codeIdSchema });

export function codeRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/codes',
    schema: {
      tags: ['promotion'],
      summary: 'Give a promo code to a partner',
      body: createCodeRequest,
      response: { 201: codeReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createCode(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/codes',
    schema: {
      tags: ['promotion'],
      summary: 'List promo codes',
      querystring: codeListQuery,
      response: { 200: codePage },
    },
    handler: async (request) => {
      const { limit, cursor, programId, partnerId, code } = request.query;
      const filter = {
        limit,
        // Text that can be nobody's code finds nothing, like any other that nobody has.
        code: code === undefined ? undefined : (normaliseCode(code) ?? ''),
        before: decodeUuidCursor(cursor),
        programId: programId === undefined ? undefined : uuidOf('prg', programId, 'query.programId'),
        partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId, 'query.partnerId'),
      };
      const rows = await deps.db.reference((tx) => listCodes(tx, filter));
      return pageOf(rows, limit, { item: wireCode, key: (row) => [row.id] });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/codes/:id',
    schema: { tags: ['promotion'], summary: 'Read a promo code', params, response: { 200: codeReply } },
    handler: async (request) =>
      wireCode(await deps.db.reference((tx) => getCode(tx, uuidOf('cod', request.params.id)))),
  });
  app.route({
    method: 'PATCH',
    url: '/v1/codes/:id',
    schema: {
      tags: ['promotion'],
      summary: 'End a promo code, or change whether it is exclusive',
      params,
      body: updateCodeRequest,
      response: { 200: codeReply },
    },
    handler: async (request) =>
      (await changeCode(deps, request, uuidOf('cod', request.params.id), request.body)).body,
  });
}
