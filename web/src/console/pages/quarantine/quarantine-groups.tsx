import { Alert, Button, Group, Modal, Progress, Stack, Table, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { redriveAll, useQuarantineGroups } from '../../../api/repair.ts';
import type { QuarantineGroup, RedriveProgress } from '../../../api/repair.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { Card } from '../../../components/card.tsx';
import { wholeNumber } from '../../../components/number-format.ts';

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
      {chosen !== undefined && <RedriveDialog group={chosen} onClose={() => setChosen(undefined)} />}
    </Card>
  );
}

function filterOf({ source, reason, path, detail }: QuarantineGroup): Record<string, string> {
  return { source, reason, path, ...(detail === '' ? {} : { detail }) };
}

function listOf(group: QuarantineGroup): string {
  return `/quarantine?${new URLSearchParams(filterOf(group)).toString()}`;
}

function RedriveDialog({ group, onClose }: { group: QuarantineGroup; onClose: () => void }) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<RedriveProgress>();
  const [error, setError] = useState<string>();
  const [state, setState] = useState<'asked' | 'running' | 'done'>('asked');
  const run = async (): Promise<void> => {
    setState('running');
    try {
      await redriveAll(filterOf(group), setProgress);
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : 'It failed.');
    }
    setState('done');
    await client.invalidateQueries();
  };
  const total = (progress?.done ?? 0) + (progress?.left ?? group.count);
  return (
    <Modal opened onClose={onClose} title="Re-drive" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="sm">
        <Text size="sm">
          {wholeNumber(group.count)} items are read again by the mapping in force. What can be read becomes
          events, and commission that follows is booked; the rest stays here. An item is never told twice.
        </Text>
        <div aria-live="polite">
          {progress !== undefined && (
            <>
              <Progress
                value={total === 0 ? 100 : (progress.done / total) * 100}
                aria-label="Items read again"
              />
              <Text size="sm" mt={4}>
                {wholeNumber(progress.done)} read:{' '}
                {Object.entries(progress.counts)
                  .map(([name, count]) => `${wholeNumber(count)} ${name}`)
                  .join(', ')}
              </Text>
            </>
          )}
        </div>
        {error !== undefined && (
          <Alert color="red" variant="light" role="alert">
            {error}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {state === 'done' ? 'Close' : 'Cancel'}
          </Button>
          {state !== 'done' && (
            <Button loading={state === 'running'} onClick={() => void run()}>
              Re-drive
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
