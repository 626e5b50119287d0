import { Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { usePartner } from '../../../api/resources.ts';
import { useSettlement } from '../../../api/settlements.ts';
import type { Settlement } from '../../../api/settlements.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { Money } from '../../../components/money.tsx';
import { groupedDecimal } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { Reason } from '../../../components/reason.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PagePending } from '../../shell/page-states.tsx';
import classes from '../partners/partner-page.module.css';
import { ClawbacksCard } from '../payments/clawbacks-card.tsx';
import { PaymentsCard } from '../payments/payments-card.tsx';
import { Provisional } from './columns.tsx';
import { carryRows, sayBy, wordsOfStep } from './step-words.ts';

/** What one month is worth to one partner by one component: every step, what it rests on, and what it carries. */
export function SettlementPage() {
  const { partnerId = '', period = '', component = '' } = useParams({ strict: false });
  const { data, error, refetch } = useSettlement(partnerId, { period, component });
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PagePending />;
  const [settlement] = data.items;
  if (settlement === undefined)
    return (
      <>
        <PageHeader
          title={`${component}, ${period}`}
          above={{ label: 'Settlements', href: '/settlements' }}
        />
        <EmptyState
          title="This partner has no such figure"
          says="Nothing came in for this component in this month. Look at the list of its settlements."
        >
          <AppLink href={`/settlements?partnerId=${partnerId}`}>Settlements of the partner</AppLink>
        </EmptyState>
      </>
    );
  return <SettlementView settlement={settlement} />;
}

function SettlementView({ settlement }: { settlement: Settlement }) {
  const { partnerId, period, component, amount, reason, sentence, carry, totals } = settlement;
  const { data: partner } = usePartner(partnerId);
  return (
    <>
      <PageHeader
        title={amount.currency === '' ? 'Nothing' : `${groupedDecimal(amount.amount)} ${amount.currency}`}
        above={{ label: 'Settlements', href: '/settlements' }}
        beside={<Provisional is={settlement.provisional} />}
        says={
          <>
            for{' '}
            <AppLink underline="always" href={`/partners/${partnerId}`}>
              {partner?.name ?? 'the partner'}
            </AppLink>
            , component {component}, month {period}
          </>
        }
      />
      <div className={classes.halves}>
        <Card title="How it came about" flush>
          <PlainTable
            label="Steps"
            head={['Step', 'By', '>Amount']}
            rows={settlement.steps.map(({ step, amount: value, by }, index) => ({
              key: `${index} ${step}`,
              cells: [wordsOfStep(step), sayBy(by), groupedDecimal(value)],
            }))}
            empty="There are no steps: no deal pays by this component for this month."
          />
        </Card>
        <div style={{ display: 'grid', gap: 16 }}>
          {reason !== null && (
            <Card title="Reason">
              <Reason code={reason} sentence={sentence ?? ''} />
            </Card>
          )}
          <Card title="Where it stands">
            <Facts
              rows={[
                ['Worth by what is known now', amount.currency === '' ? '–' : <Money key="a" {...amount} />],
                ['Before rounding', groupedDecimal(settlement.exact)],
                [
                  'Decided',
                  settlement.decidedAt === null ? (
                    'is being computed'
                  ) : (
                    <TimeText key="d" at={settlement.decidedAt} as="full" />
                  ),
                ],
                [
                  'By the deal',
                  settlement.dealId === null ? null : <IdChip key="x" id={settlement.dealId} />,
                ],
                [
                  'Month',
                  <AppLink key="m" href={`/periods/${period}`}>
                    {period}
                  </AppLink>,
                ],
                [
                  'Statement',
                  <AppLink key="s" href={`/statements/${partnerId}/${period}`}>
                    of the partner for {period}
                  </AppLink>,
                ],
                [
                  'Booked rows',
                  <AppLink
                    key="c"
                    href={`/commissions?partnerId=${partnerId}&component=${encodeURIComponent(component)}`}
                  >
                    commissions of this component
                  </AppLink>,
                ],
              ]}
            />
          </Card>
        </div>
      </div>
      <div className={classes.halves}>
        <Card title="Sums of what came in" flush>
          <PlainTable
            label="Sums"
            head={['Measure', '>Sum']}
            minWidth={240}
            rows={Object.entries(totals).map(([name, value]) => ({
              key: name,
              cells: [wordsOfStep(name), groupedDecimal(value)],
            }))}
            empty="Nothing came in, or all of it was taken back."
          />
        </Card>
        <Card title="What it carries">
          {Object.keys(carry).length === 0 ? (
            <Text size="sm" c="var(--text-soft)">
              Nothing is carried into the months after it.
            </Text>
          ) : (
            <Facts rows={carryRows(carry)} />
          )}
        </Card>
      </div>
      <PaymentsCard partnerId={partnerId} />
      <ClawbacksCard partnerId={partnerId} />
    </>
  );
}
