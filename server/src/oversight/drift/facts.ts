import type { Instant } from '../../kernel/instant.ts';

export const DRIFT_KINDS = ['new_field', 'missing_field', 'retyped_field', 'unseen_code'] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];
export type DriftState = 'open' | 'accepted' | 'dismissed';

/** What a value is. `digits`: a text that is a decimal number; `time`: a text that is an ISO time. */
export type ShapeType = 'text' | 'digits' | 'time' | 'number' | 'boolean' | 'list' | 'object';

/** One field in the rows that were looked at. Row numbers count the looked-at rows of one feed and record type, from 1. */
export interface FieldStand {
  readonly path: string;
  readonly seen: number;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly types: Readonly<Partial<Record<ShapeType, number>>>;
  readonly samples: readonly string[];
}

/** One thing that changed in what a source sends. */
export interface Signal {
  readonly kind: DriftKind;
  readonly path: string;
  /** The code, or the new type; else ''. */
  readonly value: string;
  readonly record: string;
  readonly count: number;
  readonly samples: readonly string[];
}

export interface StoredSignal extends Signal {
  readonly id: string;
  readonly sourceId: string;
  readonly sourceSlug: string;
  readonly feed: string;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  readonly mappingVersion: number;
  readonly state: DriftState;
  readonly decidedBy: string | null;
  readonly decidedAt: Instant | null;
  readonly why: string | null;
}
