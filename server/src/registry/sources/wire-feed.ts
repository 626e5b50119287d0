import type { FeedSettings } from '@plumbline/contract';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isActiveSecret } from './facts.ts';
import type { FeedRow } from './facts.ts';

/** What came through a feed, as the doors count it. */
export interface FeedFigures {
  readonly since: Instant;
  readonly lastDeliveryAt: Instant | null;
  readonly items: Readonly<Record<string, number>>;
  readonly repeated: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** What stands around a feed on the wire. */
export interface FeedSurroundings {
  readonly baseUrl: string;
  readonly slug: string;
  readonly now: Instant;
  readonly figures: FeedFigures;
}

export function wireFeed(row: FeedRow, around: FeedSurroundings) {
  const { figures } = around;
  return {
    id: wireId('fed', row.id),
    sourceId: wireId('src', row.source_id),
    name: row.name,
    kind: row.kind,
    url: feedUrl(row, around, '<secret>'),
    verification: row.verification,
    secretPath: row.secret_path,
    secrets: row.secrets.map(({ id, use, createdAt, retiresAt }) => ({
      id,
      use,
      createdAt: formatInstant(createdAt),
      retiresAt: retiresAt === null ? null : formatInstant(retiresAt),
      active: isActiveSecret({ retiresAt }, around.now),
    })),
    allowIps: [...row.allow_ips],
    reply: row.reply,
    settings: { ...row.settings } as FeedSettings,
    paused: row.paused,
    used: row.used_at !== null,
    createdAt: formatInstant(row.created_at),
    activity: {
      since: formatInstant(figures.since),
      lastDeliveryAt: figures.lastDeliveryAt === null ? null : formatInstant(figures.lastDeliveryAt),
      items: { ...figures.items },
      repeated: figures.repeated,
      refused: { ...figures.refused },
    },
  };
}

/** Where the outside system sends to. The feed `webhook` has the short address where no secret ends it. */
export function feedUrl(
  feed: { readonly name: string; readonly kind: string; readonly secret_path: boolean },
  around: { readonly baseUrl: string; readonly slug: string },
  secret: string,
): string {
  const base = `${around.baseUrl}/hooks/${around.slug}`;
  if (['file', 'folder', 'sftp'].includes(feed.kind))
    return `${around.baseUrl}/v1/sources/${around.slug}/imports?feed=${feed.name}`;
  if (feed.kind === 'postback') return `${around.baseUrl}/s2s/${around.slug}?token=<token>`;
  if (feed.kind === 'pixel') return `${around.baseUrl}/px/${pixelAddress(around.slug, feed.name)}.gif`;
  if (feed.secret_path) return `${base}/${feed.name}/${secret}`;
  return feed.name === 'webhook' ? base : `${base}/${feed.name}`;
}

/** What stands between /px/ and the ending: the feed `pixel` has the short one. */
export function pixelAddress(slug: string, name: string): string {
  return name === 'pixel' ? slug : `${slug}/${name}`;
}
