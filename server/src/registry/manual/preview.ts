// What rows by hand would move, for the one who agrees to them. Pure.
import { absDecimal, addDecimals, formatDecimal, normalizeDecimal, ZERO } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney, fromMinor } from '../../kernel/money.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { ChangeSetPreview } from '../change-sets/facts.ts';
import type { ProgramSnapshot } from '../facts.ts';
import type { ManualRow } from './facts.ts';

/** Partners that a preview names one by one. */
export const MOST_NAMED = 200;

type Rows = readonly Pick<
  ManualRow,
  'kind' | 'partnerId' | 'component' | 'currency' | 'amountMinor' | 'carry'
>[];

/** What a partner and currency gets, minor units. */
export interface MovedOf {
  readonly partnerId: string;
  readonly currency: string;
  readonly component: string;
  readonly amountMinor: bigint;
}

/** Sums by partner and currency, the largest first. */
export function sumMoved(rows: Rows, sign: 1n | -1n = 1n): MovedOf[] {
  const sums = new Map<string, MovedOf>();
  for (const { partnerId, currency, amountMinor, component } of rows) {
    if (partnerId === null || currency === null || amountMinor === null) continue;
    const key = `${partnerId} ${currency}`;
    const before = sums.get(key)?.amountMinor ?? 0n;
    sums.set(key, {
      partnerId,
      currency,
      component: component ?? '',
      amountMinor: before + sign * amountMinor,
    });
  }
  const size = (one: MovedOf): bigint => (one.amountMinor < 0n ? -one.amountMinor : one.amountMinor);
  return [...sums.values()].toSorted((a, b) => (size(a) > size(b) ? -1 : size(a) < size(b) ? 1 : 0));
}

/** The preview of a set. `balances`: what each named partner has now, minor units by `partner currency`. */
export function previewRows(
  rows: Rows,
  {
    program,
    now,
    balances,
    sign = 1n,
  }: {
    readonly program: ProgramSnapshot;
    readonly now: Instant;
    readonly balances: ReadonlyMap<string, bigint>;
    readonly sign?: 1n | -1n;
  },
): ChangeSetPreview {
  const moved = sumMoved(rows, sign);
  const named = moved.slice(0, MOST_NAMED);
  const count = (kind: ManualRow['kind']): number => rows.filter((row) => row.kind === kind).length;
  const partners = new Set(rows.flatMap((row) => (row.partnerId === null ? [] : [row.partnerId])));
  return {
    customers: { looked: count('cpa'), changed: count('cpa') },
    events: { looked: 0, changed: 0 },
    partners: partners.size,
    money: named.map(({ partnerId, currency, component, amountMinor }) => {
      const before = balances.get(`${partnerId} ${currency}`) ?? 0n;
      const say = (amount: bigint): string => formatMoney({ amountMinor: amount, currency });
      return {
        partnerId,
        partner: program.partners.get(partnerId)?.name ?? '',
        currency,
        before: say(before),
        after: say(before + amountMinor),
        difference: say(amountMinor),
        byComponent: { [component]: say(amountMinor) },
      };
    }),
    moves: { amount: sumInBase(rows, program, now), currency: program.baseCurrency },
    isComplete: named.length === moved.length,
    notComputed: [
      ...say(count('carry'), 'carries', 'they lower or raise what their first month pays'),
      ...say(count('cpa'), 'paid CPAs', 'no second CPA is paid for these customers'),
      ...say(moved.length - named.length, 'more partners', 'they are not named here one by one'),
    ],
  };
}

function say(count: number, what: string, means: string): string[] {
  return count === 0 ? [] : [`${count} ${what}: ${means}`];
}

/** All that moves, none set against another; null where a rate is missing. */
function sumInBase(rows: Rows, program: ProgramSnapshot, at: Instant): string | null {
  let sum = ZERO;
  for (const { currency, amountMinor } of rows) {
    if (currency === null || amountMinor === null) continue;
    const amount = absDecimal(fromMinor(amountMinor, currency));
    const converted = convertAmount(program.rates, amount, { from: currency, to: program.baseCurrency, at });
    if (converted === undefined) return null;
    sum = addDecimals(sum, converted.amount);
  }
  return formatDecimal(normalizeDecimal(sum));
}
