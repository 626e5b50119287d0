import {
  addDecimals,
  compareDecimals,
  decimal,
  divideRounded,
  isZero,
  multiplyDecimals,
  powerOfTen,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal, RoundingMode } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { fullMonthsBetween } from '../../kernel/zone.ts';
import type { ClawbackTerms } from '../../registry/deals/facts.ts';

const HUNDRED = decimal('100');

/**
 * What a deal takes back after payment of what it paid, in per cent, by the age of the original in full calendar months of the zone
 * (rules.md 5 "Clawback"): `beforeMonth` is strict, `upToMonth` inclusive; older than the last step: nothing. Without a schedule always
 * everything.
 */
export function findClawbackPercent(
  { schedule }: Pick<ClawbackTerms, 'schedule'>,
  { from, to, zone }: { readonly from: Instant; readonly to: Instant; readonly zone: string },
): Decimal {
  if (schedule.length === 0) return HUNDRED;
  const age = Math.max(fullMonthsBetween(from, to, zone), 0);
  const step = schedule.find(
    ({ beforeMonth, upToMonth }) =>
      (beforeMonth !== null && age < beforeMonth) || (upToMonth !== null && age <= upToMonth),
  );
  return step === undefined ? ZERO : decimal(step.percent);
}

/** One event that takes back a part of what was earned. */
export interface TakenPart {
  /** Of the original's money, or 1 of 1 for what is taken whole; zero or more. What is above the rest of the original is left out. */
  readonly part: Decimal;
  /** 100 before payment, the schedule's share after it. */
  readonly percent: Decimal;
}

/**
 * What each of several events takes back of one amount, in canonical order (rules.md 5 "Clawback"): their parts add up, each at its own
 * share, and never above the original. The sum so far is rounded, so that the parts sum to the whole. Minor units, with the sign of the
 * original turned: 6750 of a purchase of 450, of which 270 and then 180 are taken back, gives -4050 and -2700. Pure.
 */
export function splitClawback(
  original: { readonly amountMinor: bigint; readonly whole: Decimal; readonly rounding: RoundingMode },
  parts: readonly TakenPart[],
): bigint[] {
  const { amountMinor, whole, rounding } = original;
  const denominator = multiplyDecimals(whole, HUNDRED);
  let left = whole;
  let exact = ZERO;
  let before = 0n;
  return parts.map(({ part, percent }) => {
    const limited = compareDecimals(part, left) > 0 ? left : part;
    left = subtractDecimals(left, limited);
    exact = addDecimals(exact, multiplyDecimals(limited, percent));
    const upTo = isZero(whole)
      ? 0n
      : divideRounded(
          amountMinor * exact.digits * powerOfTen(denominator.scale),
          denominator.digits * powerOfTen(exact.scale),
          rounding,
        );
    const own = before - upTo;
    before = upTo;
    return own;
  });
}
