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
    // Product: a CPA that is settled by month is no advance.
    number: 28,
    concerns: (world) =>
      components(world).some(({ recoup }) => recoup !== undefined) &&
      components(world).some(
        (one) => one.kind === 'cpa' && ['tiers', 'caps', 'qualityGate'].some((name) => name in one),
      ),
  },
];

export function findOpen(world: World): number | undefined {
  return OPEN_FINDINGS.find((finding) => finding.concerns(world))?.number;
}
