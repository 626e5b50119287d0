import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { usePost } from '../../../api/repair.ts';
import type { PartnerDetail } from '../../../api/types.ts';

/** Suspends a partner, or takes it back in; from now or from a given instant on. */
export function StatusButton({ partner }: { partner: PartnerDetail }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {partner.status === 'active' ? 'Suspend …' : 'Reinstate …'}
      </Button>
      {isOpen && <StatusDialog partner={partner} onClose={() => setOpen(false)} />}
    </>
  );
}

function StatusDialog({ partner, onClose }: { partner: PartnerDetail; onClose: () => void }) {
  const [at, setAt] = useState('');
  const change = usePost<unknown>();
  const isActive = partner.status === 'active';
  const instant = at.trim();
  const send = (): void =>
    change.mutate(
      {
        path: `/v1/partners/${partner.id}`,
        method: 'PATCH',
        body: {
          status: isActive ? 'suspended' : 'active',
          ...(instant === '' ? {} : { [isActive ? 'suspendedAt' : 'reinstatedAt']: instant }),
        },
      },
      { onSuccess: onClose },
    );
  const verb = isActive ? 'Suspend it' : 'Reinstate it';
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${isActive ? 'Suspend' : 'Reinstate'} ${partner.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="sm">
        <Text size="sm">
          {isActive
            ? 'From then on its links and codes attribute nobody. What it has earned stays, and its customers stay with it.'
            : 'Its links and codes attribute again from then on. An end not after the beginning of the suspension means that it never was.'}
        </Text>
        <TextInput
          label="From"
          description="Empty: now. An instant such as 2026-03-01T00:00:00Z, past or future; customers who came since are decided anew."
          placeholder="now"
          data-autofocus
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
        {change.isError && (
          <Alert color="red" variant="light" role="alert">
            {change.error.message}
            {change.error.errors.map(({ path, message }) => (
              <div key={`${path} ${message}`}>{message}</div>
            ))}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={change.isPending} onClick={send}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
