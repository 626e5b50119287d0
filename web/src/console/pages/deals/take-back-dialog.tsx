import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { DealAnswer, DealPreview } from '../../../api/deals.ts';
import { usePost } from '../../../api/repair.ts';
import type { Deal } from '../../../api/types.ts';
import { useGo } from '../../../components/app-link.tsx';
import { DealWay } from './deal-way.tsx';

/** Takes a version back; says first which way it goes and what it moves. */
export function TakeBackDialog({ deal, onClose }: { deal: Deal; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const look = usePost<DealPreview>();
  const make = usePost<DealAnswer>();
  const go = useGo();
  const path = `/v1/deals/${deal.id}/retraction`;
  const { mutate } = look;
  useEffect(() => mutate({ path: `${path}/preview` }), [mutate, path]);
  const failed = look.error ?? make.error;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={`Take version ${deal.version} back`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="sm">
        <Text size="sm">
          It never was: the version before it holds again until the next one. Without one the default deal of
          the program holds.
        </Text>
        {look.data !== undefined && <DealWay look={look.data} />}
        <TextInput label="Why" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        {failed !== null && (
          <Alert color="red" variant="light" role="alert">
            {failed.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={reason.trim() === '' || look.data === undefined}
            loading={make.isPending || look.isPending}
            onClick={() =>
              make.mutate(
                { path, body: { reason: reason.trim() } },
                {
                  onSuccess: (answer) => {
                    onClose();
                    if ('kind' in answer) go(`/change-sets/${answer.id}`);
                  },
                },
              )
            }
          >
            Take it back
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
