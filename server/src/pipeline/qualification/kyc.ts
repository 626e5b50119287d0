import { compareBytewise } from '../../kernel/canonical-order.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import type { KycSpan } from './facts.ts';

// At one and the same instant the stricter status counts, so that the order of hearing of it changes nothing.
const STRICTNESS: Readonly<Record<KycSpan['status'], number>> = { passed: 0, pending: 1, failed: 2 };

/**
 * The KYC history of a customer from events of kind `kyc_status` and from facts in force, oldest first, one status per instant.
 * The same for every order of the evidence.
 */
export function listKycSpans(facts: readonly CustomerFact[], events: readonly PlacedEvent[]): KycSpan[] {
  const spans: KycSpan[] = [];
  for (const fact of facts) {
    if (fact.kind === 'kyc') spans.push({ from: fact.from, status: fact.status, originId: fact.id });
  }
  for (const event of events) {
    if (event.content.kind !== 'kyc_status' || event.content.kyc === undefined) continue;
    spans.push({ from: event.occurredAt, status: event.content.kyc.status, originId: event.eventId });
  }
  spans.sort((a, b) => {
    if (a.from !== b.from) return a.from < b.from ? -1 : 1;
    return STRICTNESS[a.status] - STRICTNESS[b.status] || compareBytewise(a.originId, b.originId);
  });
  return spans.filter((span, index) => spans[index + 1]?.from !== span.from);
}

/** The status in force at an instant; undefined before the first one. */
export function findKycAt(spans: readonly KycSpan[], at: Instant): KycSpan['status'] | undefined {
  return spans.findLast((span) => span.from <= at)?.status;
}

/** What KYC makes of an event (semantics.md 8, rules.md 5 "KYC"): it counts, is held until the customer passes, or is zero. */
export type KycGate = 'open' | 'held' | 'closed';

/**
 * `closed` for good when the customer had failed at the event's instant, and for everything earlier while the latest status is failed.
 * `held` when the status was pending at the event's instant and has not passed since. A customer without any status is not gated.
 */
export function judgeKyc(spans: readonly KycSpan[], at: Instant): KycGate {
  const status = findKycAt(spans, at);
  if (status === 'failed' || spans.at(-1)?.status === 'failed') return 'closed';
  if (status !== 'pending') return 'open';
  return spans.some((span) => span.from > at && span.status === 'passed') ? 'open' : 'held';
}

/** The earliest instant from `at` on at which the customer has passed; undefined when there is none yet. */
export function findPassedFrom(spans: readonly KycSpan[], at: Instant): Instant | undefined {
  if (findKycAt(spans, at) === 'passed') return at;
  return spans.find((span) => span.from > at && span.status === 'passed')?.from;
}
