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
    // Product: a share of partners below loses all of what they lose a share, or nothing, of (O38).
    number: 69,
    concerns: (world) =>
      world.later?.pays === true &&
      (JSON.stringify(world.deals).includes('"schedule":[{') ||
        world.events.some(({ kyc, status }) => kyc === 'failed' || status === 'duplicate')) &&
      components(world).some(
        (one) => one.kind === 'sub_partner_share' && (one['basis'] ?? 'commission') === 'commission',
      ),
  },
  {
    // Product: under a limit or with steps a grade counts from its instant, and not from the next month (O40).
    number: 71,
    concerns: (world) =>
      (world.grades ?? []).length > 0 &&
      components(world).some(
        ({ kind, caps, tiers, qualityGate }) =>
          kind !== 'revshare' && (caps ?? tiers ?? qualityGate) !== undefined,
      ),
  },
  {
    // What waits above a limit of money and what is fresh, in two currencies.
    number: 55,
    concerns: (world) =>
      world.deals.some(
        ({ document }) =>
          document.currency !== world.baseCurrency &&
          document.components.some(({ caps }) => JSON.stringify(caps ?? '').includes('queue')),
      ),
  },
];

export function findOpen(world: World): number | undefined {
  return OPEN_FINDINGS.find((finding) => finding.concerns(world))?.number;
}
