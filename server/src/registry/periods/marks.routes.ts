import { markPage, markQuery, markReply, sourceParams, tellMarkRequest } from '@plumbline/contract';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import type { WriteDeps } from '../access/index.ts';
import { getSource } from '../sources/index.ts';
import { tellMark, wireMark } from './marks.actions.ts';
import { listMarksOf } from './marks.views.ts';

/** Until when sources have told everything. */
export function markRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sources/:source/marks',
    schema: {
      tags: ['sources'],
      summary: 'Say until when a source has told everything',
      description:
        'For pollers and imports, after what they read is delivered: everything that happened before the instant is here. Subtract the time within which the outside system still writes late. A source that gives marks is waited for when a month is closed.',
      params: sourceParams,
      body: tellMarkRequest,
      response: { 201: markReply },
    },
    handler: async (request, reply) =>
      reply
        .code(201)
        .send(await tellMark(deps, request, { source: request.params.source, body: request.body })),
  });
  app.route({
    method: 'GET',
    url: '/v1/sources/:source/marks',
    schema: {
      tags: ['sources'],
      summary: 'Until when a source said to have told everything, newest word first',
      params: sourceParams,
      querystring: markQuery,
      response: { 200: markPage },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const rows = await deps.db.reference(async (tx) => {
        const source = await getSource(tx, request.params.source);
        return listMarksOf(tx, source.id, { before: decodeUuidCursor(cursor), limit });
      });
      return pageOf(rows, limit, { item: wireMark, key: (row) => [row.id] });
    },
  });
}
