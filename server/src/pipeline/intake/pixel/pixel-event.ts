// What a page may tell (requirements T5, I6): no secret can hide in a page, so it is the weaker evidence, and marked so.
import { PIXEL_MARK } from '../facts.ts';
import type { MappedDelivery, MappedItem } from '../../mapping/facts.ts';

/** Parameters of the stored query that the door writes itself: which kinds were allowed then, and whose page told it. */
const DOOR_PREFIX = 'px_';
const KINDS = 'px_kinds';
const ORIGIN = 'px_origin';

const MOST_PAIRS = 40;
const MOST_CHARACTERS = 4_000;

/** The query as it is stored: what the page said, and what the door adds. A page cannot say what is the door's to say. */
export function pixelQuery(told: string, door: { kinds: readonly string[]; origin: string }): string {
  const kept = [...new URLSearchParams(told.slice(0, MOST_CHARACTERS))]
    .filter(([name]) => !name.toLowerCase().startsWith(DOOR_PREFIX))
    .slice(0, MOST_PAIRS);
  return new URLSearchParams([...kept, [KINDS, door.kinds.join(',')], [ORIGIN, door.origin]]).toString();
}

/** The pairs that the mapping reads: without the door's own. */
export function toldPairs(query: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  return query.filter(([name]) => !name.startsWith(DOOR_PREFIX));
}

/**
 * Marks what a pixel told, and ignores kinds that its feed did not allow when it came. Depends on the stored query only, so
 * that reading it again gives the same.
 */
export function markPixel(
  mapped: MappedDelivery,
  query: readonly (readonly [string, string])[],
): MappedDelivery {
  if (mapped.outcome !== 'items') return mapped;
  const said = (name: string): string => query.find(([own]) => own === name)?.[1] ?? '';
  const kinds = said(KINDS).split(',');
  const items = mapped.items.map((item) => markItem(item, { kinds, origin: said(ORIGIN) }));
  return { ...mapped, items };
}

function markItem(item: MappedItem, door: { kinds: readonly string[]; origin: string }): MappedItem {
  if (item.outcome !== 'event') return item;
  const { event, path } = item;
  if (!door.kinds.includes(event.kind)) {
    return {
      outcome: 'ignored',
      path,
      reason: 'pixel_kind_not_allowed',
      detail: `a pixel told "${event.kind}"; its feed takes ${door.kinds.join(', ')}`,
    };
  }
  const extra = { ...event.extra, [PIXEL_MARK]: 'true', pixelOrigin: door.origin };
  return { ...item, event: { ...event, extra } };
}

/**
 * The page that sent it, as its origin; undefined when it is not allowed or not said. Browsers write these headers, pages
 * cannot; programs can, which is why a pixel is weak evidence.
 */
export function allowedOrigin(
  headers: { readonly origin?: string | undefined; readonly referer?: string | undefined },
  allowed: readonly string[],
): string | undefined {
  const said = headers.origin !== undefined && headers.origin !== 'null' ? headers.origin : headers.referer;
  if (said === undefined || !URL.canParse(said)) return undefined;
  const { origin, host, hostname, protocol } = new URL(said);
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  return allowed.some((one) => fits(one.toLowerCase(), { origin, host, hostname })) ? origin : undefined;
}

/** `https://shop.example`, `shop.example`, `shop.example:8080`, `*.shop.example`. */
function fits(allowed: string, page: { origin: string; host: string; hostname: string }): boolean {
  if (allowed.includes('://')) return allowed === page.origin;
  if (allowed.startsWith('*.')) return page.hostname.endsWith(allowed.slice(1));
  return allowed === page.host || allowed === page.hostname;
}
