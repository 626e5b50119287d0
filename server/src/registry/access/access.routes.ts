import {
  apiKeyPage,
  apiKeyReply,
  createApiKeyRequest,
  createdApiKeyReply,
  keyIdSchema,
  pageQuery,
} from '@plumbline/contract';
import { z } from 'zod';
import { formatInstant } from '../../kernel/instant.ts';
import { wireId } from '../../kernel/ids.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { HttpProblem, notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { createKey } from './access.actions.ts';
import { revokeKey } from './access.store.ts';
import type { KeyRow } from './access.store.ts';
import { listKeys } from './access.views.ts';
import { performWrite } from './write.actions.ts';
import type { WriteDeps } from './write.actions.ts';

/** API keys: make, list, revoke. A caller can only hand out scopes that it has itself. */
export function accessRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/api-keys',
    schema: {
      tags: ['access'],
      summary: 'Make an API key',
      body: createApiKeyRequest,
      response: { 201: createdApiKeyReply },
    },
    handler: async (request, reply) => {
      const { name, scopes } = request.body;
      const written = await performWrite(
        deps,
        request,
        { action: 'api_key.create', secret: true },
        async (tx, actor) => {
          const missing = scopes.filter((scope) => !actor.scopes.has('*') && !actor.scopes.has(scope));
          if (missing.length > 0)
            throw new HttpProblem({
              status: 403,
              code: 'scope_not_yours',
              detail: `A key cannot hand out scopes that it does not have: ${missing.join(', ')}.`,
            });
          const { row, key } = await createKey(tx, { name, scopes }, deps.clock);
          const body = { ...wireKey(row), key };
          return { status: 201, body, subject: body.id, audit: { name, scopes } };
        },
      );
      return reply.code(201).send(written.body);
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/api-keys',
    schema: {
      tags: ['access'],
      summary: 'List API keys',
      querystring: z.strictObject(pageQuery),
      response: { 200: apiKeyPage },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const before = decodeUuidCursor(cursor);
      const rows = await deps.db.reference((tx) => listKeys(tx, before, limit));
      return pageOf(rows, limit, { item: wireKey, key: (row) => [row.id] });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/v1/api-keys/:id',
    schema: {
      tags: ['access'],
      summary: 'Revoke an API key',
      params: z.strictObject({ id: keyIdSchema }),
      response: { 200: apiKeyReply },
    },
    handler: async (request) => {
      const id = uuidOf('key', request.params.id);
      const written = await performWrite(deps, request, { action: 'api_key.revoke' }, async (tx) => {
        const row = await revokeKey(tx, id, deps.clock.now());
        if (row === undefined) throw notFound('API key', request.params.id);
        return { status: 200, body: wireKey(row), subject: request.params.id, audit: {} };
      });
      return written.body;
    },
  });
}

function wireKey(row: KeyRow): z.infer<typeof apiKeyReply> {
  return {
    id: wireId('key', row.id),
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: formatInstant(row.created_at),
    revokedAt: row.revoked_at === null ? null : formatInstant(row.revoked_at),
  };
}
