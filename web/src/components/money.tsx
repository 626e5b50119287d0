import { groupedDecimal } from './number-format.ts';

/** An exact amount with all its digits and its currency; what is less than nothing has a minus sign, not a colour alone. */
export function Money({
  amount,
  currency,
  strong = false,
}: {
  amount: string;
  currency: string;
  strong?: boolean;
}) {
  return (
    <span
      className="figures"
      style={{
        whiteSpace: 'nowrap',
        ...(strong ? { fontWeight: 620 } : {}),
        ...(amount.startsWith('-') ? { color: 'var(--tone-bad-text)' } : {}),
      }}
    >
      {groupedDecimal(amount)}{' '}
      <span style={{ color: 'var(--text-faint)', fontSize: '0.88em' }}>{currency}</span>
    </span>
  );
}
