import { Alert, Code, Group, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import type { CreatedFeed } from '../../../api/sources.ts';
import { CopyButton } from '../../../components/copy-button.tsx';

/** The address and the secret of a feed, right after they were made: nobody can read the secret again. */
export function ShownOnce({ feed }: { feed: CreatedFeed }) {
  return (
    <Alert
      color="teal"
      variant="light"
      icon={<IconKey size={18} aria-hidden />}
      title="Shown this once"
      role="status"
    >
      <Stack gap="xs">
        <Copied name="Address" text={feed.url} />
        {feed.secret === null ? (
          <Text size="sm">The secret is the one that you gave.</Text>
        ) : (
          <Copied name="Secret" text={feed.secret} />
        )}
        <Text size="xs">
          Store the secret where the outside system needs it. It is kept encrypted and not shown again.
        </Text>
      </Stack>
    </Alert>
  );
}

function Copied({ name, text }: { name: string; text: string }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" fw={600} w={64}>
        {name}
      </Text>
      <Code style={{ overflowWrap: 'anywhere', flex: 1 }}>{text}</Code>
      <CopyButton text={text} label={`Copy the ${name.toLowerCase()}`} />
    </Group>
  );
}
