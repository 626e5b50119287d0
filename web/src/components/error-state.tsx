import { Button, Center, Group, List, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react';
import { isProblem } from '../api/client.ts';
import { IdChip } from './id-chip.tsx';

/** What stands where something failed: what happened, what to do, and the name of the answer to tell others. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const problem = isProblem(error) ? error : undefined;
  return (
    <Center mih={320} p="xl" role="alert">
      <Stack align="center" gap="xs" maw={520} ta="center">
        <IconAlertTriangle size={32} stroke={1.4} color="var(--tone-attention-mark)" aria-hidden />
        <Title order={2} size="h2">
          {problem?.title ?? 'This part of the page failed'}
        </Title>
        <Text size="sm" c="var(--text-soft)">
          {problem === undefined
            ? 'The console made a mistake; your data is not touched. Try again, or reload the page.'
            : problem.message}
        </Text>
        {problem !== undefined && problem.errors.length > 0 && (
          <List size="sm" ta="left">
            {problem.errors.map((entry) => (
              <List.Item key={entry.path}>
                <b>{entry.path}</b>: {entry.message}
              </List.Item>
            ))}
          </List>
        )}
        <Group gap="sm" mt={4}>
          {onRetry !== undefined && (
            <Button variant="light" leftSection={<IconRefresh size={16} aria-hidden />} onClick={onRetry}>
              Try again
            </Button>
          )}
          {problem?.instance !== undefined && <IdChip id={problem.instance} label="Answer" />}
        </Group>
      </Stack>
    </Center>
  );
}
