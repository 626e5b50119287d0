import {
  batchRequest,
  canonicalEventRequest,
  deliveryReply,
  eventReply,
  MAX_BATCH_EVENTS,
} from '@plumbline/contract';
import { z } from 'zod';
import { sha256Hex } from '../../kernel/digest.ts';
import { actorOf } from '../../platform/http/app.ts';
import type { App, Reply, Request } from '../../platform/http/app.ts';
import { idempotencyKeyOf } from '../../platform/http/idempotency-key.ts';
import { HttpProblem, notFound } from '../../platform/http/problem.ts';
import type { SourceEntry } from '../../registry/index.ts';
import { mapEvent } from '../mapping/index.ts';
import { mapCanonicalRows, readCanonical } from './canonical.ts';
import type { CanonicalRow } from './canonical.ts';
import type { StoredDelivery } from './commit.store.ts';
import {
  REPLAYED,
  bodyOf,
  contentTypeOf,
  countTurnedAway,
  deliveryKeyOf,
  findSourceNow,
  isPacked,
  nowOf,
  readBody,
  readQuery,
  readReduced,
  sendDelivery,
  sendEvent,
  sendProblem,
  store,
  turnAway,
} from './edge.routes.ts';
import type { IntakeDeps, ReducedRequest, Sent, SourceNow } from './edge.routes.ts';
import type { Feed, ItemResult } from './facts.ts';
import type { DeliveryKey } from './prepare.ts';
import { deliveryReplyOf } from './reply.ts';

/** Events in our own shape, one or many. */
export function eventRoutes(app: App, deps: IntakeDeps): void {
  const querystring = z.object({
    source: z.string().optional().describe('The source of events that name none.'),
  });
  app.route({
    method: 'POST',
    url: '/v1/events',
    schema: {
      tags: ['intake'],
      summary: 'Tell one event',
      querystring,
      body: canonicalEventRequest,
      response: { 200: eventReply, 202: eventReply },
    },
    handler: async (request, reply) => {
      const raw = isPacked(request) ? await readBody(request, 'api') : bodyOf(request);
      const input = canonicalInput(request, raw);
      const rows = readCanonical(input);
      if (!rows.ok)
        return refuseBody(request, reply as Reply, deps, {
          feed: 'api',
          input,
          reason: rows.reason,
          detail: rows.detail,
        });
      const [row] = rows.value;
      if (rows.value.length !== 1 || row === undefined || row.path !== '$') {
        throw turnAway(
          'api',
          new HttpProblem({
            status: 422,
            code: 'one_event_expected',
            detail: 'This address takes one event, as a JSON object. Send several to /v1/events/batch.',
          }),
        );
      }
      if (row.source === undefined) throw turnAway('api', sourceMissing(['body.source']));
      const found = findSourceNow(deps, row.source, 'api');
      const known = found instanceof Promise ? await found : found;
      const { results, delivery, repeated } = await storeRows(deps, input, known, {
        feed: 'api',
        rows: rows.value,
      });
      if (repeated === true) void reply.header(REPLAYED, 'true');
      const result = results[0];
      if (result === undefined) throw new Error('an event left the door without an answer');
      return sendEvent(request, reply as Reply, result, delivery, 202);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/events/batch',
    schema: {
      tags: ['intake'],
      summary: 'Tell many events',
      querystring,
      body: batchRequest,
      response: { 202: deliveryReply },
    },
    handler: (request, reply) => takeBatch(request, reply as Reply, deps),
  });
}

async function takeBatch(request: Request, reply: Reply, deps: IntakeDeps): Promise<Sent> {
  const input = canonicalInput(request, await readBody(request, 'batch'));
  const read = readCanonical(input);
  if (!read.ok)
    return refuseBody(request, reply, deps, {
      feed: 'batch',
      input,
      reason: read.reason,
      detail: read.detail,
    });
  const rows = read.value;
  if (rows.length === 0)
    throw turnAway(
      'batch',
      new HttpProblem({ status: 422, code: 'empty_batch', detail: 'The batch holds no events.' }),
    );
  if (rows.length > MAX_BATCH_EVENTS) {
    throw turnAway(
      'batch',
      new HttpProblem({
        status: 413,
        code: 'too_many_events',
        detail: `A batch has at most ${MAX_BATCH_EVENTS} events, this one has ${rows.length}. Split it anywhere.`,
      }),
    );
  }
  const sources = new Map<string | undefined, SourceEntry>();
  for (const slug of new Set(rows.map((row) => row.source))) {
    const found = slug === undefined ? undefined : await deps.registry.findSourceBySlug(slug);
    if (found !== undefined) sources.set(slug, found);
  }
  if (sources.size === 0) {
    const missing = rows[0]?.source;
    throw turnAway(
      'batch',
      missing === undefined
        ? sourceMissing(['body.source', 'body.events[].source', 'query.source'])
        : notFound('source', missing),
    );
  }
  const results = new Map<CanonicalRow, ItemResult>();
  const deliveries = await Promise.all(
    [...sources].map(async ([slug, source]) => {
      const own = rows.filter((row) => row.source === slug);
      const now = await nowOf(deps, source);
      const stored = await storeRows(deps, input, { source, now }, { feed: 'batch', rows: own });
      if (stored.repeated === true) void reply.header(REPLAYED, 'true');
      for (const [index, row] of own.entries()) {
        const result = stored.results[index];
        if (result !== undefined) results.set(row, result);
      }
      return { ref: stored.delivery, source: source.slug };
    }),
  );
  const answers = rows.map((row) => results.get(row) ?? unknownSource(row));
  return sendDelivery(request, reply, answers, deliveries, 202);
}

/** An event whose source nobody knows cannot be stored: its neighbours are, and it is named. */
function unknownSource({ path, source }: CanonicalRow): ItemResult {
  countTurnedAway('batch', 'unknown_source');
  return {
    disposition: 'refused',
    reason: 'unknown_source',
    path,
    detail:
      source === undefined
        ? 'the event names no source, and neither do batch and query'
        : `there is no source "${source.slice(0, 80)}"; the event was not stored`,
  };
}

function storeRows(
  deps: IntakeDeps,
  input: CanonicalInput,
  { source, now }: SourceNow,
  { feed, rows }: { readonly feed: Feed; readonly rows: readonly CanonicalRow[] },
): Promise<StoredDelivery> {
  return store(deps, source, {
    feed,
    ...keptOf(input),
    receivedAt: now,
    mapped: mapCanonicalRows(rows, now, mapEvent),
  });
}

/** A body that cannot be read as a whole: kept when its source is known, and answered with the place where reading ended. */
async function refuseBody(
  request: Request,
  reply: Reply,
  deps: IntakeDeps,
  refused: { feed: Feed; input: CanonicalInput; reason: ItemResult['reason'] & string; detail: string },
): Promise<Sent> {
  const { feed, input, reason, detail } = refused;
  const slug = input.source;
  const source = slug === undefined ? undefined : await deps.registry.findSourceBySlug(slug);
  const problem = new HttpProblem({
    status: reason === 'bad_format' ? 422 : 400,
    code: reason,
    detail: `The body cannot be read: ${detail}`,
    errors: [{ path: 'body', message: detail }],
  });
  if (source === undefined) throw turnAway(feed, problem);
  const { delivery } = await store(deps, source, {
    feed,
    ...keptOf(input),
    receivedAt: await nowOf(deps, source),
    mapped: { outcome: 'refused', reason, detail, path: '$' },
  });
  return sendProblem(request, reply, problem, deliveryReplyOf([], [{ ref: delivery, source: source.slug }]));
}

function sourceMissing(paths: readonly string[]): HttpProblem {
  return new HttpProblem({
    status: 422,
    code: 'source_missing',
    detail: 'Name the source that tells the event: its slug as the field or query parameter source.',
    errors: paths.map((path) => ({ path, message: 'the slug of a source' })),
  });
}

/** A request in our own shape, less what may never be stored, and the source of events that name none. */
interface CanonicalInput extends ReducedRequest {
  /** The Idempotency-Key of the caller, with what it was used for. */
  readonly key: DeliveryKey | undefined;
  readonly source: string | undefined;
}

/** `raw`: the content of the body, unpacked. */
function canonicalInput(request: Request, raw: Buffer): CanonicalInput {
  const name = idempotencyKeyOf(request);
  const reduced = readReduced(
    {
      body: raw,
      query: readQuery(request).text,
      contentType: contentTypeOf(request),
    },
    undefined,
  );
  const key =
    name === undefined
      ? undefined
      : deliveryKeyOf(`api:${actorOf(request).keyId}`, name, `${request.url}\n${sha256Hex(raw)}`);
  return { ...reduced, key, source: reduced.pairs.find(([name]) => name === 'source')?.[1] };
}

function keptOf({
  body,
  contentType,
  query,
  dropped,
  key,
}: CanonicalInput): Omit<ReducedRequest, 'pairs'> & { key?: DeliveryKey } {
  return { body, contentType, query, dropped, ...(key === undefined ? {} : { key }) };
}
