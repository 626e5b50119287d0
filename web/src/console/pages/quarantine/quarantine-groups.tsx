import { Button, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useQuarantineGroups } from '../../../api/repair.ts';
import type { QuarantineGroup } from '../../../api/repair.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { Card } from '../../../components/card.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { RedriveDialog } from './redrive-dialog.tsx';

/** What failed alike, the largest group first, each with what to do about it. */
export function QuarantineGroups({ source }: { source: string | undefined }) {
  const { data } = useQuarantineGroups(source === undefined ? {} : { source });
  const [chosen, setChosen] = useState<QuarantineGroup>();
  if (data === undefined || data.groups.length === 0) return null;
  return (
    <Card title={`What failed alike: ${wholeNumber(data.total)} open`} flush>
      <ScrollRegion label="Groups, scrolls" minWidth={560} maxHeight={320}>
        <Table aria-label="Groups of items in quarantine" tabularNums>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">What failed</Table.Th>
              <Table.Th scope="col">What to do</Table.Th>
              <Table.Th scope="col">Repair</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.groups.map((group) => (
              <Table.Tr key={group.sampleId}>
                <Table.Td>
                  <AppLink href={listOf(group)}>{group.title}</AppLink>
                  <Text size="xs" c="var(--text-soft)">
                    {group.source}, {group.path}
                  </Text>
                </Table.Td>
                <Table.Td>{group.remedy.words}</Table.Td>
                <Table.Td>
                  <Stack gap={4} align="flex-start">
                    {group.remedy.edits.length > 0 && (
                      <AppLink href={`/trials?source=${group.source}&quarantine=${group.sampleId}`}>
                        Try the change
                      </AppLink>
                    )}
                    <Button size="compact-sm" variant="light" onClick={() => setChosen(group)}>
                      Re-drive {wholeNumber(group.count)} …
                    </Button>
                  </Stack>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
      {chosen !== undefined && (
        <RedriveDialog
          chosen={{ filter: filterOf(chosen) }}
          count={chosen.count}
          sources={[chosen.source]}
          onClose={() => setChosen(undefined)}
        />
      )}
    </Card>
  );
}

function filterOf({ source, reason, path, detail }: QuarantineGroup): Record<string, string> {
  return { source, reason, path, ...(detail === '' ? {} : { detail }) };
}

function listOf(group: QuarantineGroup): string {
  return `/quarantine?${new URLSearchParams(filterOf(group)).toString()}`;
}
