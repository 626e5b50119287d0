import { deliveryReply } from '@plumbline/contract';
import { z } from 'zod';
import { sha256Hex } from '../../kernel/digest.ts';
import type { App, Reply, Request } from '../../platform/http/app.ts';
import { HttpProblem } from '../../platform/http/problem.ts';
import type { FeedEntry, SourceEntry } from '../../registry/index.ts';
import type { MappedDelivery } from '../mapping/index.ts';
import type { StoredDelivery } from './commit.store.ts';
import {
  contentTypeOf,
  deliveryKeyOf,
  findSource,
  nowOf,
  readBody,
  readQuery,
  readReduced,
  sendDelivery,
  store,
  turnAway,
} from './edge.routes.ts';
import type { IntakeDeps, Sent } from './edge.routes.ts';
import type { ItemResult } from './facts.ts';
import { contractedAnswer, sendContracted } from './contracted.routes.ts';
import type { ProvenFeed } from './contracted.routes.ts';
import type { DeliveryKey } from './prepare.ts';
import { proveRequest } from './prove.routes.ts';
import { isUnsigned } from './verification/index.ts';

const DOOR = 'hooks';
/** The feed of the short address. */
const SHORT = 'webhook';

const URLS = ['/hooks/:source', '/hooks/:source/:feed', '/hooks/:source/:feed/:secret'] as const;

/** Webhooks of outside systems, each feed with the scheme by which its deliveries prove themselves. */
export function hookRoutes(app: App, deps: IntakeDeps): void {
  for (const url of URLS) {
    for (const method of ['GET', 'POST'] as const) {
      app.route({
        method,
        url,
        schema: {
          tags: ['intake'],
          summary: 'Webhook of an outside system',
          params: z.object({
            source: z.string(),
            feed: z.string().optional(),
            secret: z.string().optional(),
          }),
          response: { 200: deliveryReply },
          description:
            'Proves itself by the scheme of the feed, over the bytes as they come; without a name the feed is the one called webhook. ' +
            'Bodies may be compressed (gzip, deflate, br). What the answer looks like is set at the feed.',
        },
        handler: (request, reply) => takeHook(request, reply as Reply, deps),
      });
    }
  }
}

async function takeHook(request: Request, reply: Reply, deps: IntakeDeps): Promise<Sent> {
  const { source: slug, feed: name = SHORT, secret } = request.params as Record<string, string | undefined>;
  const source = await findSource(deps, slug ?? '', DOOR);
  const feed = findFeed(source, name, secret);
  const proven = proveRequest(deps, request, { door: DOOR, feed, pathSecret: secret });
  const raw = await readBody(request, DOOR);
  if (!feed.used && !(await deps.feeds.markUsed(feed.id))) throw unknownFeed(source, name);
  const stored = await storeHook(request, deps, { source, feed, proven, raw });
  return answer(request, reply, deps, { source, feed, proven, stored });
}

/** The feed of an address. Throws 404, also where the address has a secret and the feed wants none. */
function findFeed(source: SourceEntry, name: string, secret: string | undefined): FeedEntry {
  const feed = source.feeds.get(name);
  if (feed === undefined || feed.kind !== 'webhook' || (secret !== undefined && !feed.secretPath))
    throw unknownFeed(source, name);
  return feed;
}

function unknownFeed(source: SourceEntry, name: string): HttpProblem {
  return turnAway(
    DOOR,
    new HttpProblem({
      status: 404,
      code: 'unknown_feed',
      detail: `The source "${source.slug}" has no webhook at this address (feed "${name.slice(0, 80)}"). Make it with POST /v1/sources/${source.slug}/feeds.`,
    }),
  );
}

interface Hook extends ProvenFeed {
  readonly source: SourceEntry;
}

async function storeHook(
  request: Request,
  deps: IntakeDeps,
  hook: Hook & { readonly raw: Buffer },
): Promise<StoredDelivery> {
  const { source, feed } = hook;
  const mapping = source.mapping();
  const { body, contentType, query, pairs, dropped } = readReduced(
    {
      body: hook.raw,
      query: hook.proven.coversQuery ? readQuery(request).text : '',
      contentType: contentTypeOf(request),
    },
    mapping,
  );
  const receivedAt = await nowOf(deps, source);
  const mapped = mapping.map({ feed: feed.name, body, contentType, query: pairs, receivedAt });
  return store(deps, source, {
    feed: feed.name,
    contentType,
    query,
    body,
    receivedAt,
    mapped: isDoubtful(feed) ? withWarning(mapped) : mapped,
    dropped,
    ...keyOf(hook),
  });
}

/**
 * The name of the delivery, together with its bytes and the mapping that reads them: a repetition is known by all three.
 * Other bytes under the same name are a new telling, and a corrected mapping may read what an earlier one could not.
 */
function keyOf({ source, feed, proven, raw }: Hook & { readonly raw: Buffer }): { key?: DeliveryKey } {
  if (proven.deliveryId === undefined) return {};
  const name = [proven.deliveryId, sha256Hex(raw), String(source.mappingVersion)].join('\n');
  return { key: deliveryKeyOf(`feed:${feed.id}`, name, raw) };
}

/** The answer to a delivery that was known by its id: what it told is there already. */
function repeatedResults({ results, delivery }: StoredDelivery): readonly ItemResult[] {
  return results.map((result): ItemResult => {
    const { path, eventId, eventLane } = result;
    if (eventId === undefined || eventLane === undefined) return result;
    return { disposition: 'duplicate', path, eventId, eventLane, original: delivery };
  });
}

/** What comes through it is only a hint until the object is read from the vendor. */
function isDoubtful(feed: FeedEntry): boolean {
  return feed.settings.reread ?? isUnsigned(feed.verification.scheme);
}

function withWarning(mapped: MappedDelivery): MappedDelivery {
  if (mapped.outcome !== 'items') return mapped;
  const warning = {
    code: 'unsigned' as const,
    detail: 'the feed is not signed: read the object again from the vendor before relying on it',
  };
  const items = mapped.items.map((item) =>
    item.outcome === 'event' ? { ...item, warnings: [...item.warnings, warning] } : item,
  );
  return { ...mapped, items };
}

function answer(
  request: Request,
  reply: Reply,
  deps: IntakeDeps,
  { source, feed, proven, stored }: Hook & { readonly stored: StoredDelivery },
): Sent {
  const told = stored.repeated === true ? { ...stored, results: repeatedResults(stored) } : stored;
  const contracted = contractedAnswer(deps, source, { feed, proven }, told);
  if (contracted !== undefined) return sendContracted(reply, contracted);
  const deliveries = [{ ref: told.delivery, source: source.slug }];
  return sendDelivery(request, reply, told.results, deliveries, 200);
}
