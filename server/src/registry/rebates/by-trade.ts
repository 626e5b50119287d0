import type { DealComponent, DealVersion } from '../deals/facts.ts';

const BY_TRADE: ReadonlySet<DealComponent['kind']> = new Set<DealComponent['kind']>([
  'per_lot',
  'per_million',
  'spread_share',
  'commission_share',
]);

/**
 * The components of a deal whose amounts belong to a trade, and so to a customer. What has steps or limits is settled by month: only the
 * sum of all customers is known there, and nothing of it is one customer's.
 */
export function listByTrade(deal: DealVersion): string[] {
  return deal.document.components
    .filter((component) => BY_TRADE.has(component.kind) && !isByMonth(component))
    .map(({ id }) => id);
}

function isByMonth(component: DealComponent): boolean {
  const { caps = [], tiers } = component as { caps?: readonly unknown[]; tiers?: unknown };
  return caps.length > 0 || (tiers !== undefined && tiers !== null);
}
