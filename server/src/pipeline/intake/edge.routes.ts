// What the doors of intake have in common: reading the bytes, storing them, and the forms of the answers.
import { Counter } from 'prom-client';
import { sha256Hex } from '../../kernel/digest.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Reply, Request } from '../../platform/http/app.ts';
import { decodeBody } from '../../platform/http/decode-body.ts';
import { HttpProblem, notFound, problemBody } from '../../platform/http/problem.ts';
import type { ProblemDetail } from '../../platform/http/problem.ts';
import type { RegistryCache, SourceEntry } from '../../registry/index.ts';
import type { CompiledMapping, MappedDelivery } from '../mapping/index.ts';
import type { StoredDelivery } from './commit.store.ts';
import type { Door } from './door.store.ts';
import type { Feed, ItemResult } from './facts.ts';
import type { FeedActivity } from './feed-activity.ts';
import { DoorClosed, DoorOverloaded } from './group-commit.ts';
import { DeliveryKeyReused } from './keyed-commit.store.ts';
import { coversOf } from './reread/reading.ts';
import { prepareItems } from './prepare.ts';
import type { DeliveryKey, PrepareRules } from './prepare.ts';
import { reduceDelivery, reductionOf } from './reduce.ts';
import type { DroppedField } from './reduce.ts';
import { deliveryReplyOf, eventReplyOf, isTaken } from './reply.ts';
import type { SignatureCrypto } from './verification/facts.ts';

const EMPTY = Buffer.alloc(0);

/** Said of an answer that was given before, to the first request with the same Idempotency-Key. */
export const REPLAYED = 'idempotency-replayed';

/** Bytes of a body, on the wire and unpacked; the HTTP server answers a larger one with 413 before it is read. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The answer has been handed to the server: a handler that returns it adds nothing. */
export type Sent = never;

const turnedAway = new Counter({
  name: 'plumbline_intake_turned_away_total',
  help: 'Requests that were answered without being stored: not authenticated, unknown source, unreadable, overloaded',
  labelNames: ['door', 'code'],
});

/** What the doors need. */
export interface IntakeDeps {
  readonly door: Door;
  readonly registry: Pick<RegistryCache, 'findSourceBySlug' | 'programNow' | 'sourceAtOnce'>;
  readonly rules: PrepareRules;
  readonly clock: { now(): Instant };
  readonly feeds: FeedDoor;
}

/** What configured feeds need at the doors. */
export interface FeedDoor {
  readonly crypto: SignatureCrypto;
  readonly openSecret: (sealed: Uint8Array) => string;
  /** Before the first delivery. False when the feed was deleted meanwhile. */
  readonly markUsed: (feedId: string) => Promise<boolean>;
  readonly activity: FeedActivity;
}

/** A delivery on its way into the store. */
export interface Incoming {
  readonly feed: Feed;
  readonly contentType: string;
  readonly query: string;
  readonly body: Buffer;
  readonly receivedAt: Instant;
  readonly mapped: MappedDelivery;
  /** Its sender's own name for it. */
  readonly key?: DeliveryKey;
  /** What was taken out of it before; see readReduced. */
  readonly dropped: readonly DroppedField[];
}

/** A request without what may never be stored: from here on nobody sees more of it. */
export interface ReducedRequest {
  readonly body: Buffer;
  readonly contentType: string;
  /** Raw, without the question mark. */
  readonly query: string;
  /** The query's pairs, decoded, in order. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly dropped: readonly DroppedField[];
}

/** Reads a delivery and takes out what may never be stored. Do it right after whoever sends has proven who it is: signatures cover the raw bytes. */
export function readReduced(
  delivery: { readonly body: Buffer; readonly query: string; readonly contentType: string },
  mapping: CompiledMapping | undefined,
): ReducedRequest {
  const { body, query, dropped } = reduceDelivery(delivery, reductionOf(mapping));
  return {
    body,
    contentType: delivery.contentType,
    query,
    pairs: query === '' ? [] : [...new URLSearchParams(query)],
    dropped,
  };
}

export async function store(
  deps: IntakeDeps,
  source: SourceEntry,
  incoming: Incoming,
): Promise<StoredDelivery> {
  const { mapped, ...delivery } = incoming;
  try {
    return await deps.door.store(
      {
        ...delivery,
        source,
        items: prepareItems(mapped, source, deps.rules, coversOf(source.mapping, incoming.feed)),
      },
      source.slug,
    );
  } catch (error) {
    if (error instanceof DeliveryKeyReused)
      throw turnAway(
        incoming.feed,
        new HttpProblem({
          status: 422,
          code: 'idempotency_key_reused',
          detail: 'This Idempotency-Key was used for another request. Use a new key for a new request.',
        }),
      );
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

/** One item, one answer: what was taken as itself, what was not as a problem that carries the disposition. */
export function sendEvent(
  request: Request,
  reply: Reply,
  result: ItemResult,
  delivery: StoredDelivery['delivery'],
  taken: 200 | 202,
): Sent {
  const body = eventReplyOf(result, delivery);
  const known = result.disposition === 'duplicate' || result.disposition === 'ignored';
  if (isTaken(result)) return sendTaken(request, reply, known ? 200 : taken, body);
  return sendProblem(request, reply, problemOfItem(result), body);
}

/** Many items: 202 with an answer for each; a problem only when not one of them could be taken. */
export function sendDelivery(
  request: Request,
  reply: Reply,
  results: readonly ItemResult[],
  deliveries: readonly { ref: StoredDelivery['delivery']; source: string }[],
  taken: 200 | 202,
): Sent {
  const body = deliveryReplyOf(results, deliveries);
  if (results.length === 0 || results.some(isTaken)) return sendTaken(request, reply, taken, body);
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

/** Past the framework's own way of answering, whose hooks and serializers have nothing to do here: 8 us of a single event. */
function sendTaken(request: Request, reply: Reply, status: 200 | 202, body: object): Sent {
  // Whoever waited too long was answered already.
  if (reply.sent || reply.raw.headersSent) return sent(reply);
  const text = JSON.stringify(body);
  const headers = [
    'content-type',
    'application/json; charset=utf-8',
    'x-request-id',
    request.id,
    'content-length',
    String(Buffer.byteLength(text)),
  ];
  if (reply.hasHeader(REPLAYED)) headers.push(REPLAYED, 'true');
  reply.hijack();
  reply.raw.writeHead(status, headers);
  reply.raw.end(text);
  return sent(reply);
}

function problemDetail(result: ItemResult): ProblemDetail {
  return { path: result.path, message: `${result.reason ?? result.disposition}: ${result.detail ?? ''}` };
}

export function problemOfItem(result: ItemResult): HttpProblem {
  const unreadable = result.disposition === 'refused';
  return new HttpProblem({
    status: unreadable ? 400 : 422,
    code: result.reason ?? result.disposition,
    errors: [problemDetail(result)],
    detail: `${result.path}: ${result.detail ?? 'the item could not be taken'}. ${unreadable ? 'The delivery is kept.' : 'The item is kept in quarantine and can be driven again after a repair.'}`,
  });
}

export function sendProblem(request: Request, reply: Reply, problem: HttpProblem, more: object): Sent {
  return sent(
    reply
      .code(problem.status)
      .headers(problem.headers)
      .type('application/problem+json; charset=utf-8')
      .send({ ...more, ...problemBody(problem, request.id) }),
  );
}

export function sent(reply: Reply): Sent {
  return reply as never;
}

/** Counts what is answered without being stored, and hands the answer on. */
export function turnAway(door: Feed, problem: HttpProblem): HttpProblem {
  countTurnedAway(door, problem.code);
  return problem;
}

export function countTurnedAway(door: Feed, code: string): void {
  turnedAway.inc({ door, code });
}

/** A key of the sender as it is kept: only its hash, in a lane of its own. */
export function deliveryKeyOf(scope: string, name: string, sent: string | Uint8Array): DeliveryKey {
  const hash = sha256Hex(name);
  return { lane: laneOf('evidence', `${scope} ${hash}`), scope, hash, bodyHash: sha256Hex(sent) };
}

/** Now by the clock of the source's program: the settable one of a sandbox, else real time (rules.md 4). */
export function nowOf(deps: IntakeDeps, source: SourceEntry): Promise<Instant> {
  return deps.registry.programNow(source.programId, deps.clock.now());
}

/** A source and its program's now, as findSource and nowOf; without a promise while the registry is fresh. */
export function findSourceNow(deps: IntakeDeps, slug: string, door: Feed): SourceNow | Promise<SourceNow> {
  return (
    deps.registry.sourceAtOnce(slug, deps.clock.now()) ??
    findSource(deps, slug, door).then(async (source) => ({ source, now: await nowOf(deps, source) }))
  );
}

export interface SourceNow {
  readonly source: SourceEntry;
  readonly now: Instant;
}

export async function findSource(deps: IntakeDeps, slug: string, door: Feed): Promise<SourceEntry> {
  const source = await deps.registry.findSourceBySlug(slug);
  if (source === undefined) throw turnAway(door, notFound('source', slug));
  return source;
}

/** True when the body must be unpacked before it can be read. */
export function isPacked(request: Request): boolean {
  return request.headers['content-encoding'] !== undefined;
}

/** The content of the body. Call it when the sender has proven who it is: unpacking is work. */
export async function readBody(request: Request, door: Feed): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  const body = bodyOf(request);
  if (encoding === undefined || body.length === 0) return body;
  try {
    return await decodeBody(body, encoding, MAX_BODY_BYTES);
  } catch (error) {
    throw error instanceof HttpProblem ? turnAway(door, error) : error;
  }
}

/** The bytes of the body as they came. */
export function bodyOf(request: Request): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : EMPTY;
}

export function contentTypeOf(request: Request): string {
  return request.headers['content-type'] ?? '';
}

/** The query as it was sent, and its pairs in order. */
export function readQuery(request: Request): { pairs: [string, string][]; text: string } {
  const start = request.url.indexOf('?');
  if (start < 0) return { pairs: [], text: '' };
  const text = request.url.slice(start + 1);
  return { pairs: [...new URLSearchParams(text)], text };
}

/** A token must never be stored: who reads evidence could use it. */
export function withoutToken(query: string): string {
  return query
    .split('&')
    .filter((pair) => new URLSearchParams(pair).get('token') === null)
    .join('&');
}
