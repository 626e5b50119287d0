import { Text } from '@mantine/core';
import type { DealPreview } from '../../../api/deals.ts';
import { MoneyOfPreview } from '../money-of-preview.tsx';

const SAYS: Readonly<Record<DealPreview['way'], string>> = {
  at_once: 'Nothing that was decided depends on it: it is written at once.',
  change_set:
    'It reaches into what was decided, so it becomes a change set. It is applied at once; what it brings to partners is held until you release it.',
  second_person:
    'It reaches into what was decided, so it becomes a change set. Another person must approve it before anything changes.',
};

/** Which way a change of terms would go, before it is made, and what it would move. */
export function DealWay({ look }: { look: DealPreview }) {
  const { way, preview, limit } = look;
  return (
    <div role="region" aria-label="What it would do">
      <Text size="sm" role="status" mb="xs">
        {SAYS[way]}
        {way === 'second_person' && ` The limit of the program is ${limit.amount} ${limit.currency}.`}
      </Text>
      {preview !== null && way !== 'at_once' && <MoneyOfPreview preview={preview} />}
    </div>
  );
}
