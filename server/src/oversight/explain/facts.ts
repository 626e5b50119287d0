import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type {
  CpaStanding,
  CustomerContext,
  EventDecision,
  Line,
  PeriodInput,
} from '../../pipeline/commission/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { Candidate as PeriodCandidate, Carry, PeriodStep } from '../../pipeline/periods/facts.ts';
import type { HeldGrade } from '../../registry/deals/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';

/** One commission row in its journal row, and its settlement group as it stands now. */
export interface Posting {
  /** `com_…`: one item of a journal row. */
  readonly commissionId: string;
  readonly naturalKey: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly component: string;
  readonly partnerId: string;
  readonly bookedAt: Instant;
  readonly holdDay: string;
  readonly holdReason: string;
  /** Releases that the group had seen when this was booked. */
  readonly groupRelease: number;
  /** Legs of the whole journal row: what each account gained, minor units. */
  readonly legs: readonly { readonly account: string; readonly amountMinor: string }[];
  readonly journal: { readonly lane: number; readonly hopId: string; readonly rowNo: number };
  readonly group: SettlementGroup | null;
  /** The payment that paid it; absent: none did. */
  readonly paid?: PaidSeen;
  /** It takes back what had been paid (rules.md 2.8). */
  readonly isClawback?: true;
}

/** A payment to a partner. */
export interface PaidSeen {
  readonly paymentId: string;
  readonly paidAt: Instant;
  readonly reference: string;
}

/** What payments and people made of a line that takes back; minor units, zero or more. */
export interface AfterPayment {
  /** Less is taken, because it had been paid by then. */
  readonly sparedMinor: string;
  /** A person refused to take it. */
  readonly givenBackMinor: string;
  /** Waits for a person. */
  readonly pendingMinor: string;
}

export interface SettlementGroup {
  /** Infinity while a reason holds it. */
  readonly holdUntil: Instant;
  readonly heldMinor: string;
  readonly approvedMinor: string;
  readonly releases: number;
  /** Recorded decisions about this group, oldest first. */
  readonly decisions: readonly {
    readonly id: string;
    readonly kind: string;
    readonly effectiveAt: Instant;
    readonly recordedBy: string;
  }[];
}

/** A claim on the identifier that resolves an event; -Infinity and Infinity for no bound. */
export interface ClaimSeen {
  readonly customerId: string;
  readonly originId: string;
  readonly from: Instant;
  readonly to: Instant;
}

export interface DeliverySeen {
  readonly id: string;
  readonly receivedAt: Instant;
  readonly feed: string;
  readonly contentType: string;
  readonly query: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The body as text, when it is text; cut after BODY_LIMIT characters. null: binary or erased. */
  readonly body: string | null;
  readonly cut: boolean;
}

/** An opening execution of a trade. */
export interface OpeningSeen {
  readonly eventId: string;
  readonly externalId: string;
  readonly occurredAt: Instant;
  readonly content: CanonicalEvent;
}

export interface PlacementSeen {
  readonly customerId: string;
  readonly state: 'pending' | 'waiting' | 'decided' | 'withdrawn' | 'failed';
  readonly reason: string | null;
  readonly decision: EventDecision | null;
  readonly decidedAt: Instant | null;
}

export interface CustomerSeen {
  readonly id: string;
  readonly namespace: string;
  readonly value: string;
  readonly context: CustomerContext;
  readonly lines: readonly Line[];
  /** What the customer as a whole brings to months. */
  readonly inputs: readonly PeriodInput[];
  /** Where it stands with the CPA of its partner; null where there is none. */
  readonly cpa: CpaStanding | null;
}

/** Everything that one event's explanation is made of, as it was read in one snapshot. */
export interface EventEvidence {
  readonly program: ProgramSnapshot;
  /** The program's clock when this was read. */
  readonly now: Instant;
  readonly source: { readonly id: string; readonly slug: string; readonly name: string };
  readonly event: {
    readonly id: string;
    readonly recordType: string;
    readonly externalId: string;
    readonly part: string;
    readonly occurredAt: Instant;
    readonly receivedAt: Instant;
    readonly content: CanonicalEvent;
    readonly revision: number;
    readonly orderValue: string | null;
    readonly mappingVersion: number;
    readonly failed: string | null;
  };
  readonly earlierRevisions: readonly {
    readonly revision: number;
    readonly effective: boolean;
    readonly recordedAt: Instant;
    readonly mappingVersion: number;
  }[];
  readonly delivery: DeliverySeen | null;
  /** True while the road has the event in hand. */
  readonly moving: boolean;
  readonly parked: { readonly reason: string; readonly parkedAt: Instant } | null;
  readonly claims: readonly ClaimSeen[];
  /** Where the event lives now; null while it lives nowhere. */
  readonly placement: PlacementSeen | null;
  /** Customers that the event has left. */
  readonly left: readonly string[];
  readonly customer: CustomerSeen | null;
  readonly openings: readonly OpeningSeen[];
  /** Every posting that this event ever caused, oldest first: of its own lines, and of the CPA that it granted. */
  readonly postings: readonly Posting[];
  /** Of lines that take back, by natural key; absent: nothing was ever paid. */
  readonly afterPayment?: ReadonlyMap<string, AfterPayment>;
  /** Plain terms of the deal versions that the lines name, by deal id. */
  readonly dealTerms: ReadonlyMap<string, readonly string[]>;
}

/** A node of the tree from the cent to the raw bytes: what it is, its id, and its content by value. */
export interface ExplainNode {
  readonly kind: string;
  readonly title: string;
  /** Wire id, when the thing has one. */
  readonly ref?: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly children: readonly ExplainNode[];
}

export interface Sentences {
  readonly operator: readonly string[];
  /** Names no other partner and no customer. */
  readonly partner: readonly string[];
}

/** One line of the event with what was booked for it. */
export interface ExplainedLine {
  readonly naturalKey: string;
  readonly line: Line | null;
  /** Of what is settled by month, which has no line of its own: by what it came about. */
  readonly basis?: Readonly<Record<string, string>>;
  readonly component: string;
  readonly partnerId: string;
  readonly partnerName: string;
  readonly level: number;
  /** Desired now; null when evidence no longer gives this line. */
  readonly desiredMinor: string | null;
  readonly bookedMinor: string;
  readonly currency: string;
  readonly state: LineState;
  readonly stateReason: ReasonCode | null;
  readonly sentences: Sentences;
  readonly postings: readonly (Posting & { readonly state: LineState })[];
}

export type LineState = 'not_booked' | 'accrued' | 'held' | 'approved' | 'paid' | 'cancelled';

export interface Explanation {
  readonly summary: string;
  readonly state: 'moving' | 'parked' | 'waiting' | 'failed' | 'decided';
  readonly reason: ReasonCode | null;
  /** What is missing while the event is parked or waits. */
  readonly missing: readonly string[];
  readonly sentences: Sentences;
  readonly lines: readonly ExplainedLine[];
  /** What it brings to months. */
  readonly brings: readonly BroughtToMonth[];
  readonly tree: ExplainNode;
}

/** What an event brings to a component that is settled by month. */
export interface BroughtToMonth {
  readonly partnerId: string;
  readonly partnerName: string;
  readonly component: string;
  /** First day, 'YYYY-MM-DD'. */
  readonly period: string;
  readonly measures: Readonly<Record<string, string>>;
  /** The month in which it happened, where that was closed when it came. */
  readonly lateOf?: string;
  /** It is paid whole or not at all; unrounded, in the deal's currency. */
  readonly candidate?: { readonly amount: string; readonly at: string };
  /** Of a share that is paid unless the CPA is: why this customer counts for it, in words. */
  readonly branch?: string;
}

/** Who brought something to a month: a customer, or a partner below. */
export interface Contributor {
  readonly id: string;
  readonly kind: 'customer' | 'partner';
  /** What the operator calls it: the customer's value, the partner's name. */
  readonly name: string;
  readonly measures: Readonly<Record<string, string>>;
}

/** Everything that the explanation of one (partner, component, month) is made of, as it was read in one snapshot. */
export interface MonthEvidence {
  readonly program: ProgramSnapshot;
  readonly now: Instant;
  readonly partnerId: string;
  readonly component: string;
  /** First day, 'YYYY-MM-DD'. */
  readonly period: string;
  readonly totals: Readonly<Record<string, string>>;
  readonly decidedAt: Instant | null;
  /** null while it is decided for the first time. */
  readonly result: MonthResult | null;
  /** The month before it that has figures: what it carried. */
  readonly before: {
    readonly period: string;
    readonly carry: Carry;
    /** An earlier system left it, as of the beginning of `period` (rules.md 1.8); else `period` did. */
    readonly isOpening?: boolean;
  } | null;
  readonly closed: { readonly at: Instant; readonly by: string; readonly reason: string } | null;
  readonly contributors: { readonly count: number; readonly first: readonly Contributor[] };
  readonly candidates: { readonly count: number; readonly first: readonly MonthCandidate[] };
  /** Every posting of its natural key, oldest first. */
  readonly postings: readonly Posting[];
  /** Plain terms of the deal version that decided it, by deal id. */
  readonly dealTerms: ReadonlyMap<string, readonly string[]>;
}

export type MonthCandidate = PeriodCandidate & { readonly customerId: string | null };

/** How an amount came about, as it is stored. */
export interface MonthResult {
  readonly amountMinor: string;
  readonly currency: string;
  readonly exact: string;
  readonly reason?: string;
  readonly steps: readonly PeriodStep[];
  readonly carry: Carry;
  readonly dealId: string;
  readonly dealVersion: number;
  /** The partner's grade at the beginning of the month. Absent: the deal has none. */
  readonly grade?: HeldGrade;
}

/** One month of one component, explained. */
export interface MonthExplanation {
  readonly summary: string;
  readonly provisional: boolean;
  readonly reason: ReasonCode | null;
  readonly sentences: Sentences;
  readonly line: ExplainedLine;
  readonly tree: ExplainNode;
}
