import { Alert, Button, Progress, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useLabRun } from '../../../api/lab.ts';
import type { LabResult, LabRunDetail } from '../../../api/lab.ts';
import { usePost } from '../../../api/repair.ts';
import { usePartner } from '../../../api/resources.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { Figure } from '../../../components/figure.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { JsonView } from '../../../components/json-view.tsx';
import { Money } from '../../../components/money.tsx';
import { groupedDecimal, wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { PlainTable } from '../../../components/plain-table.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PagePending } from '../../shell/page-states.tsx';
import classes from '../partners/partner-page.module.css';
import { RUN_STATES, sayProgress } from './run-states.ts';

/** One run: how far it is, and what it found. */
export function LabRunPage() {
  const { id = '' } = useParams({ strict: false });
  const { data, error, refetch } = useLabRun(id);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PagePending />;
  return <RunView key={data.id} run={data} />;
}

function RunView({ run }: { run: LabRunDetail }) {
  const cancel = usePost<unknown>();
  const { word, badge } = RUN_STATES[run.state];
  return (
    <>
      <PageHeader
        title={run.name}
        above={{ label: 'Deal lab', href: '/lab' }}
        beside={
          <>
            <StateBadge state={badge} word={word} />
            <IdChip id={run.id} linked={false} />
          </>
        }
        says={
          <>
            Tried by {run.createdBy}, <TimeText at={run.createdAt} as="full" />. The books were not touched.
          </>
        }
      >
        {run.state === 'running' && (
          <Button
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate({ path: `/v1/lab-runs/${run.id}/cancel` })}
          >
            End it
          </Button>
        )}
      </PageHeader>
      {run.state === 'running' && <HowFar progress={run.progress} />}
      {run.error !== null && (
        <Alert color="red" variant="light" role="alert" title="It failed">
          {run.error}
        </Alert>
      )}
      {run.state === 'cancelled' && (
        <Alert color="gray" variant="light">
          It was ended before it was over, so there is nothing to show.
        </Alert>
      )}
      {run.result !== null && <Found result={run.result} />}
      <Tried run={run} />
    </>
  );
}

function HowFar({ progress }: { progress: LabRunDetail['progress'] }) {
  const { words, percent } = sayProgress(progress);
  return (
    <Card title="How far it is">
      <Stack gap={6}>
        <Progress value={percent} aria-label="How far the run is" size="lg" />
        <Text size="sm" c="var(--text-soft)" aria-live="polite" className="figures">
          {words}
        </Text>
      </Stack>
    </Card>
  );
}

function Found({ result }: { result: LabResult }) {
  return (
    <>
      {!result.isComplete && (
        <Alert color="orange" variant="light" title="These figures are not all">
          {result.notComputed.map((one) => (
            <div key={one}>{one}</div>
          ))}
        </Alert>
      )}
      <Sums result={result} />
      <div className={classes.halves}>
        <MonthsTable result={result} />
        <Card title="What it rests on">
          <Facts
            rows={[
              ['Customers decided', wholeNumber(result.customers)],
              ['Events', wholeNumber(result.events)],
              [
                'Revenue',
                <span key="r">
                  <Money amount={result.revenue.amount} currency={result.revenue.currency} />
                  {`, ${BASES[result.revenue.basis]}`}
                </span>,
              ],
              [
                'Left out of it',
                result.revenue.withoutRate === 0
                  ? null
                  : `${wholeNumber(result.revenue.withoutRate)} amounts without a rate of exchange`,
              ],
              [
                'Dearest month',
                result.dearest === null
                  ? 'none costs more'
                  : `${result.dearest.month}: ${groupedDecimal(result.dearest.difference)} ${result.dearest.currency} more`,
              ],
            ]}
          />
        </Card>
      </div>
      <PartnersTable result={result} />
    </>
  );
}

const BASES = {
  ngr: 'NGR as told',
  net_deposits: 'net deposits, because no source tells NGR',
  mixed: 'NGR where it is told, else net deposits',
} as const;

function Sums({ result: { cost, margin, partners } }: { result: LabResult }) {
  const say = (sum: LabResult['cost']): { value: string; unit: string; below: string } => ({
    value: sum.difference === null ? '?' : groupedDecimal(sum.difference),
    unit: sum.currency,
    below:
      sum.before === null || sum.after === null
        ? 'a rate of exchange is missing'
        : `${groupedDecimal(sum.before)} → ${groupedDecimal(sum.after)}`,
  });
  return (
    <section className={classes.figures} aria-label="The draft in figures">
      <Figure label="Cost" {...say(cost)} />
      <Figure label="Margin" {...say(margin)} />
      <Figure label="Would win" value={wholeNumber(partners.winners)} below="partners" />
      <Figure
        label="Would lose"
        value={wholeNumber(partners.losers)}
        below={`${wholeNumber(partners.unchanged)} earn the same`}
      />
    </section>
  );
}

function MonthsTable({ result: { months } }: { result: LabResult }) {
  return (
    <Card title="Cost by the month in which it was earned" flush>
      <PlainTable
        label="Cost by month"
        head={['Month', '>As it is', '>Under the draft', '>Difference']}
        maxHeight={320}
        rows={months.toReversed().map(({ month, currency, before, after, difference }) => ({
          key: `${month} ${currency}`,
          cells: [
            month,
            <Money key="b" amount={before} currency={currency} />,
            <Money key="a" amount={after} currency={currency} />,
            <Money key="d" amount={difference} currency={currency} strong />,
          ],
        }))}
        empty="Nothing is paid, neither as it is nor under the draft."
      />
    </Card>
  );
}

function PartnersTable({ result: { money, notShown } }: { result: LabResult }) {
  return (
    <Card title="Who would win, and who would lose" flush>
      <PlainTable
        label="Partners"
        head={['Partner', '>As it is', '>Under the draft', '>Difference', 'By component', '>Worst month']}
        minWidth={720}
        maxHeight={560}
        rows={money.map((one) => ({
          key: `${one.partnerId} ${one.currency}`,
          cells: [
            <AppLink key="p" href={`/partners/${one.partnerId}`}>
              {one.partner}
            </AppLink>,
            <Money key="b" amount={one.before} currency={one.currency} />,
            <Money key="a" amount={one.after} currency={one.currency} />,
            <Money key="d" amount={one.difference} currency={one.currency} strong />,
            Object.entries(one.byComponent)
              .map(([component, amount]) => `${component} ${groupedDecimal(amount)}`)
              .join(', '),
            one.worst === null ? (
              'none'
            ) : (
              <span key="w">
                {one.worst.month} <Money amount={one.worst.difference} currency={one.currency} />
              </span>
            ),
          ],
        }))}
        empty="No partner's commission would change."
      />
      {notShown > 0 && (
        <Text size="sm" p="md" c="var(--text-soft)">
          {`${wholeNumber(notShown)} more partners with smaller changes are not shown.`}
        </Text>
      )}
    </Card>
  );
}

function Tried({ run: { deal, move } }: { run: LabRunDetail }) {
  const owner = usePartner(deal?.partnerId ?? null);
  const moved = usePartner(move?.partnerId ?? null);
  const above = usePartner(move?.parentId ?? null);
  return (
    <Card title="What was tried">
      <Facts
        rows={[
          [
            'Deal of',
            deal === null
              ? null
              : deal.partnerId === null
                ? 'the program, its default'
                : (owner.data?.name ?? '…'),
          ],
          [
            'In force from',
            deal === null ? null : (
              <TimeText key="f" at={deal.effectiveFrom} as="full" none="the beginning" />
            ),
          ],
          ['Moved', move === null ? null : (moved.data?.name ?? '…')],
          [
            'Below',
            move === null ? null : move.parentId === null ? 'nobody, at the top' : (above.data?.name ?? '…'),
          ],
          ['Since', move === null ? null : <TimeText key="s" at={move.effectiveFrom} as="full" />],
        ]}
      />
      {deal !== null && <JsonView value={deal.document} label="the draft" openLevels={2} />}
    </Card>
  );
}
