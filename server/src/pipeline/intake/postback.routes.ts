import { eventReply } from '@plumbline/contract';
import { timingSafeEqual } from 'node:crypto';
import { sha256Bytes } from '../../kernel/digest.ts';
import type { App, Reply, Request } from '../../platform/http/app.ts';
import { HttpProblem } from '../../platform/http/problem.ts';
import type { SourceEntry } from '../../registry/index.ts';
import {
  contentTypeOf,
  findSource,
  nowOf,
  readBody,
  readQuery,
  readReduced,
  sendDelivery,
  sendEvent,
  sent,
  store,
  turnAway,
  withoutToken,
} from './edge.routes.ts';
import type { IntakeDeps, Sent } from './edge.routes.ts';
import { contractedAnswer, sendContracted } from './contracted.routes.ts';
import type { ProvenFeed } from './contracted.routes.ts';
import { proveRequest } from './prove.routes.ts';
import { legacyText } from './reply.ts';

const POSTBACK_URLS = ['/s2s/:source', '/s2s/:source/:token'] as const;

/** Postbacks of other systems, authenticated by the token of the source. */
export function postbackRoutes(app: App, deps: IntakeDeps): void {
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
  const proven = await provePostback(request, deps, source);
  const mapping = source.mapping();
  const { body, contentType, ...reduced } = readReduced(
    {
      body: await readBody(request, 'postback'),
      query: proven?.proven.coversQuery === false ? '' : withoutToken(text),
      contentType: contentTypeOf(request),
    },
    mapping,
  );
  const receivedAt = await nowOf(deps, source);
  const mapped = mapping.map({ feed: 'postback', body, contentType, query: reduced.pairs, receivedAt });
  const { results, delivery } = await store(deps, source, {
    feed: 'postback',
    contentType,
    query: reduced.query,
    body,
    receivedAt,
    mapped,
    dropped: reduced.dropped,
  });
  const contracted = proven && contractedAnswer(deps, source, proven, { results, delivery });
  if (contracted !== undefined) return sendContracted(reply, contracted);
  const [first] = results;
  if (source.reply === 'legacy')
    return sent(reply.type('text/plain; charset=utf-8').send(legacyText(results)));
  if (results.length === 1 && first !== undefined) return sendEvent(request, reply, first, delivery, 200);
  return sendDelivery(request, reply, results, [{ ref: delivery, source: source.slug }], 200);
}

/** What the feed named postback asks for beside the token, where the source has one: networks, a signature. */
async function provePostback(
  request: Request,
  deps: IntakeDeps,
  source: SourceEntry,
): Promise<ProvenFeed | undefined> {
  const feed = source.feeds.get('postback');
  if (feed === undefined) return undefined;
  const proven = proveRequest(deps, request, { door: 'postback', feed });
  if (!feed.used) await deps.feeds.markUsed(feed.id);
  return { feed, proven, query: readQuery(request).pairs };
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
