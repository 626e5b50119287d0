// What an oracle's case is made of: a program, its tree, deals in the deal language, customers, and what happened. Plain data, so that it
// can be printed, made smaller, and told to the product as well as to the model.

import type { Paid } from './model/paid.ts';

/** Milliseconds since 1970. */
export type At = number;

export interface World {
  readonly zone: string;
  readonly baseCurrency: string;
  /** Settings of the program beside its defaults, in the words of POST /v1/programs. */
  readonly program?: Readonly<Record<string, unknown>>;
  /** Settings that are changed once events have been told: they decide everything again. */
  readonly settingsLater?: Readonly<Record<string, unknown>>;
  /** Parent of each partner from the beginning: a partner before it, or null for the top. */
  readonly partners: readonly { readonly parent: number | null }[];
  readonly moves: readonly { readonly partner: number; readonly parent: number | null; readonly at: At }[];
  /** `partner: null` is the default deal; `from: null` is from the beginning. */
  readonly deals: readonly {
    readonly partner: number | null;
    readonly from: At | null;
    readonly document: DealDocument;
  }[];
  readonly customers: readonly Customer[];
  readonly reassignments: readonly {
    readonly customer: number;
    readonly partner: number | null;
    readonly at: At;
  }[];
  /** Who was merged into whom; decided after everything else, and perhaps ended again. */
  readonly merges?: readonly { readonly from: number; readonly into: number; readonly ended?: boolean }[];
  /** What customers declare as their country later on. */
  readonly countries?: readonly { readonly customer: number; readonly country: string; readonly at: At }[];
  readonly events: readonly WorldEvent[];
  /** Months that are closed before the events that are `late` are told. */
  readonly closed: readonly string[];
  /** Grades that a person gave. */
  readonly grades?: readonly { readonly partner: number; readonly grade: string; readonly at: At }[];
  readonly now: At;
  /** What comes when the clock has gone on. */
  readonly later?: Later;
  /** Of the model only: what was paid by then. */
  readonly paid?: Paid;
  /** Of the model only: when the partners were made, where the clock has gone on since. */
  readonly madeAt?: At;
}

export interface Later {
  /** Instants at which the clock stops, so that what is due by then is decided. */
  readonly stops: readonly At[];
  /** At the last stop everything is paid that is payable. */
  readonly pays: boolean;
  /** When the events that are `after` are told; all of them happened by then. */
  readonly until: At;
}

export interface Customer {
  readonly registeredAt: At;
  /** Whose code was said at the registration. */
  readonly partner: number | null;
  readonly country: string | null;
  /** Whose link was clicked before the registration, which tells the click. */
  readonly click?: { readonly partner: number; readonly at: At };
  /** Of the model only: instants of the registrations of those who were merged into this customer. */
  readonly alsoRegisteredAt?: readonly At[];
  /** Of the model only: lives with another customer. */
  readonly mergedAway?: true;
}

/** One canonical event of the source "crm" in the words of POST /v1/events/batch. */
export interface WorldEvent {
  readonly id: string;
  readonly customer: number;
  readonly kind: string;
  readonly at: At;
  readonly late?: boolean;
  /** Told when the clock has gone on (`later`). */
  readonly after?: true;
  /** What the source said of it before: the first words, which this event corrects. */
  readonly before?: Partial<Omit<WorldEvent, 'id' | 'before'>>;
  /** Told by a second source of the program. */
  readonly source?: 'gateway';
  readonly transactionId?: string;
  readonly code?: string;
  /** As the source says it of a record that it does not stand behind. */
  readonly told?: 'declined';
  /** Of the runner only: which word of several it is. */
  readonly version?: '1' | '2';
  readonly amount?: string;
  readonly currency?: string;
  readonly originalId?: string;
  readonly product?: string;
  readonly brand?: string;
  readonly country?: string;
  readonly test?: boolean;
  readonly group?: string;
  readonly measures?: Readonly<Record<string, string>>;
  readonly extra?: Readonly<Record<string, string>>;
  readonly kyc?: 'pending' | 'passed' | 'failed';
  readonly status?: 'self_excluded' | 'cooling_off' | 'closed' | 'duplicate' | 'readmitted';
  readonly until?: At;
  readonly execution?: Execution;
}

export interface Execution {
  readonly account: string;
  readonly position: string;
  readonly side: 'buy' | 'sell';
  readonly entry: 'in' | 'out' | 'inout' | 'out_by';
  readonly symbol: string;
  readonly lots: string;
  /** Of inout: the part that closes. */
  readonly closedLots?: string;
  /** Of out_by: the opposite position. */
  readonly closeByPosition?: string;
  readonly price: string;
  readonly contractSize?: string;
  readonly profit?: string;
  readonly commission?: string;
  readonly swap?: string;
  readonly service?: boolean;
  readonly cancelled?: boolean;
}

/** As it is sent: what is left out has its default. */
export interface DealDocument {
  readonly currency: string;
  readonly rounding?: 'half_even' | 'half_up';
  readonly late?: 'restate' | 'current_period';
  readonly symbolGroups?: Readonly<Record<string, readonly string[]>>;
  readonly components: readonly ComponentDocument[];
  /** What is paid otherwise to whom has a grade; the first of the ladder is paid what the components say. */
  readonly grades?: {
    readonly ladder: readonly {
      readonly grade: string;
      readonly needs?: readonly object[];
      readonly terms?: readonly ({ readonly component: string } & Readonly<Record<string, unknown>>)[];
    }[];
  } & Readonly<Record<string, unknown>>;
}

export type ComponentDocument = { readonly id: string; readonly kind: string } & Readonly<
  Record<string, unknown>
>;

/** Exchange rates that the runner publishes once: units of quote for one unit of base. */
export interface PublishedRate {
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
  readonly at: At;
}
