import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Rate, RateAnswer, RatePreview } from '../../../api/rates.ts';
import { usePost } from '../../../api/repair.ts';
import { useGo } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { MoneyOfPreview } from '../money-of-preview.tsx';
import { sayPublisher } from './publishers.ts';
import { findRateProblem, rateKey } from './standing-rates.ts';

const SAYS: Readonly<Record<RatePreview['way'], string>> = {
  at_once: 'Nothing was decided at these rates: they hold at once.',
  change_set: 'It is applied at once. What it brings to partners is held until you release the change set.',
  second_person: 'Another person must approve the change set before anything changes.',
};

interface FormProps {
  readonly programId: string;
  /** What is to be corrected, at least one. */
  readonly rates: readonly Rate[];
  readonly onDone: () => void;
}

/** Says what the rates should have been, looks at what that would do to money, and only then corrects them. */
export function CorrectionForm({ programId, rates, onDone }: FormProps) {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [reason, setReason] = useState('');
  const [lookedAt, setLookedAt] = useState('');
  const look = usePost<RatePreview>();
  const make = usePost<RateAnswer>();
  const go = useGo();
  const [first] = rates;
  if (first === undefined) return null;
  const source = first.source;
  const textOf = (rate: Rate): string => (texts[rateKey(rate)] ?? '').trim();
  const isMixed = rates.some((rate) => rate.source !== source);
  const isReady = !isMixed && rates.every((rate) => findRateProblem(textOf(rate), rate.rate) === undefined);
  const corrected = rates.map((rate) => ({
    base: rate.base,
    quote: rate.quote,
    validFrom: rate.validFrom,
    rate: textOf(rate),
  }));
  const body = { programId, source, rates: corrected };
  // What was looked at is not what would be written any more, once a rate is chosen or changed.
  const asked = JSON.stringify(corrected);
  const found = lookedAt === asked ? look.data : undefined;
  const correct = (): void =>
    make.mutate(
      { path: '/v1/rate-corrections', body: { ...body, reason: reason.trim() } },
      {
        onSuccess: (answer) => {
          onDone();
          const changeSet = 'kind' in answer ? answer.id : answer.changeSetId;
          if (changeSet !== null) go(`/change-sets/${changeSet}`);
        },
      },
    );
  const failed = look.error ?? make.error;
  return (
    <Card
      title={`Correct ${rates.length === 1 ? 'a rate' : `${rates.length} rates`} of ${sayPublisher(source)}`}
    >
      <Stack gap="sm">
        {isMixed && (
          <Alert color="yellow" variant="light">
            The chosen rates are of several publishers. Correct those of one at a time.
          </Alert>
        )}
        <PlainTable
          label="Rates to correct"
          head={['Pair', 'Should have been', '>Stands', 'In force from']}
          rows={rates.map((rate) => ({
            key: rateKey(rate),
            cells: [
              `${rate.base}/${rate.quote}`,
              <RateField
                key="r"
                rate={rate}
                text={texts[rateKey(rate)] ?? ''}
                onChange={(text) => setTexts((now) => ({ ...now, [rateKey(rate)]: text }))}
              />,
              rate.rate,
              <TimeText key="f" at={rate.validFrom} as="full" />,
            ],
          }))}
          empty=""
          maxHeight={280}
        />
        <TextInput label="Why" value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        {failed !== null && (
          <Alert color="red" variant="light" role="alert">
            {failed.message}
            {failed.errors.map((one) => (
              <div key={`${one.path} ${one.message}`}>{one.message}</div>
            ))}
          </Alert>
        )}
        {found !== undefined && <Found look={found} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button
            variant="default"
            disabled={!isReady}
            loading={look.isPending}
            onClick={() => {
              setLookedAt(asked);
              look.mutate({ path: '/v1/rate-corrections/preview', body });
            }}
          >
            What would it do?
          </Button>
          <Button
            disabled={reason.trim() === '' || found === undefined}
            loading={make.isPending}
            onClick={correct}
          >
            Correct
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function RateField({ rate, text, onChange }: { rate: Rate; text: string; onChange: (text: string) => void }) {
  const problem = text === '' ? undefined : findRateProblem(text.trim(), rate.rate);
  return (
    <TextInput
      aria-label={`${rate.base}/${rate.quote} should have been`}
      placeholder={rate.rate}
      inputMode="decimal"
      value={text}
      error={problem ?? false}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Found({ look: { way, preview, limit } }: { look: RatePreview }) {
  return (
    <div role="region" aria-label="What it would do">
      <Text size="sm" role="status" mb="xs">
        {SAYS[way]}
        {way === 'second_person' && ` The limit of the program is ${limit.amount} ${limit.currency}.`}
      </Text>
      {way !== 'at_once' && <MoneyOfPreview preview={preview} />}
    </div>
  );
}
