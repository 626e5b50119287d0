import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import { endOfRebateSpan } from '../../registry/rebates/facts.ts';
import type { OwedRow } from './facts.ts';

/** What a customer is owed on the wire; zone and now of the program. */
export function wireOwed(row: OwedRow, { zone, now }: { readonly zone: string; readonly now: Instant }) {
  const endsAt = endOfRebateSpan(row.span, row.every, zone);
  return {
    partnerId: wireId('prt', row.partner_id),
    customerId: wireId('cus', row.customer_id),
    ruleId: wireId('rbt', row.rule_id),
    every: row.every,
    span: row.span,
    endsAt: formatInstant(endsAt),
    isOver: endsAt <= now,
    ...wireSums(row),
  };
}

export function wireSums({ currency, owed, held }: Pick<OwedRow, 'currency' | 'owed' | 'held'>) {
  const money = (amountMinor: bigint) => ({ amount: formatMoney({ amountMinor, currency }), currency });
  return {
    currency,
    owed: money(BigInt(owed)),
    held: money(BigInt(held)),
    approved: money(BigInt(owed) - BigInt(held)),
  };
}
