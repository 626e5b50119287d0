import {
  IconArrowDownLeft,
  IconArrowUpRight,
  IconChartCandle,
  IconChevronRight,
  IconCircleDot,
  IconClick,
  IconCoins,
  IconHourglass,
  IconLink,
  IconShieldCheck,
  IconTargetArrow,
  IconUserPlus,
} from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import { useState } from 'react';
import type { JourneyStep } from '../../../api/types.ts';
import { AppLink } from '../../../components/app-link.tsx';
import { IdChip } from '../../../components/id-chip.tsx';
import { Money } from '../../../components/money.tsx';
import { Reason } from '../../../components/reason.tsx';
import { StateBadge } from '../../../components/state-badge.tsx';
import { TimeText } from '../../../components/time-text.tsx';
import classes from './journey.module.css';
import { StepExplain } from './step-explain.tsx';
import { outcomeOf } from './step-outcome.ts';
import type { Outcome } from './step-outcome.ts';

const ICONS: Readonly<Record<JourneyStep['kind'], Icon>> = {
  click: IconClick,
  registration: IconUserPlus,
  identifier: IconLink,
  attribution: IconTargetArrow,
  kyc: IconShieldCheck,
  deposit: IconArrowDownLeft,
  withdrawal: IconArrowUpRight,
  trade: IconChartCandle,
  event: IconCircleDot,
  commission: IconCoins,
};

const OUTCOMES: Readonly<
  Record<Outcome, { readonly tone: string; readonly state?: string; readonly word?: string }>
> = {
  paid: { tone: 'good', state: 'paid', word: 'counted' },
  unpaid: { tone: 'attention', state: 'ignored', word: 'did not count' },
  waiting: { tone: 'waiting', state: 'waiting' },
  failed: { tone: 'bad', state: 'failed' },
  told: { tone: 'quiet' },
};

/** One step of the way, with what came of it. */
export function JourneyStepView({ step }: { step: JourneyStep }) {
  const outcome = outcomeOf(step);
  const { tone, state, word } = OUTCOMES[outcome];
  const Picture = ICONS[step.kind];
  return (
    <li className={classes.step}>
      <span className={classes.when}>
        <TimeText at={step.at} none="from the beginning" />
      </span>
      <span
        className={classes.mark}
        style={{ color: `var(--tone-${tone}-text)`, background: `var(--tone-${tone}-fill)` }}
        aria-hidden
      >
        <Picture size={16} stroke={1.8} />
      </span>
      <div className={classes.what}>
        <div className={classes.headline}>
          <h3 className={classes.title}>{step.title}</h3>
          {step.amount !== null && !step.title.includes(step.amount.amount) && (
            <Money {...step.amount} strong />
          )}
          {state !== undefined && <StateBadge state={state} {...(word === undefined ? {} : { word })} />}
        </div>
        {step.detail !== null && <p className={classes.detail}>{step.detail}</p>}
        <Chips step={step} />
        {(outcome === 'told' || outcome === 'paid') && step.sentence !== null && (
          <p className={classes.note}>{step.sentence}</p>
        )}
        {outcome !== 'told' && outcome !== 'paid' && <Miss step={step} tone={tone} />}
        <Lines step={step} />
        <Bookings step={step} />
        {step.eventId !== null && <Explain eventId={step.eventId} title={step.title} />}
      </div>
    </li>
  );
}

function Chips({ step }: { step: JourneyStep }) {
  const { identifiers, partner, link, source, deliveryId } = step;
  if (identifiers.length === 0 && partner === null && source === null && deliveryId === null) return null;
  return (
    <div className={classes.chips}>
      {partner !== null && (
        <span>
          <AppLink underline="always" href={`/partners/${partner.id}`}>
            {partner.name}
          </AppLink>
          {link !== null && link.campaign !== '' && ` · campaign ${link.campaign}`}
        </span>
      )}
      {identifiers.map(({ namespace, value }) => (
        <IdChip
          key={`${namespace}-${value}`}
          id={value}
          label={namespace}
          text={value.length > 24 ? `${value.slice(0, 10)}…${value.slice(-6)}` : value}
        />
      ))}
      {source !== null && (
        <span className={classes.source}>
          from {source}
          {deliveryId !== null && (
            <>
              {', '}
              <AppLink underline="always" href={`/deliveries/${deliveryId}`}>
                raw delivery
              </AppLink>
            </>
          )}
        </span>
      )}
    </div>
  );
}

/** Why it did not count, and what would make it go on. */
function Miss({ step, tone }: { step: JourneyStep; tone: string }) {
  if (step.reason === null && step.sentence === null && step.missing === null) return null;
  return (
    <div className={classes.miss} style={{ borderInlineStartColor: `var(--tone-${tone}-mark)` }}>
      <Reason
        code={step.reason ?? 'waiting'}
        {...(step.sentence === null ? {} : { sentence: step.sentence })}
      />
      {step.missing !== null && (
        <p className={classes.missing}>
          <IconHourglass size={15} aria-hidden />
          <span>
            <b>Missing:</b> {step.missing}
          </span>
        </p>
      )}
    </div>
  );
}

/** Levels that came to nothing, each with its reason; what was paid stands with the bookings, or with the customer as a whole. */
function Lines({ step }: { step: JourneyStep }) {
  const empty = step.lines.filter(({ amount, reason }) => amount === null && reason !== step.reason);
  const pending =
    step.bookings.length > 0 || step.state === 'decided'
      ? []
      : step.lines.filter(({ amount }) => amount !== null);
  if (empty.length + pending.length === 0) return null;
  return (
    <ul className={classes.lines}>
      {fromOwnToTop([...pending, ...empty]).map((line) => (
        <li key={`${line.partner.id}-${line.component}-${line.level}`}>
          <Earner partner={line.partner} level={line.level} component={line.component} />
          {line.amount === null ? (
            <span className={classes.nothing}>nothing: {line.sentence ?? line.reason ?? 'no amount'}</span>
          ) : (
            <Money {...line.amount} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Earner({
  partner,
  level,
  component,
}: Pick<JourneyStep['bookings'][number], 'partner' | 'level' | 'component'>) {
  return (
    <span className={classes.earner}>
      <AppLink className={classes.name ?? ''} href={`/partners/${partner.id}`}>
        {partner.name}
      </AppLink>{' '}
      <span className={classes.level}>
        level {level} · {component}
      </span>
    </span>
  );
}

/** The partner of the customer first, then those above it. */
function fromOwnToTop<T extends { readonly level: number }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => b.level - a.level);
}

function Bookings({ step: { bookings } }: { step: JourneyStep }) {
  if (bookings.length === 0) return null;
  return (
    <ul className={classes.lines} aria-label="Booked">
      {fromOwnToTop(bookings).map((booking) => (
        <li key={booking.commissionId}>
          <Earner partner={booking.partner} level={booking.level} component={booking.component} />
          <StateBadge state={booking.state} />
          <AppLink href={`/commissions/${booking.commissionId}`} className={classes.amount ?? ''} c="inherit">
            <Money {...booking.amount} strong />
          </AppLink>
        </li>
      ))}
    </ul>
  );
}

function Explain({ eventId, title }: { eventId: string; title: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={classes.toggle}
        aria-expanded={isOpen}
        aria-label={`Explain: ${title}`}
        onClick={() => setOpen(!isOpen)}
      >
        <IconChevronRight size={15} aria-hidden />
        Explain
      </button>
      {isOpen && <StepExplain eventId={eventId} />}
    </>
  );
}
