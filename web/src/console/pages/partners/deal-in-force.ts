import type { Deal } from '../../../api/types.ts';

/**
 * The deal that a partner has now: the newest version of its own that is in force, else the program's default one.
 * `now` in ms since 1970. The default counts for every partner without an own deal.
 */
export function dealInForce(deals: readonly Deal[], partnerId: string, now: number): Deal | undefined {
  const started = deals
    .filter(({ retraction }) => retraction === null)
    .filter(({ effectiveFrom }) => effectiveFrom === null || Date.parse(effectiveFrom) <= now)
    .toSorted((a, b) => b.version - a.version || startOf(b) - startOf(a));
  return (
    started.find((deal) => deal.partnerId === partnerId) ?? started.find((deal) => deal.partnerId === null)
  );
}

function startOf({ effectiveFrom }: Deal): number {
  return effectiveFrom === null ? Number.NEGATIVE_INFINITY : Date.parse(effectiveFrom);
}
