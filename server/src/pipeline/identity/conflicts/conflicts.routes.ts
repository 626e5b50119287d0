import {
  conflictDecisionReply,
  conflictDecisionRequest,
  conflictListQuery,
  conflictPage,
  conflictParams,
  conflictReply,
} from '@plumbline/contract';
import { isUuid } from '../../../kernel/ids.ts';
import { laneOf } from '../../../kernel/lane.ts';
import type { App } from '../../../platform/http/app.ts';
import { badCursor, decodeCursor, encodeCursor } from '../../../platform/http/paging.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { programOf, uuidOf } from '../../../platform/http/wire.ts';
import { decideConflict, describeConflicts, getContested, listStillContested } from './conflicts.actions.ts';
import type { ConflictDeps } from './conflicts.actions.ts';
import { listContested } from './conflicts.views.ts';

const tags = ['customers'];

/** Identifiers that several customers claim for the same time, and whose they are (rules.md 2.15). */
export function conflictRoutes(app: App, deps: ConflictDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/conflicts',
    schema: {
      tags,
      summary: 'List identifiers that several customers claim for the same time',
      description:
        'From the earliest overlap on nobody gets their events: they wait for a decision, or for a merge.',
      querystring: conflictListQuery,
      response: { 200: conflictPage },
    },
    handler: async (request) => {
      const { limit, cursor, programId } = request.query;
      const filter = { limit, programId: programOf(programId), after: afterOf(cursor) };
      return deps.db.acrossLanes('views', async (tx) => {
        const rows = await listContested(tx, filter);
        const ids = [...new Set(rows.map((row) => row.identifier_id))];
        const page = new Set(ids.slice(0, limit));
        const contested = await listStillContested(
          deps,
          rows.filter((row) => page.has(row.identifier_id)),
        );
        const last = ids.length > limit ? ids[limit - 1] : undefined;
        return {
          items: await describeConflicts(tx, contested),
          nextCursor: last === undefined ? null : encodeCursor([String(laneOf('identifier', last)), last]),
        };
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/conflicts/:id',
    schema: {
      tags,
      summary: 'Read a contested identifier, its claimants side by side',
      params: conflictParams,
      response: { 200: conflictReply },
    },
    handler: async (request) => {
      const contested = await getContested(deps, uuidOf('idf', request.params.id));
      const [found] = await deps.db.acrossLanes('views', (tx) => describeConflicts(tx, [contested]));
      if (found === undefined) throw notFound('conflict', request.params.id);
      return found;
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/conflicts/:id/decisions',
    schema: {
      tags,
      summary: 'Give a contested identifier to one of its claimants',
      description:
        'The others are denied the time that several claim: facts, which can be taken back. What waits goes on by itself. Where the claimants are one person, merge them instead.',
      params: conflictParams,
      body: conflictDecisionRequest,
      response: { 201: conflictDecisionReply },
    },
    handler: async (request, reply) => {
      const { keep, reason } = request.body;
      const asked = {
        identifierId: uuidOf('idf', request.params.id),
        keep: uuidOf('cus', keep, 'body.keep'),
        reason,
      };
      return reply.code(201).send((await decideConflict(deps, request, asked)).body);
    },
  });
}

function afterOf(cursor: string | undefined): { lane: number; id: string } | undefined {
  const [lane, id] = decodeCursor(cursor, 2) ?? [];
  if (lane === undefined || id === undefined) return undefined;
  if (!isUuid(id) || !/^\d{1,4}$/.test(lane)) throw badCursor();
  return { lane: Number(lane), id };
}
