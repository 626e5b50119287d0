import type { Instant } from '../kernel/instant.ts';
import type { Db, Tx } from '../platform/db.ts';
import type { ProgramSnapshot, SourceSnapshot } from '../registry/facts.ts';
import type { RoadMeter } from './figures/facts.ts';

/** The lanes that a worker may move, and the proof of it (rules.md 3.5). */
export interface LeaseGuard {
  readonly lanes: readonly number[];
  /** First statement of every saving transaction: locks the lease rows with their tokens; throws LeaseLost when somebody took over. */
  assert(tx: Tx): Promise<void>;
}

/** Another worker took the lanes over: the turn has saved nothing, and the worker must ask for lanes again. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease of these lanes was taken over by another worker');
    this.name = 'LeaseLost';
  }
}

/** What steps may ask of the registry; cached, reloaded when its versions move. */
export interface RegistryReader {
  getProgram(programId: string): Promise<ProgramSnapshot>;
  getSource(sourceId: string): Promise<SourceSnapshot>;
}

/** Everything that a step needs from outside; time and ids come in, so that a test can hold them. */
export interface StepContext {
  readonly db: Db;
  readonly registry: RegistryReader;
  readonly lease: LeaseGuard;
  /** UUIDv7. */
  readonly newId: () => string;
  /** Real time. */
  readonly now: () => Instant;
  /** Most rows that one turn takes. */
  readonly limit: number;
  readonly log: StepLog;
  /** Counts what was committed, for the live road; absent where nobody watches. */
  readonly meter?: RoadMeter;
}

export interface StepLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What a turn did. `more`: there may be more that is due, so another turn should follow at once. */
export interface StepResult {
  readonly moved: number;
  readonly more: boolean;
}

export const NOTHING_MOVED: StepResult = { moved: 0, more: false };
