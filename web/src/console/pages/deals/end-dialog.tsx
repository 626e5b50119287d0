import { Alert, Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DealAnswer, DealPreview } from '../../../api/deals.ts';
import { usePost } from '../../../api/repair.ts';
import type { Deal } from '../../../api/types.ts';
import { useGo } from '../../../components/app-link.tsx';
import { DealWay } from './deal-way.tsx';

type Next = NonNullable<Deal['ends']>;

/** Ends a deal without a successor; it can be ended when it was looked at what that would do. */
export function EndDialog({ deal, onClose }: { deal: Deal; onClose: () => void }) {
  const [endsAt, setEndsAt] = useState('');
  const [next, setNext] = useState<Next>('nothing');
  const [reason, setReason] = useState('');
  const look = usePost<DealPreview>();
  const make = usePost<DealAnswer>();
  const go = useGo();
  const touch = (change: () => void): void => {
    change();
    look.reset();
    make.reset();
  };
  const path = `/v1/deals/${deal.id}/end`;
  const asked = { endsAt: endsAt.trim(), next };
  const end = (): void =>
    make.mutate(
      { path, body: { ...asked, reason: reason.trim() } },
      {
        onSuccess: (answer) => {
          onClose();
          go('kind' in answer ? `/change-sets/${answer.id}` : `/deals/${answer.id}`);
        },
      },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title="End the deal"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="sm">
        <Text size="sm">
          What happened before is paid by it, also when it is told later. What is settled by month ends with a
          month.
        </Text>
        <TextInput
          label="It ends at"
          description="An instant such as 2026-03-01T00:00:00Z, past or future."
          placeholder="2026-03-01T00:00:00Z"
          value={endsAt}
          onChange={(event) => {
            const { value } = event.currentTarget;
            touch(() => setEndsAt(value));
          }}
        />
        {deal.partnerId !== null && (
          <SegmentedControl
            aria-label="What pays from then on"
            value={next}
            onChange={(value) => touch(() => setNext(value as Next))}
            data={[
              { value: 'nothing', label: 'Nothing pays from then on' },
              { value: 'default', label: 'The default deal does' },
            ]}
          />
        )}
        <TextInput label="Why" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <Failure error={look.error ?? make.error} />
        {look.data !== undefined && <DealWay look={look.data} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="default"
            disabled={asked.endsAt === ''}
            loading={look.isPending}
            onClick={() => look.mutate({ path: `${path}/preview`, body: asked })}
          >
            What would it do?
          </Button>
          <Button
            disabled={reason.trim() === '' || look.data === undefined}
            loading={make.isPending}
            onClick={end}
          >
            End it
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Failure({ error }: { error: ReturnType<typeof usePost>['error'] }) {
  if (error === null) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {error.message}
      {error.errors.map((one) => (
        <div key={`${one.path} ${one.message}`}>{one.message}</div>
      ))}
    </Alert>
  );
}
