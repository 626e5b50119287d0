import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { News, Task, Verdict } from './judge.ts';
import { listRefused } from './compiler.ts';
import { mutateSource } from './mutate-source.ts';
import type { Mutant } from './mutate-source.ts';
import { ROOT } from './scope.ts';
import type { Subject } from './scope.ts';

export interface JudgedMutant extends Mutant {
  /** `timeout`: the process stood still with it, or died of it. */
  readonly verdict: Verdict | 'timeout';
  /** The test that failed. */
  readonly by: string;
}

export interface Judged {
  readonly path: string;
  readonly mutants: readonly JudgedMutant[];
  /** How many more there were that the compiler refuses. */
  readonly refused: number;
  /** Tests that cannot be run outside of vitest, with their error. */
  readonly unusable: readonly string[];
  readonly ms: number;
}

/** Seconds without a word after which a judge stands still. Counted in ticks, so that a pause of the machine is none. */
const PATIENCE_TICKS = 30;

/** Judges all mutants of a file, with as many processes one after the other as it takes. */
export async function judgeSubject(subject: Subject): Promise<Judged> {
  const start = performance.now();
  const verdicts = new Map<string, { verdict: JudgedMutant['verdict']; by: string }>();
  const unusable = new Set<string>();
  const { content, mutants: all } = await mutateSource(subject.path);
  const refused = listRefused(subject.path, content, all);
  const mutants = all.filter(({ id }) => !refused.has(id));
  for (let isDone = false; !isDone;) {
    let current: string | undefined;
    const before = verdicts.size;
    const end = await runJudge({ subject, done: [...refused, ...verdicts.keys()] }, (news) => {
      if (news.kind === 'unusable') unusable.add(`${news.test}: ${news.why}`);
      if (news.kind === 'begin') current = news.id;
      if (news.kind === 'verdict') {
        verdicts.set(news.id, { verdict: news.verdict, by: news.by });
        current = undefined;
      }
    });
    if (end === 'died' && current !== undefined) verdicts.set(current, { verdict: 'timeout', by: '' });
    else if (end === 'died' && verdicts.size === before) throw new Error(`the judge of ${subject.path} died`);
    isDone = end === 'done';
  }
  const judged = mutants.map((mutant) => ({
    ...mutant,
    ...(verdicts.get(mutant.id) ?? { verdict: 'uncovered' as const, by: '' }),
  }));
  return {
    path: subject.path,
    mutants: judged,
    refused: refused.size,
    unusable: [...unusable],
    ms: performance.now() - start,
  };
}

function runJudge(task: Task, hear: (news: News) => void): Promise<'done' | 'again' | 'died'> {
  const { promise, resolve } = Promise.withResolvers<'done' | 'again' | 'died'>();
  const child = fork(join(import.meta.dirname, 'judge.ts'), {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--max-old-space-size=1536', '--disable-warning=ExperimentalWarning'],
  });
  let silentTicks = 0;
  let end: 'done' | 'again' | 'died' = 'died';
  const watch = setInterval(() => {
    silentTicks += 1;
    if (silentTicks > PATIENCE_TICKS) child.kill('SIGKILL');
  }, 1_000);
  child.on('message', (message) => {
    const news = message as News;
    silentTicks = 0;
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
