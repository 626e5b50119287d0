// Stands in for the package vitest while mutants are judged: keeps the tests of a file instead of running them, so that
// each may be run thousands of times within one process. The expectations are vitest's own.
export { expect, vi } from 'vitest';

export interface KeptTest {
  readonly name: string;
  run(): unknown;
}

let kept: KeptTest[] = [];
const path: string[] = [];

/** The tests that were named since the last call. */
export function takeTests(): KeptTest[] {
  const taken = kept;
  kept = [];
  return taken;
}

type Body = (...values: never[]) => unknown;
type Rows = readonly unknown[];

function keep(name: string, body: Body, values: Rows = []): void {
  kept.push({ name: [...path, name].join(' > '), run: () => Reflect.apply(body, undefined, values) });
}

/** `test(name, body)` and `test(name, options, body)`. */
function bodyOf(first: unknown, second: unknown): Body {
  return (typeof first === 'function' ? first : second) as Body;
}

function eachOf(once: (name: string, body: Body, values: Rows) => void) {
  return (rows: Rows, ...holes: Rows) => {
    const table = 'raw' in rows ? rowsOfTemplate(rows, holes) : rows;
    return (name: string, first: unknown, second?: unknown): void => {
      for (const [index, row] of table.entries())
        once(`${name} #${index}`, bodyOf(first, second), Array.isArray(row) ? row : [row]);
    };
  };
}

function rowsOfTemplate(texts: Rows, holes: Rows): Rows {
  const names = String(texts[0])
    .split('|')
    .map((name) => name.trim());
  const rows: Record<string, unknown>[] = [];
  for (let start = 0; start < holes.length; start += names.length)
    rows.push(Object.fromEntries(names.map((name, index) => [name, holes[start + index]])));
  return rows;
}

const skip = (): void => undefined;

export const test = Object.assign(
  (name: string, first: unknown, second?: unknown): void => keep(name, bodyOf(first, second)),
  {
    each: eachOf(keep),
    skip,
    skipIf: (isSkipped: unknown) => (isSkipped ? skip : test),
    runIf: (isRun: unknown) => (isRun ? test : skip),
  },
);
export const it = test;

function group(name: string, body: Body, values: Rows = []): void {
  path.push(name);
  Reflect.apply(body, undefined, values);
  path.pop();
}

export const describe = Object.assign(
  (name: string, first: unknown, second?: unknown): void => group(name, bodyOf(first, second)),
  {
    each: eachOf(group),
    skip,
    skipIf: (isSkipped: unknown) => (isSkipped ? skip : describe),
    runIf: (isRun: unknown) => (isRun ? describe : skip),
  },
);
