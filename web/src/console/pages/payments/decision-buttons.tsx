import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { usePost } from '../../../api/repair.ts';

/** A word that a person says about money, with its reason. */
export interface Act {
  readonly label: string;
  readonly path: string;
  /** Asks when it happened too, under this name; left empty it is undefined. */
  readonly when?: string;
  readonly bodyOf: (reason: string, at: string | undefined) => object;
}

/** Buttons that ask for a reason and a confirmation before anything is sent. */
export function DecisionButtons({ what, acts }: { what: string; acts: readonly Act[] }) {
  const [act, setAct] = useState<Act | null>(null);
  return (
    <Group gap={6} justify="flex-end">
      {acts.map((one) => (
        <Button key={one.label} size="compact-sm" variant="default" onClick={() => setAct(one)}>
          {one.label} …
        </Button>
      ))}
      {act !== null && <ReasonDialog what={what} act={act} onClose={() => setAct(null)} />}
    </Group>
  );
}

function ReasonDialog({ what, act, onClose }: { what: string; act: Act; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [at, setAt] = useState('');
  const decide = usePost<unknown>();
  const send = (): void =>
    decide.mutate(
      { path: act.path, body: act.bodyOf(reason.trim(), at.trim() === '' ? undefined : at.trim()) },
      { onSuccess: onClose },
    );
  return (
    <Modal opened onClose={onClose} title={act.label} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="sm">
        <Text size="sm">{what}</Text>
        <TextInput
          label="Reason"
          description="Kept in the audit trail."
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {act.when !== undefined && (
          <TextInput
            label={act.when}
            description="Empty: now. An instant such as 2026-03-01T10:00:00Z, not in the future."
            placeholder="now"
            value={at}
            onChange={(event) => setAt(event.currentTarget.value)}
          />
        )}
        {decide.isError && (
          <Alert color="red" variant="light" role="alert">
            {decide.error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={reason.trim() === ''} loading={decide.isPending} onClick={send}>
            {act.label}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
