import { join } from 'node:path';
import { isPure } from '../architecture/rules.ts';
import { scanTree } from '../architecture/scan.ts';
import type { Source } from '../architecture/scan.ts';

export const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The words of the kernel that amounts stand on. The rest of the kernel is ids, JSON and sentences. */
const KERNEL = ['money', 'decimal', 'rate-book', 'period', 'zone', 'instant', 'canonical-order'];
const ROOMS = ['commission', 'periods', 'qualification', 'ledger'];

/** Most test files that judge one source: the words of the kernel are reached by nearly all. */
const MOST_TESTS = 60;

/** A file to be mutated, and the unit tests that reach it, nearest first. Paths are relative to the project. */
export interface Subject {
  readonly path: string;
  readonly tests: readonly string[];
}

function isInScope(path: string): boolean {
  if (path.startsWith('server/src/kernel/')) return KERNEL.some((name) => path.endsWith(`/${name}.ts`));
  return isPure(path) && ROOMS.some((room) => path.startsWith(`server/src/pipeline/${room}/`));
}

/** The unit tests of the rooms that decide. Those of edges and of oversight load half the server and promise other things. */
function isUnitTest(path: string): boolean {
  return /^server\/src\/(kernel|pipeline|registry)\//.test(path) && /(?<!\.db)\.test\.ts$/.test(path);
}

/** Every pure file of money, with the tests that import it directly or through others. */
export function listSubjects(): Subject[] {
  // Tests may reach a source through the builders that they use.
  const sources = scanTree(ROOT, ['server/src', 'server/test/support', 'contract']);
  const importers = importersOf(sources);
  return sources
    .filter(({ path }) => isInScope(path))
    .map(({ path }) => ({ path, tests: testsThatReach(path, importers) }));
}

function importersOf(sources: readonly Source[]): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>();
  for (const { path, imports } of sources) {
    for (const { target, typeOnly } of imports) {
      if (target === undefined || typeOnly) continue;
      const known = importers.get(target) ?? [];
      known.push(path);
      importers.set(target, known);
    }
  }
  return importers;
}

function testsThatReach(path: string, importers: ReadonlyMap<string, readonly string[]>): string[] {
  const reached = new Set([path]);
  // A set is walked in order of insertion and sees what is added meanwhile: breadth first, so nearest first.
  for (const file of reached) for (const importer of importers.get(file) ?? []) reached.add(importer);
  return [...reached].filter(isUnitTest).slice(0, MOST_TESTS);
}
