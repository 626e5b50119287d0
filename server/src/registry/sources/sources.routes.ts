import {
  createSourceRequest,
  createdSourceReply,
  mappingQuery,
  mappingReply,
  putMappingRequest,
  sourceListQuery,
  sourcePage,
  sourceParams,
  sourceReply,
  updateSourceRequest,
} from '@plumbline/contract';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { programOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import { changeSource, createSource, getSource, putMapping, rotateToken } from './sources.actions.ts';
import { findMapping, listSources } from './sources.views.ts';
import { wireMapping, wireSource } from './wire-source.ts';

/** Sources and their mappings. */
export function sourceRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sources',
    schema: {
      tags: ['sources'],
      summary: 'Connect an outside system',
      body: createSourceRequest,
      response: { 201: createdSourceReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createSource(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/sources',
    schema: {
      tags: ['sources'],
      summary: 'List sources',
      querystring: sourceListQuery,
      response: { 200: sourcePage },
    },
    handler: async (request) => {
      const { limit, cursor, programId } = request.query;
      const filter = {
        limit,
        before: decodeUuidCursor(cursor),
        programId: programOf(programId),
      };
      return pageOf(await deps.db.reference((tx) => listSources(tx, filter)), limit, {
        item: wireSource,
        key: (row) => [row.id],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/sources/:source',
    schema: {
      tags: ['sources'],
      summary: 'Read a source',
      params: sourceParams,
      response: { 200: sourceReply },
    },
    handler: async (request) =>
      wireSource(await deps.db.reference((tx) => getSource(tx, request.params.source))),
  });
  app.route({
    method: 'PATCH',
    url: '/v1/sources/:source',
    schema: {
      tags: ['sources'],
      summary: 'Change a source',
      params: sourceParams,
      body: updateSourceRequest,
      response: { 200: sourceReply },
    },
    handler: async (request) => (await changeSource(deps, request, request.params.source, request.body)).body,
  });
  app.route({
    method: 'POST',
    url: '/v1/sources/:source/token',
    schema: {
      tags: ['sources'],
      summary: 'Replace the secret of the postback address',
      params: sourceParams,
      response: { 200: createdSourceReply },
    },
    handler: async (request) => (await rotateToken(deps, request, request.params.source)).body,
  });
  app.route({
    method: 'GET',
    url: '/v1/sources/:source/mapping',
    schema: {
      tags: ['sources'],
      summary: 'Read the mapping of a source',
      params: sourceParams,
      querystring: mappingQuery,
      response: { 200: mappingReply },
    },
    handler: async (request) => {
      const { version } = request.query;
      const row = await deps.db.reference(async (tx) => {
        const source = await getSource(tx, request.params.source);
        return findMapping(tx, source.id, version ?? source.mapping_version);
      });
      if (row === undefined) throw notFound('mapping version', String(version));
      return wireMapping(row);
    },
  });
  app.route({
    method: 'PUT',
    url: '/v1/sources/:source/mapping',
    schema: {
      tags: ['sources'],
      summary: 'Put a new version of the mapping in force',
      params: sourceParams,
      body: putMappingRequest,
      response: { 200: mappingReply },
    },
    handler: async (request) => (await putMapping(deps, request, request.params.source, request.body)).body,
  });
}
