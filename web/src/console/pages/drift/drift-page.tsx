import { Alert, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useDrift, usePost } from '../../../api/repair.ts';
import type { Drift } from '../../../api/repair.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { OpeningList } from '../opening-list.tsx';
import { useSourceNames } from '../source-names.ts';

const NAMES = ['source', 'kind', 'state', 'q', 'sort'] as const;
const KINDS = [
  { value: 'new_field', label: 'New field' },
  { value: 'missing_field', label: 'Missing field' },
  { value: 'retyped_field', label: 'Other type' },
  { value: 'unseen_code', label: 'Unseen code' },
];
const STATES = ['open', 'accepted', 'dismissed', 'all'].map((value) => ({ value, label: value }));

/** What changed in what sources send, and what to do about it. */
export function DriftPage() {
  const filters = useFilters(NAMES);
  const sources = useSourceNames();
  const list = useDrift(filters.values);
  return (
    <>
      <PageHeader
        title="Drift"
        says="What changed in what sources send: fields that come, go or change, and codes that nobody knows."
      />
      <OpeningList
        label="Drift"
        list={list}
        columns={COLUMNS}
        filters={filters}
        fields={[
          { kind: 'search', name: 'q', label: 'Search', placeholder: 'Field or code' },
          { kind: 'choice', name: 'source', label: 'Source', options: sources.options },
          { kind: 'choice', name: 'kind', label: 'Kind', options: KINDS },
          { kind: 'choice', name: 'state', label: 'State', options: STATES },
        ]}
        sort={{ value: filters.values.sort ?? 'last_seen', choose: (value) => filters.set('sort', value) }}
        title="What changed"
        view={(signal, onDone) => <SignalView signal={signal} onDone={onDone} />}
        empty={
          <EmptyState
            icon={IconCircleCheck}
            title="Nothing has drifted"
            says="Every field and code that came is one that the mappings know. The watch looks a few seconds behind the doors."
          />
        }
      />
    </>
  );
}

const COLUMNS: readonly Column<Drift>[] = [
  { id: 'sentence', header: 'What changed', cell: ({ sentence }) => sentence },
  {
    id: 'kind',
    header: 'Kind',
    width: 128,
    hideBelow: 'sm',
    cell: ({ kind }) => KINDS.find((one) => one.value === kind)?.label ?? kind,
  },
  {
    id: 'count',
    header: 'Rows',
    width: 88,
    align: 'end',
    sorts: [{ value: 'count', direction: 'descending' }],
    cell: ({ count }) => wholeNumber(count),
  },
  { id: 'source', header: 'Source', width: '12%', hideBelow: 'md', cell: ({ source }) => source },
  {
    id: 'first',
    header: 'First seen',
    sorts: [{ value: 'first_seen', direction: 'descending' }],
    width: 132,
    hideBelow: 'md',
    cell: ({ firstSeenAt }) => <TimeText at={firstSeenAt} />,
  },
  {
    id: 'last',
    header: 'Last seen',
    sorts: [{ value: 'last_seen', direction: 'descending' }],
    width: 132,
    hideBelow: 'sm',
    cell: ({ lastSeenAt }) => <TimeText at={lastSeenAt} />,
  },
  { id: 'state', header: 'State', width: 100, hideBelow: 'sm', cell: ({ state }) => state },
];

function SignalView({ signal, onDone }: { signal: Drift; onDone: () => void }) {
  const [why, setWhy] = useState('');
  const decide = usePost<Drift>();
  const send = (verb: 'accept' | 'dismiss'): void =>
    decide.mutate({ path: `/v1/drift/${signal.id}/${verb}`, body: { why } }, { onSuccess: onDone });
  return (
    <Stack gap="md">
      <Card title="What to do">
        <Text size="sm">{signal.proposal.words}</Text>
        {signal.proposal.edits.length > 0 && (
          <>
            <Code block mt="sm" tabIndex={0} aria-label="Proposed change of the mapping">
              {JSON.stringify(signal.proposal.edits, undefined, 2)}
            </Code>
            <AppLink href={`/trials?source=${signal.source}&drift=${signal.id}`}>Try this change</AppLink>
          </>
        )}
      </Card>
      <Card title="What was seen">
        <Facts
          rows={[
            ['Field', signal.path],
            ['Code or type', signal.value === '' ? null : signal.value],
            ['Rows of', signal.record === '' ? null : signal.record],
            [
              'Source',
              <AppLink key="s" href={`/sources/${signal.source}`}>
                {signal.source}
              </AppLink>,
            ],
            ['Feed', signal.feed],
            ['Rows looked at', wholeNumber(signal.count)],
            ['Shapes', signal.samples.join(', ') || null],
            ['First seen', <TimeText key="f" at={signal.firstSeenAt} as="full" />],
            ['Last seen', <TimeText key="l" at={signal.lastSeenAt} as="full" />],
            [
              'Decided',
              signal.why === null ? null : `${signal.state} by ${signal.decidedBy ?? ''}: ${signal.why}`,
            ],
          ]}
        />
      </Card>
      {signal.state === 'open' && (
        <Card title="Decide">
          <TextInput label="Why" value={why} onChange={(event) => setWhy(event.currentTarget.value)} />
          {decide.isError && (
            <Alert color="red" variant="light" role="alert" mt="sm">
              {decide.error.message}
            </Alert>
          )}
          <Group mt="sm">
            <Button
              variant="default"
              disabled={why.trim() === ''}
              loading={decide.isPending}
              onClick={() => send('dismiss')}
            >
              Nobody needs it
            </Button>
            <Button disabled={why.trim() === ''} loading={decide.isPending} onClick={() => send('accept')}>
              It is dealt with
            </Button>
          </Group>
        </Card>
      )}
    </Stack>
  );
}
