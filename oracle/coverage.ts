// What a world has in it, by name, so that a campaign can say what it never tried.
import { evaluate } from './model/evaluate.ts';
import { isNegative, same, ZERO } from './model/rational.ts';
import { RATES } from './rates.ts';
import type { World } from './world.ts';

/** What the product said of the world when it was told. */
export interface Told {
  readonly amounts: number;
  readonly said: ReadonlySet<string>;
}

export function coverageOf(world: World, { amounts, said }: Told): Set<string> {
  const features = new Set<string>();
  if (amounts > 0) features.add('pays');
  for (const reason of said) features.add(`reason ${reason}`);
  for (const { document } of world.deals)
    for (const component of document.components) {
      features.add(`component ${component.kind}`);
      for (const name of Object.keys(component))
        if (!['id', 'kind'].includes(name)) features.add(`${component.kind}.${name}`);
      const { mode } = (component['levels'] ?? {}) as { mode?: string };
      if (mode !== undefined) features.add(`mode ${mode} of ${component.kind}`);
      const { policy } = (component['carry'] ?? {}) as { policy?: string };
      if (policy !== undefined) features.add(`carry ${policy}`);
      for (const { per, overflow } of (component['caps'] ?? []) as { per?: string; overflow?: string }[]) {
        features.add(`limit per ${per ?? 'period'} of ${component.kind}`);
        features.add(`overflow ${overflow ?? 'reject'}`);
      }
    }
  for (const event of world.events) {
    features.add(`event ${event.kind}`);
    if (event.execution !== undefined) features.add(`execution ${event.execution.entry}`);
  }
  for (const feature of happened(world)) features.add(feature);
  // The earlier CPA came late (enrich.ts), and the limit was used up: the later one gave its place to it.
  if (world.events.some(({ id, late }) => id === 'q1' && late === true) && said.has('cap_period'))
    features.add('cap displacement');
  return features;
}

/** What the world tells of people, time and limits. */
function happened(world: World): string[] {
  const features: string[] = [];
  for (const { click, partner } of world.customers)
    if (click !== undefined) features.push(partner === null ? 'click alone' : 'click beside a code');
  if (world.moves.length > 0) features.push('move of a sub-partner');
  if (world.reassignments.length > 0) features.push('reassignment');
  if ((world.grades ?? []).length > 0) features.push('grade by word');
  if (world.program !== undefined) features.push('settings of the program');
  if (world.settingsLater !== undefined) features.push('settings changed later');
  if ((world.countries ?? []).length > 0) features.push('change of country');
  for (const { ended } of world.merges ?? []) features.push(ended === true ? 'un-merge' : 'merge');
  const { amounts } = evaluate(world, RATES);
  if (
    [...amounts].some(([key, amount]) => /event zb/.test(key) && isNegative(amount)) &&
    world.later?.pays === true
  )
    features.push('clawback after payment');
  if ([...amounts].some(([key, amount]) => /event (b|cb|zr)\d*/.test(key) && isNegative(amount)))
    features.push('clawback');
  if (!world.events.some(({ late }) => late === true)) return features;
  features.push('late in a closed period');
  const before = evaluate(
    { ...world, events: world.events.filter(({ late }) => late !== true) },
    RATES,
  ).amounts;
  const changed = [...new Set([...before.keys(), ...amounts.keys()])].filter(
    (key) => !same(before.get(key) ?? ZERO, amounts.get(key) ?? ZERO),
  );
  if (changed.some((key) => before.has(key))) features.push('restatement');
  const capped = new Set(
    world.deals.flatMap(({ document }) =>
      document.components.filter(({ caps }) => caps !== undefined).map(({ id }) => id),
    ),
  );
  // What was paid under a limit before the late event came is paid otherwise afterwards.
  if (changed.some((key) => before.has(key) && capped.has(key.split(' ')[1] ?? '')))
    features.push('cap displacement');
  return features;
}
