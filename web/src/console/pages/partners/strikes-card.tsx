import { Button, Select, Text } from '@mantine/core';
import { useState } from 'react';
import { usePost } from '../../../api/repair.ts';
import { useStrikes } from '../../../api/tracking.ts';
import type { Strikes } from '../../../api/tracking.ts';
import { Card } from '../../../components/card.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { Question } from '../question.tsx';
import classes from './partner-page.module.css';

type Strike = Strikes['items'][number];
type Effect = Strike['effect'];

const EFFECTS: readonly { readonly value: Effect; readonly label: string; readonly says: string }[] = [
  { value: 'noted', label: 'Note it', says: 'It is kept and counted; nothing else changes.' },
  {
    value: 'flagged',
    label: 'Flag the partner',
    says: 'Its visits are marked from now on, and still count.',
  },
  {
    value: 'suspended',
    label: 'Suspend the partner',
    says: 'Its links and codes attribute nobody from now on. What it has earned stays.',
  },
];

/** Breaches of the rules of promotion, and what each led to. */
export function StrikesCard({ partnerId }: { partnerId: string }) {
  const { data } = useStrikes(partnerId);
  const [isOpen, setOpen] = useState(false);
  const [withdrawn, setWithdrawn] = useState<Strike>();
  return (
    <Card
      title="Strikes"
      aside={
        <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
          Strike …
        </Button>
      }
    >
      <Text size="sm" c="var(--text-soft)">
        {data === undefined ? '…' : data.count === 0 ? 'None stands against it.' : sayCount(data)}
      </Text>
      <ul className={classes.links}>
        {(data?.items ?? []).map((strike) => (
          <li key={strike.id}>
            <Text size="sm">
              {strike.effect}: {strike.reason}
            </Text>
            <Text size="xs" c="var(--text-soft)">
              <TimeText at={strike.struckAt} />, {strike.recordedBy}
              {strike.withdrawn !== null &&
                `; withdrawn by ${strike.withdrawn.by}: ${strike.withdrawn.reason}`}
            </Text>
            {strike.withdrawn === null && (
              <Button size="compact-xs" variant="subtle" onClick={() => setWithdrawn(strike)}>
                Withdraw …
              </Button>
            )}
          </li>
        ))}
      </ul>
      {isOpen && <StrikeDialog partnerId={partnerId} onClose={() => setOpen(false)} />}
      {withdrawn !== undefined && (
        <WithdrawDialog strike={withdrawn} onClose={() => setWithdrawn(undefined)} />
      )}
    </Card>
  );
}

function sayCount({ count, suspendedAt, flaggedAt }: Strikes): string {
  const stands =
    suspendedAt !== null ? ' The partner is suspended.' : flaggedAt !== null ? ' It is flagged.' : '';
  return `${count} ${count === 1 ? 'stands' : 'stand'} against it.${stands}`;
}

function StrikeDialog({ partnerId, onClose }: { partnerId: string; onClose: () => void }) {
  const [effect, setEffect] = useState<Effect>('noted');
  const [reason, setReason] = useState('');
  const strike = usePost<unknown>();
  return (
    <Question
      title="Strike the partner"
      says={EFFECTS.find(({ value }) => value === effect)?.says ?? ''}
      verb="Strike"
      reason={reason}
      onReason={setReason}
      post={strike}
      onClose={onClose}
      onSend={() =>
        strike.mutate(
          { path: `/v1/partners/${partnerId}/strikes`, body: { effect, reason: reason.trim() } },
          { onSuccess: onClose },
        )
      }
    >
      <Select
        label="What it leads to"
        allowDeselect={false}
        data={EFFECTS.map(({ value, label }) => ({ value, label }))}
        value={effect}
        onChange={(value) => setEffect((value ?? 'noted') as Effect)}
      />
    </Question>
  );
}

function WithdrawDialog({ strike, onClose }: { strike: Strike; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const withdraw = usePost<unknown>();
  return (
    <Question
      title="Withdraw the strike"
      says="It stays in the list and does not count any more. A suspension that it brought is lifted apart from it."
      verb="Withdraw"
      reason={reason}
      onReason={setReason}
      post={withdraw}
      onClose={onClose}
      onSend={() =>
        withdraw.mutate(
          { path: `/v1/strikes/${strike.id}/withdraw`, body: { reason: reason.trim() } },
          { onSuccess: onClose },
        )
      }
    />
  );
}
