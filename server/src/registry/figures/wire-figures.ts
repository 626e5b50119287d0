import { wireId } from '../../kernel/ids.ts';
import {
  addDecimals,
  decimal,
  formatDecimal,
  normalizeDecimal,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import { formatMoney, isCurrency, toMinor } from '../../kernel/money.ts';
import type { CustomerFigures, Measures } from '../../pipeline/commission/facts.ts';

export interface DormancySettings {
  readonly dormantAfterDays: number;
  readonly churnedAfterDays: number;
}

export const DEFAULT_DORMANCY: DormancySettings = { dormantAfterDays: 30, churnedAfterDays: 90 };

/** Days between two days 'YYYY-MM-DD' of one calendar. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** How a customer is called by its last active day. The bounds themselves are dormant and churned. */
export function stateOfActivity(
  lastDay: string | null,
  today: string,
  { dormantAfterDays, churnedAfterDays }: DormancySettings,
): 'active' | 'dormant' | 'churned' | 'never' {
  if (lastDay === null) return 'never';
  const days = daysBetween(lastDay, today);
  if (days >= churnedAfterDays) return 'churned';
  return days >= dormantAfterDays ? 'dormant' : 'active';
}

/** Money of one currency, as people write it. */
export function wireMoneyFigures(currency: string, sums: Measures) {
  const of = (name: string): string => sums[name] ?? '0';
  const write = (value: string): string => writeAmount(currency, value);
  const net = subtractDecimals(
    subtractDecimals(decimal(of('deposits')), decimal(of('withdrawals'))),
    decimal(of('reversed')),
  );
  return {
    currency,
    depositCount: Number(of('depositCount')),
    deposits: write(of('deposits')),
    withdrawals: write(of('withdrawals')),
    reversed: write(of('reversed')),
    netDeposits: write(formatDecimal(normalizeDecimal(net))),
    purchases: write(of('purchases')),
    ngr: write(of('ngr')),
    volume: write(of('volume')),
  };
}

function writeAmount(currency: string, value: string): string {
  return isCurrency(currency)
    ? formatMoney({ amountMinor: toMinor(decimal(value), currency, 'half_even'), currency })
    : value;
}

/** Sums of named measures by a key. */
type Sums = Map<string, Map<string, string>>;

function add(sums: Sums, key: string, measures: Measures): void {
  const own = sums.get(key) ?? new Map<string, string>();
  sums.set(key, own);
  for (const [name, value] of Object.entries(measures))
    own.set(
      name,
      formatDecimal(normalizeDecimal(addDecimals(decimal(own.get(name) ?? '0'), decimal(value)))),
    );
}

interface Month {
  readonly counts: Sums;
  readonly money: Sums;
  readonly days: Set<string>;
}

/** Everything that is counted of a customer, over its partners; undefined: nothing was counted yet. */
export function wireCustomerFigures(
  figures: CustomerFigures | undefined,
  { today, dormancy }: { today: string; dormancy: DormancySettings },
) {
  const months = new Map<string, Month>();
  const money: Sums = new Map();
  for (const part of [figures?.cells, figures?.trading])
    for (const days of Object.values(part ?? {}))
      for (const [day, currencies] of Object.entries(days)) addDay(months, money, day, currencies);
  const active = [...months.values()].flatMap((month) => [...month.days]).sort();
  const [first = null] = active;
  const last = active.at(-1) ?? null;
  return {
    months: [...months].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, month]) => wireMonth(name, month)),
    money: wireMoney(money),
    told: Object.entries(figures?.told ?? {}).map(([currency, measures]) => ({
      currency,
      measures: { ...measures },
    })),
    commission: Object.entries(figures?.commission ?? {}).map(([partnerId, earned]) => ({
      partnerId: wireId('prt', partnerId),
      earned: Object.entries(earned).map(([currency, minor]) => ({
        currency,
        amount: formatMoney({ amountMinor: BigInt(minor), currency }),
      })),
    })),
    lifetime: wireLifetime(figures),
    firstActiveDay: first,
    lastActiveDay: last,
    activeDays: active.length,
    daysSinceActivity: last === null ? null : daysBetween(last, today),
    state: stateOfActivity(last, today, dormancy),
  };
}

function addDay(
  months: Map<string, Month>,
  money: Sums,
  day: string,
  currencies: Readonly<Record<string, Measures>>,
): void {
  const name = day.slice(0, 7);
  const month = months.get(name) ?? { counts: new Map(), money: new Map(), days: new Set() };
  months.set(name, month);
  for (const [currency, measures] of Object.entries(currencies)) {
    if (currency === '') {
      add(month.counts, '', measures);
      if (measures['activity'] !== undefined || measures['trades'] !== undefined) month.days.add(day);
    } else {
      add(month.money, currency, measures);
      add(money, currency, measures);
    }
  }
}

function wireMonth(month: string, { counts, money, days }: Month) {
  const own = counts.get('');
  return {
    month,
    activeDays: days.size,
    trades: Number(own?.get('trades') ?? '0'),
    lots: own?.get('lots') ?? '0',
    money: wireMoney(money),
  };
}

function wireMoney(money: Sums) {
  return [...money]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, sums]) => wireMoneyFigures(currency, Object.fromEntries(sums)));
}

function wireLifetime(figures: CustomerFigures | undefined) {
  if (figures === undefined || figures.lifetime.currency === '') return null;
  const { basis, currency, value, withoutRate } = figures.lifetime;
  return { basis, value: { currency, amount: writeAmount(currency, value) }, withoutRate };
}

/** The rows of a partner's figures, one entry for each time. */
export function wirePeriods(
  rows: readonly { readonly period: string; readonly currency: string; readonly measures: Measures }[],
  by: 'day' | 'month' | 'total',
) {
  // Distinct customers of a month stand on its first day, and a sum that came back to zero leaves its row.
  const counted = rows.filter(({ measures }) =>
    Object.entries(measures).some(
      ([name, value]) => value !== '0' && (by === 'month' || name !== 'activeInMonth'),
    ),
  );
  return [...Map.groupBy(counted, (row) => row.period)].map(([period, own]) => {
    const counts = own.find((row) => row.currency === '')?.measures ?? {};
    const of = (name: string): number => Number(counts[name] ?? '0');
    return {
      period,
      leads: of('leads'),
      firstDepositors: of('firstDepositors'),
      activeCustomers: by === 'total' ? null : of(by === 'day' ? 'active' : 'activeInMonth'),
      activeCustomerDays: of('active'),
      trades: of('trades'),
      lots: counts['lots'] ?? '0',
      money: own
        .filter((row) => row.currency !== '')
        .map(({ currency, measures }) => wireMoneyFigures(currency, measures)),
    };
  });
}
