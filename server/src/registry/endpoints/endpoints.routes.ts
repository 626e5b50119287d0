import {
  createEndpointRequest,
  createdEndpointReply,
  endpointIdSchema,
  endpointListQuery,
  endpointPage,
  endpointReply,
  updateEndpointRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { programOf, uuidOf } from '../../platform/http/wire.ts';
import { changeEndpoint, createEndpoint, wireEndpoint } from './endpoints.actions.ts';
import type { EndpointDeps } from './endpoints.actions.ts';
import { findEndpoint, listEndpoints } from './endpoints.views.ts';

const params = z.strictObject({ id: endpointIdSchema });

/** Destinations of signed webhooks. */
export function endpointRoutes(app: App, deps: EndpointDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/endpoints',
    schema: {
      tags: ['endpoints'],
      summary: 'Make a destination of webhooks',
      body: createEndpointRequest,
      response: { 201: createdEndpointReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createEndpoint(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/endpoints',
    schema: {
      tags: ['endpoints'],
      summary: 'List destinations of webhooks',
      querystring: endpointListQuery,
      response: { 200: endpointPage },
    },
    handler: async (request) => {
      const { limit, cursor, programId } = request.query;
      const filter = {
        limit,
        before: decodeUuidCursor(cursor),
        programId: programOf(programId),
      };
      return pageOf(await deps.db.reference((tx) => listEndpoints(tx, filter)), limit, {
        item: wireEndpoint,
        key: (row) => [row.id],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/endpoints/:id',
    schema: {
      tags: ['endpoints'],
      summary: 'Read a destination of webhooks',
      params,
      response: { 200: endpointReply },
    },
    handler: async (request) => {
      const row = await deps.db.reference((tx) => findEndpoint(tx, uuidOf('ept', request.params.id)));
      if (row === undefined) throw notFound('endpoint', request.params.id);
      return wireEndpoint(row);
    },
  });
  app.route({
    method: 'PATCH',
    url: '/v1/endpoints/:id',
    schema: {
      tags: ['endpoints'],
      summary: 'Switch a destination of webhooks off or on',
      params,
      body: updateEndpointRequest,
      response: { 200: endpointReply },
    },
    handler: async (request) =>
      (await changeEndpoint(deps, request, uuidOf('ept', request.params.id), request.body.state)).body,
  });
}
