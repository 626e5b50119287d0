import { Alert, Code, Group, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import type { CreatedFeed } from '../../../api/sources.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { needsSecret } from './schemes.ts';

/** The address and the secret of a feed, right after they were made: nobody can read the secret again. */
export function ShownOnce({ feed }: { feed: CreatedFeed }) {
  const hasSecret = feed.secrets.some(({ use, active }) => use === 'key' && active);
  return (
    <Alert
      color="teal"
      variant="light"
      icon={<IconKey size={18} aria-hidden />}
      title={feed.secret === null ? 'It is made' : 'Shown this once'}
      role="status"
    >
      <Stack gap="xs">
        <Copied name="Address" text={feed.url} />
        {feed.secret !== null && <Copied name="Secret" text={feed.secret} />}
        <Text size="sm">{wordsOf(feed, hasSecret)}</Text>
      </Stack>
    </Alert>
  );
}

function wordsOf(feed: CreatedFeed, hasSecret: boolean): string {
  if (feed.secret !== null)
    return 'Store the secret where the outside system needs it. It is kept encrypted and not shown again.';
  if (hasSecret) return 'Its secret is the one that you gave. It is kept encrypted and not shown again.';
  return needsSecret(feed.verification.scheme)
    ? 'It has no secret yet: the outside system makes it. Give the address there, and add the secret here; until then every delivery is turned away.'
    : 'It needs no secret of its own: the address, or the network, is what proves a delivery. Keep the address to yourself.';
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
