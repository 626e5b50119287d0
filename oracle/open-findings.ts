// Worlds of which it is known that the product gives another answer, by number of DISAGREEMENTS.md. They are left out of campaigns until
// the product is mended; then their line here is deleted.
import type { World } from './world.ts';

interface OpenFinding {
  readonly number: number;
  concerns(world: World): boolean;
}

export const OPEN_FINDINGS: readonly OpenFinding[] = [];

export function findOpen(world: World): number | undefined {
  return OPEN_FINDINGS.find((finding) => finding.concerns(world))?.number;
}
