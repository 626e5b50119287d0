import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ScrollRegion } from './scroll-region.tsx';

interface PlainTableProps {
  /** What the rows are, for those who hear the page. */
  readonly label: string;
  /** A name that begins with `>` stands at the end of its column, as its figures do. */
  readonly head: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly ReactNode[] }[];
  /** What stands here when there are no rows. */
  readonly empty: ReactNode;
  readonly minWidth?: number;
  readonly maxHeight?: number;
}

/** Few rows that come whole, inside a card. Longer lists are a DataTable. */
export function PlainTable({ label, head, rows, empty, minWidth = 420, maxHeight }: PlainTableProps) {
  if (rows.length === 0)
    return (
      <Text size="sm" p="md" c="var(--text-soft)">
        {empty}
      </Text>
    );
  const ends = head.map((name) => name.startsWith('>'));
  return (
    <ScrollRegion
      label={`${label}, scrolls`}
      minWidth={minWidth}
      {...(maxHeight === undefined ? {} : { maxHeight })}
    >
      <Table aria-label={label} tabularNums horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            {head.map((name, index) => (
              <Table.Th key={name} scope="col" ta={ends[index] === true ? 'end' : undefined}>
                {name.replace(/^>/, '')}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells }) => (
            <Table.Tr key={key}>
              {cells.map((cell, index) => (
                <Table.Td key={head[index]} ta={ends[index] === true ? 'end' : undefined}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  );
}
