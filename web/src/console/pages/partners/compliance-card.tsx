import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useCompliance } from '../../../api/partners.ts';
import type { ComplianceFact } from '../../../api/partners.ts';
import { usePost } from '../../../api/repair.ts';
import { Card } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { Question } from '../question.tsx';

type Subject = ComplianceFact['subject'];
type Status = ComplianceFact['status'];

const SUBJECTS: readonly { readonly value: Subject; readonly label: string }[] = [
  { value: 'kyc', label: 'Verification' },
  { value: 'tax_form', label: 'Tax form' },
  { value: 'sanctions', label: 'Sanctions screening' },
];
const STATUSES: readonly { readonly value: Status; readonly label: string }[] = [
  { value: 'passed', label: 'Passed' },
  { value: 'pending', label: 'Under way' },
  { value: 'failed', label: 'Failed' },
];
const nameOf = (subject: Subject): string =>
  SUBJECTS.find(({ value }) => value === subject)?.label ?? subject;

/** What was stated of the partner's own checks; they decide about payouts, never about commission. */
export function ComplianceCard({ partnerId }: { partnerId: string }) {
  const { data, error, refetch } = useCompliance(partnerId);
  const [isOpen, setOpen] = useState(false);
  const [taken, setTaken] = useState<ComplianceFact>();
  return (
    <Card
      title="Checks before a payout"
      aside={
        <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
          State a check …
        </Button>
      }
      flush
    >
      {error !== null && data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <PlainTable
          label="Checks of the partner"
          head={['Check', 'Stands', 'From', 'Until', 'Why', 'By', 'Act']}
          minWidth={640}
          maxHeight={320}
          rows={(data?.items ?? []).toReversed().map((fact) => ({
            key: fact.id,
            cells: [
              nameOf(fact.subject),
              fact.retraction === null ? (
                <StateBadge key="s" state={fact.status} />
              ) : (
                <StateBadge key="s" state="withdrawn" word="taken back" />
              ),
              <TimeText key="f" at={fact.effectiveFrom} none="the beginning" />,
              <TimeText key="u" at={fact.effectiveTo} />,
              fact.retraction === null
                ? fact.reason
                : `${fact.reason}; taken back: ${fact.retraction.reason}`,
              fact.recordedBy,
              fact.retraction === null ? (
                <Button key="t" size="compact-xs" variant="subtle" onClick={() => setTaken(fact)}>
                  Take back …<span className="visually-hidden"> {nameOf(fact.subject)}</span>
                </Button>
              ) : (
                ''
              ),
            ],
          }))}
          empty={
            data === undefined
              ? 'Loading …'
              : 'Nothing was stated yet: until the checks that the program asks for have passed, nothing is paid out.'
          }
        />
      )}
      {isOpen && <StateDialog partnerId={partnerId} onClose={() => setOpen(false)} />}
      {taken !== undefined && (
        <TakeBackDialog partnerId={partnerId} fact={taken} onClose={() => setTaken(undefined)} />
      )}
    </Card>
  );
}

function StateDialog({ partnerId, onClose }: { partnerId: string; onClose: () => void }) {
  const [subject, setSubject] = useState<Subject>('kyc');
  const [status, setStatus] = useState<Status>('passed');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const state = usePost<unknown>();
  const optional = (name: string, value: string): object =>
    value.trim() === '' ? {} : { [name]: value.trim() };
  return (
    <Question
      title="State how a check stands"
      says="Payouts follow it at once. Commission goes on either way."
      verb="State it"
      reason={reason}
      onReason={setReason}
      post={state}
      onClose={onClose}
      onSend={() =>
        state.mutate(
          {
            path: `/v1/partners/${partnerId}/compliance`,
            body: {
              subject,
              status,
              reason: reason.trim(),
              ...optional('effectiveFrom', from),
              ...optional('effectiveTo', to),
            },
          },
          { onSuccess: onClose },
        )
      }
    >
      <Group grow align="start">
        <Select
          label="Check"
          allowDeselect={false}
          data={[...SUBJECTS]}
          value={subject}
          onChange={(value) => setSubject((value ?? 'kyc') as Subject)}
        />
        <Select
          label="Stands"
          allowDeselect={false}
          data={[...STATUSES]}
          value={status}
          onChange={(value) => setStatus((value ?? 'passed') as Status)}
        />
      </Group>
      <Group grow align="start">
        <TextInput
          label="From"
          description="Empty: now"
          placeholder="2026-03-01T00:00:00Z"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          label="Until"
          description="Empty: without end"
          placeholder="2027-03-01T00:00:00Z"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </Group>
    </Question>
  );
}

interface TakeBackProps {
  readonly partnerId: string;
  readonly fact: ComplianceFact;
  readonly onClose: () => void;
}

function TakeBackDialog({ partnerId, fact, onClose }: TakeBackProps) {
  const [reason, setReason] = useState('');
  const take = usePost<unknown>();
  return (
    <Question
      title={`Take back: ${nameOf(fact.subject)}`}
      says={
        <Text size="sm">
          It never was, and what was stated before it holds again. It stays in this list, marked as taken
          back.
        </Text>
      }
      verb="Take it back"
      reason={reason}
      onReason={setReason}
      post={take}
      onClose={onClose}
      onSend={() =>
        take.mutate(
          {
            path: `/v1/partners/${partnerId}/compliance/${fact.id}/retraction`,
            body: { reason: reason.trim() },
          },
          { onSuccess: onClose },
        )
      }
    />
  );
}
