import { addDecimals, compareDecimals, decimal, negateDecimal, signOf, ZERO } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { CarryTerms } from '../../registry/deals/facts.ts';
import type { PeriodStep } from './facts.ts';
import { text } from './formula.ts';

/** A debt that a period takes over: zero or less, and the first period in which it was below zero. */
export interface Debt {
  readonly amount: Decimal;
  readonly since: string | undefined;
}

export const NO_DEBT: Debt = { amount: ZERO, since: undefined };

/** Calendar months between the beginnings of two periods. */
export function monthsBetween(from: string, to: string): number {
  const at = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
  return at(to) - at(from);
}

/** What is left of a debt at the beginning of a period: it is dropped after so many periods that could have earned it back. */
export function takeOver(debt: Debt, terms: CarryTerms, period: string): Debt {
  if (debt.since === undefined || terms.expireAfterPeriods === null) return debt;
  return monthsBetween(debt.since, period) > terms.expireAfterPeriods ? NO_DEBT : debt;
}

export interface Carried {
  /** What the period is worth after the debt: zero or more. */
  readonly left: Decimal;
  readonly debt: Debt;
  readonly steps: readonly PeriodStep[];
}

/** Sets a period's result off against the debt before it; what stays below zero is the debt after it, up to the cap (semantics.md 4.3). */
export function setOff(
  result: Decimal,
  before: Debt,
  { terms, period }: { readonly terms: CarryTerms; readonly period: string },
): Carried {
  const net = addDecimals(result, before.amount);
  const steps: PeriodStep[] =
    signOf(before.amount) === 0 ? [] : [{ step: 'carried_in', amount: text(before.amount) }];
  if (signOf(net) >= 0) return { left: net, debt: NO_DEBT, steps };
  const limit = terms.cap === null ? undefined : negateDecimal(decimal(terms.cap));
  const amount = limit !== undefined && compareDecimals(net, limit) < 0 ? limit : net;
  return {
    left: ZERO,
    debt: { amount, since: before.since ?? period },
    steps: [...steps, { step: 'carried_out', amount: text(amount) }],
  };
}
