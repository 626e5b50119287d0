import { Code, Group, Text, Tooltip } from '@mantine/core';
import { IconTool } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useReasons } from '../api/resources.ts';
import { nextStepOf } from './next-step.ts';

interface ReasonProps {
  readonly code: string;
  /** What was seen, as the server wrote it. */
  readonly detail?: string | null;
  /** Where in the delivery. */
  readonly path?: string | null;
  /** The sentence, when the answer brought it. */
  readonly sentence?: string;
  /** The sentence stands above already: only the code, and what to do. */
  readonly isSaid?: boolean;
}

/** A reason code in a list: its code, and its sentence on hover and focus. */
export function ReasonCode({ code, sentence }: { code: string; sentence?: string }) {
  const words = useReasons().get(code);
  const says = sentence ?? words?.operator;
  const mark = <Code style={{ whiteSpace: 'nowrap' }}>{code}</Code>;
  return says === undefined ? (
    mark
  ) : (
    <Tooltip label={says} multiline maw={360}>
      {mark}
    </Tooltip>
  );
}

/** Why something is as it is: the code, its sentence, what was seen and where, and what to do. */
export function Reason({ code, detail, path, sentence, isSaid = false }: ReasonProps) {
  const words = useReasons().get(code);
  const step = nextStepOf(code);
  return (
    <div>
      {!isSaid && (
        <Text size="sm" fw={560}>
          {sentence ?? words?.operator ?? code.replaceAll('_', ' ')}
        </Text>
      )}
      {detail !== undefined && detail !== null && detail !== sentence && (
        <Text size="sm" c="var(--text-soft)" mt={2} style={{ overflowWrap: 'anywhere' }}>
          {detail}
        </Text>
      )}
      <Group gap={6} mt={6}>
        <Code>{code}</Code>
        {path !== undefined && path !== null && path !== '' && <Code>{path}</Code>}
      </Group>
      {step !== undefined && <NextStep>{step}</NextStep>}
    </div>
  );
}

/** What to do next, in one sentence. */
export function NextStep({ children }: { children: ReactNode }) {
  return (
    <Group gap={6} mt={8} wrap="nowrap" align="flex-start" c="var(--accent-text)">
      <IconTool size={15} style={{ flex: 'none', marginTop: 2 }} aria-hidden />
      <Text size="sm">{children}</Text>
    </Group>
  );
}
