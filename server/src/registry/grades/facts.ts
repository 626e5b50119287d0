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

/** What was decided of a grade, as it is recorded: by a check, or by a person. */
export interface GradeDecision {
  readonly id: string;
  readonly partnerId: string;
  readonly kind: 'check' | 'set';
  /** The check; of a person's word the instant from which it counts. */
  readonly at: Instant;
  /** Version of the deal whose ladder was asked. */
  readonly dealId: string | null;
  readonly before: string;
  readonly after: string;
  /** What the figures alone would give; null: no figures were asked. */
  readonly earned: string | null;
  readonly effectiveFrom: Instant;
  readonly belowBefore: Instant | null;
  readonly belowSince: Instant | null;
  readonly seen: object;
  readonly needsApproval: boolean;
  /** It changes the grade, or what an earlier one had foreseen. */
  readonly matters: boolean;
  readonly reason: string | null;
}

export type CheckDecision = GradeDecision & { readonly kind: 'check'; readonly earned: string };
