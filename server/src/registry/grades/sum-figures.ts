import {
  addDecimals,
  decimal,
  formatDecimal,
  isZero,
  normalizeDecimal,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { addMicros } from '../../kernel/instant.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import { addCalendarDays, startOfDate } from '../../kernel/zone.ts';
import type { GradeMetric } from '../deals/facts.ts';
import type { ProgramSnapshot } from '../facts.ts';
import type { SeenFigures } from './facts.ts';

/** Figures of one partner, day and currency ('' for what is no money), as they are stored; decimal text. */
export interface FigureDay {
  readonly day: string;
  readonly currency: string;
  readonly leads: string;
  readonly firstDepositors: string;
  readonly activeInMonth: string;
  readonly trades: string;
  readonly lots: string;
  readonly deposits: string;
  readonly withdrawals: string;
  readonly reversed: string;
  readonly purchases: string;
  readonly ngr: string;
}

const ZERO = decimal('0');
const text = (value: Decimal): string => formatDecimal(normalizeDecimal(value));

/**
 * What a check counts, of the days of a window: numbers as they are, money in the program's base currency, each day at the rate of its
 * end. Days without a rate are left out and named. Pure; the order of days does not matter.
 */
export function sumFigures(
  program: Pick<ProgramSnapshot, 'rates' | 'baseCurrency' | 'zone'>,
  days: readonly FigureDay[],
): { readonly seen: Required<SeenFigures>; readonly withoutRate: readonly string[] } {
  const sums = new Map<GradeMetric, Decimal>();
  const withoutRate = new Set<string>();
  const add = (metric: GradeMetric, value: Decimal): void => {
    sums.set(metric, addDecimals(sums.get(metric) ?? ZERO, value));
  };
  for (const day of days) {
    add('registrations', decimal(day.leads));
    add('first_deposits', decimal(day.firstDepositors));
    add('active_customers', decimal(day.activeInMonth));
    add('trades', decimal(day.trades));
    add('lots', decimal(day.lots));
    for (const [metric, amount] of moneyOf(day)) {
      if (isZero(amount)) continue;
      const based = inBase(program, day, amount);
      if (based === undefined) withoutRate.add(day.currency);
      else add(metric, based);
    }
  }
  const sum = (metric: GradeMetric): string => text(sums.get(metric) ?? ZERO);
  return {
    seen: {
      registrations: sum('registrations'),
      first_deposits: sum('first_deposits'),
      active_customers: sum('active_customers'),
      trades: sum('trades'),
      lots: sum('lots'),
      deposits: sum('deposits'),
      net_deposits: sum('net_deposits'),
      purchases: sum('purchases'),
      ngr: sum('ngr'),
    },
    withoutRate: [...withoutRate].toSorted(),
  };
}

function moneyOf(day: FigureDay): [GradeMetric, Decimal][] {
  const deposits = decimal(day.deposits);
  const left = subtractDecimals(subtractDecimals(deposits, decimal(day.withdrawals)), decimal(day.reversed));
  return [
    ['deposits', deposits],
    ['net_deposits', left],
    ['purchases', decimal(day.purchases)],
    ['ngr', decimal(day.ngr)],
  ];
}

function inBase(
  { rates, baseCurrency, zone }: Pick<ProgramSnapshot, 'rates' | 'baseCurrency' | 'zone'>,
  { day, currency }: FigureDay,
  amount: Decimal,
): Decimal | undefined {
  if (currency === baseCurrency || currency === '') return amount;
  const ends = addMicros(addCalendarDays(startOfDate(day, zone), 1, zone), -1);
  return convertAmount(rates, amount, { from: currency, to: baseCurrency, at: ends })?.amount;
}
