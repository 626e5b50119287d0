import type { BenchServer } from './database.ts';

/** What every measurement is given. */
export interface BenchRun {
  readonly server: BenchServer;
  /** How long each measured load lasts; loads that are counted take as many events as the target would do in this time. */
  readonly seconds: number;
  /** How long the memory is watched. */
  readonly minutes: number;
  /** Size of the large file. */
  readonly megabytes: number;
  /** Million events of the rows that grow. */
  readonly millions: number;
  readonly profileFolder: string | undefined;
  note(text: string): void;
}

/** One line of the table. */
export interface Row {
  readonly work: string;
  readonly ours: string;
  readonly yardstick: string;
  readonly ratio: string;
  readonly target: string;
  /** How far from the target: met, or the share of it that is reached. */
  readonly standing: string;
  readonly writes: string;
  readonly wal: string;
  readonly memory: string;
  /** Further lines for the reader. */
  readonly notes: readonly string[];
}

export interface Bench {
  readonly name: string;
  run(run: BenchRun): Promise<readonly Row[]>;
}
