import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ChangeSet } from '../../../api/change-sets.ts';
import { usePost } from '../../../api/repair.ts';
import { useGo } from '../../../components/app-link.tsx';
import { isByHand, VERB_NAMES, VERB_SAYS, VERBS } from './words.ts';
import type { ChangeSetVerb } from './words.ts';

/** What can be done with a set in its state, each after a question; the reason is asked where it is kept. */
export function ChangeSetActs({ set }: { set: ChangeSet }) {
  const [verb, setVerb] = useState<ChangeSetVerb>();
  const [note, setNote] = useState('');
  const post = usePost<ChangeSet>();
  const go = useGo();
  const verbs = VERBS[set.state].filter(
    (one) =>
      (one !== 'undo' || set.undoneBy === null) &&
      (one !== 'release' || (!isByHand(set) && (set.releasedAt === null || set.releaseFull))),
  );
  if (verbs.length === 0) return null;
  const asksWhy = verb !== undefined && verb !== 'stop' && verb !== 'resume';
  const close = (): void => {
    setVerb(undefined);
    post.reset();
  };
  const send = (): void => {
    if (verb === undefined) return;
    post.mutate(
      { path: `/v1/change-sets/${set.id}/${verb}`, ...(asksWhy ? { body: { note } } : {}) },
      {
        onSuccess: (answer) => {
          close();
          if (answer.id !== set.id) go(`/change-sets/${answer.id}`);
        },
      },
    );
  };
  return (
    <Group>
      {verbs.map((one) => (
        <Button
          key={one}
          variant={one === 'approve' ? 'filled' : 'default'}
          onClick={() => {
            setNote('');
            setVerb(one);
          }}
        >
          {VERB_NAMES[one]} …
        </Button>
      ))}
      <Modal
        opened={verb !== undefined}
        onClose={close}
        title={verb === undefined ? '' : VERB_NAMES[verb]}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="sm">
          <Text size="sm">{verb === undefined ? '' : VERB_SAYS[verb]}</Text>
          {asksWhy && (
            <TextInput
              label="Why"
              data-autofocus
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
          )}
          {post.isError && (
            <Alert color="red" variant="light" role="alert">
              {post.error.message}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button disabled={asksWhy && note.trim() === ''} loading={post.isPending} onClick={send}>
              {verb === undefined ? '' : VERB_NAMES[verb]}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
