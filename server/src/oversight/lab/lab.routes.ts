import {
  labRunDetailReply,
  labRunListQuery,
  labRunPage,
  labRunParams,
  startLabRunRequest,
} from '@plumbline/contract';
import { isUuid } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { instantOf, programOf, uuidOf } from '../../platform/http/wire.ts';
import { cancelRun, readLabRun, startLabRun, sweepDeadRuns } from './lab.actions.ts';
import type { LabDeps } from './lab.actions.ts';
import { listLabRuns } from './lab.views.ts';
import { wireLabRun } from './wire-lab.ts';

/** The deal lab: a draft over real history; the books are not touched. */
export function labRoutes(app: App, deps: LabDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/lab-runs',
    schema: {
      tags: ['deals'],
      summary: 'Try a draft of a deal, or of a move in the tree, over real history',
      description:
        'Decides every customer of the program twice, as things stand and under the draft, and says what it would have cost, who would win and who would lose. Nothing in the books changes.',
      body: startLabRunRequest,
      response: { 202: labRunDetailReply },
    },
    handler: async (request, reply) =>
      reply.code(202).send((await startLabRun(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/lab-runs',
    schema: {
      tags: ['deals'],
      summary: 'List runs of the deal lab, newest first',
      querystring: labRunListQuery,
      response: { 200: labRunPage },
    },
    handler: async (request) => {
      const { limit, cursor, programId } = request.query;
      await sweepDeadRuns(deps.db);
      const rows = await deps.db.reference((tx) =>
        listLabRuns(tx, { limit, programId: programOf(programId), before: cursorOf(cursor) }),
      );
      return pageOf(rows, limit, { item: wireLabRun, key: (row) => [formatInstant(row.created_at), row.id] });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/lab-runs/:id',
    schema: {
      tags: ['deals'],
      summary: 'Read a run of the deal lab: how far it is, and what it found',
      params: labRunParams,
      response: { 200: labRunDetailReply },
    },
    handler: async (request) => {
      await sweepDeadRuns(deps.db);
      return deps.db.reference((tx) => readLabRun(tx, uuidOf('lab', request.params.id)));
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/lab-runs/:id/cancel',
    schema: {
      tags: ['deals'],
      summary: 'End a run of the deal lab',
      params: labRunParams,
      response: { 200: labRunDetailReply },
    },
    handler: async (request) => (await cancelRun(deps, request, request.params.id)).body,
  });
}

function cursorOf(cursor: string | undefined): { at: string; id: string } | undefined {
  const [at, id] = decodeCursor(cursor, 2) ?? [];
  if (at === undefined || id === undefined) return undefined;
  if (!isUuid(id)) throw badCursor();
  instantOf(at, 'query.cursor');
  return { at, id };
}
