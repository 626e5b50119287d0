import { Group } from '@mantine/core';
import type { DeliveryItem } from '../../../api/types.ts';
import { StateBadge } from '../../../components/state-badge.tsx';
import { countByDisposition } from './count-dispositions.ts';

/** What became of a delivery's items, in as few marks as possible. */
export function Dispositions({ items }: { items: readonly DeliveryItem[] }) {
  const counts = countByDisposition(items);
  const isSingle = items.length === 1;
  return (
    <Group gap={4} wrap="nowrap">
      {counts.map(([disposition, count]) => (
        <StateBadge key={disposition} state={disposition} {...(isSingle ? {} : { count })} />
      ))}
    </Group>
  );
}
