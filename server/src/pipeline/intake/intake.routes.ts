import {
  batchRequest,
  canonicalEventRequest,
  deliveryReply,
  eventReply,
  MAX_BATCH_EVENTS,
} from '@plumbline/contract';
import { Counter } from 'prom-client';
import { z } from 'zod';
import { sha256Bytes } from '../../kernel/digest.ts';
import { timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../kernel/instant.ts';
import type { App, Reply, Request } from '../../platform/http/app.ts';
import { HttpProblem, notFound, problemBody } from '../../platform/http/problem.ts';
import type { ProblemDetail } from '../../platform/http/problem.ts';
import type { RegistryCache, SourceEntry } from '../../registry/index.ts';
import { mapEvent } from '../mapping/index.ts';
import type { MappedDelivery } from '../mapping/index.ts';
import { mapCanonicalRows, readCanonical } from './canonical.ts';
import type { CanonicalRow } from './canonical.ts';
import type { StoredDelivery } from './commit.store.ts';
import type { Door } from './door.store.ts';
import type { Feed, ItemResult } from './facts.ts';
import { DoorClosed, DoorOverloaded } from './group-commit.ts';
import { prepareItems } from './prepare.ts';
import type { PrepareRules } from './prepare.ts';
import { deliveryReplyOf, eventReplyOf, isTaken, legacyText } from './reply.ts';

/** Bytes of a body; the HTTP server answers a larger one with 413 before it is read. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

const EMPTY = Buffer.alloc(0);

/** The answer has been handed to the server: a handler that returns it adds nothing. */
type Sent = never;

const turnedAway = new Counter({
  name: 'plumbline_intake_turned_away_total',
  help: 'Requests that were answered without being stored: not authenticated, unknown source, unreadable, overloaded',
  labelNames: ['door', 'code'],
});

/** What the doors need. */
export interface IntakeDeps {
  readonly door: Door;
  readonly registry: Pick<RegistryCache, 'findSourceBySlug' | 'programNow'>;
  readonly rules: PrepareRules;
  readonly clock: { now(): Instant };
}

/** The doors through which evidence comes in. Mount them outside of hooks and body readers that the hot path does not need. */
export function intakeRoutes(app: App, deps: IntakeDeps): void {
  void app.register(async (plain) => {
    const scope = plain as unknown as App;
    // The bytes are evidence: they are kept as they came, so no reader may touch them first.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
      (_request, body, done) => done(null, body),
    );
    // What is described below is judged by the mapping, which names the place and the reason of whatever it does not take.
    scope.setValidatorCompiler(() => () => true);
    scope.setSerializerCompiler(() => (body) => JSON.stringify(body));
    postbackRoutes(scope, deps);
    eventRoutes(scope, deps);
    deliveryRoute(scope, deps);
  });
}

const POSTBACK_URLS = ['/s2s/:source', '/s2s/:source/:token'] as const;

function postbackRoutes(app: App, deps: IntakeDeps): void {
  for (const url of POSTBACK_URLS) {
    for (const method of ['GET', 'POST'] as const) {
      app.route({
        method,
        url,
        schema: {
          tags: ['intake'],
          summary: 'Server-to-server postback',
          response: { 200: eventReply },
          description:
            'Authenticated by the token of the source, in the path or as the query parameter token. Query, form or JSON.',
        },
        handler: (request, reply) => takePostback(request, reply as Reply, deps),
      });
    }
  }
}

async function takePostback(request: Request, reply: Reply, deps: IntakeDeps): Promise<Sent> {
  const { source: slug, token } = request.params as { source: string; token?: string };
  const source = await findSource(deps, slug, 'postback');
  const { pairs, text } = readQuery(request);
  authenticate(source, token ?? pairs.find(([name]) => name === 'token')?.[1]);
  const body = bodyOf(request);
  const query = pairs.filter(([name]) => name !== 'token');
  const receivedAt = await nowOf(deps, source);
  const contentType = contentTypeOf(request);
  const mapped = source.mapping().map({ body, contentType, query, receivedAt });
  const { results, delivery } = await store(deps, source, {
    feed: 'postback',
    contentType,
    query: withoutToken(text),
    body,
    receivedAt,
    mapped,
  });
  const [first] = results;
  if (source.reply === 'legacy')
    return sent(reply.type('text/plain; charset=utf-8').send(legacyText(results)));
  if (results.length === 1 && first !== undefined) return sendEvent(request, reply, first, delivery, 200);
  return sendDelivery(request, reply, results, [{ ref: delivery, source: source.slug }], 200);
}

/** Compares in constant time; refuses before anything is stored. */
function authenticate(source: SourceEntry, token: string | undefined): void {
  if (source.tokenHash === null) {
    throw turnAway(
      'postback',
      new HttpProblem({
        status: 403,
        code: 'source_has_no_token',
        detail: `The source "${source.slug}" takes no postbacks: it has no token. Send to /v1/events with an API key, or make a token.`,
      }),
    );
  }
  if (token !== undefined && timingSafeEqual(sha256Bytes(token), source.tokenHash)) return;
  throw turnAway(
    'postback',
    new HttpProblem({
      status: 401,
      code: 'bad_token',
      detail:
        token === undefined
          ? 'The address lacks the token of the source: add ?token=...'
          : 'The token does not belong to this source.',
    }),
  );
}

function eventRoutes(app: App, deps: IntakeDeps): void {
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
      const input = canonicalInput(request);
      const rows = readCanonical(input);
      if (!rows.ok)
        return refuseBody(request, reply as Reply, deps, {
          feed: 'api',
          slug: input.source,
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
      const source = await findSource(deps, row.source, 'api');
      const { results, delivery } = await storeRows(request, deps, source, 'api', rows.value);
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
  const input = canonicalInput(request);
  const read = readCanonical(input);
  if (!read.ok)
    return refuseBody(request, reply, deps, {
      feed: 'batch',
      slug: input.source,
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
      const stored = await storeRows(request, deps, source, 'batch', own);
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
  turnedAway.inc({ door: 'batch', code: 'unknown_source' });
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

function deliveryRoute(app: App, deps: IntakeDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sources/:source/deliveries',
    schema: {
      tags: ['intake'],
      summary: 'Deliver any body through the mapping of a source',
      params: z.object({ source: z.string() }),
      response: { 202: deliveryReply },
      description:
        'The body is stored as it comes and read by the active mapping of the source; the answer has a disposition for each row.',
    },
    handler: async (request, reply) => {
      const source = await findSource(deps, request.params.source, 'raw');
      const body = bodyOf(request);
      const { pairs, text } = readQuery(request);
      const receivedAt = await nowOf(deps, source);
      const contentType = contentTypeOf(request);
      const mapped = source.mapping().map({ body, contentType, query: pairs, receivedAt });
      const { results, delivery } = await store(deps, source, {
        feed: 'raw',
        contentType,
        query: text,
        body,
        receivedAt,
        mapped,
      });
      return sendDelivery(request, reply as Reply, results, [{ ref: delivery, source: source.slug }], 202);
    },
  });
}

/** A delivery on its way into the store. */
interface Incoming {
  readonly feed: Feed;
  readonly contentType: string;
  readonly query: string;
  readonly body: Buffer;
  readonly receivedAt: Instant;
  readonly mapped: MappedDelivery;
}

async function store(deps: IntakeDeps, source: SourceEntry, incoming: Incoming): Promise<StoredDelivery> {
  const { mapped, ...delivery } = incoming;
  try {
    return await deps.door.store(
      { ...delivery, source, items: prepareItems(mapped, source, deps.rules) },
      source.slug,
    );
  } catch (error) {
    if (!(error instanceof DoorOverloaded) && !(error instanceof DoorClosed)) throw error;
    throw turnAway(
      incoming.feed,
      new HttpProblem({
        status: 503,
        code: error instanceof DoorClosed ? 'closing' : 'overloaded',
        headers: { 'retry-after': '1' },
        detail:
          'The delivery was not stored. Send it again in a moment; what was stored before is known by its keys.',
      }),
    );
  }
}

async function storeRows(
  request: Request,
  deps: IntakeDeps,
  source: SourceEntry,
  feed: Feed,
  rows: readonly CanonicalRow[],
): Promise<StoredDelivery> {
  const receivedAt = await nowOf(deps, source);
  return store(deps, source, {
    feed,
    contentType: contentTypeOf(request),
    query: readQuery(request).text,
    body: bodyOf(request),
    receivedAt,
    mapped: mapCanonicalRows(rows, receivedAt, mapEvent),
  });
}

/** A body that cannot be read as a whole: kept when its source is known, and answered with the place where reading ended. */
async function refuseBody(
  request: Request,
  reply: Reply,
  deps: IntakeDeps,
  refused: { feed: Feed; slug: string | undefined; reason: ItemResult['reason'] & string; detail: string },
): Promise<Sent> {
  const { feed, slug, reason, detail } = refused;
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
    contentType: contentTypeOf(request),
    query: readQuery(request).text,
    body: bodyOf(request),
    receivedAt: await nowOf(deps, source),
    mapped: { outcome: 'refused', reason, detail, path: '$' },
  });
  return sendProblem(request, reply, problem, deliveryReplyOf([], [{ ref: delivery, source: source.slug }]));
}

/** One item, one answer: what was taken as itself, what was not as a problem that carries the disposition. */
function sendEvent(
  request: Request,
  reply: Reply,
  result: ItemResult,
  delivery: StoredDelivery['delivery'],
  taken: 200 | 202,
): Sent {
  const body = eventReplyOf(result, delivery);
  const known = result.disposition === 'duplicate' || result.disposition === 'ignored';
  if (isTaken(result)) return sent(reply.code(known ? 200 : taken).send(body));
  return sendProblem(request, reply, problemOfItem(result), body);
}

/** Many items: 202 with an answer for each; a problem only when not one of them could be taken. */
function sendDelivery(
  request: Request,
  reply: Reply,
  results: readonly ItemResult[],
  deliveries: readonly { ref: StoredDelivery['delivery']; source: string }[],
  taken: 200 | 202,
): Sent {
  const body = deliveryReplyOf(results, deliveries);
  if (results.length === 0 || results.some(isTaken)) return sent(reply.code(taken).send(body));
  const [only] = results;
  const problem =
    results.length === 1 && only !== undefined
      ? problemOfItem(only)
      : new HttpProblem({
          status: 422,
          code: 'no_item_taken',
          detail: `None of the ${results.length} items could be taken.`,
          errors: results.slice(0, 100).map(problemDetail),
        });
  return sendProblem(request, reply, problem, body);
}

function problemDetail(result: ItemResult): ProblemDetail {
  return { path: result.path, message: `${result.reason ?? result.disposition}: ${result.detail ?? ''}` };
}

function problemOfItem(result: ItemResult): HttpProblem {
  const unreadable = result.disposition === 'refused';
  return new HttpProblem({
    status: unreadable ? 400 : 422,
    code: result.reason ?? result.disposition,
    errors: [problemDetail(result)],
    detail: `${result.path}: ${result.detail ?? 'the item could not be taken'}. ${unreadable ? 'The delivery is kept.' : 'The item is kept in quarantine and can be driven again after a repair.'}`,
  });
}

function sendProblem(request: Request, reply: Reply, problem: HttpProblem, more: object): Sent {
  return sent(
    reply
      .code(problem.status)
      .headers(problem.headers)
      .type('application/problem+json; charset=utf-8')
      .send({ ...more, ...problemBody(problem, request.id) }),
  );
}

function sent(reply: Reply): Sent {
  return reply as never;
}

function turnAway(door: Feed, problem: HttpProblem): HttpProblem {
  turnedAway.inc({ door, code: problem.code });
  return problem;
}

function sourceMissing(paths: readonly string[]): HttpProblem {
  return new HttpProblem({
    status: 422,
    code: 'source_missing',
    detail: 'Name the source that tells the event: its slug as the field or query parameter source.',
    errors: paths.map((path) => ({ path, message: 'the slug of a source' })),
  });
}

/** Now by the clock of the source's program: the settable one of a sandbox, else real time (rules.md 4). */
function nowOf(deps: IntakeDeps, source: SourceEntry): Promise<Instant> {
  return deps.registry.programNow(source.programId, deps.clock.now());
}

async function findSource(deps: IntakeDeps, slug: string, door: Feed): Promise<SourceEntry> {
  const source = await deps.registry.findSourceBySlug(slug);
  if (source === undefined) throw turnAway(door, notFound('source', slug));
  return source;
}

function canonicalInput(request: Request): { body: Buffer; contentType: string; source: string | undefined } {
  return {
    body: bodyOf(request),
    contentType: contentTypeOf(request),
    source: readQuery(request).pairs.find(([name]) => name === 'source')?.[1],
  };
}

function bodyOf(request: Request): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : EMPTY;
}

function contentTypeOf(request: Request): string {
  return request.headers['content-type'] ?? '';
}

/** The query as it was sent, and its pairs in order. */
function readQuery(request: Request): { pairs: [string, string][]; text: string } {
  const start = request.url.indexOf('?');
  if (start < 0) return { pairs: [], text: '' };
  const text = request.url.slice(start + 1);
  return { pairs: [...new URLSearchParams(text)], text };
}

/** A token must never be stored: who reads evidence could use it. */
function withoutToken(query: string): string {
  return query
    .split('&')
    .filter((pair) => new URLSearchParams(pair).get('token') === null)
    .join('&');
}
