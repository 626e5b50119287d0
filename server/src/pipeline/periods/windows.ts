// What steps count that look back over days (rules.md 5 "Periods": the window ends with the period). Pure.
import type { DealComponent, TierTerms } from '../../registry/deals/facts.ts';
import { decimal, signOf } from '../../kernel/decimal.ts';
import type { ActiveSpan, Measures, PeriodEvidence } from './facts.ts';
import { addMeasures } from './weigh.ts';

const DAY_MS = 86_400_000;

/** Totals of the days that a rolling window covers, ending with the last of the periods. Who was active in several months counts once. */
export function windowTotalsOf(
  component: DealComponent,
  evidence: readonly PeriodEvidence[],
  activity: readonly ActiveSpan[] = [],
): Measures {
  const tiers: TierTerms | null = 'tiers' in component ? component.tiers : null;
  if (tiers === null || (tiers.window !== 'rolling_90' && tiers.window !== 'rolling_365')) return {};
  const last = evidence.at(-1);
  if (last === undefined) return {};
  const from = endOf(last.period) - (tiers.window === 'rolling_90' ? 90 : 365) * DAY_MS;
  let totals: Measures = {};
  for (const { totals: own } of evidence) {
    const inside = Object.entries(own).flatMap(([name, value]) => {
      const [word, day, ...measure] = name.split('/');
      return word === 'day' && day !== undefined && Date.parse(day) >= from
        ? [[measure.join('/'), value] as const]
        : [];
    });
    for (const [name, value] of inside) totals = addMeasures(totals, { [name]: value });
  }
  const active = activity
    .filter(({ period, next }) => period <= last.period && (next === null || next > last.period))
    .filter((span) => Date.parse(span.lastDay) >= from)
    .reduce((sum, { customers }) => sum + customers, 0);
  return active === 0 ? totals : { ...totals, active_customers: String(active) };
}

/** True when steps count active customers over more than one month. */
export function looksBackForActive(component: DealComponent | undefined): boolean {
  const tiers: TierTerms | null = component !== undefined && 'tiers' in component ? component.tiers : null;
  return tiers !== null && tiers.metric === 'active_customers' && tiers.window !== 'period';
}

/** True when steps count everybody once over a lifetime who was ever active. */
export function countsActiveOnce(component: DealComponent): boolean {
  const tiers: TierTerms | null = 'tiers' in component ? component.tiers : null;
  return tiers !== null && tiers.metric === 'active_customers' && tiers.window === 'lifetime';
}

/** How many customers were active in a period and in none before it since the lifetime began, or since `before` for the first time. */
export function countNewlyActive(
  activity: readonly ActiveSpan[],
  {
    since,
    before,
    period,
  }: { readonly since: string; readonly before: string | undefined; readonly period: string },
): string {
  const until = (last: string): number =>
    activity
      .filter(
        (span) => span.period >= since && span.period <= last && (span.next === null || span.next > last),
      )
      .reduce((sum, { customers }) => sum + customers, 0);
  return String(until(period) - (before === undefined ? 0 : until(before)));
}

/** Midnight after the last day of a period, as a day number of milliseconds; days only, so the zone does not matter. */
function endOf(period: string): number {
  const [year = 0, month = 1] = period.split('-').map(Number);
  return Date.UTC(year, month, 1);
}

/** How customers were active over months, from what each brought: by period, then customer. */
export function listActiveSpans(
  periods: ReadonlyMap<string, ReadonlyMap<string, Measures>>,
): readonly ActiveSpan[] {
  const daysOf = new Map<string, { period: string; lastDay: string }[]>();
  for (const period of [...periods.keys()].toSorted())
    for (const [customerId, measures] of periods.get(period) ?? []) {
      const lastDay = lastActiveDay(measures, period);
      if (lastDay !== undefined)
        daysOf.set(customerId, [...(daysOf.get(customerId) ?? []), { period, lastDay }]);
    }
  return [...daysOf.values()].flatMap((months) =>
    months.map((month, index): ActiveSpan => ({
      ...month,
      next: months[index + 1]?.period ?? null,
      customers: 1,
    })),
  );
}

/** Without days, the period itself; undefined: not active. */
function lastActiveDay(measures: Measures, period: string): string | undefined {
  const isActive = (value: string | undefined): boolean => signOf(decimal(value ?? '0')) > 0;
  const days = Object.entries(measures).flatMap(([name, value]) => {
    const [word, day, measure] = name.split('/');
    return word === 'day' && day !== undefined && measure === 'activity' && isActive(value) ? [day] : [];
  });
  return days.toSorted().at(-1) ?? (isActive(measures['activity']) ? period : undefined);
}
