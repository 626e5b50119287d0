import { Center, Code, Stack, Text, Title } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  /** What to do so that something stands here. */
  readonly says?: ReactNode;
  /** A command that helps, shown to be copied. */
  readonly command?: string;
  readonly icon?: Icon;
  readonly children?: ReactNode;
}

/** What stands where nothing is: why, and what to do next. */
export function EmptyState({ title, says, command, icon: Mark = IconInbox, children }: EmptyStateProps) {
  return (
    <Center mih={320} p="xl">
      <Stack align="center" gap="xs" maw={480} ta="center">
        <Mark size={32} stroke={1.4} color="var(--text-faint)" aria-hidden />
        <Title order={2} size="h2">
          {title}
        </Title>
        {says !== undefined && (
          <Text size="sm" c="var(--text-soft)">
            {says}
          </Text>
        )}
        {command !== undefined && (
          <Code block ta="left" mt={4}>
            {command}
          </Code>
        )}
        {children}
      </Stack>
    </Center>
  );
}
