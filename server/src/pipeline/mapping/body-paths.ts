// Where in the body stands what the rules read: the places of the rows joined with the paths inside them.
import { parsePath, spellKey } from './paths.ts';
import type { Path } from './paths.ts';
import type { RowsPlace } from './rows-place.ts';

/** Each once, in order, `[*]` for every element of a list. The envelope's own path counts from the body. */
export function bodyPaths(
  places: readonly RowsPlace[],
  reads: readonly string[],
  envelope: Path | undefined,
): string[] {
  const found = new Set<string>();
  if (envelope !== undefined) for (const steps of stepsOf(envelope)) found.add(spell(steps));
  for (const place of places) {
    for (const read of reads) {
      const path = parsePath(read.replaceAll('[*]', '[0]'));
      if (path === undefined) continue;
      const from = outwards(place.steps, path.up);
      for (const steps of stepsOf(path)) found.add(spell([...from, ...steps]));
    }
  }
  return [...found];
}

/** The place of the object that encloses a row, `up` objects outwards. */
function outwards(steps: readonly string[], up: number): readonly string[] {
  let length = steps.length;
  for (let i = 0; i < up; i += 1) {
    while (length > 0 && steps[length - 1] === '*') length -= 1;
    length -= 1;
  }
  return steps.slice(0, Math.max(length, 0));
}

/** The path itself, and for each element chosen by a field also that field. */
function stepsOf(path: Path): (readonly string[])[] {
  const all: (readonly string[])[] = [];
  const steps: string[] = [];
  for (const step of path.steps) {
    if (step.kind === 'key') steps.push(step.key);
    else steps.push('*');
    if (step.kind === 'match') all.push([...steps, step.key]);
  }
  return [...all, steps];
}

function spell(steps: readonly string[]): string {
  let text = '';
  for (const step of steps) {
    if (step === '*') text += '[*]';
    else {
      const key = spellKey(step);
      text += text === '' || key.startsWith('[') ? key : `.${key}`;
    }
  }
  return text;
}
