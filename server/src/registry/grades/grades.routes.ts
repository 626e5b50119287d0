import {
  answerGradeRequest,
  gradeDecisionIdSchema,
  gradeDecisionPage,
  gradeDecisionQuery,
  gradeDecisionReply,
  partnerGradeReply,
  partnerIdSchema,
  setGradeRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import { isUuid } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { answerGrade, setGrade } from './grades.actions.ts';
import type { GradeDeps } from './grades.actions.ts';
import { findGradeDecision } from './grades.views.ts';
import { readGradeDecisions, readPartnerGrade } from './read-grades.actions.ts';
import { wireGradeDecision } from './wire-grades.ts';

const ofPartner = z.strictObject({ id: partnerIdSchema });
const ofDecision = z.strictObject({ id: gradeDecisionIdSchema });

/** Grades of partners: what they are, what was decided of them, and a person's word. */
export function gradeRoutes(app: App, deps: GradeDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/grade',
    schema: {
      tags: ['partners'],
      summary: 'The grade of a partner, and how far it is from the next one',
      params: ofPartner,
      response: { 200: partnerGradeReply },
    },
    handler: async (request) => readPartnerGrade(deps, uuidOf('prt', request.params.id)),
  });
  app.route({
    method: 'POST',
    url: '/v1/partners/:id/grade',
    schema: {
      tags: ['partners'],
      summary: 'Propose the grade of a partner from an instant on',
      description:
        'It counts when somebody else approves it (POST /v1/grade-decisions/{id}/approve), and until a later check decides. What was decided by the old grade from that instant on is decided again. Grades of an earlier system are set so too.',
      params: ofPartner,
      body: setGradeRequest,
      response: { 202: gradeDecisionReply },
    },
    handler: async (request, reply) => {
      const partnerId = uuidOf('prt', request.params.id);
      return reply.code(202).send((await setGrade(deps, request, { partnerId, body: request.body })).body);
    },
  });
  decisionRoutes(app, deps);
}

function decisionRoutes(app: App, deps: GradeDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/grade-decisions',
    schema: {
      tags: ['partners'],
      summary: 'What was decided of grades, newest first',
      querystring: gradeDecisionQuery,
      response: { 200: gradeDecisionPage },
    },
    handler: async (request) => {
      const { limit, cursor, programId, partnerId, state, wouldDiffer } = request.query;
      const [at, id] = decodeCursor(cursor, 2) ?? [];
      if (id !== undefined && !isUuid(id)) throw badCursor();
      const filter = {
        programId: programId === undefined ? undefined : uuidOf('prg', programId),
        partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId),
        state,
        before: at === undefined || id === undefined ? undefined : { at: instantFromIso(at), id },
        limit,
      };
      const rows = await readGradeDecisions(deps, filter, wouldDiffer === 'true');
      return pageOf(rows, limit, {
        item: ({ row, otherwise }) => wireGradeDecision(row, otherwise),
        key: ({ row }) => [formatInstant(row.at), row.id],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/grade-decisions/:id',
    schema: {
      tags: ['partners'],
      summary: 'Read what was decided of a grade, and what was seen',
      params: ofDecision,
      response: { 200: gradeDecisionReply },
    },
    handler: async (request) => {
      const row = await deps.db.reference((tx) => findGradeDecision(tx, uuidOf('grd', request.params.id)));
      if (row === undefined) throw notFound('decision about a grade', request.params.id);
      return wireGradeDecision(row, undefined);
    },
  });
  for (const [verb, verdict] of [
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ] as const)
    app.route({
      method: 'POST',
      url: `/v1/grade-decisions/:id/${verb}`,
      schema: {
        tags: ['partners'],
        summary:
          verb === 'approve'
            ? 'Approve a grade that waits; it counts from its effectiveFrom on'
            : 'Reject a grade that waits; it never counts',
        params: ofDecision,
        body: answerGradeRequest,
        response: { 200: gradeDecisionReply },
      },
      handler: async (request) => {
        const id = uuidOf('grd', request.params.id);
        return (await answerGrade(deps, request, { id, verdict, body: request.body })).body;
      },
    });
}
