import { Alert, Loader, Stack, Table, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useChangeSet } from '../../../api/change-sets.ts';
import type { ChangeSet } from '../../../api/change-sets.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { ReassignmentRowsCard } from '../reassignments/rows-card.tsx';
import { ChangeSetActs } from './change-set-acts.tsx';
import { sayMoves, sayState, sayWhat } from './words.ts';

/** One change set: what it would move, who agreed, how far it is, and what can be done with it. */
export function ChangeSetPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { data: set, error } = useChangeSet(id);
  if (error !== null && set === undefined) return <ErrorState error={error} />;
  if (set === undefined) return <Loader aria-label="Loading" />;
  return (
    <>
      <PageHeader title={sayWhat(set)} says={set.note} />
      <Stack gap="md">
        {set.state === 'proposed' && (
          <Alert color="orange" variant="light">
            {`Nothing has changed yet. More than ${set.limit.amount} ${set.limit.currency} would move, or it is not known how much: a person or key other than ${set.createdBy} must agree.`}
          </Alert>
        )}
        <Card title="How it stands">
          <div aria-live="polite">
            <Facts rows={factsOf(set)} />
          </div>
        </Card>
        <PreviewCard set={set} />
        {set.kind === 'reassignment' && (
          <ReassignmentRowsCard key={`${set.id} ${set.state}`} changeSetId={set.id} />
        )}
        <ChangeSetActs key={set.state} set={set} />
      </Stack>
    </>
  );
}

function factsOf(set: ChangeSet): Parameters<typeof Facts>[0]['rows'] {
  const linkTo = (id: string | null) =>
    id === null ? null : (
      <AppLink key={id} href={`/change-sets/${id}`}>
        {id}
      </AppLink>
    );
  return [
    ['State', sayState(set.state)],
    ['Applied', set.kind === 'remap' ? `${Math.round(set.share * 100)} %` : null],
    [
      'So far',
      set.progress.deliveries === 0
        ? null
        : set.kind === 'reassignment'
          ? `${wholeNumber(set.progress.deliveries)} customers gone through, ${wholeNumber(set.progress.changed)} given`
          : `${wholeNumber(set.progress.deliveries)} deliveries, ${wholeNumber(set.progress.changed)} events changed, ${wholeNumber(set.progress.added)} new`,
    ],
    ['Error', set.error],
    ['Deliveries from', set.from === null ? null : <TimeText key="f" at={set.from} as="full" />],
    ['to', set.to === null ? null : <TimeText key="t" at={set.to} as="full" />],
    ['Proposed by', set.createdBy],
    ['Proposed at', <TimeText key="p" at={set.createdAt} as="full" />],
    ['Decided by', set.decidedBy],
    [
      'Released by',
      set.releaseFull
        ? `${set.releasedBy ?? ''}, up to the limit; the rest waits for another person`
        : set.releasedBy,
    ],
    ['Because', set.decisionNote],
    ['Undoes', linkTo(set.undoes)],
    ['Undone by', linkTo(set.undoneBy)],
  ];
}

function PreviewCard({ set }: { set: ChangeSet }) {
  const { preview } = set;
  if (preview === null) return null;
  return (
    <Card title="What it would do, as found when it was proposed" flush>
      {preview.money.length > 0 && (
        <ScrollRegion label="Commission by partner, scrolls" minWidth={420}>
          <Table aria-label="Commission by partner" tabularNums>
            <Table.Thead>
              <Table.Tr>
                {['Partner', 'Before', 'After', 'Difference', 'Currency'].map((name) => (
                  <Table.Th key={name} scope="col">
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {preview.money.map((one) => (
                <Table.Tr key={`${one.partnerId} ${one.currency}`}>
                  <Table.Td>{one.partner}</Table.Td>
                  <Table.Td>{one.before}</Table.Td>
                  <Table.Td>{one.after}</Table.Td>
                  <Table.Td>{one.difference}</Table.Td>
                  <Table.Td>{one.currency}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollRegion>
      )}
      <Text size="sm" p="md">
        {`Money that moves: ${sayMoves(set)}. ${wholeNumber(preview.events.changed)} events, ${wholeNumber(preview.customers.changed)} customers, ${wholeNumber(preview.partners)} partners. A second person must agree above ${set.limit.amount} ${set.limit.currency}.`}
      </Text>
      {preview.notComputed.length > 0 && (
        <ul>
          {preview.notComputed.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}
