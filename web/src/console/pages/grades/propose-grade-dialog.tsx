import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { GradeDecision } from '../../../api/grades.ts';
import { usePost } from '../../../api/repair.ts';

/** Proposes the grade of a partner; it counts when somebody else approves it. */
export function ProposeGradeDialog({ partnerId, onClose }: { partnerId: string; onClose: () => void }) {
  const [grade, setGrade] = useState('');
  const [from, setFrom] = useState('');
  const [reason, setReason] = useState('');
  const propose = usePost<GradeDecision>();
  const send = (): void =>
    propose.mutate(
      {
        path: `/v1/partners/${partnerId}/grade`,
        body: {
          grade: grade.trim(),
          reason: reason.trim(),
          ...(from.trim() === '' ? {} : { effectiveFrom: from.trim() }),
        },
      },
      { onSuccess: onClose },
    );
  return (
    <Modal opened onClose={onClose} title="Set the grade" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="sm">
        <Text size="sm">It counts when another person approves it, until a later check decides.</Text>
        <TextInput
          label="Grade"
          description="A grade of the ladder of its deal."
          data-autofocus
          value={grade}
          onChange={(event) => setGrade(event.currentTarget.value)}
        />
        <TextInput
          label="From"
          description="Empty: now. An instant such as 2026-03-01T00:00:00Z, past or future."
          placeholder="now"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput label="Why" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        {propose.error !== null && (
          <Alert color="red" variant="light" role="alert">
            {propose.error.message}
            {propose.error.errors.map((one) => (
              <div key={`${one.path} ${one.message}`}>{one.message}</div>
            ))}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            disabled={grade.trim() === '' || reason.trim().length < 3}
            loading={propose.isPending}
            onClick={send}
          >
            Propose
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
