import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { usePayable, usePayments } from '../../../api/payments.ts';
import type { Payable, Payment } from '../../../api/payments.ts';
import { usePost } from '../../../api/repair.ts';
import { usePartner } from '../../../api/resources.ts';
import { Card } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { Money } from '../../../components/money.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useNowOf } from '../../program.ts';
import { DecisionButtons } from './decision-buttons.tsx';

/** What can be paid to a partner, what was paid, and the door to record a payment that was made. */
export function PaymentsCard({ partnerId }: { partnerId: string }) {
  const payable = usePayable(partnerId);
  const { rows, query } = usePayments(partnerId);
  const [open, setOpen] = useState<Payable['currencies'][number] | null>(null);
  const error = payable.error ?? query.error;
  if (error !== null && payable.data === undefined)
    return <ErrorState error={error} onRetry={() => void payable.refetch()} />;
  const currencies = payable.data?.currencies ?? [];
  const blocked = payable.data?.payoutBlocked ?? [];
  return (
    <Card title="Payments" flush>
      <PlainTable
        label="Payable"
        head={['What', '>Payable', '>Act']}
        rows={currencies.map((one) => ({
          key: one.currency,
          cells: [
            Number(one.returned.amount) === 0
              ? 'Approved and not paid'
              : 'Approved and not paid, with what came back of earlier payments',
            <Money key="p" {...one.payable} strong />,
            <Button
              key="b"
              size="compact-sm"
              variant="default"
              disabled={Number(one.payable.amount) <= 0 || blocked.length > 0}
              onClick={() => setOpen(one)}
            >
              Record a payment …
            </Button>,
          ],
        }))}
        empty={payable.isPending ? 'Loading …' : 'Nothing was booked for this partner.'}
      />
      {blocked.map(({ code, sentence }) => (
        <Text key={code} size="sm" p="sm">
          Payouts are blocked: {sentence}
        </Text>
      ))}
      <PlainTable
        label="Payments of the partner"
        head={['Paid', 'Reference', 'State', '>Amount', '>Act']}
        rows={rows.map((row) => ({
          key: row.id,
          cells: [
            <TimeText key="t" at={row.paidAt} />,
            row.reference,
            <span key="s">
              <StateBadge state={row.state} />
              {row.refusal !== null && <Text size="xs">{row.refusal.sentence}</Text>}
            </span>,
            <Money key="a" {...row.amount} />,
            <PaymentActs key="x" payment={row} />,
          ],
        }))}
        empty={query.isPending ? 'Loading …' : 'Nothing was paid yet.'}
      />
      {open !== null && <RecordDialog partnerId={partnerId} of={open} onClose={() => setOpen(null)} />}
    </Card>
  );
}

function PaymentActs({ payment }: { payment: Payment }) {
  const { id, state, amount } = payment;
  const now = useNowOf(payment.programId);
  const said = `${amount.amount} ${amount.currency}`;
  if (state === 'proposed')
    return (
      <DecisionButtons
        what={`The payment of ${said} is above the limit of the program: another person than ${payment.createdBy} agrees, or takes it off.`}
        acts={[
          {
            label: 'Approve',
            path: `/v1/payments/${id}/approve`,
            bodyOf: (note) => ({ note }),
          },
          { label: 'Reject', path: `/v1/payments/${id}/reject`, bodyOf: (note) => ({ note }) },
        ]}
      />
    );
  if (state !== 'paid') return null;
  return (
    <DecisionButtons
      what={`${said} came back. It is owed again, and goes with the next payment; the commission that it paid stays paid.`}
      acts={[
        {
          label: 'It came back',
          path: `/v1/payments/${id}/return`,
          when: 'Came back at',
          bodyOf: (reason, at) => ({ reason, returnedAt: at ?? now() }),
        },
      ]}
    />
  );
}

function RecordDialog({
  partnerId,
  of: { currency, payable },
  onClose,
}: {
  partnerId: string;
  of: Payable['currencies'][number];
  onClose: () => void;
}) {
  const [paidAt, setPaidAt] = useState('');
  const [reference, setReference] = useState('');
  const { data: partner } = usePartner(partnerId);
  const now = useNowOf(partner?.programId);
  const record = usePost<Payment>();
  const send = (): void =>
    record.mutate(
      {
        path: '/v1/payments',
        body: {
          partnerId,
          currency,
          amount: payable.amount,
          paidAt: paidAt.trim() === '' ? now() : paidAt.trim(),
          reference: reference.trim(),
        },
      },
      { onSuccess: onClose },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Record a payment of ${payable.amount} ${currency}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="sm">
        <Text size="sm">
          Plumbline sends no money: this says that you have paid everything that is payable. It is not taken
          back; a payment that comes back is recorded as such. Above the limit of the program another person
          approves it first.
        </Text>
        <TextInput
          label="Reference"
          description="What the bank calls it; once for each partner and currency."
          data-autofocus
          value={reference}
          onChange={(event) => setReference(event.currentTarget.value)}
        />
        <TextInput
          label="Paid at"
          description="Empty: now. An instant such as 2026-03-01T10:00:00Z, not in the future."
          placeholder="now"
          value={paidAt}
          onChange={(event) => setPaidAt(event.currentTarget.value)}
        />
        {record.isError && (
          <Alert color="red" variant="light" role="alert">
            {record.error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={reference.trim() === ''} loading={record.isPending} onClick={send}>
            It was paid
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
