import {
  deliveryIdSchema,
  eventIdSchema,
  parkedListQuery,
  parkedPage,
  storedDeliveryDetailReply,
  storedDeliveryListQuery,
  storedDeliveryPage,
  storedEventDetailReply,
  storedEventListQuery,
  storedEventPage,
} from '@plumbline/contract';
import { z } from 'zod';
import { unpackDeliveryId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { isUuid } from '../../kernel/ids.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, encodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { instantOf, programOf, uuidOf } from '../../platform/http/wire.ts';
import { listDeliveries } from './delivery-list.views.ts';
import { listEvents } from './event-list.views.ts';
import { findDelivery, findEvent, listRevisions, loadStandings } from './evidence.views.ts';
import { listParked, parkedCursorOf } from './parked.views.ts';
import { wireDelivery, wireDropped, wireEvent, wireEventDetail, wireParked } from './wire-evidence.ts';

/** What came in and what became of it: deliveries, events, what is parked. Read only. */
export function evidenceRoutes(app: App, deps: { readonly db: Db }): void {
  eventRoutes(app, deps);
  app.route({
    method: 'GET',
    url: '/v1/deliveries',
    schema: {
      tags: ['evidence'],
      summary: 'List deliveries, newest first',
      querystring: storedDeliveryListQuery,
      response: { 200: storedDeliveryPage },
    },
    handler: async (request) => {
      const { cursor, programId, from, to, ...rest } = request.query;
      const before = timeCursor(cursor, 3);
      const filter = {
        ...rest,
        programId: programOf(programId),
        from: from === undefined ? undefined : formatInstant(instantOf(from, 'query.from')),
        to: to === undefined ? undefined : formatInstant(instantOf(to, 'query.to')),
        before: before === undefined ? undefined : { ...before, item: before.item ?? 0 },
      };
      const { rows, next } = await deps.db.acrossLanes('views', (tx) => listDeliveries(tx, filter));
      return {
        items: rows.map(wireDelivery),
        nextCursor: next === undefined ? null : encodeCursor([next.receivedAt, next.id, next.item]),
      };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/deliveries/:id',
    schema: {
      tags: ['evidence'],
      summary: 'Read a delivery with its bytes',
      params: z.strictObject({ id: deliveryIdSchema }),
      response: { 200: storedDeliveryDetailReply },
    },
    handler: async (request) => {
      const address = unpackDeliveryId(request.params.id);
      if (!address.ok) throw notFound('delivery', request.params.id);
      const row = await deps.db.inLanes([address.value.lane], (tx) => findDelivery(tx, address.value));
      if (row === undefined) throw notFound('delivery', request.params.id);
      return {
        ...wireDelivery(row),
        dropped: (row.dropped ?? []).map(wireDropped),
        query: row.query,
        body: row.body === null ? null : textOf(row.body),
        bodyBase64: row.body?.toString('base64') ?? '',
      };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/parked',
    schema: {
      tags: ['evidence'],
      summary: 'List the identifiers that events wait for, the longest wait first',
      querystring: parkedListQuery,
      response: { 200: parkedPage },
    },
    handler: async (request) => {
      const { cursor, programId, ...rest } = request.query;
      const after = timeCursor(cursor, 2);
      const filter = {
        ...rest,
        programId: programOf(programId),
        after: after === undefined ? undefined : { oldestAt: after.receivedAt, id: after.id },
      };
      const rows = await deps.db.acrossLanes('views', (tx) => listParked(tx, filter));
      return pageOf(rows, rest.limit, { item: wireParked, key: parkedCursorOf });
    },
  });
}

function eventRoutes(app: App, deps: { readonly db: Db }): void {
  app.route({
    method: 'GET',
    url: '/v1/events',
    schema: {
      tags: ['evidence'],
      summary: 'List events, newest first',
      querystring: storedEventListQuery,
      response: { 200: storedEventPage },
    },
    handler: async (request) => {
      const { cursor, programId, customerId, ...rest } = request.query;
      const filter = {
        ...rest,
        before: timeCursor(cursor, 2),
        programId: programOf(programId),
        customerId: customerId === undefined ? undefined : uuidOf('cus', customerId, 'query.customerId'),
      };
      const { items, next } = await deps.db.acrossLanes('views', (tx) => listEvents(tx, filter));
      return {
        items: items.map(({ event, standing }) => wireEvent(event, standing)),
        nextCursor: next === undefined ? null : encodeCursor([next.receivedAt, next.id]),
      };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/events/:id',
    schema: {
      tags: ['evidence'],
      summary: 'Read an event',
      params: z.strictObject({ id: eventIdSchema }),
      response: { 200: storedEventDetailReply },
    },
    handler: async (request) => {
      const id = uuidOf('evt', request.params.id);
      return deps.db.acrossLanes('views', async (tx) => {
        const row = await findEvent(tx, id);
        if (row === undefined) throw notFound('event', request.params.id);
        const standing = (await loadStandings(tx, [row])).get(id);
        return wireEventDetail(row, standing, await listRevisions(tx, row));
      });
    },
  });
}

/** A cursor of instant and uuid, with a number behind them where there are three parts. */
function timeCursor(
  cursor: string | undefined,
  parts: 2 | 3,
): { receivedAt: string; id: string; item?: number } | undefined {
  const [receivedAt, id, item] = decodeCursor(cursor, parts) ?? [];
  if (receivedAt === undefined || id === undefined) return undefined;
  if (!isUuid(id) || (parts === 3 && !/^\d{1,9}$/.test(item ?? ''))) throw badCursor();
  instantOf(receivedAt, 'query.cursor');
  return { receivedAt, id, ...(item === undefined ? {} : { item: Number(item) }) };
}

function textOf(body: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}
