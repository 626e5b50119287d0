import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { News, Task } from './judge.ts';
import type { Judged, JudgedMutant } from './judged.ts';
import { listRefused } from './compiler.ts';
import { mutateSources } from './mutate-source.ts';
import { findLiving } from './results.ts';
import type { Results } from './results.ts';
import { ROOT } from './scope.ts';
import type { Subject } from './scope.ts';

/** Seconds without a word after which a judge stands still. Counted in ticks, so that a pause of the machine is none. */
const PATIENCE_TICKS = 30;
/** The same before its first word, while it loads the tests and runs each once: on a busy machine that takes long. */
const FIRST_PATIENCE_TICKS = 300;

/** One of several mutants is judged, and then the next so many are not: a sample. */
export interface Sampling {
  readonly oneOf: number;
  /** Only those that lived before, of sources that have not changed since; a source that has is left out. */
  readonly lived?: Results;
}

/**
 * Judges all mutants of several files of one room, with as many processes one after the other as it takes. The tests of a process are loaded
 * and run once for all of them. Hands over each file as soon as it is judged.
 */
export async function judgeSubjects(
  subjects: readonly Subject[],
  { oneOf, lived }: Sampling,
  hand: (judged: Judged) => void,
): Promise<void> {
  const sources = await mutateSources(subjects.map(({ path }) => path));
  const waiting = subjects.flatMap((subject, index) => {
    const { content, mutants } = sources[index] ?? { content: '', mutants: [] };
    if (lived !== undefined) {
      const kept = lived[subject.path];
      const living = findLiving(mutants, content, kept);
      return kept === undefined || living === undefined
        ? []
        : [{ subject, refused: 0, known: kept.killed, mutants: living }];
    }
    const sampled = mutants.filter(({ id }) => Number(id) % oneOf === 0);
    const refused = listRefused(subject.path, content, sampled);
    const compiled = sampled.filter(({ id }) => !refused.has(id));
    return [{ subject, refused: refused.size, known: 0, mutants: compiled }];
  });
  const verdicts = new Map<string, { verdict: JudgedMutant['verdict']; by: string }>();
  const unusable = new Set<string>();
  let start = performance.now();
  const handFinished = (isEnd: boolean): void => {
    while (waiting[0] !== undefined && (isEnd || waiting[0].mutants.every(({ id }) => verdicts.has(id)))) {
      const { subject, refused, known, mutants } = waiting[0];
      waiting.shift();
      const judged = mutants.map((mutant) => ({
        ...mutant,
        ...(verdicts.get(mutant.id) ?? { verdict: 'uncovered' as const, by: '' }),
      }));
      const ms = performance.now() - start;
      start = performance.now();
      hand({ path: subject.path, mutants: judged, known, refused, unusable: [...unusable], ms });
    }
  };
  const all = waiting.flatMap(({ mutants }) => mutants.map(({ id }) => id));
  for (let isDone = all.length === 0; !isDone;) {
    let current: string | undefined;
    const before = verdicts.size;
    const wanted = all.filter((id) => !verdicts.has(id));
    const end = await runJudge({ subjects, wanted }, (news) => {
      if (news.kind === 'unusable') unusable.add(`${news.test}: ${news.why}`);
      if (news.kind === 'begin') current = news.id;
      if (news.kind === 'verdict') {
        verdicts.set(news.id, { verdict: news.verdict, by: news.by });
        current = undefined;
        handFinished(false);
      }
    });
    if (end === 'died' && current !== undefined) verdicts.set(current, { verdict: 'timeout', by: '' });
    else if (end === 'died' && verdicts.size === before)
      throw new Error(`the judge of ${subjects.map(({ path }) => path).join()} died`);
    isDone = end === 'done';
  }
  handFinished(true);
}

function runJudge(task: Task, hear: (news: News) => void): Promise<'done' | 'again' | 'died'> {
  const { promise, resolve } = Promise.withResolvers<'done' | 'again' | 'died'>();
  const child = fork(join(import.meta.dirname, 'judge.ts'), {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--max-old-space-size=2048', '--disable-warning=ExperimentalWarning'],
  });
  let silentTicks = 0;
  let hasSpoken = false;
  let end: 'done' | 'again' | 'died' = 'died';
  const watch = setInterval(() => {
    silentTicks += 1;
    if (silentTicks > (hasSpoken ? PATIENCE_TICKS : FIRST_PATIENCE_TICKS)) child.kill('SIGKILL');
  }, 1_000);
  child.on('message', (message) => {
    const news = message as News;
    silentTicks = 0;
    hasSpoken ||= news.kind === 'begin';
    if (news.kind === 'done' || news.kind === 'again') end = news.kind;
    hear(news);
  });
  child.once('close', () => {
    clearInterval(watch);
    resolve(end);
  });
  child.send(task);
  return promise;
}
