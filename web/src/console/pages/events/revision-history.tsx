import { Text } from '@mantine/core';
import type { StoredEventDetail } from '../../../api/types.ts';
import { Card } from '../../../components/card.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { differencesOf } from './differences.ts';
import type { Difference } from './differences.ts';
import classes from './event-page.module.css';

interface Told {
  readonly revision: number;
  readonly content: unknown;
  readonly deliveryId: string;
  readonly recordedAt: string | null;
  readonly standing: 'in force' | 'replaced' | 'came late, never in force';
}

/** Everything that was ever told about the event, newest first, each with what it changed. */
export function RevisionHistory({ event }: { event: StoredEventDetail }) {
  const told: Told[] = [
    ...event.revisions.map((past): Told => ({
      ...past,
      standing: past.effective ? 'replaced' : 'came late, never in force',
    })),
    {
      revision: event.revision,
      content: event.content,
      deliveryId: event.deliveryId,
      recordedAt: null,
      standing: 'in force',
    },
  ].toSorted((a, b) => b.revision - a.revision) as Told[];
  if (told.length === 1) {
    return (
      <Card title="Revision 1, the only one" aside={<StateBadge state="accepted" word="in force" />}>
        <Text size="sm" c="var(--text-soft)">
          The source has told this event once. When it sends other content under the same id, the difference
          stands here, and is booked.
        </Text>
      </Card>
    );
  }
  return (
    <ol className={classes.history}>
      {told.map((now, index) => (
        <li key={now.revision}>
          <Card
            title={`Revision ${now.revision}`}
            aside={
              <>
                {now.recordedAt !== null && (
                  <Text size="xs" c="var(--text-soft)">
                    replaced <TimeText at={now.recordedAt} />
                  </Text>
                )}
                <IdChip id={now.deliveryId} />
                <StateBadge
                  state={now.standing === 'in force' ? 'accepted' : 'ignored'}
                  word={now.standing}
                />
              </>
            }
          >
            <Changes before={told[index + 1]} now={now} />
          </Card>
        </li>
      ))}
    </ol>
  );
}

function Changes({ before, now }: { before: Told | undefined; now: Told }) {
  if (before === undefined)
    return (
      <Text size="sm" c="var(--text-soft)">
        What was told first.
      </Text>
    );
  const changes = differencesOf(before.content, now.content);
  if (changes.length === 0)
    return (
      <Text size="sm" c="var(--text-soft)">
        Nothing that counts is different.
      </Text>
    );
  return (
    <table className={classes.changes}>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Revision {before.revision}</th>
          <th scope="col">Revision {now.revision}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change: Difference) => (
          <tr key={change.path}>
            <td>{change.path}</td>
            <td className={classes.before}>{shown(change.before)}</td>
            <td className={classes.after}>{shown(change.after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function shown(value: unknown): string {
  if (value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
