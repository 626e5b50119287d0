// One CPA component judged on a customer who registered on 1 March 2024: the deal asks for a first deposit of 50 USD within 30 days.
import { formatInstant } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { EMPTY_RATE_BOOK, RATE_SOURCES } from '../../src/kernel/rate-book.ts';
import type { PlacedEvent } from '../../src/pipeline/identity/facts.ts';
import type { KycSpan, StatusSpan } from '../../src/pipeline/qualification/facts.ts';
import { countDeposits, qualifyCpa } from '../../src/pipeline/qualification/index.ts';
import type { CpaOutcome, QualificationContext } from '../../src/pipeline/qualification/index.ts';
import type { CpaComponent } from '../../src/registry/deals/facts.ts';
import { at, cpaDeal, deposit, placed } from './evidence.ts';
import type { EventParts } from './evidence.ts';

export const REGISTERED = at('2024-03-01T10:00:00Z');

/** Days after the registration. */
export const day = (days: number): Instant => (REGISTERED + days * 86_400_000_000) as Instant;

export type CaseParts = Partial<QualificationContext>;

export function judgeCase(events: readonly PlacedEvent[], terms: object, more: CaseParts = {}): CpaOutcome {
  const rates = more.rates ?? { book: EMPTY_RATE_BOOK, order: RATE_SOURCES };
  return qualifyCpa(cpaDeal({ windowDays: 30, ...terms }).components[0] as CpaComponent, {
    registeredAt: REGISTERED,
    registrationId: 'registration',
    clickedAt: null,
    countries: [],
    kyc: [],
    statuses: [],
    deposits: countDeposits(events, rates).deposits,
    events,
    trades: [],
    zone: 'UTC',
    currency: 'USD',
    rates,
    ...more,
  });
}

/** `day 5 by d1, taken by c`, or the reason with what is missing. Events go by their external ids. */
export function tellCase(events: readonly PlacedEvent[], terms: object, more: CaseParts = {}): string {
  const outcome = judgeCase(events, terms, more);
  if (!outcome.qualified) return `${outcome.reason}: ${outcome.detail}`;
  const nameOf = (id: string): string =>
    events.find(({ eventId }) => eventId === id)?.content.externalId ?? id;
  const days = (outcome.qualifiedAt - REGISTERED) / 86_400_000_000;
  const when = Number.isInteger(days) ? `day ${days}` : formatInstant(outcome.qualifiedAt);
  return `${when} by ${nameOf(outcome.grantedBy)}${outcome.taken === undefined ? '' : `, taken by ${nameOf(outcome.taken.eventId)}`}`;
}

export const put = (days: number, id: string, amount: string, more: Partial<EventParts> = {}): PlacedEvent =>
  deposit(day(days), id, amount, more);

export const happens = (
  kind: EventParts['kind'],
  days: number,
  id: string,
  more: Partial<EventParts> = {},
): PlacedEvent => placed({ kind, at: day(days), id, currency: 'USD', ...more });

/** A chargeback of the deposit or purchase `of`; without an amount it takes all. */
export const back = (days: number, id: string, of: string, amount?: string): PlacedEvent =>
  happens('chargeback', days, id, { originalId: of, ...(amount === undefined ? {} : { amount }) });

export const kyc = (...statuses: [number, KycSpan['status']][]): KycSpan[] =>
  statuses.map(([days, status]) => ({ from: day(days), status, originId: `kyc-${days}` }));

export const barred = (from: number, to: number): StatusSpan[] => [
  { status: 'self_excluded', from: day(from), to: day(to), originId: 'bar' },
];
