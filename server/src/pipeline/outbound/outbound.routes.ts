import {
  webhookDeliveryDetailReply,
  webhookDeliveryListQuery,
  webhookDeliveryPage,
  webhookDeliveryReply,
  webhookIdSchema,
} from '@plumbline/contract';
import { z } from 'zod';
import { isUuid, wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { conflict, notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../../registry/access/index.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { moveReplayed } from './outbound.store.ts';
import { findDelivery, listAttempts, listDeliveries } from './outbound.views.ts';
import type { DeliveryRow } from './outbound.views.ts';

const params = z.strictObject({ id: webhookIdSchema });

/** The log of outgoing webhooks, and sending one again. */
export function outboundRoutes(app: App, deps: WriteDeps): void {
  logRoutes(app, deps);
  replayRoute(app, deps);
}

function logRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/webhook-deliveries',
    schema: {
      tags: ['endpoints'],
      summary: 'List outgoing webhooks',
      querystring: webhookDeliveryListQuery,
      response: { 200: webhookDeliveryPage },
    },
    handler: async (request) => {
      const { limit, cursor, state, endpointId } = request.query;
      const before = decodeCursor(cursor, 1)?.[0];
      if (before !== undefined && !isUuid(before)) throw badCursor();
      const filter = {
        state,
        before,
        endpointId: endpointId === undefined ? undefined : uuidOf('ept', endpointId, 'query.endpointId'),
      };
      const rows = await deps.db.acrossLanes('views', (tx) => listDeliveries(tx, filter, limit));
      return pageOf(rows, limit, { item: wireDelivery, key: (row) => [row.id] });
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/webhook-deliveries/:id',
    schema: {
      tags: ['endpoints'],
      summary: 'Read an outgoing webhook with its attempts',
      params,
      response: { 200: webhookDeliveryDetailReply },
    },
    handler: async (request) => {
      const id = uuidOf('msg', request.params.id);
      return deps.db.acrossLanes('views', async (tx) => {
        const row = await findDelivery(tx, id);
        if (row === undefined) throw notFound('webhook', request.params.id);
        const log = (await listAttempts(tx, row)).map((attempt) => ({
          ...attempt,
          attemptedAt: formatInstant(attempt.attemptedAt),
        }));
        return { ...wireDelivery(row), payload: row.payload, log };
      });
    },
  });
}

function replayRoute(app: App, deps: WriteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/webhook-deliveries/:id/replay',
    schema: {
      tags: ['endpoints'],
      summary: 'Send a webhook again, under the same id',
      params,
      response: { 200: webhookDeliveryReply },
    },
    handler: async (request) => {
      const id = uuidOf('msg', request.params.id);
      const row = await deps.db.acrossLanes('views', (tx) => findDelivery(tx, id));
      if (row === undefined) throw notFound('webhook', request.params.id);
      const written = await performWrite(
        deps,
        request,
        { action: 'webhook.replay', lanes: [row.lane] },
        async (tx) => {
          const now = deps.clock.now();
          if (!(await moveReplayed(tx, row, now))) {
            throw conflict(
              'webhook_being_delivered',
              'The webhook is being delivered at this moment. Look at its log, then try again.',
            );
          }
          const body = wireDelivery({ ...row, state: 'pending', nextAt: now });
          return {
            status: 200,
            body,
            subject: body.id,
            audit: { before: row.state, attempts: row.attempts },
          };
        },
      );
      return written.body;
    },
  });
}

function wireDelivery(row: DeliveryRow): z.infer<typeof webhookDeliveryReply> {
  return {
    id: wireId('msg', row.id),
    endpointId: wireId('ept', row.endpointId),
    eventType: row.eventType,
    state: row.state,
    attempts: row.attempts,
    createdAt: formatInstant(row.createdAt),
    nextAttemptAt: row.state === 'pending' ? formatInstant(row.nextAt) : null,
  };
}
