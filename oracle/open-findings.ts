// Worlds of which it is known that the product gives another answer, by number of DISAGREEMENTS.md. They are left out of campaigns until
// the product is mended; then their line here is deleted.
import type { World } from './world.ts';

interface OpenFinding {
  readonly number: number;
  concerns(world: World): boolean;
}

export const OPEN_FINDINGS: readonly OpenFinding[] = [
  {
    // Monthly commission of a sub-partner who moves inside a month: the model does not divide it among intervals yet.
    number: 21,
    concerns: (world) =>
      world.moves.length > 0 &&
      world.deals.some(({ document }) =>
        document.components.some(
          ({ kind, overridePercent }) =>
            kind === 'sub_partner_share' || (kind === 'revshare' && typeof overridePercent === 'string'),
        ),
      ),
  },
];

export function findOpen(world: World): number | undefined {
  return OPEN_FINDINGS.find((finding) => finding.concerns(world))?.number;
}
