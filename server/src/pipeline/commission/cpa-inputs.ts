// What a customer brings to CPA components that are settled by period, besides its own CPA: the numbers that steps and gates of a
// period compare (semantics.md 4.5, 4.8). Pure.
import { compareDecimals, decimal } from '../../kernel/decimal.ts';
import { maxInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import { periodOf } from '../../kernel/period.ts';
import { localDate } from '../../kernel/zone.ts';
import type { CpaComponent, DealVersion, TierTerms } from '../../registry/deals/facts.ts';
import { findDealInForce } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { findAttributionAt } from '../attribution/index.ts';
import { findCountryAt, judgeCountry, judgeGates, judgeProduct } from '../qualification/index.ts';
import type { CountedDeposit } from '../qualification/index.ts';
import { isBeforeCutOver } from './authority.ts';
import { listCpa } from './components.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { CustomerContext, PeriodInput } from './facts.ts';
import { dateInputs } from './late.ts';

export interface CountedForPeriods {
  readonly deposits: readonly CountedDeposit[];
  readonly registration: PlacedEvent | null;
}

/**
 * A registration and a first deposit, each in the period of its instant, for the CPA components of the partner's deal at that instant that
 * compare them. `first_deposits`: the first deposit ever of those that count. `minimum_deposits_only`: beside it, where it is no more
 * than the component's minimum and the only deposit up to the end of its period.
 */
export function listCpaInputs(
  program: ProgramSnapshot,
  context: CustomerContext,
  { deposits, registration }: CountedForPeriods,
): PeriodInput[] {
  const { registeredAt } = context;
  if (registeredAt === null || registration === null || context.test) return [];
  const inputs = bring(program, context, { at: registeredAt, by: registration }, (component) =>
    asks(component, 'registrations') ? { registrations: '1' } : {},
  );
  const counting = deposits.filter(({ event }) => !isOut(context, event.occurredAt));
  const [first] = counting;
  if (first === undefined) return inputs;
  const at = maxInstant(first.event.occurredAt, registeredAt);
  const ofPeriod = counting.filter(
    ({ event }) => periodOf(event.occurredAt, program.zone) <= periodOf(at, program.zone),
  );
  const brought = bring(program, context, { at, by: first.event }, (component, deal) => {
    if (judgeProduct(component.only, first.event.content) !== undefined) return {};
    const isLeast = ofPeriod.length === 1 && isAtMostMinimum(program, { component, deal, first });
    return {
      ...(asks(component, 'first_deposits') ? { first_deposits: '1' } : {}),
      ...(isLeast && asks(component, 'minimum_deposits_only') ? { minimum_deposits_only: '1' } : {}),
    };
  });
  return [...inputs, ...brought];
}

/** Barred then, or none that counts now: failed KYC and duplicates are taken out of every period (rules.md 5 "KYC failure"). */
function isOut(context: CustomerContext, at: Instant): boolean {
  return judgeGates(context, at).kind === 'closed';
}

type Counted = 'registrations' | 'first_deposits' | 'minimum_deposits_only';

function asks({ tiers, qualityGate }: CpaComponent, counted: Counted): boolean {
  const named = [tiers?.metric, tiers?.atLeast?.metric, qualityGate?.of];
  return named.includes(counted === 'registrations' ? 'new_customers' : counted);
}

function bring(
  program: ProgramSnapshot,
  context: CustomerContext,
  { at, by }: { readonly at: Instant; readonly by: PlacedEvent },
  measuresOf: (component: CpaComponent, deal: DealVersion) => Record<string, string>,
): PeriodInput[] {
  if (isBeforeCutOver(program, at, [by.sourceSlug]) || isOut(context, at)) return [];
  const partnerId = findAttributionAt(context.attributions, at)?.partnerId ?? null;
  const deal = partnerId === null ? undefined : findDealInForce(program, partnerId, at);
  if (partnerId === null || deal === undefined) return [];
  const country = findCountryAt(context.countries, at);
  const inputs = listCpa(deal).flatMap((component): PeriodInput[] => {
    const measures = measuresOf(component, deal);
    if (Object.keys(measures).length === 0 || judgeCountry(component.only, country) !== undefined) return [];
    const dated = withDay(measures, component.tiers, localDate(at, program.zone));
    return [{ component: component.id, partnerId, period: periodOf(at, program.zone), measures: dated }];
  });
  return [...dateInputs(program, inputs, by.receivedAt)];
}

/** The same by day too, where steps look back over days. */
export function withDay(
  measures: Readonly<Record<string, string>>,
  tiers: TierTerms | null,
  day: string,
): Readonly<Record<string, string>> {
  if (tiers?.window !== 'rolling_90' && tiers?.window !== 'rolling_365') return measures;
  const dated = Object.entries(measures).map(([name, value]) => [`day/${day}/${name}`, value]);
  return { ...measures, ...Object.fromEntries(dated) };
}

function isAtMostMinimum(
  program: ProgramSnapshot,
  {
    component,
    deal,
    first,
  }: { readonly component: CpaComponent; readonly deal: DealVersion; readonly first: CountedDeposit },
): boolean {
  const worth = convertAmount(program.rates, first.amount, {
    from: first.currency,
    to: deal.document.currency,
    at: first.event.occurredAt,
  });
  return worth !== undefined && compareDecimals(worth.amount, decimal(component.minimumDeposit)) <= 0;
}
