import { addDecimals, decimal, formatDecimal } from '../../kernel/decimal.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { DepositCount } from '../qualification/index.ts';
import type { CustomerSummary } from './facts.ts';

type Sums = Record<string, { readonly count: number; readonly total: string }>;

/** Sums and firsts of a customer's money, per currency; decimal strings in major units. Tests are left out. Order does not matter. */
export function summarize(
  events: readonly PlacedEvent[],
  count: DepositCount,
): Omit<CustomerSummary, 'trades' | 'figures' | 'inputs'> {
  const deposits: Sums = {};
  const withdrawals: Sums = {};
  for (const { amount, currency } of count.deposits) add(deposits, currency, formatDecimal(amount));
  for (const { content } of events) {
    if (
      content.kind !== 'withdrawal' ||
      content.test === true ||
      content.amount === undefined ||
      content.currency === undefined
    )
      continue;
    add(withdrawals, content.currency, content.amount);
  }
  const first = count.deposits[0];
  const firstDeposit =
    first === undefined
      ? null
      : {
          eventId: first.event.eventId,
          at: first.event.occurredAt,
          amount: formatDecimal(first.amount),
          currency: first.currency,
        };
  return { deposits, withdrawals, firstDeposit };
}

function add(sums: Sums, currency: string, amount: string): void {
  const before = sums[currency];
  sums[currency] = {
    count: (before?.count ?? 0) + 1,
    total: formatDecimal(addDecimals(decimal(before?.total ?? '0'), decimal(amount))),
  };
}
