import type { Instant } from '../../kernel/instant.ts';

export interface QuarantineRow {
  readonly lane: number;
  readonly id: string;
  readonly source_id: string;
  readonly source_slug: string;
  readonly feed: string;
  readonly chunk_id: string;
  readonly chunk_item: number;
  readonly row_no: number;
  readonly reason: string;
  readonly detail: string;
  readonly path: string;
  readonly received_at: Instant;
  readonly state: 'open' | 'redriven' | 'dismissed';
  readonly settled_at: Instant | null;
  readonly settled_by: string | null;
  readonly note: string | null;
}

/** Items that failed in the same way at the same place with the same words. */
export interface QuarantineGroupRow {
  readonly source_id: string;
  readonly source_slug: string;
  readonly reason: string;
  readonly path: string;
  readonly detail: string;
  readonly count: number;
  readonly oldest_at: Instant;
  readonly newest_at: Instant;
  readonly sample_lane: number;
  readonly sample_id: string;
}
