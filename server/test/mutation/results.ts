// What is kept of the runs: per file the score and each survivor with the reason why it may live. A person writes the reasons.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Judged, JudgedMutant } from './judged.ts';
import type { Mutant } from './mutate-source.ts';
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
  /** Of the source that was judged (`hashOf`); absent in what was kept before sources were named. */
  readonly source?: string;
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

function resultOf({ path, mutants, known }: Judged, reasons: readonly Survivor[]): FileResult {
  const content = readFileSync(join(ROOT, path), 'utf8');
  const lines = content.split('\n');
  const living = mutants.filter((mutant) => !isKilled(mutant));
  return {
    source: hashOf(content),
    mutants: mutants.length + known,
    killed: mutants.length + known - living.length,
    survivors: living.map((mutant) => {
      const survivor = nameOf(mutant, lines);
      return { ...survivor, why: reasons.find((reason) => isSame(reason, survivor))?.why ?? '' };
    }),
  };
}

export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

/** True when the source is still the one that was judged. */
export function isCurrent(path: string, { source }: FileResult): boolean {
  return source === hashOf(readFileSync(join(ROOT, path), 'utf8'));
}

function nameOf(mutant: Mutant, lines: readonly string[]): Omit<Survivor, 'why'> {
  return {
    line: shorten(lines[mutant.line - 1] ?? ''),
    code: shorten(mutant.original),
    becomes: shorten(mutant.replacement),
  };
}

/** Of the mutants of a source those that lived when it was judged last; undefined where it has changed since, or was never judged. */
export function findLiving(
  mutants: readonly Mutant[],
  content: string,
  kept: FileResult | undefined,
): Mutant[] | undefined {
  if (kept === undefined || (kept.source !== undefined && kept.source !== hashOf(content))) return undefined;
  const lines = content.split('\n');
  const left = [...kept.survivors];
  const living = mutants.filter((mutant) => {
    const name = nameOf(mutant, lines);
    const index = left.findIndex((survivor) => isSame(survivor, name));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
  return left.length === 0 ? living : undefined;
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
