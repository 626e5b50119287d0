import {
  createProgramRequest,
  createdProgramReply,
  moveClockReply,
  moveClockRequest,
  pageQuery,
  programIdSchema,
  programPage,
  programReply,
  updateProgramRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import { changeProgram, createProgram, setClock } from './programs.actions.ts';
import type { RunDueDecisions } from './programs.actions.ts';
import { findProgram, listPrograms } from './programs.views.ts';
import { wireProgram } from './wire-program.ts';

const params = z.strictObject({ id: programIdSchema });

/** Programs and their clock. */
export function programRoutes(
  app: App,
  deps: WriteDeps & { runDueDecisions: RunDueDecisions; workChannel: string },
): void {
  app.route({
    method: 'POST',
    url: '/v1/programs',
    schema: {
      tags: ['programs'],
      summary: 'Make a program',
      body: createProgramRequest,
      response: { 201: createdProgramReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createProgram(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/programs',
    schema: {
      tags: ['programs'],
      summary: 'List programs',
      querystring: z.strictObject(pageQuery),
      response: { 200: programPage },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const rows = await deps.db.reference((tx) => listPrograms(tx, decodeUuidCursor(cursor), limit));
      return pageOf(rows, limit, { item: wireProgram, key: (row) => [row.id] });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/programs/:id',
    schema: { tags: ['programs'], summary: 'Read a program', params, response: { 200: programReply } },
    handler: async (request) => {
      const row = await deps.db.reference((tx) => findProgram(tx, uuidOf('prg', request.params.id)));
      if (row === undefined) throw notFound('program', request.params.id);
      return wireProgram(row);
    },
  });
  app.route({
    method: 'PATCH',
    url: '/v1/programs/:id',
    schema: {
      tags: ['programs'],
      summary: 'Change a program',
      params,
      body: updateProgramRequest,
      response: { 200: programReply },
    },
    handler: async (request) =>
      (await changeProgram(deps, request, uuidOf('prg', request.params.id), request.body)).body,
  });
  app.route({
    method: 'POST',
    url: '/v1/programs/:id/clock',
    schema: {
      tags: ['programs'],
      summary: 'Move the clock of a sandbox program forward',
      description: 'What has become due has run when this answers.',
      params,
      body: moveClockRequest,
      response: { 200: moveClockReply },
    },
    handler: async (request) => setClock(deps, request, uuidOf('prg', request.params.id), request.body),
  });
}
