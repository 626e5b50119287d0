import {
  canonicalEventRequest,
  reasonListReply,
  WEBHOOK_CATALOGUE,
  webhookTypesReply,
} from '@plumbline/contract';
import { z } from 'zod';
import { REASONS } from '../kernel/reason.ts';
import { MAPPING_SCHEMA } from '../pipeline/mapping/index.ts';
import type { App } from '../platform/http/app.ts';
import { notFound } from '../platform/http/problem.ts';
import { DEAL_SCHEMA } from '../registry/deals/index.ts';

const SCHEMAS: Readonly<Record<string, object>> = {
  deal: DEAL_SCHEMA,
  event: { title: 'Event', ...z.toJSONSchema(canonicalEventRequest, { io: 'input' }) },
  mapping: MAPPING_SCHEMA,
  ...Object.fromEntries(
    WEBHOOK_CATALOGUE.map(({ type, when, schema }) => [
      type,
      { title: type, description: when, ...z.toJSONSchema(schema) },
    ]),
  ),
};

/** The JSON Schemas of documents that operators write (rules.md 4), each default named, and of the webhooks that they get. */
export function schemaRoutes(app: App): void {
  app.route({
    method: 'GET',
    url: '/v1/schemas',
    schema: {
      tags: ['schemas'],
      summary: 'List document schemas',
      response: { 200: z.object({ schemas: z.array(z.object({ name: z.string(), url: z.string() })) }) },
    },
    handler: async () => ({
      schemas: Object.keys(SCHEMAS).map((name) => ({ name, url: `/v1/schemas/${name}` })),
    }),
  });
  app.route({
    method: 'GET',
    url: '/v1/schemas/:name',
    schema: {
      tags: ['schemas'],
      summary: 'Read a document schema',
      params: z.strictObject({ name: z.string().max(60) }),
    },
    handler: async (request, reply) => {
      const schema = Object.hasOwn(SCHEMAS, request.params.name) ? SCHEMAS[request.params.name] : undefined;
      if (schema === undefined) throw notFound('schema', request.params.name);
      return reply.type('application/schema+json').send(JSON.stringify(schema));
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/webhook-types',
    schema: {
      tags: ['schemas'],
      summary: 'List the types of webhooks with their samples',
      response: { 200: webhookTypesReply },
    },
    handler: async () => ({
      items: WEBHOOK_CATALOGUE.map(({ type, when, sample }) => ({
        type,
        when,
        schemaUrl: `/v1/schemas/${type}`,
        sample: { ...sample },
      })),
    }),
  });
  app.route({
    method: 'GET',
    url: '/v1/reasons',
    schema: {
      tags: ['schemas'],
      summary: 'List the reason codes with their sentences',
      response: { 200: reasonListReply },
    },
    handler: async (_request, reply) => {
      // They change only with the program itself.
      reply.header('cache-control', 'public, max-age=300');
      return { items: Object.entries(REASONS).map(([code, sentences]) => ({ code, ...sentences })) };
    },
  });
}
