// What a world has in it, by name, so that a campaign can say what it never tried.
import { evaluate } from './model/evaluate.ts';
import { RATES } from './rates.ts';
import type { World } from './world.ts';

export function coverageOf(world: World, amounts: number): Set<string> {
  const features = new Set<string>();
  if (amounts > 0) features.add('pays');
  for (const { document } of world.deals)
    for (const component of document.components) {
      features.add(`component ${component.kind}`);
      for (const name of Object.keys(component)) features.add(`${component.kind}.${name}`);
      const { mode } = (component['levels'] ?? {}) as { mode?: string };
      if (mode !== undefined) features.add(`mode ${mode} of ${component.kind}`);
    }
  for (const event of world.events) features.add(`event ${event.kind}${event.late === true ? ' late' : ''}`);
  for (const reason of evaluate(world, RATES).reasons.values()) features.add(`reason ${reason}`);
  if (world.moves.length > 0) features.add('move');
  if (world.reassignments.length > 0) features.add('reassignment');
  return features;
}
