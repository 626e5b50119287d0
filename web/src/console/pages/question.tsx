import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { usePost } from '../../api/repair.ts';

interface QuestionProps {
  readonly title: string;
  /** What it will do. */
  readonly says: ReactNode;
  readonly verb: string;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
  readonly post: Pick<ReturnType<typeof usePost<unknown>>, 'isError' | 'isPending' | 'error'>;
  readonly onClose: () => void;
  readonly onSend: () => void;
  /** Something else is missing besides the reason. */
  readonly disabled?: boolean;
  readonly children?: ReactNode;
}

/** Asks why, before something is done that counts; says what it will do, and what the server refuses. */
export function Question(props: QuestionProps) {
  const { title, says, verb, reason, onReason, post, onClose, onSend, disabled = false, children } = props;
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="sm">
        {children}
        <Text size="sm" component="div">
          {says}
        </Text>
        <TextInput
          label="Why"
          data-autofocus
          value={reason}
          onChange={(event) => onReason(event.currentTarget.value)}
        />
        {post.isError && post.error !== null && (
          <Alert color="red" variant="light" role="alert">
            {post.error.message}
            {post.error.errors.map(({ path, message }) => (
              <div key={`${path} ${message}`}>{message}</div>
            ))}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={disabled || reason.trim() === ''} loading={post.isPending} onClick={onSend}>
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
