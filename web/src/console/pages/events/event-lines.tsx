import type { explainedLineSchema } from '@plumbline/contract';
import { Group, Text } from '@mantine/core';
import type { Wire } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { Money } from '../../../components/money.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import classes from './event-page.module.css';

/** Who earned what from the event, level by level; each posting opens its explanation. */
export function EventLines({ lines }: { lines: readonly Wire<typeof explainedLineSchema>[] }) {
  if (lines.length === 0) return null;
  return (
    <ul className={classes.lines} aria-label="Commission of the event">
      {lines.map((line) => (
        <li key={line.naturalKey}>
          <div style={{ minWidth: 0 }}>
            <AppLink href={`/partners/${line.partnerId}`} fw={560}>
              {line.partnerName}
            </AppLink>
            <Text size="xs" c="var(--text-soft)">
              {line.component.replaceAll('_', ' ')} · level {line.level}
            </Text>
          </div>
          <Group gap={8} justify="flex-end">
            <StateBadge state={line.state} />
            {line.postings.map((posting) => (
              <IdChip key={posting.id} id={posting.id} />
            ))}
            <Money {...line.booked} strong />
          </Group>
        </li>
      ))}
    </ul>
  );
}
