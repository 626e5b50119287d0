// npm run mutation -- [--changed | --lived --since COMMIT] [--jobs N] [--sample N] [--write] [part of a path ...]: see README.md beside this file.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeSubjects } from './judge-subject.ts';
import type { Sampling } from './judge-subject.ts';
import type { Judged } from './judged.ts';
import { renderPage, roomOf } from './page.ts';
import { isKilled, mergeResults, readResults, scoreOf, writeResults } from './results.ts';
import type { Results } from './results.ts';
import { listSubjects, ROOT } from './scope.ts';
import type { Subject } from './scope.ts';

/** Percent of mutants that the tests must notice (issue 6): in the whole, in each room, and in each file of the kernel. */
const LEAST_SCORE = 85;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      changed: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '2' },
      lived: { type: 'boolean', default: false },
      since: { type: 'string' },
      sample: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
    },
  });
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw new RangeError('--jobs is a whole number from 1');
  const oneOf = Number(values.sample);
  if (!Number.isInteger(oneOf) || oneOf < 1) throw new RangeError('--sample is a whole number from 1');
  if (oneOf > 1 && values.write) throw new RangeError('of a sample nothing is kept: leave out --write');
  const all = listSubjects();
  const chosen = chooseSubjects(all, { parts: positionals, isChangedOnly: values.changed });
  const wanted = values.since === undefined ? chosen : withTestsSince(chosen, values.since);
  if (wanted.length === 0) {
    console.log('No file that is in scope was asked for; docs/mutation.md lists them.');
    return values.changed ? 0 : 1;
  }
  const scope = all.map(({ path }) => path);
  // A run takes long and may be ended early: what it has found until then is kept.
  const keep = (found: Judged): void => {
    if (values.write) writeResults(mergeResults(readResults(), [found], scope));
  };
  const judged = await judgeEach(wanted, {
    jobs,
    sampling: { oneOf, ...(values.lived ? { lived: readResults() } : {}) },
    keep,
  });
  const kept = readResults();
  if (values.write) {
    const merged = mergeResults(kept, judged, scope);
    writeResults(merged);
    writeFileSync(join(ROOT, 'docs', 'mutation.md'), renderPage(merged));
    return tellFaults(merged);
  }
  const fresh = mergeResults(kept, judged, scope);
  return tellFaults(
    Object.fromEntries(
      judged.map(({ path }) => [path, fresh[path] ?? { mutants: 0, killed: 0, survivors: [] }]),
    ),
  );
}

function chooseSubjects(
  all: readonly Subject[],
  { parts, isChangedOnly }: { parts: readonly string[]; isChangedOnly: boolean },
): readonly Subject[] {
  const changed = isChangedOnly ? listChanged() : undefined;
  return all.filter(
    ({ path }) =>
      (parts.length === 0 || parts.some((part) => path.includes(part))) &&
      (changed === undefined || changed.has(path) || changed.has(path.replace(/\.ts$/, '.test.ts'))),
  );
}

/** Files that differ from the last commit, or that it changed. */
function listChanged(): ReadonlySet<string> {
  const git = (...args: string[]): string[] =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\n');
  return new Set([
    ...git('diff', '--name-only', 'HEAD'),
    ...git('diff', '--name-only', 'HEAD~1', 'HEAD'),
    ...git('ls-files', '--others', '--exclude-standard'),
  ]);
}

/** The files that do not differ from a commit, each with only the tests that do: they alone can notice what lived there. */
function withTestsSince(subjects: readonly Subject[], commit: string): Subject[] {
  const differing = execFileSync('git', ['diff', '--name-only', commit], { cwd: ROOT, encoding: 'utf8' });
  const changed = new Set(differing.split('\n'));
  return subjects
    .filter(({ path }) => !changed.has(path))
    .map(({ path, tests }) => ({ path, tests: tests.filter((test) => changed.has(test)) }));
}

/** Most files whose mutants one process judges: their tests are loaded once for all. */
const MOST_TOGETHER = 16;

/** Files of one room together; each file of the kernel by itself, because of its caches. */
function groupSubjects(subjects: readonly Subject[]): Subject[][] {
  const rooms = Map.groupBy(subjects, ({ path }) => (roomOf(path) === 'kernel' ? path : roomOf(path)));
  return [...rooms.values()].flatMap((room) =>
    Array.from({ length: Math.ceil(room.length / MOST_TOGETHER) }, (_, index) =>
      room.slice(index * MOST_TOGETHER, (index + 1) * MOST_TOGETHER),
    ),
  );
}

async function judgeEach(
  subjects: readonly Subject[],
  { jobs, sampling, keep }: { jobs: number; sampling: Sampling; keep: (found: Judged) => void },
): Promise<Judged[]> {
  const waiting = groupSubjects(subjects);
  const judged: Judged[] = [];
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await judgeSubjects(next, sampling, (result) => {
          judged.push(result);
          keep(result);
          tell(result);
        });
    }),
  );
  return judged;
}

function tell({ path, mutants: judged, known, refused, unusable, ms }: Judged): void {
  const living = judged.filter((mutant) => !isKilled(mutant));
  const mutants = judged.length + known;
  const killed = mutants - living.length;
  console.log(
    `${path}: ${killed} of ${mutants} noticed (the compiler refuses ${refused} more), ${(ms / 1000).toFixed(0)} s`,
  );
  for (const { line, original, replacement, verdict } of living)
    console.log(`  ${path}:${line} ${verdict}: ${flat(original)} => ${flat(replacement)}`);
  for (const test of unusable) console.log(`  not run: ${flat(test)}`);
}

function flat(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 97)}...` : line;
}

/** Says the scores and what is below the least of them; 1 when anything is. */
function tellFaults(results: Results): number {
  const entries = Object.entries(results);
  const parts = [
    ...Map.groupBy(entries, ([path]) => roomOf(path)),
    ...entries
      .filter(([path]) => roomOf(path) === 'kernel')
      .map((entry): [string, typeof entries] => [entry[0], [entry]]),
    ['all', entries] as const,
  ];
  let status = 0;
  for (const [name, files] of parts) {
    const { mutants, killed, percent } = scoreOf(files.map(([, result]) => result));
    const isEnough = percent >= LEAST_SCORE;
    console.log(
      `${name}: ${killed} of ${mutants}, ${percent.toFixed(2)} %${isEnough ? '' : `, less than ${LEAST_SCORE} %`}`,
    );
    if (!isEnough) status = 1;
  }
  const unexplained = entries.reduce(
    (sum, [, { survivors }]) => sum + survivors.filter(({ why }) => why === '').length,
    0,
  );
  if (unexplained > 0)
    console.log(`${unexplained} survivors without a reason in server/test/mutation/results.json`);
  return status;
}

process.exit(await main());
