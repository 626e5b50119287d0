// What had been earned on a customer who failed KYC, or turned out to be a duplicate, later (semantics.md 8). Pure.
import { formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { fromMinor } from '../../kernel/money.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { CustomerContext, Line } from './facts.ts';

/** Since when a customer is none that counts, and why. */
export interface Withdrawal {
  readonly at: Instant;
  readonly reason: 'kyc_failed' | 'not_unique';
}

/**
 * What withdraws something of `earnedAt` that a closed gate of this reason bars: the last failed KYC, or that the customer is a duplicate.
 * Undefined where that is no later: then it was never earned.
 */
export function findWithdrawal(
  { kyc, statuses }: Pick<CustomerContext, 'kyc' | 'statuses'>,
  reason: ReasonCode,
  earnedAt: Instant,
): Withdrawal | undefined {
  const found = lastBar({ kyc, statuses }, reason);
  return found === undefined || found.at <= earnedAt ? undefined : found;
}

function lastBar(
  { kyc, statuses }: Pick<CustomerContext, 'kyc' | 'statuses'>,
  reason: ReasonCode,
): Withdrawal | undefined {
  if (reason === 'kyc_failed') {
    const failed = kyc.at(-1);
    return failed?.status === 'failed' ? { at: failed.from, reason } : undefined;
  }
  if (reason !== 'not_unique') return undefined;
  const duplicate = statuses.find(
    (span) => span.status === 'duplicate' && span.to === Number.POSITIVE_INFINITY,
  );
  return duplicate === undefined ? undefined : { at: duplicate.from, reason };
}

/**
 * A line of a trade, a purchase or a stage that is withdrawn: nothing where it was not paid by then, and where it was, what is left of it.
 * `key`: its own natural key. `left`: minor units, without what was taken back of it; absent: all of it.
 */
export function withdrawLine(
  line: Line,
  {
    key,
    withdrawal,
    left = BigInt(line.amountMinor),
  }: { readonly key: string; readonly withdrawal: Withdrawal; readonly left?: bigint },
): Line {
  return {
    ...line,
    amountMinor: '0',
    basis: {
      ...line.basis,
      takes: formatDecimal(normalizeDecimal(fromMinor(left, line.currency))),
      takenBy: withdrawal.reason,
      takenAt: formatInstant(withdrawal.at),
      percent: '0',
    },
    ifPaid: { key, by: formatInstant(withdrawal.at), amountMinor: left.toString() },
  };
}

/** True of a line that `withdrawLine` made. */
export function isWithdrawn({ basis }: Line): boolean {
  return basis['takenBy'] === 'kyc_failed' || basis['takenBy'] === 'not_unique';
}
