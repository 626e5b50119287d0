import { randomFillSync } from 'node:crypto';
import { z } from 'zod';
import type { Instant } from '../kernel/instant.ts';
import { toMillis } from '../kernel/instant.ts';
import { shortenIp } from '../kernel/ip.ts';
import type { Context } from '../platform/context.ts';
import type { App, Reply, Request } from '../platform/http/app.ts';
import { HttpProblem } from '../platform/http/problem.ts';
import { clickMac } from './click-verifier.actions.ts';
import type { ClickRecorder } from './click-recorder.actions.ts';
import { createFindCountry } from './country.client.ts';
import type { FindCountry } from './country.client.ts';
import { nowOf } from './link-book.actions.ts';
import type { LinkBook } from './link-book.actions.ts';
import type { BookLink, BookProgram } from './link-book.ts';
import { formatClickId, RANDOM_BYTES, readLinkToken } from './token.ts';
import type { Mac } from './token.ts';
import { answerVisit, spooledClickOf } from './visit.ts';

/** Tokens that were verified once need no second look: a dictionary of so many is a few megabytes. */
const MOST_TOKENS = 50_000;

interface RedirectDeps {
  readonly context: Context;
  readonly links: LinkBook;
  readonly clicks: ClickRecorder;
}

/** What follows from one request to the next. */
interface Redirecting extends RedirectDeps {
  readonly mac: Mac;
  readonly findCountry: FindCountry;
  readonly nonce: () => Uint8Array;
  readonly answers: Answers;
  /** The link of a token that was verified. */
  readonly known: Map<string, string>;
}

/** `/c/{token}`: sends the visitor on with a click id, and hands the visit to the recorder (requirements T1, T6). Waits for no database. */
export function redirectRoutes(app: App, deps: RedirectDeps): void {
  const { context } = deps;
  const redirecting: Redirecting = {
    ...deps,
    mac: clickMac(context.secrets),
    findCountry: createFindCountry(context.log),
    nonce: createNonces(),
    answers: createAnswers(),
    known: new Map(),
  };
  app.addHook('onReady', () => deps.links.ready());
  app.route({
    method: 'GET',
    url: '/c/:token',
    schema: {
      tags: ['links'],
      summary: 'Follow a tracking link',
      description:
        'sub1 to sub10 are kept with the visit. to leads to another page of an allowed host in place of the landing page.',
      params: z.object({ token: z.string() }),
      response: { 302: z.string().describe('To the landing page, with the click id.') },
    },
    // The token is judged by its signature and there is no body to write: schemas would only cost time here.
    validatorCompiler: () => () => true,
    serializerCompiler: () => () => '',
    // No promise where none is needed: each costs a visit a turn of the queue.
    handler: (request, reply) => {
      const found = findVisited(redirecting, request);
      if (found instanceof Promise)
        return found.then(async (link) => follow(redirecting, { link, request, reply }));
      follow(redirecting, { link: found, request, reply });
      return undefined;
    },
  });
}

/** The link of a request. A promise only when the book does not have it yet. Throws, or rejects, when there is none. */
function findVisited(deps: Redirecting, request: Request): BookLink | Promise<BookLink> {
  const text = (request.params as { token: string }).token;
  let linkId = deps.known.get(text);
  if (linkId === undefined) {
    const token = readLinkToken(text, deps.mac);
    if (token === undefined) throw unknownLink();
    const link = deps.links.findLink(token.linkId);
    if (link === undefined) return findNewLink(deps, token);
    if (link.partnerId !== token.partnerId) throw unknownLink();
    linkId = token.linkId;
    if (deps.known.size >= MOST_TOKENS) deps.known.clear();
    deps.known.set(text, linkId);
  }
  const link = deps.links.findLink(linkId);
  if (link === undefined || !link.active) throw unknownLink();
  return link;
}

/** The signature is ours, so the link exists: another process made it a moment ago, or the book is old. */
async function findNewLink(
  { links }: Redirecting,
  token: { readonly linkId: string; readonly partnerId: string },
): Promise<BookLink> {
  try {
    await links.refresh();
  } catch {
    throw new HttpProblem({
      status: 503,
      code: 'link_not_loaded',
      detail:
        'This tracking link is new here, and it cannot be looked up at the moment. Try again in a few seconds.',
      headers: { 'retry-after': '5' },
    });
  }
  const link = links.findLink(token.linkId);
  if (link === undefined || link.partnerId !== token.partnerId || !link.active) throw unknownLink();
  return link;
}

function follow(
  deps: Redirecting,
  { link, request, reply }: { link: BookLink; request: Request; reply: Reply },
): Reply {
  const program = deps.links.findProgram(link.programId) as BookProgram;
  const realNow: Instant = deps.context.clock.now();
  const now = nowOf(program, realNow);
  const atMillis = toMillis(now);
  const nonce = deps.nonce();
  const { ip } = request;
  const country = deps.findCountry(ip.startsWith('::ffff:') ? ip.slice(7) : ip);
  const token = { linkId: link.id, partnerId: link.partnerId, atMillis, country };
  const clickId = formatClickId(token, nonce, deps.mac);
  const query = request.query as Record<string, unknown>;
  const answer = answerVisit({ link, program, now }, query['to'], clickId);
  deps.clicks.record(
    spooledClickOf({ link, clickedMillis: atMillis, receivedMillis: toMillis(realNow) }, answer, {
      query,
      ipShort: shortenIp(ip),
      country,
      userAgent: request.headers['user-agent'] ?? '',
      referrer: request.headers.referer ?? '',
      nonce: Buffer.from(nonce).toString('base64url'),
      clickId,
    }),
  );
  if (answer.address === undefined) throw refusedTarget();
  deps.answers.add(reply, answer.address);
  return reply;
}

/** Answers that leave together when what came in with them is read: the receiving side is woken once, which costs more than an answer. */
interface Answers {
  add(reply: Reply, address: string): void;
}

function createAnswers(): Answers {
  let waiting: { readonly reply: Reply; readonly address: string }[] = [];
  const send = (): void => {
    const all = waiting;
    waiting = [];
    for (const { reply, address } of all) sendOn(reply, address);
  };
  return {
    add(reply, address) {
      if (waiting.push({ reply, address }) === 1) setImmediate(send);
    },
  };
}

/** Past the framework's own way of answering, whose hooks and serializers have nothing to do here. */
function sendOn(reply: Reply, address: string): void {
  // Whoever waited too long was answered already.
  if (reply.sent || reply.raw.headersSent) return;
  reply.hijack();
  reply.raw.writeHead(302, [
    'location',
    address,
    'cache-control',
    'no-store',
    'referrer-policy',
    'no-referrer-when-downgrade',
    'x-request-id',
    reply.request.id,
    'content-length',
    '0',
  ]);
  reply.raw.end();
}

/** The random bytes of a click id, made a thousand at a time: asking the system for each is slower than the rest of a click id. */
function createNonces(): () => Uint8Array {
  const pool = new Uint8Array(RANDOM_BYTES * 1_000);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += RANDOM_BYTES;
    return pool.slice(used - RANDOM_BYTES, used);
  };
}

function unknownLink(): HttpProblem {
  return new HttpProblem({
    status: 404,
    code: 'link_not_found',
    detail: 'This tracking link does not exist, was switched off, or was copied incompletely.',
  });
}

function refusedTarget(): HttpProblem {
  return new HttpProblem({
    status: 400,
    code: 'deep_link_not_allowed',
    detail:
      'This tracking link does not lead there. Give in "to" the whole https address of a page on a host that the link allows.',
  });
}
