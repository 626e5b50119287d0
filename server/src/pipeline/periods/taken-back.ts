// What is taken back of payments of a month, in the months of their chargebacks (rules.md 2.7, 5 "Clawback"). Pure.
import {
  addDecimals,
  compareDecimals,
  decimal,
  decimalFromInteger,
  isZero,
  negateDecimal,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { compareBytewise } from '../../kernel/canonical-order.ts';
import { fromMinor } from '../../kernel/money.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Candidate, Carry, Owed, PaidMonth, PeriodResult, PeriodStep } from './facts.ts';
import { largerOf, percentOf, proportion, smallerOf, text } from './formula.ts';

/** True when a candidate was taken back by the end of the period. */
export function isTaken({ taken }: Candidate, period: string): boolean {
  return taken !== undefined && (taken.period ?? period) <= period;
}

/** What a payment that the period makes owes to a later one; `amount` and `worth` in the deal's currency. */
export function owedFor(
  { taken, key }: Candidate,
  { period, amount, worth }: { readonly period: string; readonly amount: string; readonly worth: string },
): Owed[] {
  if (taken?.period === undefined || taken.period <= period) return [];
  const { at, percent } = taken;
  return [{ period: taken.period, amount, taken: { key, at, percent, worth } }];
}

/** What a period leaves of what is owed: what is due later, and what it adds itself. */
export function owedAfter(before: Carry, period: string, added: readonly Owed[]): Pick<Carry, 'owed'> {
  const owed = [...(before.owed ?? []).filter((one) => one.period > period), ...added];
  return owed.length === 0 ? {} : { owed };
}

/** What is due in a period, and how it is explained. */
export function takenBackIn(
  before: Carry,
  period: string,
): { readonly back: Decimal; readonly steps: readonly PeriodStep[] } {
  const due = (before.owed ?? []).filter((one) => one.period <= period);
  const sum = (values: readonly (string | undefined)[]): Decimal =>
    values.reduce((total, value) => addDecimals(total, decimal(value ?? '0')), ZERO);
  const back = sum(due.map(({ amount }) => amount));
  const spared = sum(due.map((one) => one.spared));
  if (isZero(back) && isZero(spared)) return { back, steps: [] };
  const by = isZero(spared) ? {} : { by: { spared: text(spared) } };
  return { back, steps: [{ step: 'taken_back_of_earlier', amount: text(negateDecimal(back)), ...by }] };
}

/**
 * The result with less owed for what had been paid out when it was taken back: of that the share by age of the deal's schedule. Of a month that was
 * paid in part, what is not paid is taken first, in the order of the instants (rules.md 2.8). `payments`: of this month.
 */
export function sparePaid(result: PeriodResult, payments: readonly PaidMonth[]): PeriodResult {
  const { owed } = result.carry;
  if (owed === undefined) return result;
  const spared = new Map<Owed, Owed>();
  let left = largerOf(fromMinor(result.amountMinor, result.currency), ZERO);
  let used = ZERO;
  for (const one of owed.toSorted(byInstant)) {
    if (one.taken === undefined) continue;
    const by = instantFromIso(one.taken.at);
    const paid = payments
      .filter(({ paidAt, currency }) => paidAt <= by && currency === result.currency)
      .reduce((sum, { amount }) => addDecimals(sum, amount), ZERO);
    const worth = decimal(one.taken.worth);
    const size = smallerOf(worth, left);
    const paidLeft = smallerOf(left, largerOf(subtractDecimals(paid, used), ZERO));
    const ofPaid = subtractDecimals(size, smallerOf(size, subtractDecimals(left, paidLeft)));
    used = addDecimals(used, ofPaid);
    left = subtractDecimals(left, size);
    spared.set(one, lessened(one, { ofPaid, worth, percent: one.taken.percent }));
  }
  return { ...result, carry: { ...result.carry, owed: owed.map((one) => spared.get(one) ?? one) } };
}

function byInstant(a: Owed, b: Owed): number {
  return (
    compareBytewise(a.taken?.at ?? '', b.taken?.at ?? '') ||
    compareBytewise(a.taken?.key ?? '', b.taken?.key ?? '')
  );
}

/** Once a payment has been judged, it says no more when it was taken: the months after have nothing to judge. */
function lessened(
  { period, amount }: Owed,
  { ofPaid, worth, percent }: { readonly ofPaid: Decimal; readonly worth: Decimal; readonly percent: string },
): Owed {
  const kept = subtractDecimals(decimalFromInteger(100), decimal(percent));
  if (isZero(ofPaid) || isZero(worth) || compareDecimals(kept, ZERO) === 0) return { period, amount };
  const spared = percentOf(proportion(decimal(amount), ofPaid, worth), text(kept));
  return { period, amount: text(subtractDecimals(decimal(amount), spared)), spared: text(spared) };
}
