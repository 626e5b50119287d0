import type { Decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { DealComponent, DealVersion, HeldGrade } from '../../registry/deals/facts.ts';

import type { InputDifference, LineDifference } from '../commission/facts.ts';

export type { InputDifference, Measures, PeriodInput } from '../commission/facts.ts';

/** The terms of one partner for one component in one period: those in force at the period's end (rules.md 5, Periods). */
export interface PeriodTerms {
  readonly deal: DealVersion;
  readonly component: DealComponent;
}

/** What one customer brought to a scope. */
export interface CustomerSums {
  readonly customerId: string;
  readonly measures: Readonly<Record<string, string>>;
}

/** Something that is paid whole or not at all (rules.md 2.3). */
export interface Candidate {
  readonly key: string;
  /** ISO instant. */
  readonly at: string;
  readonly order: string;
  /** Unrounded, in the deal's currency. */
  readonly amount: string;
  /** The same in the program's base currency, where that is another and a limit of money asks for it. */
  readonly base?: string;
  readonly country: string;
  /** A chargeback took it back, in a period of its own: it keeps its place in steps and caps (rules.md 5 "Clawback"). Without a period: in the same. */
  readonly taken?: { readonly at: string; readonly percent: string; readonly period?: string };
}

/** What came in for one (partner, component, period). */
export interface PeriodEvidence {
  /** First day, 'YYYY-MM-DD'. */
  readonly period: string;
  /** Sums over all customers, each as `weighCustomer` counts it. */
  readonly totals: Readonly<Record<string, string>>;
  /** Customers whose own result matters (high rollers, carries, recoup by customer); empty where none is asked for. */
  readonly customers: readonly CustomerSums[];
  /** In any order; empty where none is asked for. */
  readonly candidates: readonly Candidate[];
  /** Customers whom a limit of the CPA refused, and who count here instead; absent: none. */
  readonly fallback?: number;
  /** Customers who do not count here, because no limit refused their CPA; absent: none. */
  readonly cpaInstead?: number;
  /** Of a fixed amount: the days of the month that it is earned for. Absent: none, or the month has not ended. */
  readonly fee?: { readonly days: number; readonly of: number };
}

/** One step of how an amount came about, for explanation: canonical decimal text. */
export interface PeriodStep {
  readonly step: string;
  readonly amount: string;
  /** What else stands behind it: percent, base, rate, band, from, to. */
  readonly by?: Readonly<Record<string, string>>;
}

/** What was paid in a period and is taken back in a later one. */
export interface Owed {
  /** First day of the period in which it is taken back. */
  readonly period: string;
  /** What is taken: of money that counts towards a step, the money at a full rate. */
  readonly amount: string;
  /** What is not, because it had been paid out by then. */
  readonly spared?: string;
  /** By the period that paid it, until it is known what had been paid out: when it was taken, what is taken of what had been paid, in per cent, and what it was paid. */
  readonly taken?: {
    readonly key: string;
    readonly at: string;
    readonly percent: string;
    readonly worth: string;
  };
}

/** Customers who were active in a period, and not again before another. */
export interface ActiveSpan {
  readonly period: string;
  /** The next period in which they were; null: none. */
  readonly next: string | null;
  /** The last day of the period on which they were, 'YYYY-MM-DD'. */
  readonly lastDay: string;
  readonly customers: number;
}

/** What a payment paid out of a month. */
export interface PaidMonth {
  /** First day. */
  readonly period: string;
  readonly paidAt: Instant;
  readonly currency: string;
  readonly amount: Decimal;
}

/** Money that waits, in the deal's currency and in the base currency. */
export interface QueuedMoney {
  readonly amount: string;
  readonly base: string;
  /** The same by the periods that brought it, the earliest first, each with its own proportion of the two. Absent: of one period. */
  readonly parts?: readonly { readonly amount: string; readonly base: string }[];
}

/** What a scope leaves for the periods after it. Decimal text, zero or less where it is a debt; absent when nothing. */
export interface Carry {
  /** Negative base (carry policy base), in the deal's currency. */
  readonly base?: string;
  /** Negative commission (carry policy commission). */
  readonly commission?: string;
  /** First negative period since the carry was last zero. */
  readonly since?: string;
  /** What CPA has been advanced and not earned back; zero or less. */
  readonly recoup?: string;
  /** The same by customer. */
  readonly recoupOf?: Readonly<Record<string, string>>;
  /** What high rollers have to win back, by customer, positive. */
  readonly ringfenced?: Readonly<Record<string, string>>;
  /** Commission that waits for a period with enough active customers. */
  readonly rolled?: string;
  /** Money above a cap that waits for the next period, by the cap's place in the deal. */
  readonly queuedBy?: Readonly<Record<string, QueuedMoney>>;
  /** Candidates above a cap that wait for the next period, in order. */
  readonly queue?: readonly Candidate[];
  /** What was paid and is taken back in a later period. */
  readonly owed?: readonly Owed[];
  /** What caps of a lifetime have let through, by their place in the deal. */
  readonly used?: Readonly<Record<string, string>>;
  /** What caps of a week have let through in the week in which the period ends and the next one begins, by their place in the deal. */
  readonly usedInWeek?: Readonly<Record<string, { readonly week: string; readonly used: string }>>;
  /** Totals up to the end of the period, for tiers of a longer window: metric and quantity. */
  readonly toDate?: { readonly metric: string; readonly quantity: string };
}

/** What a scope is worth. */
export interface PeriodResult {
  readonly period: string;
  /** Minor units of `currency`. */
  readonly amountMinor: bigint;
  readonly currency: string;
  /** The same without what it earns on partners below: the base of what the partner above earns. */
  readonly directMinor: bigint;
  /** Payments that were let through, where they are paid whole or not at all. */
  readonly paid?: readonly Candidate[];
  /** Payments that a limit refused for good, for whose customers a share counts instead. */
  readonly fallback?: readonly Candidate[];
  /** Before rounding. */
  readonly exact: Decimal;
  /** Why it is zero, or less than the rate says. */
  readonly reason?: string;
  readonly steps: readonly PeriodStep[];
  readonly carry: Carry;
  readonly dealId: string;
  readonly dealVersion: number;
  /** The partner's grade at the beginning of the period. Absent: the deal has none. */
  readonly grade?: HeldGrade;
  readonly holdDays: number;
}

/** What was handed to the books for a scope: amounts by settlement group, and what the partner above was told of it. */
export interface Booked {
  readonly groups?: readonly BookedGroup[];
  /** By component and partner above, or the partner's own component of which it is an advance: the amount in its deal's currency. */
  readonly above?: readonly {
    readonly partnerId: string;
    readonly component: string;
    readonly amount: string;
    /** What it is there; absent: earned below. */
    readonly measure?: 'cpa' | 'above_cap';
    /** Whose it is there; absent: that of the partner below. */
    readonly customerId?: string;
  }[];
}

export interface BookedGroup {
  readonly holdDay: string;
  readonly holdReason: string;
  readonly currency: string;
  readonly level: number;
  /** Minor units. */
  readonly amountMinor: string;
}

/** What changes when a scope comes to be worth something else. */
export interface ScopeSettlement {
  readonly booked: Booked;
  readonly differences: readonly LineDifference[];
  /** For the partner above, of whose shares this is the base. */
  readonly above: readonly InputDifference[];
}

/** All periods of one (partner, component). */
export interface ComponentEvidence {
  readonly partnerId: string;
  readonly component: string;
  /** Sorted by period. */
  readonly evidence: readonly PeriodEvidence[];
  /** What was handed to the books; nothing where everything is to be settled from the beginning. */
  readonly bookedOf: (period: string) => Booked;
  readonly isClosed: (period: string) => boolean;
  /** What was paid out of a month; absent: nothing ever was. */
  readonly paidOf?: (period: string) => readonly PaidMonth[];
  /** Needed where steps count active customers of a window that looks back. */
  readonly activity?: readonly ActiveSpan[];
}

/** What one period of a component comes to. */
export interface SettledPeriod {
  readonly evidence: PeriodEvidence;
  /** Undefined where no terms were in force: nothing is paid for it. */
  readonly result: PeriodResult | undefined;
  readonly settlement: ScopeSettlement;
}

/** A scope that must have been decided since the last month ended. */
export interface FeeAnchor {
  readonly partnerId: string;
  readonly component: string;
  /** The last month that the component is earned for. */
  readonly period: string;
}
