import { addDecimals, compareDecimals, decimal, negateDecimal, signOf, ZERO } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { CarryTerms } from '../../registry/deals/facts.ts';
import type { Candidate, Carry, Owed, PeriodStep, QueuedMoney } from './facts.ts';
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

/** Money of one currency in another. */
export interface Exchange {
  /** Undefined: there is no rate. */
  convert(amount: string): string | undefined;
  /** The first currency is the program's base currency. */
  readonly fromBase: boolean;
}

/** What was left in another currency; without a rate nothing of it counts, until there is one, but what limits of a lifetime let through. */
export function carriedInto(before: Carry, exchange: Exchange | undefined, ofLots: boolean): Carry {
  const converted = exchange === undefined ? undefined : convertCarry(before, exchange, ofLots);
  const { used, usedInWeek } = before;
  return converted ?? { ...(used && { used }), ...(usedInWeek && { usedInWeek }) };
}

/**
 * What a period left, where the terms of the next one are in another currency: what is in the deal's currency converted, what is in the program's
 * base currency as it is. `toDate` counts money but of lots. Undefined where there is no rate.
 */
function convertCarry(carry: Carry, { convert, fromBase }: Exchange, ofLots: boolean): Carry | undefined {
  if (convert('1') === undefined) return undefined;
  const money = (amount: string): string => convert(amount) ?? amount;
  const each = (amounts: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, money(amount)]));
  const queued = ({ amount, base, parts }: QueuedMoney): QueuedMoney => ({
    amount: money(amount),
    base,
    ...(parts === undefined
      ? {}
      : { parts: parts.map((part) => ({ amount: money(part.amount), base: part.base })) }),
  });
  // What it is worth in the base currency stays: where that was its own, it says so now.
  const candidate = (one: Candidate): Candidate => ({
    ...one,
    ...(fromBase ? { base: one.base ?? one.amount } : {}),
    amount: money(one.amount),
  });
  const owed = (one: Owed): Owed => ({
    ...one,
    amount: money(one.amount),
    ...(one.spared === undefined ? {} : { spared: money(one.spared) }),
    ...(one.taken === undefined ? {} : { taken: { ...one.taken, worth: money(one.taken.worth) } }),
  });
  const { base, commission, recoup, recoupOf, ringfenced, rolled, queuedBy, queue, toDate } = carry;
  return {
    ...carry,
    ...(base === undefined ? {} : { base: money(base) }),
    ...(commission === undefined ? {} : { commission: money(commission) }),
    ...(recoup === undefined ? {} : { recoup: money(recoup) }),
    ...(recoupOf === undefined ? {} : { recoupOf: each(recoupOf) }),
    ...(ringfenced === undefined ? {} : { ringfenced: each(ringfenced) }),
    ...(rolled === undefined ? {} : { rolled: money(rolled) }),
    ...(queuedBy === undefined
      ? {}
      : {
          queuedBy: Object.fromEntries(
            Object.entries(queuedBy).map(([place, waiting]) => [place, queued(waiting)]),
          ),
        }),
    ...(queue === undefined ? {} : { queue: queue.map(candidate) }),
    ...(carry.owed === undefined ? {} : { owed: carry.owed.map(owed) }),
    ...(toDate === undefined || ofLots
      ? {}
      : { toDate: { metric: toDate.metric, quantity: money(toDate.quantity) } }),
  };
}
