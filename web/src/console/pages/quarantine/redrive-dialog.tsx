import { Alert, Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { redriveAll, useForeseen } from '../../../api/repair.ts';
import type { Chosen, RedriveProgress } from '../../../api/repair.ts';
import { wholeNumber } from '../../../components/number-format.ts';

interface RedriveDialogProps {
  readonly chosen: Chosen;
  /** How many open items these are. */
  readonly count: number;
  /** Slugs of the sources that they are of. */
  readonly sources: readonly string[];
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Says what driving these items again would give, and does it. */
export function RedriveDialog({ chosen, count, sources, onClose, onDone }: RedriveDialogProps) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<RedriveProgress>();
  const [error, setError] = useState<string>();
  const [state, setState] = useState<'asked' | 'running' | 'done'>('asked');
  const run = async (): Promise<void> => {
    setState('running');
    try {
      await redriveAll(chosen, setProgress);
    } catch (problem) {
      setError(problem instanceof Error ? problem.message : 'It failed.');
    }
    setState('done');
    onDone?.();
    await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'foreseen' });
  };
  return (
    <Modal opened onClose={onClose} title="Re-drive" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="sm">
        <Text size="sm">
          {wholeNumber(count)} {count === 1 ? 'item is' : 'items are'} read again by the mapping in force.
          What can be read becomes events, and commission that follows is booked; the rest stays here. An item
          is never told twice.
        </Text>
        {state === 'asked' && <WhatWouldBe chosen={chosen} sources={sources} />}
        <Steps progress={progress} total={count} />
        {error !== undefined && (
          <Alert color="red" variant="light" role="alert">
            {error}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {state === 'done' ? 'Close' : 'Cancel'}
          </Button>
          {state !== 'done' && (
            <Button loading={state === 'running'} onClick={() => void run()}>
              Re-drive
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

const WORDS: Readonly<Record<string, string>> = {
  event: 'would become events',
  ignored: 'would be ignored',
  quarantined: 'would stay in quarantine',
  refused: 'would be refused',
  gone: 'would not be told any more',
};

function WhatWouldBe({ chosen, sources }: { chosen: Chosen; sources: readonly string[] }) {
  const { data, error } = useForeseen(chosen, sources);
  return (
    <div role="status" aria-label="What would become of them">
      {error !== null && <Text size="sm">It cannot be said before: {error.message}</Text>}
      {error === null && data === undefined && <Text size="sm">Looking what would become of them …</Text>}
      {data !== undefined && (
        <>
          {Object.entries(data.counts).map(([name, count]) => (
            <Text size="sm" key={name} fw={600}>
              {wholeNumber(count)} {WORDS[name] ?? name}
            </Text>
          ))}
          {data.looked < data.found && (
            <Text size="xs" c="var(--text-soft)">
              Of {wholeNumber(data.found)} items the newest {wholeNumber(data.looked)} were looked at.
            </Text>
          )}
        </>
      )}
    </div>
  );
}

function Steps({ progress, total }: { progress: RedriveProgress | undefined; total: number }) {
  const all = progress === undefined ? total : progress.done + progress.left;
  return (
    <div aria-live="polite">
      {progress !== undefined && (
        <>
          <Progress value={all === 0 ? 100 : (progress.done / all) * 100} aria-label="Items read again" />
          <Text size="sm" mt={4}>
            {wholeNumber(progress.done)} read:{' '}
            {Object.entries(progress.counts)
              .map(([name, count]) => `${wholeNumber(count)} ${name}`)
              .join(', ')}
          </Text>
        </>
      )}
    </div>
  );
}
