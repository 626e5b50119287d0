// A process that judges the mutants of several sources of one room: does any unit test fail when the mutant is in the place of the code?
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { mutateSources } from './mutate-source.ts';
import { hookModules } from './module-hooks.ts';
import { ROOT } from './scope.ts';
import type { Subject } from './scope.ts';
import { takeTests } from './stand-in.ts';
import type { KeptTest } from './stand-in.ts';

export type Verdict = 'killed' | 'survived' | 'uncovered';

/** What the parent asks for: sources, and the mutants that it wants verdicts of, in this order. */
export interface Task {
  readonly subjects: readonly Subject[];
  readonly wanted: readonly string[];
}

export type News =
  | { readonly kind: 'unusable'; readonly test: string; readonly why: string }
  | { readonly kind: 'begin'; readonly id: string }
  | { readonly kind: 'verdict'; readonly id: string; readonly verdict: Verdict; readonly by: string }
  /** This process is used up: a fresh one should go on. */
  | { readonly kind: 'again' }
  | { readonly kind: 'done' };

interface UsableTest extends KeptTest {
  readonly file: string;
  /** Its number among the tests of its file. */
  readonly index: number;
  /** Milliseconds of CPU, and not of the clock: on a busy machine a mutant shall get the same tests as on a quiet one. */
  readonly ms: number;
  readonly covers: ReadonlySet<string>;
}

/** The switchboard that the instrumented code looks at: the names are StrykerJS's. */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
  hitCount?: number | undefined;
  hitLimit?: number;
}

/** A mutant that is passed more often than this within one test runs in circles. */
const HIT_LIMIT = 2_000_000;
/** A mutant gets the quickest of its tests that take this long together, in milliseconds of CPU. */
const TEST_BUDGET_MS = 600;
/** Copies of all modules stay in memory, so after so many the process is replaced. */
const MOST_COPIES = 100;

const board: Switchboard = { mutantCoverage: { static: {}, perTest: {} }, hitLimit: HIT_LIMIT };
(globalThis as { __stryker__?: Switchboard }).__stryker__ = board;

function tell(news: News): void {
  process.send?.(news);
}

async function loadTests(file: string, copy: number): Promise<KeptTest[]> {
  takeTests();
  await import(`${pathToFileURL(join(ROOT, file)).href}?copy=${copy}`);
  return takeTests();
}

/** True when the test fails while the mutant is in place, or the code itself when none is named. */
async function fails(test: KeptTest, mutant?: string): Promise<boolean> {
  board.activeMutant = mutant;
  board.hitCount = mutant === undefined ? undefined : 0;
  try {
    await test.run();
    return false;
  } catch {
    return true;
  } finally {
    board.activeMutant = undefined;
  }
}

async function runOnce(file: string): Promise<UsableTest[]> {
  const usable: UsableTest[] = [];
  let tests: KeptTest[];
  try {
    tests = await loadTests(file, 0);
  } catch (error) {
    tell({ kind: 'unusable', test: file, why: String(error) });
    return [];
  }
  for (const [index, test] of tests.entries()) {
    board.currentTestId = `${file}#${index}`;
    const start = process.cpuUsage();
    const why = await Promise.resolve()
      .then(() => test.run())
      .then(() => undefined, String);
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    const covers = new Set(Object.keys(board.mutantCoverage.perTest[board.currentTestId] ?? {}));
    board.currentTestId = undefined;
    if (why !== undefined) tell({ kind: 'unusable', test: `${file}: ${test.name}`, why });
    else if (covers.size > 0) usable.push({ ...test, file, index, ms, covers });
  }
  return usable;
}

function withinBudget(tests: readonly UsableTest[]): UsableTest[] {
  let spent = 0;
  return tests
    .toSorted((a, b) => a.ms - b.ms)
    .filter((test, index) => {
      spent += test.ms;
      return index === 0 || spent <= TEST_BUDGET_MS;
    });
}

/** Judges with fresh copies of all modules, the mutant being there when they are loaded. */
async function judgeFromStart(
  chosen: readonly UsableTest[],
  { id, copy }: { id: string | undefined; copy: number },
): Promise<string | undefined> {
  for (const [file, wanted] of Map.groupBy(chosen, (test) => test.file)) {
    board.activeMutant = id;
    board.hitCount = 0;
    let tests: KeptTest[];
    try {
      tests = await loadTests(file, copy);
    } catch {
      return file;
    } finally {
      board.activeMutant = undefined;
    }
    for (const { index } of wanted) {
      const test = tests[index];
      if (test === undefined || (await fails(test, id))) return `${file}: ${test?.name ?? 'gone'}`;
    }
  }
  return undefined;
}

/** What is left after all tests ran once without a mutant. */
interface Ready {
  readonly tests: readonly UsableTest[];
  /** Mutants that were passed while modules were loaded, outside of any test. */
  readonly atLoad: ReadonlySet<string>;
  /** Whether modules may keep values from mutant to mutant, as the kernel's caches do. */
  readonly hasCaches: boolean;
  /** The test files that may judge a mutant when it was passed at load. */
  readonly nearest: ReadonlyMap<string, ReadonlySet<string>>;
}

async function makeReady(subjects: readonly Subject[]): Promise<Omit<Ready, 'nearest'>> {
  const tests: UsableTest[] = [];
  for (const file of new Set(subjects.flatMap((subject) => subject.tests)))
    tests.push(...(await runOnce(file)));
  const atLoad = new Set(Object.keys(board.mutantCoverage.static));
  return { tests, atLoad, hasCaches: subjects.some(({ path }) => path.startsWith('server/src/kernel/')) };
}

/** Tests that fail in a second copy of the modules without any mutant can say nothing of a mutant: their file is left out. */
async function leaveOutUnrepeatable(ready: Ready, fresh: { copy: number }): Promise<Ready> {
  // One that takes longer than all tests of a mutant may is chosen where it is the only one that reaches it, and is believed then.
  let tests = ready.tests.filter(({ ms }) => ms <= TEST_BUDGET_MS);
  const long = ready.tests.filter(({ ms }) => ms > TEST_BUDGET_MS);
  for (;;) {
    fresh.copy += 1;
    const fault = await judgeFromStart(tests, { id: undefined, copy: fresh.copy });
    if (fault === undefined) return { ...ready, tests: [...tests, ...long] };
    tell({ kind: 'unusable', test: fault, why: 'fails in a second copy' });
    const [file] = fault.split(': ');
    tests = tests.filter((test) => test.file !== file);
  }
}

async function judgeAll({ subjects, wanted }: Task): Promise<void> {
  const sources = await mutateSources(subjects.map(({ path }) => path));
  hookModules(new Map(subjects.map(({ path }, index) => [path, sources[index]?.text ?? ''])));
  fc.configureGlobal({ seed: 20_261_122, endOnFailure: true });
  const fresh = { copy: 0 };
  const nearest = new Map(
    sources.flatMap(({ mutants }, index) => {
      const files = new Set(subjects[index]?.tests);
      return mutants.map(({ id }) => [id, files] as const);
    }),
  );
  const ready = await leaveOutUnrepeatable({ ...(await makeReady(subjects)), nearest }, fresh);
  for (const id of wanted) {
    tell({ kind: 'begin', id });
    if ((await judgeOne(id, ready, fresh)) || fresh.copy >= MOST_COPIES) {
      tell({ kind: 'again' });
      return;
    }
  }
  tell({ kind: 'done' });
}

async function judgeOne(id: string, ready: Ready, fresh: { copy: number }): Promise<boolean> {
  const covering = withinBudget(ready.tests.filter(({ covers }) => covers.has(id)));
  const found = await findFailing(covering, id);
  let by = found.isTainted ? undefined : found.by;
  const isAtLoad = ready.atLoad.has(id);
  const isReached = isAtLoad || covering.length > 0;
  // What a module or a cache keeps is only wrong in a copy that began with the mutant.
  const isKept = covering.length === 0 || ready.hasCaches;
  if (by === undefined && isReached && (found.isTainted || isKept)) {
    fresh.copy += 1;
    const near = ready.tests.filter(({ file }) => ready.nearest.get(id)?.has(file));
    by = await judgeFromStart(isAtLoad ? withinBudget(near) : covering, { id, copy: fresh.copy });
  }
  const verdict = by !== undefined ? 'killed' : isReached ? 'survived' : 'uncovered';
  tell({ kind: 'verdict', id, verdict, by: by ?? '' });
  return found.isTainted;
}

/** The first test that fails with the mutant. It is tainted when it fails without it too: a cache kept something wrong. */
async function findFailing(
  tests: readonly UsableTest[],
  id: string,
): Promise<{ by: string | undefined; isTainted: boolean }> {
  for (const test of tests) {
    if (await fails(test, id)) return { by: `${test.file}: ${test.name}`, isTainted: await fails(test) };
  }
  return { by: undefined, isTainted: false };
}

process.on('unhandledRejection', () => undefined);
process.once('message', (task) => {
  void judgeAll(task as Task).finally(() => process.disconnect());
});
