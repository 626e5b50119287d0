import {
  absDecimal,
  addDecimals,
  compareDecimals,
  decimal,
  negateDecimal,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { PeriodStep } from './facts.ts';
import { proportion, smallerOf, text } from './formula.ts';

export interface CustomerResult {
  readonly customerId: string;
  /** The customer's own result by the formula. */
  readonly base: Decimal;
  /** Whether it is at or below the threshold. */
  readonly isHighRoller: boolean;
}

export interface Ringfenced {
  /** What the partner's aggregate is after it: what the base policy goes on with. */
  readonly base: Decimal;
  /** What customers have to win back, positive, by customer. */
  readonly carries: Readonly<Record<string, string>>;
  readonly steps: readonly PeriodStep[];
}

/**
 * The per-customer ring-fence of large losses (semantics.md 4.4): customers first win back their own carry, on which nothing is paid;
 * when what is left of the aggregate is negative, high rollers take of it what they lost, pro rata, and carry it alone. Pure.
 */
export function ringfence(
  aggregate: Decimal,
  customers: readonly CustomerResult[],
  before: Readonly<Record<string, string>>,
): Ringfenced {
  const carries = new Map(Object.entries(before).map(([id, amount]) => [id, decimal(amount)]));
  const steps: PeriodStep[] = [];
  let base = aggregate;
  for (const { customerId, base: result } of customers) {
    const carried = carries.get(customerId);
    if (carried === undefined || signOf(result) <= 0) continue;
    const repaid = smallerOf(carried, result);
    base = subtractDecimals(base, repaid);
    carries.set(customerId, subtractDecimals(carried, repaid));
    steps.push({ step: 'won_back', amount: text(negateDecimal(repaid)), by: { customerId } });
  }
  const rollers = customers
    .filter((customer) => customer.isHighRoller && signOf(customer.base) < 0)
    .toSorted((a, b) => (a.customerId < b.customerId ? -1 : 1));
  const lost = rollers.reduce((sum, roller) => addDecimals(sum, absDecimal(roller.base)), ZERO);
  if (signOf(base) < 0 && signOf(lost) > 0) {
    const pool = smallerOf(lost, absDecimal(base));
    for (const roller of rollers) {
      const share =
        compareDecimals(pool, lost) === 0
          ? absDecimal(roller.base)
          : proportion(absDecimal(roller.base), pool, lost);
      carries.set(roller.customerId, addDecimals(carries.get(roller.customerId) ?? ZERO, share));
      steps.push({ step: 'ringfenced', amount: text(share), by: { customerId: roller.customerId } });
    }
    base = addDecimals(base, pool);
  }
  const left = [...carries].filter(([, amount]) => signOf(amount) > 0);
  return { base, carries: Object.fromEntries(left.map(([id, amount]) => [id, text(amount)])), steps };
}
