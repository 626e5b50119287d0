import { Alert, Stack, Table, Text } from '@mantine/core';
import type { Reassignment } from '../../../api/identity.ts';
import { Money } from '../../../components/money.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { ScrollRegion } from '../../../components/scroll-region.tsx';

/** What a reassignment would do in money, and the rows that cannot be applied. */
export function ReassignPreview({ found }: { found: Reassignment }) {
  const { preview, rows, bad, badRows } = found;
  return (
    <Stack gap="sm" role="region" aria-label="What it would do">
      <Text size="sm" role="status">
        {`${wholeNumber(rows)} ${rows === 1 ? 'customer' : 'customers'} would go, ${wholeNumber(preview.customers.changed)} of them with commission that changes. `}
        {preview.money.length === 0
          ? 'No booked money moves.'
          : preview.moves.amount === null
            ? 'How much moves is not known: an exchange rate is missing.'
            : `${preview.moves.amount} ${preview.moves.currency} of booked commission would move.`}
      </Text>
      {preview.money.length > 0 && (
        <ScrollRegion label="Commission by partner, scrolls" minWidth={420}>
          <Table aria-label="Commission by partner" tabularNums>
            <Table.Thead>
              <Table.Tr>
                {['Partner', 'Before', 'After', 'Difference'].map((name) => (
                  <Table.Th key={name} scope="col">
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {preview.money.map(({ partnerId, partner, currency, before, after, difference }) => (
                <Table.Tr key={`${partnerId} ${currency}`}>
                  <Table.Td>{partner}</Table.Td>
                  {[before, after, difference].map((amount, index) => (
                    <Table.Td key={index}>
                      <Money amount={amount} currency={currency} strong={index === 2} />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollRegion>
      )}
      {badRows > 0 && (
        <Alert
          color="orange"
          variant="light"
          title={`${wholeNumber(badRows)} ${badRows === 1 ? 'row' : 'rows'} cannot be applied`}
        >
          <ul style={{ margin: 0, paddingInlineStart: 18 }}>
            {bad.slice(0, 20).map((row) => (
              <li key={row.row}>
                Row {row.row}, {row.customer}: {row.problem}
              </li>
            ))}
          </ul>
          {badRows > 20 && `and ${wholeNumber(badRows - 20)} more`}
        </Alert>
      )}
      {preview.notComputed.map((one) => (
        <Text key={one} size="sm" c="var(--text-soft)">
          {one}
        </Text>
      ))}
    </Stack>
  );
}
