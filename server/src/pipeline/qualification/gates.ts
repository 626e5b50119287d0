import { compareBytewise } from '../../kernel/canonical-order.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { CustomerFact, CustomerStatus, PlacedEvent } from '../identity/facts.ts';
import type { KycSpan, StatusSpan } from './facts.ts';
import { findKycAt, findPassedFrom, judgeKyc } from './kyc.ts';

const END = Number.POSITIVE_INFINITY as Instant;

/** What the gates are judged on. */
export interface GateContext {
  readonly kyc: readonly KycSpan[];
  readonly statuses: readonly StatusSpan[];
}

/** What the gates make of an event: it counts; it is held until something opens; or it is zero, with the reason. */
export type Gate =
  | { readonly kind: 'open' }
  | { readonly kind: 'held'; readonly reason: 'kyc_pending' }
  | { readonly kind: 'closed'; readonly reason: ReasonCode };

const OPEN: Gate = { kind: 'open' };

const REASON_OF: Readonly<Record<CustomerStatus, ReasonCode>> = {
  duplicate: 'not_unique',
  self_excluded: 'self_excluded',
  closed: 'blocked',
  cooling_off: 'cooling_off',
};

// Of several statuses at one instant the first of these gives the reason.
const PRECEDENCE: readonly CustomerStatus[] = ['duplicate', 'self_excluded', 'closed', 'cooling_off'];

/**
 * What bars a customer over time (semantics.md 8), from facts in force and from events of kind `self_excluded`, `account_closed` and
 * `kyc_status` that name a status; half-open [from, to), sorted by start. Who is readmitted at an instant is free from then on of every
 * exclusion, cooling-off and closure that began before it; one that begins at that very instant stands. A duplicate stays one until the
 * fact that says so ends or is taken back. The same for every order of the evidence.
 */
export function listStatusSpans(
  facts: readonly CustomerFact[],
  events: readonly PlacedEvent[],
): StatusSpan[] {
  const told = [...facts.flatMap(toldByFact), ...events.flatMap(toldByEvent)];
  const readmissions = told.filter(({ status }) => status === 'readmitted').map(({ from }) => from);
  const spans = told.flatMap(({ status, from, to, originId }): StatusSpan[] => {
    if (status === 'readmitted') return [];
    const freed = status === 'duplicate' ? [] : readmissions.filter((at) => at > from);
    const end = Math.min(to, ...freed) as Instant;
    return end > from ? [{ status, from, to: end, originId }] : [];
  });
  return spans.sort(
    (a, b) =>
      compareNumbers(a.from, b.from) ||
      PRECEDENCE.indexOf(a.status) - PRECEDENCE.indexOf(b.status) ||
      compareNumbers(a.to, b.to) ||
      compareBytewise(a.originId, b.originId),
  );
}

interface Told {
  readonly status: CustomerStatus | 'readmitted';
  readonly from: Instant;
  readonly to: Instant;
  readonly originId: string;
}

function toldByFact(fact: CustomerFact): Told[] {
  if (fact.kind !== 'status') return [];
  return [{ status: fact.status, from: fact.from, to: fact.to, originId: fact.id }];
}

const STATUS_OF_KIND: Readonly<Partial<Record<PlacedEvent['content']['kind'], CustomerStatus>>> = {
  self_excluded: 'self_excluded',
  account_closed: 'closed',
};

/** An event without a status of its own says what its kind says, without an end. */
function toldByEvent({ eventId, occurredAt, content }: PlacedEvent): Told[] {
  const told = content.customerStatus;
  const status = told?.status ?? STATUS_OF_KIND[content.kind];
  if (status === undefined || content.test === true) return [];
  const to = told?.until === undefined ? END : instantFromIso(told.until);
  return [{ status, from: occurredAt, to, originId: eventId }];
}

/** Infinities may be equal, so a subtraction would give NaN. */
function compareNumbers(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Why events of this instant are neither positive nor negative; undefined when the customer is not barred then. */
export function findBarAt({ kyc, statuses }: GateContext, at: Instant): ReasonCode | undefined {
  const inForce = statuses.filter((span) => span.from <= at && at < span.to);
  const status = PRECEDENCE.find((one) => inForce.some((span) => span.status === one));
  if (status !== undefined) return REASON_OF[status];
  return findKycAt(kyc, at) === 'failed' ? 'kyc_failed' : undefined;
}

/** When gates that were held at an instant opened first, whatever has happened since; undefined: they were not held, or never opened. */
export function findOpening({ kyc }: Pick<GateContext, 'kyc'>, at: Instant): Instant | undefined {
  return findKycAt(kyc, at) === 'pending' ? findPassedFrom(kyc, at) : undefined;
}

/**
 * Judges an event by when it happened, not by when it arrived (requirements A5, semantics.md 8, rules.md 5 "KYC").
 * Closed while barred; and at every instant while the customer counts as a duplicate or its latest KYC status is failed, so that what
 * was earned before is reversed until that changes. Held while KYC was pending then and has not passed since.
 */
export function judgeGates(context: GateContext, at: Instant): Gate {
  const barred = findBarAt(context, at);
  if (barred !== undefined) return { kind: 'closed', reason: barred };
  if (context.statuses.some((span) => span.status === 'duplicate' && span.to === END))
    return { kind: 'closed', reason: 'not_unique' };
  const kyc = judgeKyc(context.kyc, at);
  if (kyc === 'closed') return { kind: 'closed', reason: 'kyc_failed' };
  if (kyc === 'held') return { kind: 'held', reason: 'kyc_pending' };
  return OPEN;
}
