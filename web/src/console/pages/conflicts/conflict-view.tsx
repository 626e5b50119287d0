import { Alert, Button, Checkbox, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Conflict } from '../../../api/identity.ts';
import { usePost } from '../../../api/repair.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { Money } from '../../../components/money.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { TimeText } from '../../../components/time-text.tsx';

type Claimant = Conflict['claimants'][number];

const nameOf = ({ namespace, value, customerId }: Claimant): string =>
  value === '' ? customerId : `${namespace} ${value}`;

/** The claimants side by side, what waits, and the decision. */
export function ConflictView({ conflict, onDone }: { conflict: Conflict; onDone: () => void }) {
  const { claimants, parked, overlapsFrom } = conflict;
  return (
    <Stack gap="md">
      <Card title={`${conflict.namespace} ${conflict.value}`}>
        <Facts
          rows={[
            ['Claimed twice from', <TimeText key="o" at={overlapsFrom} as="full" none="the beginning" />],
            ['Waiting', `${wholeNumber(parked.events)} ${parked.events === 1 ? 'event' : 'events'}`],
            [
              'Amounts in them',
              parked.money.length === 0
                ? null
                : parked.money.map((one) => <Money key={one.currency} {...one} />),
            ],
            ['Since', parked.since === null ? null : <TimeText key="s" at={parked.since} as="full" />],
          ]}
        />
      </Card>
      {claimants.map((claimant) => (
        <Card
          key={claimant.customerId}
          title={nameOf(claimant)}
          aside={<AppLink href={`/customers/${claimant.customerId}`}>Its way</AppLink>}
        >
          <Facts
            rows={[
              ['Registered', <TimeText key="r" at={claimant.registeredAt} as="full" none="not yet" />],
              ...claimant.claims.map(({ from, to, recordedAt }, index): [string, ReactNode] => [
                index === 0 ? 'Claims it' : `Claims it (${index + 1})`,
                <span key={index}>
                  from <TimeText at={from} none="the beginning" /> until{' '}
                  <TimeText at={to} none="further notice" />, told <TimeText at={recordedAt} as="age" />
                </span>,
              ]),
              ['Lives with it', `${wholeNumber(claimant.resting)} earlier events of the identifier`],
            ]}
          />
        </Card>
      ))}
      <Decide conflict={conflict} onDone={onDone} />
    </Stack>
  );
}

function Decide({ conflict, onDone }: { conflict: Conflict; onDone: () => void }) {
  const [keep, setKeep] = useState('');
  const [reason, setReason] = useState('');
  const [isSure, setSure] = useState(false);
  const decide = usePost<unknown>();
  const { claimants, parked } = conflict;
  const chosen = claimants.find(({ customerId }) => customerId === keep);
  const money = parked.money.map(({ amount, currency }) => `${amount} ${currency}`).join(', ');
  const waiting = `${wholeNumber(parked.events)} waiting ${parked.events === 1 ? 'event' : 'events'}${money === '' ? '' : ` (${money})`}`;
  const send = (): void =>
    decide.mutate(
      { path: `/v1/conflicts/${conflict.id}/decisions`, body: { keep, reason: reason.trim() } },
      {
        onSuccess: () => {
          notifications.show({
            color: 'teal',
            title: 'Decided',
            message: `${conflict.namespace} ${conflict.value} belongs to ${chosen === undefined ? keep : nameOf(chosen)}; its events go on by themselves.`,
          });
          onDone();
        },
      },
    );
  return (
    <Card title="Decide">
      <Stack gap="sm">
        <Radio.Group
          label="It belongs to"
          description="For the time that several claim it. The claims of the others are denied for that time, and nothing is deleted."
          value={keep}
          onChange={setKeep}
        >
          <Stack gap={8} mt="xs">
            {claimants.map((claimant) => (
              <Radio key={claimant.customerId} value={claimant.customerId} label={nameOf(claimant)} />
            ))}
          </Stack>
        </Radio.Group>
        <TextInput
          label="Why"
          description="Kept with the decision and in the audit."
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Text size="sm" c="var(--text-soft)">
          Are the claimants one and the same person? Then merge them instead: plumbline merges --help.
        </Text>
        {chosen !== undefined && (
          <Checkbox
            label={`${waiting} go to ${nameOf(chosen)} and may pay its partner.`}
            checked={isSure}
            onChange={(event) => setSure(event.currentTarget.checked)}
          />
        )}
        {decide.isError && (
          <Alert color="red" variant="light" role="alert">
            {decide.error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button
            disabled={chosen === undefined || reason.trim() === '' || !isSure}
            loading={decide.isPending}
            onClick={send}
          >
            Decide
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}
