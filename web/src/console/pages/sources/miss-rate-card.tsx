import { Table, Text } from '@mantine/core';
import { useMissRate } from '../../../api/identity.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { ScrollRegion } from '../../../components/scroll-region.tsx';

/** How often the source names customers whom nobody knows yet, day by day. */
export function MissRateCard({ source }: { source: string }) {
  const { data, error, refetch } = useMissRate(source);
  return (
    <Card title="Customers that nobody knew" aside={<AppLink href="/parked">What waits now</AppLink>}>
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Text size="sm" mb={data === undefined || data.days.length === 0 ? 0 : 'sm'}>
            {data === undefined
              ? '…'
              : data.days.length === 0
                ? 'Nothing new has come from it in 30 days.'
                : `In 30 days ${sayShare(data.total.rate)} of what came new found no customer at once: ${wholeNumber(data.total.parked)} items, of which ${wholeNumber(data.total.released)} have gone on since and ${wholeNumber(data.total.waiting)} wait.`}
          </Text>
          {data !== undefined && data.days.length > 0 && (
            <ScrollRegion label="Customers that nobody knew, by day, scrolls" minWidth={480} maxHeight={320}>
              <Table aria-label="Customers that nobody knew, by day" tabularNums>
                <Table.Thead>
                  <Table.Tr>
                    {['Day', 'Share', 'Found nobody', 'Gone on since', 'Waiting', 'Found at once'].map(
                      (name) => (
                        <Table.Th key={name} scope="col">
                          {name}
                        </Table.Th>
                      ),
                    )}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {data.days.map(({ day, rate, parked, released, waiting, resolved }) => (
                    <Table.Tr key={day}>
                      <Table.Td>{day}</Table.Td>
                      <Table.Td>{sayShare(rate)}</Table.Td>
                      {[parked, released, waiting, resolved].map((count, index) => (
                        <Table.Td key={index}>{wholeNumber(count)}</Table.Td>
                      ))}
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </ScrollRegion>
          )}
        </>
      )}
    </Card>
  );
}

function sayShare(rate: string): string {
  return `${(Number(rate) * 100).toFixed(1)} %`;
}
