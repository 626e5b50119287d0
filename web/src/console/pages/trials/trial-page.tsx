import { Alert, Button, Group, Loader, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { usePost, useTrial } from '../../../api/repair.ts';
import type { TrialDetail, TrialResult } from '../../../api/repair.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';

/** One trial: how far it is, what it found, and putting it in force. */
export function TrialPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { data: trial, error } = useTrial(id);
  if (error !== null && trial === undefined) return <ErrorState error={error} />;
  if (trial === undefined) return <Loader aria-label="Loading" />;
  return (
    <>
      <PageHeader
        title={`Trial of ${trial.source}`}
        says={`Compared with version ${trial.mappingVersion} of the mapping.`}
      />
      <Stack gap="md">
        <Card title="Run">
          <div aria-live="polite">
            <Facts
              rows={[
                ['State', trial.state === 'approval' ? 'waits for a second person' : trial.state],
                [
                  'Progress',
                  trial.state === 'running'
                    ? `${trial.progress.stage}: ${wholeNumber(trial.progress.done)}`
                    : null,
                ],
                ['Error', trial.error],
                ['Deliveries from', <TimeText key="f" at={trial.from} as="full" />],
                ['to', <TimeText key="t" at={trial.to} as="full" />],
                ['Started by', trial.createdBy],
                ['Asked by', trial.askedBy],
                [
                  'Applied',
                  trial.appliedVersion === null
                    ? null
                    : `as version ${trial.appliedVersion} by ${trial.appliedBy ?? ''}`,
                ],
                [
                  'Change set',
                  trial.changeSetId === null ? null : (
                    <AppLink key="c" href={`/change-sets/${trial.changeSetId}`}>
                      {trial.changeSetId}
                    </AppLink>
                  ),
                ],
                [
                  'Source',
                  <AppLink key="s" href={`/sources/${trial.source}`}>
                    {trial.source}
                  </AppLink>,
                ],
              ]}
            />
          </div>
        </Card>
        {trial.result !== null && <Found result={trial.result} />}
        <Acts trial={trial} />
      </Stack>
    </>
  );
}

function Found({ result }: { result: TrialResult }) {
  const outcomes = ['event', 'ignored', 'quarantined', 'refused'];
  return (
    <>
      {[...result.warnings, ...(result.isComplete ? [] : ['These figures are not all: see below.'])].map(
        (warning) => (
          <Alert key={warning} color="orange" variant="light">
            {warning}
          </Alert>
        ),
      )}
      <Card title="Commission" flush>
        <Rows
          label="Commission by partner"
          head={['Partner', 'Before', 'After', 'Difference', 'Currency']}
          rows={result.money.map((one) => [one.partner, one.before, one.after, one.difference, one.currency])}
          empty="No partner's commission would change."
        />
        <Text size="sm" p="md">
          {result.moves.amount === null
            ? 'How much would move in all is not known: an exchange rate is missing.'
            : `In all ${result.moves.amount} ${result.moves.currency} would move, for ${result.partners} partners and ${result.customers.changed} customers.`}
        </Text>
      </Card>
      <Card title="Items" flush>
        <Rows
          label="Items by outcome"
          head={['Outcome', 'Before', 'After']}
          rows={outcomes.map((name) => [
            name,
            wholeNumber(result.items.before[name] ?? 0),
            wholeNumber(result.items.after[name] ?? 0),
          ])}
          empty=""
        />
      </Card>
      <Card
        title={`Events: ${result.events.added} added, ${result.events.changed} changed, ${result.events.gone} gone`}
        flush
      >
        <Rows
          label="Samples of events"
          head={['Change', 'Kind', 'External id', 'Fields']}
          rows={result.samples.map((one) => [
            one.change,
            one.kind,
            one.externalId,
            one.change === 'changed'
              ? one.fields
                  .map((field) => `${field.path}: ${field.before ?? '–'} → ${field.after ?? '–'}`)
                  .join('; ')
              : '',
          ])}
          empty="No event would change."
        />
      </Card>
      <Card title="Not computed">
        <ul>
          {result.notComputed.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      </Card>
    </>
  );
}

interface RowsProps {
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly empty: string;
}

function Rows({ label, head, rows, empty }: RowsProps) {
  if (rows.length === 0)
    return (
      <Text size="sm" p="md">
        {empty}
      </Text>
    );
  return (
    <ScrollRegion label={`${label}, scrolls`} minWidth={420}>
      <Table aria-label={label} tabularNums>
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.join(' ')}>
              {row.map((cell, index) => (
                <Table.Td key={head[index]}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollRegion>
  );
}

function Acts({ trial }: { trial: TrialDetail }) {
  const [asks, setAsks] = useState(false);
  const [note, setNote] = useState('');
  const post = usePost<TrialDetail>();
  const verb = trial.state === 'approval' ? 'approve' : 'apply';
  if (trial.state === 'running')
    return (
      <Group>
        <Button
          variant="default"
          loading={post.isPending}
          onClick={() => post.mutate({ path: `/v1/trials/${trial.id}/cancel` })}
        >
          End the trial
        </Button>
      </Group>
    );
  if (trial.state !== 'done' && trial.state !== 'approval') return null;
  const send = (): void =>
    post.mutate(
      { path: `/v1/trials/${trial.id}/${verb}`, body: { note } },
      { onSuccess: () => setAsks(false) },
    );
  const name =
    verb === 'approve'
      ? 'Approve and put in force'
      : trial.needsSecondPerson
        ? 'Ask for approval'
        : 'Put in force';
  return (
    <Group>
      <Button onClick={() => setAsks(true)}>{name} …</Button>
      <Modal
        opened={asks}
        onClose={() => setAsks(false)}
        title={name}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack gap="sm">
          <Text size="sm">
            {trial.needsSecondPerson && verb === 'apply'
              ? `More than ${trial.limit.amount} ${trial.limit.currency} would move, or it is not known how much: another person must approve before anything changes.`
              : 'The draft becomes the next version of the mapping, and the deliveries of the time are read again by it. Commission that changes is booked as differences. Undo: apply the former version.'}
          </Text>
          <TextInput
            label="Why"
            data-autofocus
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {post.isError && (
            <Alert color="red" variant="light" role="alert">
              {post.error.message}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsks(false)}>
              Cancel
            </Button>
            <Button disabled={note.trim() === ''} loading={post.isPending} onClick={send}>
              {name}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
