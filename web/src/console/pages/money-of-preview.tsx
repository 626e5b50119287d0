import { Text } from '@mantine/core';
import type { previewSchema } from '@plumbline/contract';
import type { Wire } from '../../api/types.ts';
import { Money } from '../../components/money.tsx';
import { PlainTable } from '../../components/plain-table.tsx';

/** What a change would move in booked money, partner by partner. */
export function MoneyOfPreview({
  preview,
}: {
  preview: Pick<Wire<typeof previewSchema>, 'money' | 'moves' | 'notComputed'>;
}) {
  const { money, moves, notComputed } = preview;
  return (
    <>
      <PlainTable
        label="Commission by partner"
        head={['Partner', '>Before', '>After', '>Difference']}
        rows={money.map(({ partnerId, partner, currency, before, after, difference }) => ({
          key: `${partnerId} ${currency}`,
          cells: [
            partner,
            ...[before, after, difference].map((amount, index) => (
              <Money key={index} amount={amount} currency={currency} strong={index === 2} />
            )),
          ],
        }))}
        empty="No booked money moves."
      />
      {money.length > 0 && (
        <Text size="sm" mt="xs">
          {moves.amount === null
            ? 'How much moves in all is not known: an exchange rate is missing.'
            : `In all ${moves.amount} ${moves.currency} of booked commission would move.`}
        </Text>
      )}
      {notComputed.map((one) => (
        <Text key={one} size="sm" c="var(--text-soft)">
          {one}
        </Text>
      ))}
    </>
  );
}
