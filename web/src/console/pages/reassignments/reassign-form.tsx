import {
  Alert,
  Button,
  Checkbox,
  FileInput,
  Group,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import type { Reassignment } from '../../../api/identity.ts';
import { usePost } from '../../../api/repair.ts';
import { useGo } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { PartnerSelect } from './partner-select.tsx';
import { ReassignPreview } from './reassign-preview.tsx';
import { bodyOf, readWanted } from './wanted.ts';
import type { Wanted } from './wanted.ts';

const WAYS = [
  { value: 'hand', label: 'By hand' },
  { value: 'file', label: 'By a file' },
  { value: 'partner', label: 'All of a partner' },
] as const;

interface FormProps {
  readonly programId: string;
  /** Filled in beforehand. */
  readonly customer: string;
  readonly ofPartner: string;
}

/** Says whom, to whom, since when and why; looks at what it would do; and only then proposes it. */
export function ReassignForm({ programId, customer, ofPartner }: FormProps) {
  const [wanted, setWanted] = useState<Wanted>({
    way: ofPartner === '' ? 'hand' : 'partner',
    customers: customer,
    csv: '',
    ofPartner,
    partner: '',
    from: '',
    reason: '',
    skipBad: false,
  });
  const look = usePost<Reassignment>();
  const propose = usePost<Reassignment>();
  const go = useGo();
  const change = (part: Partial<Wanted>): void => {
    setWanted((now) => ({ ...now, ...part }));
    // What was looked at is not what would be proposed any more.
    look.reset();
    propose.reset();
  };
  const problem = readWanted(wanted);
  const post = (dryRun: boolean): void =>
    (dryRun ? look : propose).mutate(
      { path: '/v1/reassignments', body: { programId, ...bodyOf(wanted), dryRun } },
      {
        onSuccess: ({ changeSet }) => {
          if (changeSet !== null) go(`/change-sets/${changeSet.id}`);
        },
      },
    );
  const failed = look.error ?? propose.error;
  return (
    <Card title="A new one">
      <Stack gap="sm">
        <SegmentedControl
          aria-label="Whose customers"
          value={wanted.way}
          onChange={(value) => change({ way: value as Wanted['way'] })}
          data={[...WAYS]}
        />
        <Whom wanted={wanted} change={change} />
        <Group grow align="start" preventGrowOverflow={false}>
          <PartnerSelect
            label="To"
            programId={programId}
            organic
            value={wanted.partner}
            onChange={(partner) => change({ partner })}
          />
          <TextInput
            label="From"
            description="Empty: now. An instant such as 2026-03-01T00:00:00Z, past or future."
            placeholder="now"
            value={wanted.from}
            onChange={(event) => change({ from: event.currentTarget.value })}
          />
        </Group>
        <TextInput
          label="Why"
          description="Kept with each customer, the change set and the audit."
          value={wanted.reason}
          onChange={(event) => change({ reason: event.currentTarget.value })}
        />
        {failed !== null && (
          <Alert color="red" variant="light" role="alert">
            {failed.message}
            {failed.errors.map(({ path, message }) => (
              <div key={`${path} ${message}`}>{message}</div>
            ))}
          </Alert>
        )}
        {look.data !== undefined && <ReassignPreview found={look.data} />}
        {look.data !== undefined && look.data.badRows > 0 && (
          <Checkbox
            label="Go on with the rows that can be applied"
            checked={wanted.skipBad}
            onChange={(event) => setWanted((now) => ({ ...now, skipBad: event.currentTarget.checked }))}
          />
        )}
        <Group justify="flex-end">
          <Text size="sm" c="var(--text-soft)" me="auto" aria-live="polite">
            {problem ?? (look.data === undefined ? 'Nothing is written by looking.' : '')}
          </Text>
          <Button
            variant={look.data === undefined ? 'filled' : 'default'}
            disabled={problem !== undefined}
            loading={look.isPending}
            onClick={() => post(true)}
          >
            See what it does
          </Button>
          {look.data !== undefined && (
            <Button
              disabled={look.data.rows === 0 || (look.data.badRows > 0 && !wanted.skipBad)}
              loading={propose.isPending}
              onClick={() => post(false)}
            >
              Propose it
            </Button>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

function Whom({ wanted, change }: { wanted: Wanted; change: (part: Partial<Wanted>) => void }) {
  const [file, setFile] = useState<File | null>(null);
  if (wanted.way === 'hand')
    return (
      <Textarea
        label="Customers"
        description="One a line: the id of the CRM, or cus_…"
        autosize
        minRows={2}
        maxRows={8}
        value={wanted.customers}
        onChange={(event) => change({ customers: event.currentTarget.value })}
      />
    );
  if (wanted.way === 'file')
    return (
      <FileInput
        label="File"
        description="CSV with a header line: customer, and as wanted namespace, partner, effectiveFrom, reason. `organic` as a partner means nobody."
        placeholder="Choose a file"
        accept=".csv,text/csv,text/plain"
        clearable
        value={file}
        onChange={(chosen) => {
          setFile(chosen);
          if (chosen === null) change({ csv: '' });
          else void chosen.text().then((csv) => change({ csv }));
        }}
      />
    );
  return (
    <TextInput
      label="All customers of"
      description="The id of the partner, prt_…: everybody who is bound to it now."
      value={wanted.ofPartner}
      onChange={(event) => change({ ofPartner: event.currentTarget.value.trim() })}
    />
  );
}
