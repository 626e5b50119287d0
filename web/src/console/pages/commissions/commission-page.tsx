import { SegmentedControl, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useCommission, useCommissionExplanation } from '../../../api/resources.ts';
import type { CommissionExplanation } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { ExplainTree, Sentences } from '../../../components/explain-tree.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { groupedDecimal } from '../../../components/number-format.ts';
import { Money } from '../../../components/money.tsx';
import { PageHeader } from '../../../components/page-header.tsx';
import { Reason } from '../../../components/reason.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PagePending } from '../../shell/page-states.tsx';
import { hrefOfSettlement } from '../settlements/columns.tsx';
import { basisRows } from './basis-rows.ts';
import classes from './commission-page.module.css';

/** One booked row: why it is this amount, in sentences first, then fact by fact down to the raw bytes. */
export function CommissionPage() {
  const { id } = useParams({ strict: false });
  const { data, error, refetch } = useCommissionExplanation(id ?? null);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PagePending />;
  return <CommissionView explanation={data} />;
}

function CommissionView({ explanation }: { explanation: CommissionExplanation }) {
  const { amount, line, summary, reason, tree } = explanation;
  return (
    <>
      <PageHeader
        title={`${groupedDecimal(amount.amount)} ${amount.currency}`}
        above={{ label: 'Commissions', href: '/commissions' }}
        beside={
          <>
            <StateBadge state={explanation.state} />
            <IdChip id={explanation.id} linked={false} />
          </>
        }
        says={
          <>
            for{' '}
            <AppLink underline="always" href={`/partners/${line.partnerId}`}>
              {line.partnerName}
            </AppLink>
            , level {line.level}, component {line.component}
          </>
        }
      />
      <div className={classes.halves}>
        <div className={classes.side}>
          <WhyCard explanation={explanation} />
          {reason !== null && (
            <Card title={explanation.state === 'held' ? 'Why it is held' : 'Reason'}>
              <Reason code={reason.code} sentence={reason.operator} />
            </Card>
          )}
        </div>
        <div className={classes.side}>
          <Card title="How the amount came about">
            <Facts
              rows={basisRows(line.basis).map(
                ([name, value]) =>
                  [
                    name,
                    <span key={name} className="figures">
                      {value}
                    </span>,
                  ] as const,
              )}
            />
          </Card>
          <WhereCard explanation={explanation} />
        </div>
      </div>
      {line.postings.length > 1 && <Postings line={line} current={explanation.id} />}
      <Card title="Every fact behind it, down to the raw bytes">
        <ExplainTree root={tree} openLevels={1} />
      </Card>
      <span className="visually-hidden">{summary}</span>
    </>
  );
}

type Audience = 'operator' | 'partner';

function WhyCard({ explanation: { summary, sentences } }: { explanation: CommissionExplanation }) {
  const [audience, setAudience] = useState<Audience>('operator');
  return (
    <Card
      title="Why"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="For whom the sentences are"
          value={audience}
          onChange={(value) => setAudience(value as Audience)}
          data={[
            { value: 'operator', label: 'For you' },
            { value: 'partner', label: 'As the partner reads it' },
          ]}
        />
      }
    >
      <p className={classes.summary}>{summary.slice(summary.indexOf(': ') + 2)}</p>
      <Sentences sentences={sentences[audience]} />
    </Card>
  );
}

function WhereCard({ explanation }: { explanation: CommissionExplanation }) {
  const { data } = useCommission(explanation.id);
  return (
    <Card title="Where it stands">
      <Facts
        rows={[
          ['Booked', data === undefined ? null : <TimeText key="b" at={data.bookedAt} as="full" />],
          ['Earned', data === undefined ? null : <TimeText key="e" at={data.causedAt} as="full" />],
          [
            'Held until',
            data?.holdUntil === undefined || data.holdUntil === null ? null : (
              <TimeText key="h" at={data.holdUntil} as="full" />
            ),
          ],
          [
            'Customer',
            data === undefined ? null : data.customerId === null ? (
              'all of the month together'
            ) : (
              <IdChip key="c" id={data.customerId} />
            ),
          ],
          [
            'Event',
            explanation.eventId === null ? (
              `all of ${explanation.period ?? 'the month'}`
            ) : (
              <IdChip key="v" id={explanation.eventId} />
            ),
          ],
          [
            'Settlement',
            data?.period === undefined || data.period === null ? null : (
              <AppLink key="m" href={hrefOfSettlement({ ...data, period: data.period })}>
                month {data.period}, step by step
              </AppLink>
            ),
          ],
          [
            'Owed for it',
            explanation.line.desired === null ? (
              'nothing any more'
            ) : (
              <Money key="d" {...explanation.line.desired} />
            ),
          ],
          ['Booked in all', <Money key="s" {...explanation.line.booked} />],
        ]}
      />
    </Card>
  );
}

function Postings({ line, current }: { line: CommissionExplanation['line']; current: string }) {
  return (
    <Card
      title="All rows of this line"
      aside={
        <Text size="xs" c="var(--text-soft)">
          their sum is what is owed
        </Text>
      }
      flush
    >
      <div className={classes.scroll} tabIndex={0} role="region" aria-label="Rows of this line">
        <table className={classes.postings}>
          <thead>
            <tr>
              <th scope="col">Booked</th>
              <th scope="col">Row</th>
              <th scope="col">State</th>
              <th scope="col">Amount</th>
            </tr>
          </thead>
          <tbody>
            {line.postings.map((posting) => (
              <tr key={posting.id} data-current={posting.id === current}>
                <td>
                  <TimeText at={posting.bookedAt} as="full" />
                </td>
                <td>
                  <IdChip id={posting.id} linked={posting.id !== current} />
                </td>
                <td>
                  <StateBadge state={posting.state} />
                </td>
                <td>
                  <Money {...posting.amount} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
