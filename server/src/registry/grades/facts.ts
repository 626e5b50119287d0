import type { Instant } from '../../kernel/instant.ts';
import type { GradeMetric } from '../deals/facts.ts';

/** Figures of a partner over a window, decimal text; those that the ladder asks for. */
export type SeenFigures = Readonly<Partial<Record<GradeMetric, string>>>;

/** The days of a window, in the program's zone. */
export interface GradeWindow {
  /** First day, 'YYYY-MM-DD'; null = from the beginning. */
  readonly from: string | null;
  /** The day after the last one. */
  readonly to: string;
}

/** What a check decided of one partner. */
export interface GradeVerdict {
  /** What the figures alone would give. */
  readonly earned: string;
  readonly before: string;
  readonly after: string;
  /** From when on `after` counts; the check itself where nothing changes. */
  readonly effectiveFrom: Instant;
  /** Since which check too little was found without a break; null = enough was. */
  readonly belowSince: Instant | null;
}

/** How far a partner is from the next grade. */
export interface GradeProgress {
  readonly grade: string;
  readonly match: 'all' | 'any';
  readonly needs: readonly {
    readonly metric: GradeMetric;
    readonly atLeast: string;
    readonly seen: string;
    /** What is missing; 0 = met. */
    readonly missing: string;
  }[];
}
