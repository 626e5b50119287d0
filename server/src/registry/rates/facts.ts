import type { Instant } from '../../kernel/instant.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';

/** A file of rates as it was read. */
export interface ReadRates {
  readonly rates: readonly DatedRate[];
  /** Codes that are no currency here, once each. */
  readonly unknown: readonly string[];
}

/** One publication that was taken in. */
export interface RateImport {
  readonly id: string;
  readonly source: DatedRate['source'];
  readonly rates: number;
  readonly corrections: number;
  readonly firstValidFrom: Instant;
  readonly lastValidFrom: Instant;
  readonly reason: string | null;
  readonly recordedAt: Instant;
  readonly recordedBy: string;
  /** null: customers with money in its days are still being made due. */
  readonly appliedAt: Instant | null;
  /** Corrections for this program alone; null = for every program. */
  readonly programId: string | null;
  /** The set that wrote it, took it back or brought it back last. */
  readonly changeSetId: string | null;
  /** Its rates hold no more. */
  readonly retractedAt: Instant | null;
}
