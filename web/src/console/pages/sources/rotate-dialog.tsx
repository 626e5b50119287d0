import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { usePost } from '../../../api/repair.ts';
import type { CreatedFeed, Feed } from '../../../api/sources.ts';
import { ShownOnce } from './shown-once.tsx';

const DAY_MS = 86_400_000;

/** Gives a feed a second secret; the one in force goes on for a day, or stops at once when it has leaked. */
export function RotateDialog({ source, feed, onClose }: { source: string; feed: Feed; onClose: () => void }) {
  const isFirst = !feed.secrets.some(({ use, active }) => use === 'key' && active);
  const [when, setWhen] = useState('tomorrow');
  const [secret, setSecret] = useState('');
  const add = usePost<CreatedFeed>();
  const rotate = (): void => {
    const at = new Date(Date.now() + (when === 'tomorrow' ? DAY_MS : 0)).toISOString();
    add.mutate({
      path: `/v1/sources/${source}/feeds/${feed.name}/secrets`,
      body: { ...(isFirst ? {} : { retireOthersAt: at }), ...(secret === '' ? {} : { secret }) },
    });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${isFirst ? 'Add the' : 'Rotate the'} secret of ${feed.name}`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {add.data === undefined ? (
        <Stack gap="sm">
          {isFirst ? (
            <Text size="sm">The outside system shows it where its webhook is set up.</Text>
          ) : (
            <>
              <Text size="sm">
                A new secret is in force at once, beside the old one, so that nothing is turned away while the
                outside system is changed over.
              </Text>
              <Radio.Group label="The old secret stops" value={when} onChange={setWhen}>
                <Stack gap={4} mt={4}>
                  <Radio value="tomorrow" label="in 24 hours" />
                  <Radio value="now" label="now: it has leaked" />
                </Stack>
              </Radio.Group>
            </>
          )}
          <TextInput
            label="New secret"
            description="As the outside system made it. Left empty, one is made and shown once."
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            autoComplete="off"
          />
          {add.error !== null && (
            <Alert color="red" variant="light" role="alert">
              {add.error.message}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button loading={add.isPending} onClick={rotate}>
              {isFirst ? 'Add' : 'Rotate'}
            </Button>
          </Group>
        </Stack>
      ) : (
        <Stack gap="sm">
          <ShownOnce feed={add.data} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
