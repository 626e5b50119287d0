import {
  changeSetDecisionRequest,
  changeSetListQuery,
  changeSetPage,
  changeSetParams,
  changeSetReply,
  changeSetUndoRequest,
} from '@plumbline/contract';
import { isUuid } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { programOf, uuidOf } from '../../platform/http/wire.ts';
import { listChangeSets, readChangeSetLimit } from './change-set.views.ts';
import { decide, move, readChangeSet, undo } from './change-sets.actions.ts';
import type { ChangeSetDeps } from './change-sets.actions.ts';
import { releaseReview } from './release.actions.ts';
import { wireChangeSet } from './wire-change-set.ts';

/** Change sets of every kind: what they would do, who agrees, how far they are. What proposes one stands in the room of its kind. */
export function changeSetRoutes(app: App, deps: ChangeSetDeps): void {
  readingRoutes(app, deps);
  for (const verb of ['approve', 'reject'] as const)
    app.route({
      method: 'POST',
      url: `/v1/change-sets/:id/${verb}`,
      schema: {
        tags: ['change sets'],
        summary:
          verb === 'approve'
            ? 'Agree, as a second person, that a change set is applied'
            : 'Refuse a change set that waits for approval',
        params: changeSetParams,
        body: changeSetDecisionRequest,
        response: { 200: changeSetReply },
      },
      handler: async (request) =>
        (await decide(deps, request, { id: request.params.id, note: request.body.note, verb })).body,
    });
  for (const verb of ['stop', 'resume'] as const)
    app.route({
      method: 'POST',
      url: `/v1/change-sets/:id/${verb}`,
      schema: {
        tags: ['change sets'],
        summary:
          verb === 'stop' ? 'Stop a change set where it is' : 'Go on with a stopped or failed change set',
        params: changeSetParams,
        response: { 200: changeSetReply },
      },
      handler: async (request) => (await move(deps, request, { id: request.params.id, verb })).body,
    });
  app.route({
    method: 'POST',
    url: '/v1/change-sets/:id/release',
    schema: {
      tags: ['change sets'],
      summary: 'Release what a change set brought to partners',
      description:
        'What a change set brings is held (restatement_review) until a person releases it; then it is held to its hold day or approved, like everything else. What it takes away is taken at once. Released twice it changes nothing.',
      params: changeSetParams,
      body: changeSetDecisionRequest,
      response: { 200: changeSetReply },
    },
    handler: async (request) =>
      (await releaseReview(deps, request, { id: request.params.id, note: request.body.note })).body,
  });
  app.route({
    method: 'POST',
    url: '/v1/change-sets/:id/undo',
    schema: {
      tags: ['change sets'],
      summary: 'Propose the inverse of a change set',
      description:
        "The inverse is a change set of its own, with a preview and the same limit. When it is done, this one is undone. Of a re-map: the version that read the time's deliveries before is applied again; name it when there were several.",
      params: changeSetParams,
      body: changeSetUndoRequest,
      response: { 201: changeSetReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await undo(deps, request, { id: request.params.id, ...request.body })).body),
  });
}

function readingRoutes(app: App, deps: Pick<ChangeSetDeps, 'db'>): void {
  app.route({
    method: 'GET',
    url: '/v1/change-sets',
    schema: {
      tags: ['change sets'],
      summary: 'List change sets, newest first',
      querystring: changeSetListQuery,
      response: { 200: changeSetPage },
    },
    handler: async (request) => {
      const { limit, cursor, source, kind, state, programId } = request.query;
      const [createdAt, id] = decodeCursor(cursor, 2) ?? [];
      if (id !== undefined && !isUuid(id)) throw badCursor();
      const before = createdAt === undefined || id === undefined ? undefined : { createdAt, id };
      const filter = { source, kind, state, programId: programOf(programId), before, limit };
      const { rows, limits } = await deps.db.reference(async (tx) => {
        const found = await listChangeSets(tx, filter);
        const of = new Map<string, { amount: string; currency: string }>();
        for (const { program_id: program } of found)
          if (!of.has(program)) of.set(program, await readChangeSetLimit(tx, program));
        return { rows: found, limits: of };
      });
      return pageOf(rows, limit, {
        item: (row) => wireChangeSet(row, limits.get(row.program_id) ?? { amount: '0', currency: '' }),
        key: (row) => [formatInstant(row.created_at), row.id],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/change-sets/:id',
    schema: {
      tags: ['change sets'],
      summary: 'Read a change set: what it would do, who agreed, how far it has come',
      params: changeSetParams,
      response: { 200: changeSetReply },
    },
    handler: async (request) =>
      deps.db.reference((tx) => readChangeSet(tx, uuidOf('chg', request.params.id))),
  });
}
