import {
  customerIdSchema,
  mergeAnswer,
  mergeEndRequest,
  mergeListQuery,
  mergePage,
  mergeParams,
  mergePreviewReply,
  mergePreviewRequest,
  mergeRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import { isUuid } from '../../../kernel/ids.ts';
import { formatInstant } from '../../../kernel/instant.ts';
import type { App } from '../../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../../platform/http/paging.ts';
import { programOf, uuidOf } from '../../../platform/http/wire.ts';
import { wirePreview } from '../../../registry/change-sets/index.ts';
import { previewEnd, previewMergeOf, proposeEnd, proposeMerge, readAnswer } from './merges.actions.ts';
import type { MergeDeps } from './merges.actions.ts';
import { listMerges } from './merges.views.ts';
import { wireMerge } from './wire-merge.ts';

const params = z.strictObject({ id: customerIdSchema });
const tags = ['customers'];

/** Two customers who are one person: merge them, look, and take it back (rules.md 2.15). */
export function mergeRoutes(app: App, deps: MergeDeps): void {
  makingRoutes(app, deps);
  endingRoutes(app, deps);
  app.route({
    method: 'GET',
    url: '/v1/merges',
    schema: { tags, summary: 'List merges', querystring: mergeListQuery, response: { 200: mergePage } },
    handler: async (request) => {
      const { limit, cursor, programId, customerId } = request.query;
      const filter = {
        limit,
        before: beforeOf(cursor),
        programId: programOf(programId),
        customerId: customerId === undefined ? undefined : uuidOf('cus', customerId, 'query.customerId'),
      };
      const rows = await deps.db.reference((tx) => listMerges(tx, filter));
      return pageOf(rows, limit, {
        item: wireMerge,
        key: (row) => [formatInstant(row.created_at), row.id],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/merges/:id',
    schema: { tags, summary: 'Read a merge', params: mergeParams, response: { 200: mergeAnswer } },
    handler: (request) => deps.db.reference((tx) => readAnswer(tx, uuidOf('mrg', request.params.id))),
  });
}

function makingRoutes(app: App, deps: MergeDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/customers/:id/merges',
    schema: {
      tags,
      summary: 'Merge a customer into another one',
      description:
        "Everything of the customer lives with the survivor from then on: the attribution of the earliest registration holds, the first CPA stands, a later one is reversed. Above the program's restatementLimit it waits for a second person. It can be ended.",
      params,
      body: mergeRequest,
      response: { 201: mergeAnswer },
    },
    handler: async (request, reply) => {
      const { into, reason } = request.body;
      const asked = {
        loser: uuidOf('cus', request.params.id),
        survivor: uuidOf('cus', into, 'body.into'),
        reason,
      };
      return reply.code(201).send((await proposeMerge(deps, request, asked)).body);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/customers/:id/merges/preview',
    schema: {
      tags,
      summary: 'What a merge would do to events and money',
      description: 'Nothing is written.',
      params,
      body: mergePreviewRequest,
      response: { 200: mergePreviewReply },
    },
    handler: async (request) =>
      wirePreview(
        await previewMergeOf(deps, {
          loser: uuidOf('cus', request.params.id),
          survivor: uuidOf('cus', request.body.into, 'body.into'),
        }),
      ),
  });
}

function endingRoutes(app: App, deps: MergeDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/merges/:id/end',
    schema: {
      tags,
      summary: 'End a merge: everything is as if it had never been',
      description: 'The inverse change set, which passes the same gate.',
      params: mergeParams,
      body: mergeEndRequest,
      response: { 201: mergeAnswer },
    },
    handler: async (request, reply) => {
      const asked = { id: uuidOf('mrg', request.params.id), reason: request.body.reason };
      return reply.code(201).send((await proposeEnd(deps, request, asked)).body);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/merges/:id/end/preview',
    schema: {
      tags,
      summary: 'What ending a merge would do to events and money',
      description: 'Nothing is written.',
      params: mergeParams,
      response: { 200: mergePreviewReply },
    },
    handler: async (request) => wirePreview(await previewEnd(deps, uuidOf('mrg', request.params.id))),
  });
}

function beforeOf(cursor: string | undefined): { createdAt: string; id: string } | undefined {
  const [createdAt, id] = decodeCursor(cursor, 2) ?? [];
  if (createdAt === undefined || id === undefined) return undefined;
  if (!isUuid(id)) throw badCursor();
  return { createdAt, id };
}
