import {
  compareDecimals,
  decimal,
  formatDecimal,
  isZero,
  signOf,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import { formatInstant, maxInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { convertAmount, recordOfConversion } from '../../kernel/rate-book.ts';
import type { Conversion, ConvertedAmount, Rates } from '../../kernel/rate-book.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { addCalendarDays } from '../../kernel/zone.ts';
import type { CpaComponent } from '../../registry/deals/facts.ts';
import type { CountedDeposit } from './deposits.ts';
import { findBarAt, judgeGates } from './gates.ts';
import type { GateContext } from './gates.ts';
import { findPassedFrom } from './kyc.ts';

/** What the conditions of a CPA are judged on. */
export interface QualificationContext extends GateContext {
  readonly registeredAt: Instant;
  /** All counted deposits of the customer, in canonical order. */
  readonly deposits: readonly CountedDeposit[];
  /** Of the program: windows are calendar days in it. */
  readonly zone: string;
  /** Of the deal: minimums are in it. */
  readonly currency: string;
  /** For deposits in another currency, each at the rate of its own instant. */
  readonly rates: Rates;
}

export type CpaOutcome =
  | {
      readonly qualified: true;
      readonly qualifiedAt: Instant;
      readonly deposit: CountedDeposit;
      /** What the deposit was compared at; absent when it is in the deal's currency or there is no minimum. */
      readonly conversion?: Conversion;
    }
  /** `depositId`: the event that fell short; absent when there was none. `detail` says what is missing. */
  | {
      readonly qualified: false;
      readonly reason: ReasonCode;
      readonly detail: string;
      readonly depositId?: string;
    };

/**
 * Judges the conditions of one CPA component (semantics.md 4.5, rules.md 2.6, 2.7 and 5 "CPA", "KYC", "Clawback").
 *
 * `qualifiedAt` is the earliest instant at which all conditions are true together: the customer is registered, the first deposit
 * (`single_first`: the first one ever, in canonical order, of those made while nothing barred the customer) reaches the minimum without what
 * was charged back of it and lies in the half-open window of N calendar days from registration, and KYC has passed where the deal
 * asks for it, be that after the window. The KYC gate on what is granted is judged apart. Pure.
 */
export function qualifyCpa(component: CpaComponent, context: QualificationContext): CpaOutcome {
  const counting = context.deposits.filter(
    (deposit) => findBarAt(context, deposit.event.occurredAt) === undefined,
  );
  const first = counting[0];
  if (first === undefined)
    return fallShort('qualification_pending', describeMissingDeposit(component, context));
  const money = judgeMoney(component, context, first);
  if ('qualified' in money) return { ...money, depositId: first.event.eventId };
  const depositedAt = maxInstant(first.event.occurredAt, context.registeredAt);
  const ends = endOfWindow(component, context);
  if (ends !== undefined && depositedAt >= ends) {
    const detail = `the first deposit came at ${formatInstant(depositedAt)}; the window ended at ${formatInstant(ends)}`;
    return { ...fallShort('qualification_window_expired', detail), depositId: first.event.eventId };
  }
  const qualifiedAt = component.requireKyc ? findPassedFrom(context.kyc, depositedAt) : depositedAt;
  if (qualifiedAt !== undefined) return { qualified: true, qualifiedAt, deposit: first, ...money };
  const gate = judgeGates(context, depositedAt);
  const reason = gate.kind === 'closed' ? gate.reason : 'qualification_pending';
  return { ...fallShort(reason, 'the customer has not passed KYC'), depositId: first.event.eventId };
}

function fallShort(reason: ReasonCode, detail: string): Extract<CpaOutcome, { qualified: false }> {
  return { qualified: false, reason, detail };
}

function endOfWindow(component: CpaComponent, context: QualificationContext): Instant | undefined {
  if (component.windowDays === null) return undefined;
  return addCalendarDays(context.registeredAt, component.windowDays, context.zone);
}

/** Whether the first deposit reaches the minimum, without what was charged back of it; each at the rate of the deposit's instant. */
function judgeMoney(
  component: CpaComponent,
  context: QualificationContext,
  first: CountedDeposit,
): Extract<CpaOutcome, { qualified: false }> | { readonly conversion?: Conversion } {
  const minimum = decimal(component.minimumDeposit);
  const told = `${formatDecimal(first.amount)} ${first.currency}`;
  const kept = subtractDecimals(first.amount, first.chargedBack);
  const chargedBack = `of the first deposit of ${told} ${formatDecimal(first.chargedBack)} was charged back`;
  // Without a minimum no amounts are compared, so no rate is needed.
  if (isZero(minimum)) return signOf(kept) <= 0 ? fallShort('chargeback', chargedBack) : {};
  const asked = { from: first.currency, to: context.currency, at: first.event.occurredAt };
  const whole = convertAmount(context.rates, first.amount, asked);
  const rest = convertAmount(context.rates, kept, asked);
  if (whole === undefined || rest === undefined) {
    return fallShort(
      'no_fx_rate',
      `there is no rate from ${first.currency} to ${context.currency} for ${formatInstant(asked.at)}: the first deposit of ${told} cannot be compared with the minimum yet`,
    );
  }
  if (compareDecimals(whole.amount, minimum) < 0) {
    const missing = formatDecimal(subtractDecimals(minimum, whole.amount));
    const worth = whole.conversion === undefined ? '' : ` (${sayConverted(whole, context.currency)})`;
    return fallShort(
      'ftd_below_min',
      `the first deposit of ${told}${worth} needs ${missing} more to reach ${component.minimumDeposit} ${context.currency}`,
    );
  }
  if (signOf(kept) <= 0 || compareDecimals(rest.amount, minimum) < 0)
    return fallShort('chargeback', chargedBack);
  return whole.conversion === undefined ? {} : { conversion: whole.conversion };
}

function sayConverted({ amount, conversion }: ConvertedAmount, currency: string): string {
  const worth = `${formatDecimal(amount)} ${currency}`;
  if (conversion === undefined) return worth;
  const { rate, rateSource, rateAt } = recordOfConversion(conversion);
  return `${worth} at ${rate}, ${rateSource}, published ${rateAt}`;
}

function describeMissingDeposit(component: CpaComponent, context: QualificationContext): string {
  const ends = endOfWindow(component, context);
  const amount = isZero(decimal(component.minimumDeposit))
    ? 'a first deposit'
    : `a first deposit of at least ${component.minimumDeposit} ${context.currency}`;
  return ends === undefined ? `needs ${amount}` : `needs ${amount} before ${formatInstant(ends)}`;
}
