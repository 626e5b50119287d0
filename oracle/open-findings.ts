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
    // What waits above a limit comes into a month of another version, with other steps or another currency.
    number: 24,
    concerns: (world) =>
      hasVersions(world) &&
      components(world).some(
        ({ kind, caps }) => kind !== 'revshare' && JSON.stringify(caps ?? '').includes('queue'),
      ),
  },
  {
    // Product: a stage under a limit needs a rate of exchange, also where a number is limited.
    number: 41,
    concerns: (world) =>
      world.deals.some(
        ({ document }) =>
          document.currency !== world.baseCurrency &&
          document.components.some(({ kind, caps }) => kind === 'stage_payment' && caps !== undefined),
      ),
  },
  {
    // Product: what is the spread of a trade that tells its prices, too, for the filter of small moves.
    number: 42,
    concerns: (world) =>
      components(world).some(({ minimumMoveSpreads }) => minimumMoveSpreads !== undefined) &&
      world.events.some(({ measures }) => measures?.['ask'] !== undefined),
  },
  {
    // Document: what the credit coefficient and the cap per trade make less where lots are paid by steps: the lots, or what they pay.
    number: 37,
    concerns: (world) =>
      components(world).some(
        (one) =>
          'rates' in one &&
          'tiers' in one &&
          (one['creditBelow'] !== undefined || one['capPerTrade'] !== undefined),
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
