import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import { usePost } from '../../../api/repair.ts';
import { useCreatives } from '../../../api/tracking.ts';
import type { Creative } from '../../../api/tracking.ts';
import { Card, Facts } from '../../../components/card.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { useFilters } from '../../../components/filters.ts';
import { TimeText } from '../../../components/time-text.tsx';
import { useProgram } from '../../program.ts';
import { OpeningList } from '../opening-list.tsx';
import { PartnerName } from '../partner-name.tsx';
import { usePartnerNames } from '../partner-names.ts';
import type { PartnerNames } from '../partner-names.ts';

const NAMES = ['state', 'partnerId'] as const;
const STATES = [
  { value: 'submitted', label: 'Waits for approval' },
  { value: 'draft', label: 'Draft' },
  { value: 'approved', label: 'Approved' },
  { value: 'rejected', label: 'Rejected' },
];
const wordOf = (creative: Creative): string =>
  creative.expired
    ? 'Expired'
    : (STATES.find(({ value }) => value === creative.state)?.label ?? creative.state);

export function CreativesTable() {
  const filters = useFilters(NAMES);
  const { programId } = useProgram();
  const partners = usePartnerNames();
  const list = useCreatives({ ...filters.values, programId });
  return (
    <OpeningList
      label="Creatives"
      list={list}
      columns={columnsOf(partners)}
      filters={filters}
      fields={[
        { kind: 'choice', name: 'state', label: 'State', options: STATES },
        { kind: 'choice', name: 'partnerId', label: 'Partner', options: partners.options },
      ]}
      title="Creative"
      view={(creative, onDone) => <CreativeView creative={creative} partners={partners} onDone={onDone} />}
      empty={
        <EmptyState
          icon={IconPhoto}
          title="No creatives yet"
          says="Hand one in with: plumbline creative create <name> --program <id> --content <text> --submit, or POST /v1/creatives."
        />
      }
    />
  );
}

function columnsOf(partners: PartnerNames): readonly Column<Creative>[] {
  return [
    { id: 'name', header: 'Creative', cell: ({ name }) => name },
    { id: 'kind', header: 'Kind', width: 90, hideBelow: 'sm', cell: ({ kind }) => kind },
    {
      id: 'partner',
      header: 'From',
      width: '18%',
      hideBelow: 'md',
      cell: ({ partnerId }) => <PartnerName id={partnerId} names={partners} none="operator" />,
    },
    { id: 'state', header: 'State', width: 160, cell: wordOf },
    {
      id: 'since',
      header: 'Since',
      width: 132,
      hideBelow: 'md',
      cell: ({ stateFrom }) => <TimeText at={stateFrom} />,
    },
  ];
}

interface ViewProps {
  readonly creative: Creative;
  readonly partners: PartnerNames;
  readonly onDone: () => void;
}

function CreativeView({ creative, partners, onDone }: ViewProps) {
  return (
    <Stack gap="md">
      <Card title={creative.name}>
        <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          {creative.content}
        </Text>
        <Facts
          rows={[
            ['Kind', creative.kind],
            ['From', <PartnerName key="p" id={creative.partnerId} names={partners} none="operator" />],
            ['State', wordOf(creative)],
            ['Since', <TimeText key="s" at={creative.stateFrom} as="full" />],
            ['Why', creative.reason],
            [
              'Expires',
              creative.expiresAt === null ? 'never' : <TimeText key="e" at={creative.expiresAt} as="full" />,
            ],
          ]}
        />
      </Card>
      {creative.state === 'submitted' && <Decide creative={creative} onDone={onDone} />}
    </Stack>
  );
}

function Decide({ creative, onDone }: Pick<ViewProps, 'creative' | 'onDone'>) {
  const [why, setWhy] = useState('');
  const decide = usePost<Creative>();
  const reason = why.trim();
  const send = (state: 'approved' | 'rejected'): void =>
    decide.mutate(
      {
        path: `/v1/creatives/${creative.id}/state`,
        body: { state, ...(reason === '' ? {} : { reason }) },
      },
      { onSuccess: onDone },
    );
  return (
    <Card title="Decide">
      <TextInput
        label="Reason"
        description="Asked for when it is rejected; the partner reads it."
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      {decide.isError && (
        <Alert color="red" variant="light" role="alert" mt="sm">
          {decide.error.message}
        </Alert>
      )}
      <Group mt="sm">
        <Button
          variant="default"
          disabled={reason === ''}
          loading={decide.isPending}
          onClick={() => send('rejected')}
        >
          Reject
        </Button>
        <Button loading={decide.isPending} onClick={() => send('approved')}>
          Approve
        </Button>
      </Group>
    </Card>
  );
}
