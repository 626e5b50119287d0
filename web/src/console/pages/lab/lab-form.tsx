import { Alert, Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useDealTemplates } from '../../../api/deals.ts';
import type { LabRunDetail } from '../../../api/lab.ts';
import { usePost } from '../../../api/repair.ts';
import type { Deal, Program } from '../../../api/types.ts';
import { useGo } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { findJsonFault, placeProblems } from '../deals/deal-text.ts';
import { PartnerSelect } from '../reassignments/partner-select.tsx';

interface Draft {
  readonly what: 'deal' | 'move';
  readonly name: string;
  /** Whose deal; '' = the default one of the program. */
  readonly owner: string;
  readonly from: string;
  readonly text: string;
  readonly moved: string;
  /** '' = to the top. */
  readonly below: string;
  readonly since: string;
}

/** What is tried: a deal, or another place in the tree. */
export function LabForm({ program, from }: { program: Program; from: Deal | undefined }) {
  const [draft, setDraft] = useState<Draft>({
    what: 'deal',
    name: '',
    owner: from?.partnerId ?? '',
    from: '',
    text: from === undefined ? '' : JSON.stringify(from.document, undefined, 2),
    moved: '',
    below: '',
    since: '',
  });
  const start = usePost<LabRunDetail>();
  const go = useGo();
  const change = (part: Partial<Draft>): void => {
    setDraft((now) => ({ ...now, ...part }));
    start.reset();
  };
  const missing = findMissing(draft);
  return (
    <Card title="A draft">
      <Stack gap="sm">
        <SegmentedControl
          aria-label="What is tried"
          value={draft.what}
          onChange={(value) => change({ what: value as Draft['what'] })}
          data={[
            { value: 'deal', label: 'A deal' },
            { value: 'move', label: 'A place in the tree' },
          ]}
          style={{ alignSelf: 'flex-start' }}
        />
        <TextInput
          label="What is tried"
          description="A few words, to find it again."
          placeholder="35 % from the second step"
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          maw={480}
        />
        {draft.what === 'deal' ? (
          <DealPart program={program} draft={draft} change={change} />
        ) : (
          <MovePart program={program} draft={draft} change={change} />
        )}
        {start.isError && (
          <Alert color="red" variant="light" role="alert" title={start.error.message}>
            {placeProblems(
              draft.text,
              start.error.errors.map((one) => ({
                ...one,
                path: one.path.replace(/^body\.deal\.document/, 'body.document'),
              })),
            ).map(({ line, place, message }) => (
              <div key={`${place} ${message}`}>
                {line === undefined ? '' : `line ${line}: `}
                {place}: {message}
              </div>
            ))}
          </Alert>
        )}
        <Group justify="flex-end">
          <Text size="sm" c="var(--text-soft)" me="auto" aria-live="polite">
            {missing ?? 'Nothing in the books changes.'}
          </Text>
          <Button
            disabled={missing !== undefined}
            loading={start.isPending}
            onClick={() =>
              start.mutate(
                { path: '/v1/lab-runs', body: bodyOf(program.id, draft) },
                { onSuccess: ({ id }) => go(`/lab/${id}`) },
              )
            }
          >
            Try it
          </Button>
        </Group>
      </Stack>
    </Card>
  );
}

function findMissing(draft: Draft): string | undefined {
  if (draft.name.trim() === '') return 'Say in a few words what is tried.';
  if (draft.what === 'move') {
    if (draft.moved === '') return 'Choose who would stand elsewhere.';
    return draft.since.trim() === '' ? 'Say since when.' : undefined;
  }
  if (draft.text === '') return 'Write the document, or take one of the templates.';
  const fault = findJsonFault(draft.text);
  return fault === undefined ? undefined : `Line ${fault.line} is no JSON.`;
}

function bodyOf(programId: string, draft: Draft): object {
  const head = { programId, name: draft.name.trim() };
  if (draft.what === 'move')
    return {
      ...head,
      move: {
        partnerId: draft.moved,
        parentId: draft.below === '' ? null : draft.below,
        effectiveFrom: draft.since.trim(),
      },
    };
  return {
    ...head,
    deal: {
      partnerId: draft.owner === '' ? null : draft.owner,
      effectiveFrom: draft.from.trim() === '' ? null : draft.from.trim(),
      document: JSON.parse(draft.text) as unknown,
    },
  };
}

interface PartProps {
  readonly program: Program;
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
}

function DealPart({ program, draft, change }: PartProps) {
  const templates = useDealTemplates(program.baseCurrency);
  const fault = draft.text === '' ? undefined : findJsonFault(draft.text);
  return (
    <>
      <Group grow align="start" preventGrowOverflow={false}>
        <PartnerSelect
          label="Whose deal"
          programId={program.id}
          value={draft.owner}
          onChange={(owner) => change({ owner })}
        />
        <TextInput
          label="In force from"
          description="Empty: always. An instant such as 2026-03-01T00:00:00Z."
          placeholder="always"
          value={draft.from}
          onChange={(event) => change({ from: event.currentTarget.value })}
        />
      </Group>
      <Text size="xs" c="var(--text-soft)">
        Without a partner it is the default deal of the program.
      </Text>
      <Group gap={6} role="group" aria-label="Templates">
        {(templates.data?.items ?? [])
          .filter((one) => one.vertical === program.vertical)
          .map((template) => (
            <Button
              key={template.id}
              size="compact-sm"
              variant="default"
              onClick={() => change({ text: JSON.stringify(template.document, undefined, 2) })}
            >
              {template.name}
            </Button>
          ))}
      </Group>
      <Textarea
        label="Document"
        description="JSON. Keep the ids of components: amounts are compared by partner, and named by them."
        value={draft.text}
        onChange={(event) => change({ text: event.currentTarget.value })}
        autosize
        minRows={10}
        maxRows={28}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
        error={fault === undefined ? undefined : `Line ${fault.line}: ${fault.message}`}
      />
    </>
  );
}

function MovePart({ program, draft, change }: PartProps) {
  return (
    <>
      <Group grow align="start" preventGrowOverflow={false}>
        <PartnerSelect
          label="Who would stand elsewhere"
          programId={program.id}
          value={draft.moved}
          onChange={(moved) => change({ moved })}
        />
        <PartnerSelect
          label="Below whom"
          programId={program.id}
          value={draft.below}
          onChange={(below) => change({ below })}
        />
      </Group>
      <Text size="xs" c="var(--text-soft)">
        With everybody below it. Without a partner above it stands at the top.
      </Text>
      <TextInput
        label="Since"
        description="An instant such as 2026-03-01T00:00:00Z."
        placeholder="2026-03-01T00:00:00Z"
        value={draft.since}
        onChange={(event) => change({ since: event.currentTarget.value })}
        maw={420}
      />
    </>
  );
}
