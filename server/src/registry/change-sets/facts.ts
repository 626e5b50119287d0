import type { Instant } from '../../kernel/instant.ts';

/** What is changed: which version reads stored deliveries, who is one customer, whose a customer is, who stands below whom, what is put in by hand, on what terms, at which rates of exchange. */
export const CHANGE_SET_KINDS = [
  'remap',
  'merge',
  'unmerge',
  'reassignment',
  'move',
  'opening',
  'adjustment',
  'deal',
  'rates',
] as const;
export type ChangeSetKind = (typeof CHANGE_SET_KINDS)[number];

/**
 * proposed: waits for a second person. running: is being applied. done: applied. stopped, failed: applied in part, and may go on.
 * rejected: nothing was applied, nor will be. undone: its inverse is done.
 */
export const CHANGE_SET_STATES = [
  'proposed',
  'running',
  'done',
  'failed',
  'stopped',
  'rejected',
  'undone',
] as const;
export type ChangeSetState = (typeof CHANGE_SET_STATES)[number];

/** What a change would do, as `oversight/preview` finds it out. Amounts are decimal text in major units. */
export interface ChangeSetPreview {
  readonly customers: { readonly looked: number; readonly changed: number };
  readonly events: { readonly looked: number; readonly changed: number };
  readonly partners: number;
  readonly money: readonly {
    readonly partnerId: string;
    readonly partner: string;
    readonly currency: string;
    readonly before: string;
    readonly after: string;
    readonly difference: string;
    readonly byComponent: Readonly<Record<string, string>>;
  }[];
  /** All that moves, none set against another, in the base currency; null = a rate is missing. */
  readonly moves: { readonly amount: string | null; readonly currency: string };
  readonly isComplete: boolean;
  readonly notComputed: readonly string[];
}

/** How far a change set has come. Sets of other kinds than remap count customers as `changed`; reassignments count rows gone through as `deliveries`. */
export interface ChangeSetProgress {
  readonly deliveries: number;
  /** Events whose content changed, those that are not told any more among them. */
  readonly changed: number;
  /** Events that are not told any more. */
  readonly away: number;
  /** Events that were not told before. */
  readonly added: number;
  /** Quarantined rows that were settled. */
  readonly settled: number;
}

export const NO_PROGRESS: ChangeSetProgress = { deliveries: 0, changed: 0, away: 0, added: 0, settled: 0 };

/** Where the applying of a set stands; its kind knows what the parts mean. null = not begun. */
export type ChangeSetPlace = readonly (string | number)[];

export interface ChangeSetRow {
  readonly id: string;
  readonly kind: ChangeSetKind;
  readonly what: Readonly<Record<string, unknown>>;
  readonly program_id: string;
  /** These five of a remap only. */
  readonly source_id: string | null;
  readonly source_slug: string | null;
  readonly version: number | null;
  readonly from_at: Instant | null;
  readonly to_at: Instant | null;
  readonly note: string;
  readonly state: ChangeSetState;
  readonly place: ChangeSetPlace | null;
  readonly progress: ChangeSetProgress;
  readonly preview: ChangeSetPreview | null;
  readonly error: string | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly decided_at: Instant | null;
  readonly decided_by: string | null;
  readonly decision_note: string | null;
  readonly undoes: string | null;
  readonly undone_by: string | null;
  readonly ended_at: Instant | null;
  /** A person agreed that what it brought is paid like everything else. */
  readonly released_at: Instant | null;
  readonly released_by: string | null;
  readonly release_note: string | null;
  /** Released by its proposer alone: up to this much, in major units of the base currency. */
  readonly release_limit: string | null;
  /** Something did not fit any more, and waits for another person. */
  readonly release_full: boolean;
}

/** A set that applies a version of a mapping. */
export type RemapSet = ChangeSetRow & {
  readonly source_id: string;
  readonly source_slug: string;
  readonly version: number;
  readonly from_at: Instant;
  readonly to_at: Instant;
};

export function isRemap(row: ChangeSetRow): row is RemapSet {
  return row.kind === 'remap';
}
