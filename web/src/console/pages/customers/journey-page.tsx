import { SegmentedControl, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useCustomer, useJourney } from '../../../api/resources.ts';
import type { Journey, JourneyStep } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { Card, Facts } from '../../../components/card.tsx';
import { ErrorState } from '../../../components/error-state.tsx';
import { Figure } from '../../../components/figure.tsx';
import { useFilters } from '../../../components/filters.ts';
import { IdChip } from '../../../components/id-chip.tsx';
import { groupedDecimal, wholeNumber } from '../../../components/number-format.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import { PagePending } from '../../shell/page-states.tsx';
import { CustomerFiguresCard } from '../figures/figures-cards.tsx';
import { AttributionCard } from './attribution-card.tsx';
import { JourneyStepView } from './journey-step.tsx';
import classes from './journey.module.css';
import { countOutcomes, outcomeOf, stepsByDay } from './step-outcome.ts';

/** One customer's way from the click to the ledger. */
export function JourneyPage() {
  const { id } = useParams({ strict: false });
  const { data, error, refetch } = useJourney(id ?? null);
  if (error !== null && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <PagePending />;
  return <JourneyView journey={data} />;
}

function JourneyView({ journey }: { journey: Journey }) {
  const { customer, partner } = journey;
  return (
    <>
      <PageHeader
        title={`Customer ${customer.value}`}
        above={{ label: 'Customers', href: '/customers' }}
        beside={<IdChip id={customer.id} linked={false} />}
        says={
          partner === null ? (
            'Came without a partner (organic).'
          ) : (
            <>
              Came by{' '}
              <AppLink underline="always" href={`/partners/${partner.id}`}>
                {partner.name}
              </AppLink>
              {customer.registeredAt !== null && (
                <>
                  {' '}
                  and registered <TimeText at={customer.registeredAt} as="age" />
                </>
              )}
              .
            </>
          )
        }
      />
      <Summary journey={journey} />
      <CustomerFiguresCard customerId={customer.id} />
      <div className={classes.columns}>
        <Timeline journey={journey} />
        <div className={classes.beside}>
          <WhoCard journey={journey} />
          <AttributionCard customerId={customer.id} />
        </div>
      </div>
    </>
  );
}

function Summary({ journey: { customer, counts, totals, steps } }: { journey: Journey }) {
  const sum = (pick: 'earned' | 'deposits'): { value: string; unit?: string; below: string } => {
    const [first, ...others] = totals.map((total) => total[pick]);
    return first === undefined
      ? { value: '0', below: '' }
      : {
          value: groupedDecimal(first.amount),
          unit: first.currency,
          below: others.map(({ amount, currency }) => `${groupedDecimal(amount)} ${currency}`).join(', '),
        };
  };
  // The server counts an opened position as not paid; people ask what did not count although it could have.
  const outcomes = useMemo(() => countOutcomes(steps), [steps]);
  const open = outcomes.waiting + outcomes.failed;
  const earned = sum('earned');
  const deposits = sum('deposits');
  return (
    <section className={classes.summary} aria-label="The customer in figures">
      <Figure label="Booked for partners" {...earned} href={`/commissions?customerId=${customer.id}`} />
      <Figure
        label="Deposited"
        {...deposits}
        below={`${wholeNumber(counts.deposits)} ${counts.deposits === 1 ? 'deposit' : 'deposits'}${deposits.below === '' ? '' : `, ${deposits.below}`}`}
      />
      <Figure
        label="Trades"
        value={wholeNumber(counts.trades)}
        href={`/events?customerId=${customer.id}&kind=execution`}
        below="put together and closed"
      />
      <Figure label="Counted" value={wholeNumber(outcomes.paid)} below="events that paid" />
      <Figure label="Did not count" value={wholeNumber(outcomes.unpaid)} below="each with its reason" />
      <Figure
        label="Waiting"
        value={wholeNumber(open)}
        below={open === 0 ? 'nothing is missing' : 'something is missing'}
      />
    </section>
  );
}

const SHOWN = [
  { value: 'all', label: 'All' },
  { value: 'paid', label: 'Counted' },
  { value: 'unpaid', label: 'Did not count' },
  { value: 'waiting', label: 'Waiting' },
];
const NAMES = ['show'] as const;

function Timeline({ journey: { steps, cut } }: { journey: Journey }) {
  const filters = useFilters(NAMES);
  const shown = filters.values.show ?? 'all';
  const days = useMemo(
    () =>
      stepsByDay(
        steps.filter((step) => isShown(step, shown)),
        localDay,
      ),
    [steps, shown],
  );
  return (
    <Card
      title="The way"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Which steps"
          value={shown}
          onChange={(value) => filters.set('show', value === 'all' ? '' : value)}
          data={SHOWN}
        />
      }
    >
      {cut && (
        <Text size="sm" c="var(--text-soft)" mb="sm">
          Only the newest events are shown; the older ones stand under Events.
        </Text>
      )}
      {days.length === 0 && (
        <Text size="sm" c="var(--text-soft)" py="lg">
          {shown === 'all' ? 'Nothing is known of this customer yet.' : 'There is no such step.'}
        </Text>
      )}
      {days.map(({ day, steps: ofDay }, index) => (
        <section key={`${day ?? 'always'}-${index}`} aria-label={dayInWords(day)}>
          <h2 className={classes.day}>{dayInWords(day)}</h2>
          <ol className={classes.steps}>
            {ofDay.map((step, at) => (
              <JourneyStepView key={`${step.eventId ?? step.kind}-${at}`} step={step} />
            ))}
          </ol>
        </section>
      ))}
    </Card>
  );
}

function isShown(step: JourneyStep, shown: string): boolean {
  const outcome = outcomeOf(step);
  return shown === 'all' || shown === outcome || (shown === 'waiting' && outcome === 'failed');
}

function localDay(iso: string): string {
  return new Date(iso).toLocaleDateString('sv');
}

function dayInWords(day: string | null): string {
  if (day === null) return 'From the beginning';
  return new Date(`${day}T12:00:00`).toLocaleDateString('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
}

/** Who the customer is now: by which identifiers, under whom, and what stands in the way. */
function WhoCard({ journey: { customer, partner } }: { journey: Journey }) {
  const { data } = useCustomer(customer.id);
  const kyc = data?.kyc.at(-1)?.status;
  return (
    <Card title="Who it is now">
      <Facts
        rows={[
          [
            'Partner',
            partner === null ? (
              'none (organic)'
            ) : (
              <AppLink key="p" href={`/partners/${partner.id}`}>
                {partner.name}
              </AppLink>
            ),
          ],
          ['Registered', <TimeText key="r" at={customer.registeredAt} as="full" none="not yet" />],
          ['KYC', kyc === undefined ? 'not told' : <StateBadge key="k" state={kyc} />],
          [
            'Lots traded',
            data === undefined ? (
              '…'
            ) : (
              <span key="l" className="figures">
                {data.summary.trades.lots}
              </span>
            ),
          ],
          [
            'Known as',
            <span key="i" className={classes.identifiers}>
              {(data?.identifiers ?? [{ ...customer, from: null, to: null }]).map(
                ({ namespace, value, to }) => (
                  <IdChip
                    key={`${namespace}-${value}-${to ?? ''}`}
                    id={value}
                    label={namespace}
                    text={value.length > 18 ? `${value.slice(0, 6)}…${value.slice(-5)}` : value}
                  />
                ),
              )}
            </span>,
          ],
          [
            'Lists',
            <span key="o" className={classes.links}>
              <AppLink href={`/events?customerId=${customer.id}`}>Events</AppLink>
              <AppLink href={`/commissions?customerId=${customer.id}`}>Commissions</AppLink>
            </span>,
          ],
        ]}
      />
    </Card>
  );
}
