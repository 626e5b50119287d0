import { Button, Progress, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useGradeDecisions, usePartnerGrade } from '../../../api/grades.ts';
import type { GradeDecision, PartnerGrade } from '../../../api/grades.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { DecisionButtons } from '../payments/decision-buttons.tsx';
import { ProposeGradeDialog } from './propose-grade-dialog.tsx';
import { sayChange, sayNeed, sayWhy, shareOf } from './grade-words.ts';

/** The grade of a partner: what it is, what is missing to the next one, and what was decided; nothing where its deal has none. */
export function GradesCard({ partnerId }: { partnerId: string }) {
  const { data, error, refetch } = usePartnerGrade(partnerId);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined || (data.grade === null && data.waiting === 0)) return null;
  return <GradeOf grade={data} />;
}

function GradeOf({ grade }: { grade: PartnerGrade }) {
  const [isProposing, setProposing] = useState(false);
  return (
    <Card
      title={grade.grade === null ? 'Grade' : `Grade: ${grade.grade}`}
      aside={
        <Button size="compact-sm" variant="default" onClick={() => setProposing(true)}>
          Set it …
        </Button>
      }
    >
      <Stack gap="sm">
        <div>
          {grade.sentences.map((sentence) => (
            <Text key={sentence} size="sm">
              {sentence}
            </Text>
          ))}
        </div>
        {grade.next !== null && <Needs next={grade.next} />}
        <History partnerId={grade.partnerId} />
      </Stack>
      {isProposing && <ProposeGradeDialog partnerId={grade.partnerId} onClose={() => setProposing(false)} />}
    </Card>
  );
}

function Needs({ next }: { next: NonNullable<PartnerGrade['next']> }) {
  return (
    <Stack gap={8} role="group" aria-label={`What "${next.grade}" asks for`}>
      {next.needs.map((need) => (
        <div key={need.metric}>
          <Text size="sm" c="var(--text-soft)">
            {sayNeed(need)}
          </Text>
          <Progress value={shareOf(need)} aria-label={`${sayNeed(need)} for ${next.grade}`} size="lg" />
        </div>
      ))}
      {next.match === 'any' && next.needs.length > 1 && (
        <Text size="sm" c="var(--text-soft)">
          One of them is enough.
        </Text>
      )}
    </Stack>
  );
}

/** Most decisions that are shown; the list of the API has them all. */
const MOST_ROWS = 24;

function History({ partnerId }: { partnerId: string }) {
  const { rows, query } = useGradeDecisions(partnerId);
  if (query.error !== null && rows.length === 0)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <PlainTable
      label="What was decided of its grade"
      head={['Decided for', 'Grade', 'Counts from', 'By', 'Why', 'Decision']}
      minWidth={720}
      rows={rows.slice(0, MOST_ROWS).map((row) => ({
        key: row.id,
        cells: [
          <TimeText key="a" at={row.at} />,
          <span key="g">
            {sayChange(row)}
            {row.wouldDiffer !== null && (
              <Text size="xs" c="var(--text-soft)">
                by what is known now it would be {row.wouldDiffer.after}
              </Text>
            )}
          </span>,
          <TimeText key="f" at={row.effectiveFrom} />,
          row.kind === 'check' ? 'check' : row.recordedBy,
          row.dealId === null ? (
            sayWhy(row)
          ) : (
            <AppLink key="w" href={`/deals/${row.dealId}`}>
              {sayWhy(row)}
            </AppLink>
          ),
          <Verdict key="v" row={row} />,
        ],
      }))}
      empty={query.isPending ? 'Loading …' : 'No check was made yet.'}
    />
  );
}

function Verdict({ row }: { row: GradeDecision }) {
  if (row.state === 'rejected') return <StateBadge state="rejected" word="rejected" />;
  if (row.state === 'counts')
    return row.answer === null ? 'counts' : <span>approved by {row.answer.by}</span>;
  const path = `/v1/grade-decisions/${row.id}`;
  return (
    <DecisionButtons
      what={`${sayChange(row)}. Approved it counts from its instant on, and what was decided by the old grade since then is decided again; rejected it never counts.`}
      acts={[
        { label: 'Approve', path: `${path}/approve`, bodyOf: (note) => ({ note }) },
        { label: 'Reject', path: `${path}/reject`, bodyOf: (note) => ({ note }) },
      ]}
    />
  );
}
