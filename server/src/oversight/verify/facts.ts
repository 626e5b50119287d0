import type { Instant } from '../../kernel/instant.ts';
import type {
  CustomerScopeDecision,
  EventDecision,
  CustomerFigures,
  CustomerSummary,
} from '../../pipeline/commission/facts.ts';
import type { CustomerFact } from '../../pipeline/identity/facts.ts';
import type { StoredResult } from '../../pipeline/intake/facts.ts';
import type { CanonicalEvent, EventKind } from '../../pipeline/mapping/facts.ts';
import type { ProgramSnapshot, SourceSnapshot } from '../../registry/facts.ts';

/** One delivery as it was stored: evidence. `body` null = erased or expired (rules.md 1.9). */
export interface StoredDelivery {
  readonly chunkId: string;
  /** Position in its chunk, from 0. */
  readonly item: number;
  readonly receivedAt: Instant;
  readonly sourceId: string;
  readonly feed: string;
  readonly mappingVersion: number;
  readonly contentType: string;
  readonly query: string;
  readonly body: Uint8Array | null;
  /** What the door answered; says in which order two doors at once were first. */
  readonly results: readonly StoredResult[];
  /** The delivery that this one reads again, and which of its rows; null = it came from outside. */
  readonly origin: {
    readonly lane: number;
    readonly chunkId: string;
    readonly item: number;
    readonly paths: readonly string[];
  } | null;
}

/** One statement of one event, as a delivery told it. Content is kept as JSON text, which is a third of the size of the object. */
export interface Told {
  readonly eventId: string;
  readonly source: SourceSnapshot;
  readonly kind: EventKind;
  readonly hash: string;
  readonly order: string | null;
  readonly content: string;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly identifierId: string;
  readonly mappingVersion: number;
  /** Canonical names of the fields that its feed tells; null = all. */
  readonly covers: readonly string[] | null;
  /** The same statement as the other versions of the mapping read it; only where the door may have compared under one of them. */
  readonly others: readonly VersionReading[];
  /** Only where a version was applied to a stored delivery: what it told until then, and now (null = not any more). */
  readonly rewrite?: { readonly before: Retelling; readonly after: Retelling | null };
  /** Sortable place of arrival: chunk, delivery, row. */
  readonly at: string;
  readonly disposition: StoredResult['d'] | undefined;
}

/** One reading of one statement. Content is JSON text. */
export interface Retelling {
  readonly covers: readonly string[] | null;
  readonly hash: string;
  readonly order: string | null;
  readonly content: string;
  readonly mappingVersion: number;
}

/** One statement of one event, by another version of the mapping. */
export interface VersionReading {
  readonly version: number;
  readonly hash: string;
  readonly order: string | null;
}

/** An event as the deliveries give it: its effective revision. */
export interface RebuiltEvent extends Told {
  /** How many revisions were told, stale ones included. */
  readonly revision: number;
}

/** Where an event lives by the evidence alone. */
export type RebuiltPlace =
  | { readonly customerId: string }
  | { readonly customerId: null; readonly reason: string };

/** What a customer's evidence gives. */
export interface RebuiltCustomer {
  readonly customerId: string;
  readonly programId: string;
  readonly scope: CustomerScopeDecision;
  readonly decisions: ReadonlyMap<string, EventDecision>;
  readonly summary: CustomerSummary;
  readonly figures: CustomerFigures;
  readonly events: readonly RebuiltEvent[];
}

/** Facts written by API, by customer, with the program they belong to. */
export type FactsByCustomer = ReadonlyMap<
  string,
  { readonly programId: string; readonly facts: readonly CustomerFact[] }
>;

export type ProgramsById = ReadonlyMap<string, ProgramSnapshot>;

export const DIFFERENCE_KINDS = [
  'event',
  'place',
  'parked',
  'identity_link',
  'placement',
  'customer',
  'line',
  'journal_row',
  'balance',
  'settlement_group',
  'decision',
  'partner_figure',
  'period_input',
  'period_scope',
  'ledger_block',
  'audit_block',
] as const;

export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** One place where the books say something else than the evidence, in words. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly sentence: string;
}

/** What is kept of a placement. */
export interface StoredPlacement {
  readonly customerId: string;
  readonly eventId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly content: CanonicalEvent | null;
  readonly decision: EventDecision | null;
  readonly groupKey: string;
}

/** What is kept of a customer; jsonb as it is stored. */
export interface StoredCustomer {
  readonly id: string;
  readonly programId: string;
  readonly registeredAt: Instant | null;
  readonly partnerId: string | null;
  readonly context: unknown;
  readonly summary: unknown;
  readonly lines: unknown;
  readonly claims: unknown;
  /** Every partner by whom changes of the tree find the customer. */
  readonly bondedTo: readonly string[];
}
