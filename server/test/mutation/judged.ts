// What was found out about the mutants of a file.
import type { Verdict } from './judge.ts';
import type { Mutant } from './mutate-source.ts';

export interface JudgedMutant extends Mutant {
  /** `timeout`: the process stood still with it, or died of it. */
  readonly verdict: Verdict | 'timeout';
  /** The test that failed. */
  readonly by: string;
}

export interface Judged {
  readonly path: string;
  readonly mutants: readonly JudgedMutant[];
  /** How many more there are that were noticed before, and were not judged again. */
  readonly known: number;
  /** How many more there were that the compiler refuses. */
  readonly refused: number;
  /** Tests that cannot be run outside of vitest, with their error. */
  readonly unusable: readonly string[];
  readonly ms: number;
}
