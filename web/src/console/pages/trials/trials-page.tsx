import { Alert, Button, Group, NumberInput, Select, Stack, Text, Textarea } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useMapping, usePost, useQuarantined, useTrials } from '../../../api/repair.ts';
import type { Trial, TrialDetail } from '../../../api/repair.ts';
import { useOne } from '../../../api/resources.ts';
import { useGo } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { useSourceNames } from '../source-names.ts';
import { applyEdits, findJsonFault, lineOfPlace } from './apply-edits.ts';

const NAMES = ['source', 'drift', 'quarantine'] as const;

/** Tries a draft of a mapping on what came in, before it is put in force. */
export function TrialsPage() {
  const filters = useFilters(NAMES);
  const sources = useSourceNames();
  const { source } = filters.values;
  const list = useTrials(source === undefined ? {} : { source });
  return (
    <>
      <PageHeader
        title="Trials"
        says="Try a draft of a mapping on what came in: events and commission before and after. Nothing changes until it is applied."
      />
      <Stack gap="md">
        <Card title="A draft">
          <Select
            label="Source"
            placeholder="Choose a source"
            data={[...sources.options]}
            value={source ?? null}
            onChange={(value) => filters.set('source', value ?? '')}
            searchable
            w={{ base: '100%', sm: 320 }}
            mb="sm"
          />
          {source !== undefined && (
            <DraftForm
              key={source}
              source={source}
              drift={filters.values.drift}
              quarantined={filters.values.quarantine}
            />
          )}
        </Card>
        <DataTable
          label="Trials"
          fill={false}
          list={list}
          columns={COLUMNS}
          rowId={(trial) => trial.id}
          rowHref={(trial) => `/trials/${trial.id}`}
          empty={
            <EmptyState
              icon={IconFlask}
              title="No trials yet"
              says="Choose a source above, change its mapping, and try it."
            />
          }
        />
      </Stack>
    </>
  );
}

const COLUMNS: readonly Column<Trial>[] = [
  { id: 'created', header: 'Started', cell: ({ createdAt }) => <TimeText at={createdAt} /> },
  { id: 'source', header: 'Source', cell: ({ source }) => source },
  { id: 'state', header: 'State', width: 112, cell: ({ state }) => state },
  { id: 'by', header: 'By', hideBelow: 'md', cell: ({ createdBy }) => createdBy },
  {
    id: 'version',
    header: 'Applied as',
    width: 112,
    hideBelow: 'sm',
    cell: ({ appliedVersion }) => (appliedVersion === null ? '' : `version ${appliedVersion}`),
  },
];

interface DraftFormProps {
  readonly source: string;
  readonly drift: string | undefined;
  readonly quarantined: string | undefined;
}

function DraftForm({ source, drift, quarantined }: DraftFormProps) {
  const mapping = useMapping(source);
  const signal = useOne<{ proposal: { edits: Parameters<typeof applyEdits>[1]; words: string } }>(
    drift === undefined ? null : `/v1/drift/${drift}`,
  );
  const item = useQuarantined(quarantined ?? null);
  const remedy = signal.data?.proposal ?? item.data?.remedy;
  const [text, setText] = useState<string>();
  const [days, setDays] = useState(7);
  const start = usePost<TrialDetail>();
  const go = useGo();
  const isReady =
    mapping.data !== undefined &&
    (drift === undefined || signal.data !== undefined) &&
    (quarantined === undefined || item.data !== undefined);
  useEffect(() => {
    if (!isReady || text !== undefined) return;
    const document = mapping.data?.document;
    setText(JSON.stringify(applyEdits(document, remedy?.edits ?? []) ?? document, undefined, 2));
  }, [isReady, text, mapping.data, remedy]);
  const fault = text === undefined ? undefined : findJsonFault(text);
  const send = (): void => {
    if (text === undefined || fault !== undefined) return;
    start.mutate(
      { path: `/v1/sources/${source}/trials`, body: { document: JSON.parse(text) as unknown, days } },
      { onSuccess: (trial) => go(`/trials/${trial.id}`) },
    );
  };
  return (
    <Stack gap="sm">
      {remedy !== undefined && <Text size="sm">{remedy.words} The change is in the draft below.</Text>}
      <Textarea
        label={`Mapping of ${source}${mapping.data === undefined ? '' : `, made from version ${mapping.data.version}`}`}
        description="JSON. Problems are told with their lines."
        value={text ?? ''}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={12}
        maxRows={28}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
        error={fault === undefined ? undefined : `Line ${fault.line}: ${fault.message}`}
      />
      {start.isError && (
        <Alert color="red" variant="light" role="alert" title={start.error.message}>
          {start.error.errors.map((one) => {
            const line = lineOfPlace(text ?? '', one.path);
            return (
              <div key={`${one.path} ${one.message}`}>
                {line === undefined ? '' : `line ${line}: `}
                {one.path.replace(/^body\.document/, '$')}: {one.message}
              </div>
            );
          })}
        </Alert>
      )}
      <Group align="end">
        <NumberInput
          label="Deliveries of the last days"
          min={1}
          max={366}
          value={days}
          onChange={(value) => setDays(Number(value) || 1)}
          w={200}
        />
        <Button disabled={text === undefined || fault !== undefined} loading={start.isPending} onClick={send}>
          Try it
        </Button>
      </Group>
    </Stack>
  );
}
