import {
  Alert,
  Button,
  Card as Box,
  Group,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useEffect, useState } from 'react';
import { useDeal, useDealTemplates } from '../../../api/deals.ts';
import type { DealAnswer, DealCheck, DealPreview, DealTemplate } from '../../../api/deals.ts';
import { isProblem } from '../../../api/client.ts';
import { usePost } from '../../../api/repair.ts';
import { useDeals } from '../../../api/resources.ts';
import type { Deal, Program } from '../../../api/types.ts';
import { useGo } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { useProgram } from '../../program.ts';
import { PagePending } from '../../shell/page-states.tsx';
import { PartnerSelect } from '../reassignments/partner-select.tsx';
import classes from '../partners/partner-page.module.css';
import { findJsonFault, placeProblems } from './deal-text.ts';
import { DealWay } from './deal-way.tsx';

const NAMES = ['partnerId', 'after'] as const;

/** Writes a version of a deal: from a template or from the version before, checked before it counts. */
export function NewDealPage() {
  const filters = useFilters(NAMES);
  const { programId, programs } = useProgram();
  const { after, partnerId } = filters.values;
  const before = useDeal(after ?? null);
  const wanted = before.data?.programId ?? programId ?? (programs.length === 1 ? programs[0]?.id : undefined);
  const program = programs.find(({ id }) => id === wanted);
  return (
    <>
      <PageHeader
        title="A new version of a deal"
        above={{ label: 'Deals', href: '/deals' }}
        says="Begin with a template or with the version before. Look at it in plain words; only then write it."
      />
      {before.error !== null ? (
        <ErrorState error={before.error} />
      ) : after !== undefined && before.data === undefined ? (
        <PagePending />
      ) : program === undefined ? (
        <Card title="Whose program">
          Choose a program at the top of the page first: a deal belongs to one.
        </Card>
      ) : (
        <DealForm
          key={`${program.id} ${after ?? ''}`}
          program={program}
          before={before.data}
          ofPartner={before.data?.partnerId ?? partnerId ?? ''}
        />
      )}
    </>
  );
}

interface FormProps {
  readonly program: Program;
  /** The version that this one follows. */
  readonly before: Deal | undefined;
  readonly ofPartner: string;
}

function DealForm({ program, before, ofPartner }: FormProps) {
  const [whose, setWhose] = useState<'default' | 'partner'>(ofPartner === '' ? 'default' : 'partner');
  const [partner, setPartner] = useState(ofPartner);
  const [from, setFrom] = useState('');
  const [text, setText] = useState(before === undefined ? '' : textOf(before.document));
  const check = usePost<DealCheck>();
  const look = usePost<DealPreview>();
  const write = usePost<DealAnswer>();
  const go = useGo();
  const isFirst = useIsFirst(program.id, whose === 'default' ? null : partner);
  const fault = text === '' ? undefined : findJsonFault(text);
  const touch = (): void => {
    // What was checked is not what would be written any more.
    check.reset();
    look.reset();
    write.reset();
  };
  const body = (): object => ({
    programId: program.id,
    partnerId: whose === 'default' ? null : partner,
    ...(from.trim() === '' ? (isFirst ? { effectiveFrom: null } : {}) : { effectiveFrom: from.trim() }),
    document: JSON.parse(text) as unknown,
  });
  const missing =
    text === ''
      ? 'Choose a template, or write the document.'
      : fault !== undefined
        ? `Line ${fault.line} is no JSON.`
        : whose === 'partner' && partner === ''
          ? 'Choose the partner.'
          : undefined;
  return (
    <Stack gap="md">
      {before === undefined && (
        <TemplatePicker
          program={program}
          onChoose={(template) => {
            setText(textOf(template.document));
            touch();
          }}
        />
      )}
      <Card title="The terms">
        <Stack gap="sm">
          <Whose
            program={program}
            fixed={before !== undefined}
            whose={whose}
            onWhose={(value) => {
              setWhose(value);
              touch();
            }}
            partner={partner}
            onPartner={(value) => {
              setPartner(value);
              touch();
            }}
          />
          <TextInput
            label="In force from"
            description={
              isFirst
                ? 'Empty: from the beginning. Else an instant such as 2026-03-01T00:00:00Z.'
                : 'An instant such as 2026-03-01T00:00:00Z. What is settled by month begins with a month.'
            }
            placeholder={isFirst ? 'the beginning' : '2026-03-01T00:00:00Z'}
            value={from}
            w={{ base: '100%', sm: 420 }}
            onChange={(event) => {
              setFrom(event.currentTarget.value);
              touch();
            }}
          />
          <Textarea
            label="Document"
            description="JSON. Every field with its meaning stands in docs/deal-document.md. Keep the ids of components from version to version."
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              touch();
            }}
            autosize
            minRows={14}
            maxRows={32}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
            error={fault === undefined ? undefined : `Line ${fault.line}: ${fault.message}`}
          />
          <Refusal error={check.error ?? look.error ?? write.error} text={text} />
          {check.data !== undefined && <InWords check={check.data} />}
          {look.data !== undefined && <DealWay look={look.data} />}
          <Group justify="flex-end">
            <Text size="sm" c="var(--text-soft)" me="auto" aria-live="polite">
              {missing ??
                (check.data === undefined
                  ? 'Nothing is written by checking.'
                  : look.data === undefined
                    ? 'This is what it means. What it would do to what was decided is being found out.'
                    : 'This is what it means. Writing it decides every customer anew.')}
            </Text>
            <Button
              variant={check.data === undefined ? 'filled' : 'default'}
              disabled={missing !== undefined}
              loading={check.isPending || look.isPending}
              onClick={() => {
                const asked = body();
                check.mutate(
                  { path: '/v1/deals/check', body: asked },
                  { onSuccess: () => look.mutate({ path: '/v1/deals/preview', body: asked }) },
                );
              }}
            >
              Check it
            </Button>
            {look.data !== undefined && (
              <Button
                loading={write.isPending}
                onClick={() =>
                  write.mutate(
                    { path: '/v1/deals', body: body() },
                    {
                      onSuccess: (answer) =>
                        go('kind' in answer ? `/change-sets/${answer.id}` : `/deals/${answer.id}`),
                    },
                  )
                }
              >
                {look.data.way === 'second_person' ? 'Propose it' : 'Write it'}
              </Button>
            )}
          </Group>
        </Stack>
      </Card>
    </Stack>
  );
}

const textOf = (document: unknown): string => JSON.stringify(document, undefined, 2);

/** Whether the owner has no version yet: only the first may hold from the beginning. */
function useIsFirst(programId: string, partnerId: string | null): boolean {
  const { data } = useDeals(
    partnerId === '' ? null : { programId, ...(partnerId === null ? {} : { partnerId }) },
  );
  return data !== undefined && !data.items.some((deal) => deal.partnerId === partnerId);
}

interface WhoseProps {
  readonly program: Program;
  readonly fixed: boolean;
  readonly whose: 'default' | 'partner';
  readonly onWhose: (whose: 'default' | 'partner') => void;
  readonly partner: string;
  readonly onPartner: (partner: string) => void;
}

function Whose({ program, fixed, whose, onWhose, partner, onPartner }: WhoseProps) {
  return (
    <>
      <SegmentedControl
        aria-label="Whose deal"
        value={whose}
        disabled={fixed}
        onChange={(value) => onWhose(value as 'default' | 'partner')}
        data={[
          { value: 'default', label: 'Default of the program' },
          { value: 'partner', label: 'Of one partner' },
        ]}
        style={{ alignSelf: 'flex-start' }}
      />
      {whose === 'partner' && !fixed && (
        <div style={{ maxWidth: 420 }}>
          <PartnerSelect label="Partner" programId={program.id} value={partner} onChange={onPartner} />
        </div>
      )}
    </>
  );
}

function TemplatePicker({
  program,
  onChoose,
}: {
  program: Program;
  onChoose: (template: DealTemplate) => void;
}) {
  const [vertical, setVertical] = useState<DealTemplate['vertical']>('forex');
  const [chosen, setChosen] = useState<string>();
  const { data, error, refetch } = useDealTemplates(program.baseCurrency);
  useEffect(() => {
    if (program.vertical === 'igaming' || program.vertical === 'prop') setVertical(program.vertical);
  }, [program.vertical]);
  if (error !== null && data === undefined)
    return (
      <Card title="Templates">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Card>
    );
  const shown = (data?.items ?? []).filter((one) => one.vertical === vertical);
  return (
    <Card
      title="Begin with a template"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Kind of business"
          value={vertical}
          onChange={(value) => setVertical(value as DealTemplate['vertical'])}
          data={[
            { value: 'forex', label: 'Forex' },
            { value: 'igaming', label: 'Gaming' },
            { value: 'prop', label: 'Prop' },
          ]}
        />
      }
    >
      <ul
        aria-label="Templates"
        style={{
          listStyle: 'none',
          margin: 0,
          padding: 0,
          display: 'grid',
          gap: 12,
          gridTemplateColumns: 'repeat(auto-fill, minmax(240px, 1fr))',
        }}
      >
        {shown.map((template) => (
          <Box key={template.id} component="li" withBorder padding="sm" radius="md">
            <Text size="sm" fw={620}>
              {template.name}
            </Text>
            <Text size="xs" c="var(--text-soft)" my={6}>
              {template.says}
            </Text>
            <Button
              size="compact-sm"
              variant={chosen === template.id ? 'filled' : 'light'}
              mt="auto"
              aria-pressed={chosen === template.id}
              onClick={() => {
                setChosen(template.id);
                onChoose(template);
              }}
              style={{ alignSelf: 'flex-start' }}
            >
              Use it<span className="visually-hidden">: {template.name}</span>
            </Button>
          </Box>
        ))}
      </ul>
    </Card>
  );
}

function InWords({ check }: { check: DealCheck }) {
  return (
    <div role="region" aria-label="What it means">
      <Text size="sm" fw={620} mb={6}>
        In plain words
      </Text>
      <ul className={classes.terms}>
        {check.sentences.map((sentence, index) => (
          <li key={`${index}-${sentence}`}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}

/** What is wrong, each at its line. */
function Refusal({ error, text }: { error: unknown; text: string }) {
  if (!isProblem(error)) return null;
  return (
    <Alert color="red" variant="light" role="alert" title={error.message}>
      {placeProblems(text, error.errors).map(({ line, place, message }) => (
        <div key={`${place} ${message}`}>
          {line === undefined ? '' : `line ${line}: `}
          {place}: {message}
        </div>
      ))}
    </Alert>
  );
}
