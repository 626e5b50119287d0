import type { Deal } from '../../../api/types.ts';

/**
 * The deal that a partner has now: the last version of its own that has begun, else the program's default one. Undefined when there is
 * none, or when it has ended. `now` in ms since 1970. The default counts for every partner without an own deal.
 */
export function dealInForce(deals: readonly Deal[], partnerId: string, now: number): Deal | undefined {
  const started = deals
    .filter(({ retraction }) => retraction === null)
    .filter(({ effectiveFrom }) => effectiveFrom === null || Date.parse(effectiveFrom) <= now)
    .toSorted((a, b) => startOf(b) - startOf(a) || b.version - a.version);
  const own = started.find((deal) => deal.partnerId === partnerId);
  const found =
    own === undefined || own.ends === 'default' ? started.find((deal) => deal.partnerId === null) : own;
  return found === undefined || found.ends !== null ? undefined : found;
}

function startOf({ effectiveFrom }: Deal): number {
  return effectiveFrom === null ? Number.NEGATIVE_INFINITY : Date.parse(effectiveFrom);
}
