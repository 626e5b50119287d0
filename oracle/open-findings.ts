// Worlds of which it is known that the two give other answers, by number of DISAGREEMENTS.md: the product until it is mended, or both until
// the document says more. They are left out of campaigns; then their line here is deleted.
import type { ComponentDocument, World } from './world.ts';

interface OpenFinding {
  readonly number: number;
  concerns(world: World): boolean;
}

const components = (world: World): ComponentDocument[] =>
  world.deals.flatMap(({ document }) => document.components);

const hasVersions = (world: World): boolean =>
  new Set(world.deals.map(({ partner }) => partner)).size < world.deals.length;

export const OPEN_FINDINGS: readonly OpenFinding[] = [
  {
    // What waits above a limit comes into a month of another version, with steps, or in another currency.
    number: 24,
    concerns: (world) =>
      hasVersions(world) &&
      (new Set(world.deals.map(({ document }) => document.currency)).size > 1 ||
        components(world).some(({ kind, tiers }) => kind !== 'revshare' && tiers !== undefined)) &&
      components(world).some(
        ({ kind, caps }) => kind !== 'revshare' && JSON.stringify(caps ?? '').includes('queue'),
      ),
  },
  {
    // Document: whether coming to another partner is an instant of qualification for who fulfilled everything before.
    number: 48,
    concerns: (world) =>
      world.reassignments.length > 0 && components(world).some(({ kind }) => kind === 'cpa'),
  },
  {
    // Product: a CPA that an earlier version granted is no advance.
    number: 49,
    concerns: (world) => hasVersions(world) && components(world).some(({ recoup }) => recoup !== undefined),
  },
  {
    // Document: whether a free purchase is an active day.
    number: 50,
    concerns: (world) =>
      world.events.some(({ kind, amount }) => kind.endsWith('_purchased') && amount === '0') &&
      JSON.stringify(world.deals).includes('active_days'),
  },
  {
    // Document: whose reassignments fall away by a merge, where the one that goes on registered later.
    number: 59,
    concerns: (world) => (world.merges ?? []).length > 0 && world.reassignments.length > 0,
  },
  {
    // Product: customers who are active in several months, counted over more than one.
    number: 52,
    concerns: (world) =>
      components(world).some((one) => {
        const { metric, window } = (one['tiers'] ?? {}) as { metric?: string; window?: string };
        return metric === 'active_customers' && window === 'lifetime';
      }),
  },
  {
    // Product: late evidence moves the advance of a CPA that came in time.
    number: 53,
    concerns: (world) =>
      world.deals.some(({ document }) => document.late === 'current_period') &&
      components(world).some(({ recoup }) => recoup !== undefined),
  },
];

export function findOpen(world: World): number | undefined {
  return OPEN_FINDINGS.find((finding) => finding.concerns(world))?.number;
}
