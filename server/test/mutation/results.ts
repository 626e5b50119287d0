// What is kept of the runs: per file the score and each survivor with the reason why it may live. A person writes the reasons.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Judged, JudgedMutant } from './judge-subject.ts';
import { ROOT } from './scope.ts';

/** The line of code stands for its place, because numbers of lines move with every edit. */
export interface Survivor {
  readonly line: string;
  readonly code: string;
  readonly becomes: string;
  /** Why nobody notices: empty until somebody has looked at it. */
  readonly why: string;
}

export interface FileResult {
  readonly mutants: number;
  readonly killed: number;
  readonly survivors: readonly Survivor[];
}

/** By path, in order of path. */
export type Results = Readonly<Record<string, FileResult>>;

const KEPT = join(import.meta.dirname, 'results.json');

export function readResults(): Results {
  return JSON.parse(readFileSync(KEPT, 'utf8')) as Results;
}

/** Puts new results in the place of the old ones of the same files, and keeps the reasons of survivors that live on. */
export function mergeResults(kept: Results, judged: readonly Judged[], scope: readonly string[]): Results {
  const merged = new Map(Object.entries(kept).filter(([path]) => scope.includes(path)));
  for (const result of judged) merged.set(result.path, resultOf(result, kept[result.path]?.survivors ?? []));
  return Object.fromEntries([...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function resultOf({ path, mutants }: Judged, reasons: readonly Survivor[]): FileResult {
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  const living = mutants.filter((mutant) => !isKilled(mutant));
  return {
    mutants: mutants.length,
    killed: mutants.length - living.length,
    survivors: living.map((mutant) => {
      const survivor = {
        line: shorten(lines[mutant.line - 1] ?? ''),
        code: shorten(mutant.original),
        becomes: shorten(mutant.replacement),
      };
      return { ...survivor, why: reasons.find((reason) => isSame(reason, survivor))?.why ?? '' };
    }),
  };
}

export function isKilled({ verdict }: JudgedMutant): boolean {
  return verdict === 'killed' || verdict === 'timeout';
}

function isSame(a: Survivor, b: Omit<Survivor, 'why'>): boolean {
  return a.line === b.line && a.code === b.code && a.becomes === b.becomes;
}

function shorten(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > 90 ? `${flat.slice(0, 87)}...` : flat;
}

export function writeResults(results: Results): void {
  writeFileSync(KEPT, `${JSON.stringify(results, undefined, 2)}\n`);
}

export interface Score {
  readonly mutants: number;
  readonly killed: number;
  /** 0 to 100; 100 where there is nothing to mutate. */
  readonly percent: number;
}

/** The score of several files as one. */
export function scoreOf(results: readonly FileResult[]): Score {
  const mutants = results.reduce((sum, result) => sum + result.mutants, 0);
  const killed = results.reduce((sum, result) => sum + result.killed, 0);
  return { mutants, killed, percent: mutants === 0 ? 100 : (killed * 100) / mutants };
}
