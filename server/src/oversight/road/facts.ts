import type { Instant } from '../../kernel/instant.ts';

/** Counts of events by where they stand, for one program. Exact as of one snapshot. */
export interface Standing {
  readonly programId: string;
  /** waiting, decided, failed. */
  readonly state: string;
  readonly reason: string | null;
  readonly count: number;
}

export interface ReasonCount {
  readonly programId: string;
  readonly reason: string;
  readonly count: number;
}

/** Items of one program by disposition. */
export interface ItemCount {
  readonly programId: string;
  readonly disposition: string;
  readonly count: number;
}

/** Everything that is counted exactly, now and then. */
export interface ExactCounts {
  readonly countedAt: Instant;
  readonly items: readonly ItemCount[];
  readonly standings: readonly Standing[];
  readonly parked: readonly ReasonCount[];
  readonly quarantined: readonly ReasonCount[];
  /** Differences in the books, by program. */
  readonly booked: ReadonlyMap<string, number>;
  readonly conservation: ConservationSeen;
}

/** Both equations of conservation, of all programs together. */
export interface ConservationSeen {
  /** Of when the rows are that were counted: older than the other figures where much is stored. ISO instant. */
  readonly asOf: string;
  readonly holds: boolean;
  readonly received: number;
  readonly dispositions: Readonly<Record<string, number>>;
  readonly itemsHold: boolean;
  readonly events: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly parked: number;
  readonly failed: number;
  readonly decided: number;
  readonly eventsHold: boolean;
}

/** What moved in one second. */
export interface SecondSeen {
  readonly second: Instant;
  readonly programId: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly decidedMs: readonly number[];
  readonly bookedMs: readonly number[];
}

/** What stands on a stretch of the road now. `oldest` in real time; null when nothing is there, or nobody knows. */
export interface Queue {
  readonly count: number;
  readonly oldest: Instant | null;
}

export interface MoneySeen {
  readonly currency: string;
  readonly accruedMinor: string;
  readonly heldMinor: string;
  readonly approvedMinor: string;
}

/** What is read every second: small, whatever is stored. */
export interface MovingFigures {
  readonly now: Instant;
  readonly seconds: readonly SecondSeen[];
  readonly evidence: Queue;
  readonly pending: Queue;
  readonly inbox: Queue;
  readonly money: readonly MoneySeen[];
}
