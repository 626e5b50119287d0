import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { MoneyDifference } from '../preview/facts.ts';

export type ItemOutcome = 'event' | 'ignored' | 'quarantined' | 'refused';
export type EventChange = 'added' | 'changed' | 'gone';

/** One field of an event that would be told differently. Text as JSON; absent = not told. */
export interface FieldDifference {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** One event that the draft would tell differently than it stands. */
export interface EventDifference {
  readonly change: EventChange;
  readonly eventId: string;
  readonly before: CanonicalEvent | undefined;
  readonly after: CanonicalEvent | undefined;
}

export interface EventSample {
  readonly change: EventChange;
  readonly eventId: string;
  readonly kind: string;
  readonly externalId: string;
  readonly fields: readonly FieldDifference[];
}

/** What a trial found. Counts are of the window; money is of everything that the customers concerned ever earned. */
export interface TrialResult {
  readonly deliveries: number;
  readonly items: {
    readonly before: Readonly<Record<ItemOutcome, number>>;
    readonly after: Readonly<Record<ItemOutcome, number>>;
    readonly moved: readonly { readonly from: string; readonly to: string; readonly count: number }[];
  };
  readonly reasons: {
    readonly before: Readonly<Record<string, number>>;
    readonly after: Readonly<Record<string, number>>;
  };
  readonly events: Readonly<Record<EventChange, number>>;
  readonly byKind: Readonly<Record<string, Readonly<Partial<Record<EventChange, number>>>>>;
  readonly samples: readonly EventSample[];
  readonly money: readonly MoneyDifference[];
  /** Sum of what every single line would move, without setting one against another, in the program's base currency; null = a rate is missing. */
  readonly moves: { readonly amount: string | null; readonly currency: string };
  readonly customers: { readonly looked: number; readonly changed: number };
  readonly partners: number;
  readonly warnings: readonly string[];
  /** false: there was more than a trial looks at, so the money is not all. */
  readonly isComplete: boolean;
  /** What would also change and is not in these figures. */
  readonly notComputed: readonly string[];
  readonly ms: number;
}
