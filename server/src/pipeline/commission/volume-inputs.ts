import { formatDecimal, isZero, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import { localDate } from '../../kernel/zone.ts';
import { periodOf } from '../../kernel/period.ts';
import type { CapTerms, TierTerms } from '../../registry/deals/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { markInterval } from './cuts.ts';
import type { PeriodInput } from './facts.ts';

/** Steps and caps of a component that is otherwise settled by event. */
export interface PeriodTerms {
  readonly id: string;
  readonly caps: readonly CapTerms[];
  readonly tiers?: TierTerms | null;
}

/** True when what the leaf earns is known by period only (rules.md 2.2). */
export function isByPeriod({ caps, tiers }: PeriodTerms): boolean {
  return caps.length > 0 || (tiers !== undefined && tiers !== null);
}

const NUMBERS: ReadonlySet<string> = new Set([
  'lots',
  'qualified',
  'first_deposits',
  'active_customers',
  'new_customers',
  'purchase_count',
]);

/** True when steps or limits compare money, which is done in the program's base currency (rules.md 5 "Periods"); numbers need no rate. */
export function comparesMoney({ caps, tiers }: Pick<PeriodTerms, 'caps' | 'tiers'>): boolean {
  return (
    caps.some(({ by }) => by === 'money') ||
    (tiers !== undefined && tiers !== null && !NUMBERS.has(tiers.metric))
  );
}

export interface Volume {
  readonly component: PeriodTerms;
  readonly partnerId: string;
  /** Of the deal. */
  readonly currency: string;
  readonly at: Instant;
  /** Whose day it counts for under a limit of a day or a week, where that is in the same period: of what takes back, its original's. Default `at`. */
  readonly dayAt?: Instant;
  /** At whose rate money is converted: of what takes back, its original's. Default `at`. */
  readonly ratedAt?: Instant;
  /** Of the customer then; null: nobody said. */
  readonly country: string | null;
  /** What the steps' rates are rates of: lots, or the money of purchases. */
  readonly units?: Decimal;
  readonly purchases?: Decimal;
  /** Of `units`, what is not paid because credit funded it: it is counted all the same. Default 0. */
  readonly unpaid?: Decimal;
  /** Money that finds the step: of repeated purchases and resets too. */
  readonly counted?: Decimal;
  /** The part of `amount` at a rate that steps do not touch. */
  readonly fixed?: Decimal;
  /** Unrounded, by the component's own rates. */
  readonly amount: Decimal;
  /** 1, or -1 for what takes one back whole. Default 1. */
  readonly count?: number;
}

/**
 * What an event brings to a component with steps or caps: `units` (and what of them is `unpaid`) or `purchases`, the `amount` by the component's own rates, and a `count`;
 * money also in the program's base currency at the rate of its instant, named with a $, where that is compared; by country where a cap names countries (`amount@DE`),
 * and by day where the steps look back over days, or a cap is one of a day or a week. `no_fx_rate` where the base currency has no rate. Pure.
 */
export function bringVolume(
  program: ProgramSnapshot,
  volume: Volume,
): PeriodInput | { readonly reason: 'no_fx_rate' } {
  const { component, partnerId, at } = volume;
  const money: [string, Decimal][] = [
    ['amount', volume.amount],
    ...(volume.purchases === undefined ? [] : [['purchases', volume.purchases] as [string, Decimal]]),
    ...(volume.counted === undefined ? [] : [['counted', volume.counted] as [string, Decimal]]),
    ...(volume.fixed === undefined ? [] : [['fixed', volume.fixed] as [string, Decimal]]),
  ];
  const sums = new Map<string, string>();
  if (volume.units !== undefined) sums.set('units', textOf(volume.units));
  if (volume.unpaid !== undefined && !isZero(volume.unpaid)) sums.set('unpaid', textOf(volume.unpaid));
  sums.set('count', String(volume.count ?? 1));
  for (const [name, value] of money) {
    sums.set(name, textOf(value));
    if (volume.currency === program.baseCurrency || !comparesMoney(component)) continue;
    const based = convertAmount(program.rates, value, {
      from: volume.currency,
      to: program.baseCurrency,
      at: volume.ratedAt ?? at,
    });
    if (based === undefined) return { reason: 'no_fx_rate' };
    sums.set(`$${name}`, textOf(based.amount));
  }
  const named = new Set(component.caps.flatMap((cap) => cap.countries));
  const country = volume.country !== null && named.has(volume.country) ? volume.country : undefined;
  const window = component.tiers?.window;
  const day = window === 'rolling_90' || window === 'rolling_365' ? localDate(at, program.zone) : undefined;
  return {
    component: component.id,
    partnerId,
    period: periodOf(at, program.zone),
    measures: markInterval(program, partnerId, {
      at,
      measures: Object.fromEntries([
        ...sums,
        ...(country === undefined ? [] : [...sums].map(([name, value]) => [`${name}@${country}`, value])),
        ...(day === undefined ? [] : [...sums].map(([name, value]) => [`day/${day}/${name}`, value])),
        ...limitedByDay(program, volume, { sums, country }),
      ]),
    }),
  };
}

/** What limits of a day or a week compare. */
function limitedByDay(
  program: ProgramSnapshot,
  { component, at, dayAt = at }: Volume,
  { sums, country }: { readonly sums: ReadonlyMap<string, string>; readonly country: string | undefined },
): [string, string][] {
  const isAsked = component.caps.some(({ per }) => per === 'day' || per === 'week');
  if (!isAsked || periodOf(dayAt, program.zone) !== periodOf(at, program.zone)) return [];
  const day = localDate(dayAt, program.zone);
  return ['amount', '$amount'].flatMap((name): [string, string][] => {
    const value = sums.get(name);
    if (value === undefined) return [];
    const ofCountry: [string, string][] =
      country === undefined || name !== 'amount' ? [] : [[`day/${day}/${name}@${country}`, value]];
    return [[`day/${day}/${name}`, value], ...ofCountry];
  });
}

function textOf(value: Decimal): string {
  return formatDecimal(normalizeDecimal(value));
}
