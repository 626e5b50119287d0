import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { usePost } from '../../../api/repair.ts';
import { useFeeds } from '../../../api/sources.ts';
import type { Feed } from '../../../api/sources.ts';
import { Card } from '../../../components/card.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { NewFeedDialog } from './new-feed-dialog.tsx';
import { RotateDialog } from './rotate-dialog.tsx';
import { nameOfScheme, needsSecret } from './schemes.ts';

/** The ways in of a source, and what an operator does with them. */
export function FeedsCard({ source, preset }: { source: string; preset: string }) {
  const { data, error } = useFeeds(source);
  const [isMaking, setMaking] = useState(false);
  const [rotated, setRotated] = useState<Feed>();
  const change = usePost<Feed>();
  return (
    <Card
      title="Feeds"
      flush
      aside={
        <Button size="compact-sm" variant="light" onClick={() => setMaking(true)}>
          New feed …
        </Button>
      }
    >
      {error !== null && <ErrorState error={error} />}
      {change.error !== null && (
        <Alert color="red" variant="light" role="alert" m="md">
          {change.error.message}
        </Alert>
      )}
      {data?.items.length === 0 && (
        <Text size="sm" c="var(--text-soft)" p="md">
          None is configured. Postbacks, the API, batches and raw deliveries need none; a webhook of an
          outside system does.
        </Text>
      )}
      {data !== undefined && data.items.length > 0 && (
        <ScrollRegion label="Feeds, scrolls" minWidth={760}>
          <Table aria-label="Feeds" tabularNums>
            <Table.Thead>
              <Table.Tr>
                {['Feed', 'Proves itself by', 'Address', 'Last delivery', 'State', 'Actions'].map((name) => (
                  <Table.Th key={name} scope="col">
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.items.map((feed) => (
                <FeedRow
                  key={feed.id}
                  feed={feed}
                  onRotate={() => setRotated(feed)}
                  onPause={() =>
                    change.mutate({
                      path: `/v1/sources/${source}/feeds/${feed.name}`,
                      method: 'PATCH',
                      body: { paused: !feed.paused },
                    })
                  }
                />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollRegion>
      )}
      {isMaking && <NewFeedDialog source={source} preset={preset} onClose={() => setMaking(false)} />}
      {rotated !== undefined && (
        <RotateDialog source={source} feed={rotated} onClose={() => setRotated(undefined)} />
      )}
    </Card>
  );
}

function FeedRow({ feed, onRotate, onPause }: { feed: Feed; onRotate: () => void; onPause: () => void }) {
  const { activity, secrets } = feed;
  const inForce = secrets.filter(({ active, use }) => active && use === 'key').length;
  const turnedAway = Object.entries(activity.refused);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {feed.name}
        </Text>
        <Text size="xs" c="var(--text-soft)">
          {feed.kind}
        </Text>
      </Table.Td>
      <Table.Td>
        {nameOfScheme(feed.verification.scheme)}
        <Text size="xs" c="var(--text-soft)">
          {secretWords(feed.verification.scheme, inForce)}
          {feed.allowIps.length > 0 ? `, ${feed.allowIps.length} networks` : ''}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
            {feed.url}
          </Text>
          <CopyButton text={feed.url} label={`Copy the address of ${feed.name}`} />
        </Group>
      </Table.Td>
      <Table.Td>
        {activity.lastDeliveryAt === null ? '–' : <TimeText at={activity.lastDeliveryAt} />}
        {turnedAway.length > 0 && (
          <Text size="xs" c="var(--text-soft)">
            turned away: {turnedAway.map(([reason, count]) => `${count} ${reason}`).join(', ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <StateBadge state={feed.paused ? 'paused' : 'active'} />
      </Table.Td>
      <Table.Td>
        <Stack gap={4} align="flex-start">
          <Button
            size="compact-sm"
            variant="default"
            onClick={onPause}
            aria-label={`${feed.paused ? 'Resume' : 'Pause'} ${feed.name}`}
          >
            {feed.paused ? 'Resume' : 'Pause'}
          </Button>
          {needsSecret(feed.verification.scheme) && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={onRotate}
              aria-label={`${inForce === 0 ? 'Add' : 'Rotate'} secret … of ${feed.name}`}
            >
              {inForce === 0 ? 'Add secret …' : 'Rotate secret …'}
            </Button>
          )}
        </Stack>
      </Table.Td>
    </Table.Tr>
  );
}

function secretWords(scheme: string, inForce: number): string {
  if (inForce === 0) return needsSecret(scheme) ? 'no secret yet: all is turned away' : 'no secret';
  return inForce === 1 ? '1 secret in force' : `${inForce} secrets in force`;
}
