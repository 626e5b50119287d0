import {
  applyTrialRequest,
  sourceParams,
  startTrialRequest,
  trialDetailReply,
  trialListQuery,
  trialPage,
  trialParams,
} from '@plumbline/contract';
import { isUuid } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import { apply, approve, cancel, readDetail, startTrial, sweepDead } from './apply.actions.ts';
import type { TrialWriteDeps } from './apply.actions.ts';
import { listTrials } from './trial.views.ts';
import { wireTrial } from './wire-trial.ts';

/** Trying a draft of a mapping on what came in, and applying it. */
export function trialRoutes(app: App, deps: TrialWriteDeps): void {
  app.addHook('onClose', () => deps.runner.close());
  app.route({
    method: 'POST',
    url: '/v1/sources/:source/trials',
    schema: {
      tags: ['trials'],
      summary: 'Try a draft of the mapping on stored deliveries; nothing in the books changes',
      params: sourceParams,
      body: startTrialRequest,
      response: { 202: trialDetailReply },
    },
    handler: async (request, reply) =>
      reply.code(202).send((await startTrial(deps, request, request.params.source, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/trials',
    schema: {
      tags: ['trials'],
      summary: 'List trials, newest first',
      querystring: trialListQuery,
      response: { 200: trialPage },
    },
    handler: async (request) => {
      const { limit, cursor, source, state } = request.query;
      await sweepDead(deps.db);
      const filter = { limit, source, state, before: cursorOf(cursor) };
      const rows = await deps.db.reference((tx) => listTrials(tx, filter));
      return pageOf(rows, limit, { item: wireTrial, key: (row) => [formatInstant(row.created_at), row.id] });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/trials/:id',
    schema: {
      tags: ['trials'],
      summary: 'Read a trial: how far it is, and what it found',
      params: trialParams,
      response: { 200: trialDetailReply },
    },
    handler: async (request) => {
      await sweepDead(deps.db);
      return deps.db.reference((tx) => readDetail(tx, uuidOf('trl', request.params.id)));
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/trials/:id/cancel',
    schema: {
      tags: ['trials'],
      summary: 'End a trial that runs',
      params: trialParams,
      response: { 200: trialDetailReply },
    },
    handler: async (request) => (await cancel(deps, request, request.params.id)).body,
  });
  app.route({
    method: 'POST',
    url: '/v1/trials/:id/apply',
    schema: {
      tags: ['trials'],
      summary: 'Put the draft in force and bring the deliveries of the time to it',
      description:
        "Above the program's limit (restatementLimit, in its base currency) the trial waits for a second person: see state approval.",
      params: trialParams,
      body: applyTrialRequest,
      response: { 200: trialDetailReply },
    },
    handler: async (request) => (await apply(deps, request, request.params.id, request.body)).body,
  });
  app.route({
    method: 'POST',
    url: '/v1/trials/:id/approve',
    schema: {
      tags: ['trials'],
      summary: 'Agree, as a second person, that a trial is applied',
      params: trialParams,
      body: applyTrialRequest,
      response: { 200: trialDetailReply },
    },
    handler: async (request) => (await approve(deps, request, request.params.id, request.body)).body,
  });
}

function cursorOf(cursor: string | undefined): { at: string; id: string } | undefined {
  const [at, id] = decodeCursor(cursor, 2) ?? [];
  if (at === undefined || id === undefined) return undefined;
  if (!isUuid(id)) throw badCursor();
  instantOf(at, 'query.cursor');
  return { at, id };
}
