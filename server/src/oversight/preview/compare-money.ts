// Commission before and after a change, by partner and currency. Pure.
import { addDecimals, decimal, formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney, fromMinor } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { Line } from '../../pipeline/commission/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { MoneyDifference } from './facts.ts';

type BookedLine = Pick<Line, 'component' | 'partnerId' | 'level' | 'currency' | 'amountMinor'>;

/** Desired lines by natural key, of whatever customers and months were put in. */
export type LineBook = Map<string, { readonly line: BookedLine; readonly minor: bigint }>;

/** Adds the lines of one customer, event or month; `scope` tells natural keys apart. */
export function addLines(book: LineBook, scope: string, lines: readonly BookedLine[]): void {
  for (const line of lines) {
    const key = `${scope} ${line.component} ${line.partnerId} ${line.level} ${line.currency}`;
    const known = book.get(key);
    book.set(key, { line, minor: (known?.minor ?? 0n) + BigInt(line.amountMinor) });
  }
}

/** What each partner's desired commission would change by, per currency; partners without a change are left out. */
export function compareMoney(
  { before, after }: { before: LineBook; after: LineBook },
  program: ProgramSnapshot,
  at: Instant,
): { money: MoneyDifference[]; moves: { amount: string | null; currency: string } } {
  const sums = new Map<string, PartnerSum>();
  const moved = new Map<string, bigint>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const line = (after.get(key) ?? before.get(key))?.line;
    if (line === undefined) continue;
    const [was, is] = [before.get(key)?.minor ?? 0n, after.get(key)?.minor ?? 0n];
    const sum = sumOf(sums, line);
    sum.before += was;
    sum.after += is;
    if (was === is) continue;
    sum.changed = true;
    sum.byComponent.set(line.component, (sum.byComponent.get(line.component) ?? 0n) + is - was);
    moved.set(line.currency, (moved.get(line.currency) ?? 0n) + (is > was ? is - was : was - is));
  }
  const money = [...sums.values()].filter((sum) => sum.changed).map((sum) => differenceOf(sum, program));
  return {
    money: money.toSorted((a, b) => b.sortBy - a.sortBy).map(({ sortBy: _sortBy, ...one }) => one),
    moves: { amount: inBase(moved, program, at), currency: program.baseCurrency },
  };
}

interface PartnerSum {
  readonly partnerId: string;
  readonly currency: string;
  before: bigint;
  after: bigint;
  changed: boolean;
  readonly byComponent: Map<string, bigint>;
}

function sumOf(sums: Map<string, PartnerSum>, { partnerId, currency }: BookedLine): PartnerSum {
  const key = `${partnerId} ${currency}`;
  const known = sums.get(key);
  if (known !== undefined) return known;
  const made = {
    partnerId,
    currency,
    before: 0n,
    after: 0n,
    changed: false,
    byComponent: new Map<string, bigint>(),
  };
  sums.set(key, made);
  return made;
}

function differenceOf(sum: PartnerSum, program: ProgramSnapshot): MoneyDifference & { sortBy: number } {
  const say = (minor: bigint): string => majorText(minor, sum.currency);
  return {
    partnerId: sum.partnerId,
    partner: program.partners.get(sum.partnerId)?.name ?? sum.partnerId,
    currency: sum.currency,
    before: say(sum.before),
    after: say(sum.after),
    difference: say(sum.after - sum.before),
    byComponent: Object.fromEntries(
      [...sum.byComponent].map(([component, minor]) => [component, say(minor)]),
    ),
    // Only the order of the list: the amounts themselves never become floating.
    sortBy: Math.abs(Number(sum.after - sum.before)),
  };
}

function majorText(minor: bigint, currency: string): string {
  return formatMoney({ amountMinor: minor, currency: currency as CurrencyCode });
}

/** In the program's base currency at an instant; null where a rate is missing, which is never the same as zero. */
function inBase(moved: ReadonlyMap<string, bigint>, program: ProgramSnapshot, at: Instant): string | null {
  let total = decimal('0');
  for (const [currency, minor] of moved) {
    const amount = fromMinor(minor, currency as CurrencyCode);
    const converted = convertAmount(program.rates, amount, { from: currency, to: program.baseCurrency, at });
    if (converted === undefined) return null;
    total = addDecimals(total, converted.amount);
  }
  return formatDecimal(normalizeDecimal(total));
}
