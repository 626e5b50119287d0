import { z } from 'zod';
import { toMillis } from '../../../kernel/instant.ts';
import { baseUrlOf } from '../../../platform/http/app.ts';
import type { App, Reply, Request } from '../../../platform/http/app.ts';
import type { SourceEntry } from '../../../registry/index.ts';
import { bodyOf, countTurnedAway, nowOf, readQuery, readReduced, sent, store } from '../edge.routes.ts';
import type { IntakeDeps, Sent } from '../edge.routes.ts';
import { mapStored } from '../reread/reading.ts';
import { allowedOrigin, pixelQuery } from './pixel-event.ts';
import { PIXEL_GIF_BASE64, pixelScript } from './pixel-script.ts';
import { createRateLimit } from './rate-limit.ts';
import type { RateLimit } from './rate-limit.ts';

const GIF = Buffer.from(PIXEL_GIF_BASE64, 'base64');
const MAX_BODY_BYTES = 4_096;

type PixelFeed = SourceEntry['feeds'] extends ReadonlyMap<string, infer Entry> ? Entry : never;

/** Pixels of pages: an image that always answers, and the script that asks for it. Public: a page can keep no secret. */
export function pixelRoutes(app: App, deps: IntakeDeps): void {
  const limit = createRateLimit();
  for (const url of ['/px/:file', '/px/:source/:file'] as const) {
    for (const method of ['GET', 'POST'] as const) {
      app.route({
        method,
        url,
        bodyLimit: MAX_BODY_BYTES,
        schema: {
          tags: ['intake'],
          summary: 'Pixel of a page: {source}.gif tells an event, {source}.js is its script',
          description:
            'The feed named pixel of the source; /px/{source}/{feed}.gif for another pixel feed. The image is always answered; what became of the event is in the list of deliveries.',
          response: { 200: z.string().describe('A transparent gif of 1x1, or the script.') },
        },
        handler: (request, reply) => takePixel(request, reply as Reply, { ...deps, limit }),
      });
    }
  }
}

async function takePixel(
  request: Request,
  reply: Reply,
  deps: IntakeDeps & { readonly limit: RateLimit },
): Promise<Sent> {
  const { source: slug, file } = request.params as { source?: string; file: string };
  const [, name = '', kind = ''] = /^(.+)\.(gif|js)$/.exec(file) ?? [];
  const source = await deps.registry.findSourceBySlug(slug ?? name);
  const feed = source?.feeds.get(slug === undefined ? 'pixel' : name);
  if (kind === 'js') return sendScript(request, reply, feed, slug === undefined ? name : `${slug}/${name}`);
  if (kind !== 'gif' || source === undefined || feed?.kind !== 'pixel')
    countTurnedAway('pixel', 'unknown_pixel');
  else await takeEvent(request, { source, feed }, deps);
  return sent(
    reply
      .headers({ 'cache-control': 'no-store', 'cross-origin-resource-policy': 'cross-origin' })
      .type('image/gif')
      .send(GIF),
  );
}

/** Whatever is wrong with it, the page gets its image: it is stored with a disposition, or counted. */
async function takeEvent(
  request: Request,
  { source, feed }: { source: SourceEntry; feed: PixelFeed },
  deps: IntakeDeps & { readonly limit: RateLimit },
): Promise<void> {
  const { pixel } = feed.settings;
  const { origin, referer } = request.headers;
  const from = allowedOrigin({ origin, referer }, pixel?.origins ?? []);
  if (pixel === undefined || feed.paused) return countTurnedAway('pixel', 'feed_paused');
  if (from === undefined) return countTurnedAway('pixel', 'origin_not_allowed');
  if (!deps.limit.take(request.ip, toMillis(deps.clock.now()), pixel.perMinute))
    return countTurnedAway('pixel', 'rate_limited');
  if (!feed.used) await deps.feeds.markUsed(feed.id);
  const told = request.method === 'POST' ? bodyOf(request).toString('utf8') : readQuery(request).text;
  const receivedAt = await nowOf(deps, source);
  const mapping = source.mapping();
  const query = pixelQuery(told, { kinds: pixel.kinds, origin: from });
  const reduced = readReduced({ body: Buffer.alloc(0), query, contentType: '' }, mapping);
  const delivery = { ...reduced, feed: feed.name, receivedAt };
  try {
    await store(deps, source, { ...delivery, mapped: mapStored(delivery, mapping, source.slug) });
  } catch {
    countTurnedAway('pixel', 'not_stored');
  }
}

function sendScript(request: Request, reply: Reply, feed: PixelFeed | undefined, address: string): Sent {
  const pixel = feed?.kind === 'pixel' ? feed.settings.pixel : undefined;
  const body =
    pixel === undefined
      ? '/* There is no such pixel. */\n'
      : pixelScript({ ...pixel, gif: `${baseUrlOf(request)}/px/${address}.gif` });
  return sent(
    reply
      .headers({
        'cache-control': pixel === undefined ? 'no-store' : 'public, max-age=300',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
      })
      .type('text/javascript; charset=utf-8')
      .send(body),
  );
}
