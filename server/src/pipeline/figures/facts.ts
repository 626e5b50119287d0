import type { Histogram } from '../../kernel/histogram.ts';

/** What moved since the last look, for one program. Names: see `CountName`. */
export interface Moved {
  readonly programId: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Receipt to decision. */
  readonly decidedMs: Histogram;
  /** Receipt to booking. */
  readonly bookedMs: Histogram;
}

/**
 * `items` and `item:<disposition>` at the door; `placed`, `decided`, `waiting`, `failed` and `reason:<state>:<code>` at the
 * customers' lanes, as changes that may be negative; `booked` = posted differences.
 */
export type CountName = string;

/** Where an event stood before a turn and where it stands after it. */
export interface Transition {
  readonly eventId: string;
  readonly from: { readonly state: string; readonly reason: string | null };
  readonly to: { readonly state: string; readonly reason: string | null };
  /** True when the turn handed on differences for it: its latency ends with the booking too. */
  readonly pays: boolean;
}

/** What doors and steps tell about what they have committed. Instants are real time in milliseconds. */
export interface RoadMeter {
  /** Items that were stored, with their dispositions. */
  stored(programId: string, dispositions: readonly string[]): void;
  /** Events that arrived with a work row; its id (UUIDv7) carries the time of receipt. */
  arrived(workId: string, eventIds: readonly string[]): void;
  decided(programId: string, transitions: readonly Transition[], nowMs: number): void;
  /** Differences that were posted; null stands for one of customer scope. */
  booked(programId: string, eventIds: readonly (string | null)[], nowMs: number): void;
  /** What moved since the last call, and counts anew. Empty when nothing did. */
  take(): Moved[];
}
