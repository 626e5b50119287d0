// Commission by partner and month as things stand and under a draft, and what follows from it. Pure.
import {
  addDecimals,
  decimal,
  formatDecimal,
  normalizeDecimal,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney, fromMinor } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { LabMonth, LabPartner, LabResult, LabSum } from './facts.ts';

export type Side = 'before' | 'after';

/** One amount of a partner, with the month in which it was earned. */
export interface LabAmount {
  readonly partnerId: string;
  readonly currency: string;
  readonly component: string;
  /** 'YYYY-MM' in the program's zone. */
  readonly month: string;
  readonly amountMinor: bigint;
}

type Both = Record<Side, bigint>;

interface PartnerSums {
  readonly partnerId: string;
  readonly currency: string;
  readonly all: Both;
  readonly byComponent: Map<string, Both>;
  readonly byMonth: Map<string, Both>;
}

/** Partners that a result names; a program may have a hundred thousand. */
export const MOST_NAMED = 1_000;

/** Collects amounts of both sides. Only sums are kept, so that the size of the history does not matter. */
export class LabBook {
  readonly #sums = new Map<string, PartnerSums>();
  #revenue: Decimal = decimal('0');
  readonly #bases = new Set<'ngr' | 'net_deposits'>();
  #withoutRate = 0;

  add(side: Side, { partnerId, currency, component, month, amountMinor }: LabAmount): void {
    if (amountMinor === 0n) return;
    const key = `${partnerId} ${currency}`;
    let sums = this.#sums.get(key);
    if (sums === undefined) {
      sums = { partnerId, currency, all: nothing(), byComponent: new Map(), byMonth: new Map() };
      this.#sums.set(key, sums);
    }
    sums.all[side] += amountMinor;
    entryOf(sums.byComponent, component)[side] += amountMinor;
    entryOf(sums.byMonth, month)[side] += amountMinor;
  }

  /** What a customer brought, in the program's base currency. */
  addRevenue({
    basis,
    value,
    withoutRate,
  }: {
    basis: 'ngr' | 'net_deposits';
    value: string;
    withoutRate: number;
  }): void {
    const amount = decimal(value);
    if (amount.digits !== 0n) this.#bases.add(basis);
    this.#revenue = addDecimals(this.#revenue, amount);
    this.#withoutRate += withoutRate;
  }

  /** What was found; amounts in other currencies stand in the base currency at the rates of `at`. */
  result(
    program: ProgramSnapshot,
    at: Instant,
    looked: Pick<LabResult, 'customers' | 'events' | 'notComputed'>,
  ): LabResult {
    const sums = [...this.#sums.values()];
    const changed = sums
      .filter(({ all }) => all.before !== all.after)
      .toSorted((a, b) => compareSize(b, a) || (a.partnerId < b.partnerId ? -1 : 1));
    const months = listMonths(sums);
    const rising = months.filter(({ both }) => both.after > both.before);
    const dearest = rising.toSorted((a, b) => (rise(b) > rise(a) ? 1 : -1))[0];
    const cost = {
      before: this.#inBase('before', program, at),
      after: this.#inBase('after', program, at),
    };
    const margin = (side: Decimal | undefined): Decimal | undefined =>
      side === undefined ? undefined : subtractDecimals(this.#revenue, side);
    return {
      ...looked,
      isComplete: looked.notComputed.length === 0,
      cost: sayBase(cost, program.baseCurrency),
      revenue: {
        basis: this.#bases.size > 1 ? 'mixed' : ([...this.#bases][0] ?? 'net_deposits'),
        currency: program.baseCurrency,
        amount: formatDecimal(normalizeDecimal(this.#revenue)),
        withoutRate: this.#withoutRate,
      },
      margin: sayBase({ before: margin(cost.before), after: margin(cost.after) }, program.baseCurrency),
      partners: {
        winners: changed.filter(({ all }) => all.after > all.before).length,
        losers: changed.filter(({ all }) => all.after < all.before).length,
        unchanged: sums.length - changed.length,
      },
      money: changed.slice(0, MOST_NAMED).map((one) => wirePartner(one, program)),
      notShown: Math.max(0, changed.length - MOST_NAMED),
      months: months.map(({ month, currency, both }) => ({ ...sayMonth(month, both, currency), currency })),
      dearest:
        dearest === undefined
          ? null
          : { ...sayMonth(dearest.month, dearest.both, dearest.currency), currency: dearest.currency },
    };
  }

  /** Undefined where a rate is missing, which is never the same as zero. */
  #inBase(side: Side, program: ProgramSnapshot, at: Instant): Decimal | undefined {
    const byCurrency = new Map<string, bigint>();
    for (const { currency, all } of this.#sums.values())
      byCurrency.set(currency, (byCurrency.get(currency) ?? 0n) + all[side]);
    let total = decimal('0');
    for (const [currency, minor] of byCurrency) {
      if (minor === 0n) continue;
      const amount = fromMinor(minor, currency as CurrencyCode);
      const converted = convertAmount(program.rates, amount, {
        from: currency,
        to: program.baseCurrency,
        at,
      });
      if (converted === undefined) return undefined;
      total = addDecimals(total, converted.amount);
    }
    return total;
  }
}

function nothing(): Both {
  return { before: 0n, after: 0n };
}

function entryOf(map: Map<string, Both>, key: string): Both {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = nothing();
  map.set(key, made);
  return made;
}

const rise = ({ both }: { both: Both }): bigint => both.after - both.before;

/** By the size of the change in minor units, whatever the sign; of several currencies only for the order of a list. */
function compareSize(a: PartnerSums, b: PartnerSums): number {
  const size = ({ all }: PartnerSums): bigint =>
    all.after > all.before ? all.after - all.before : all.before - all.after;
  return size(a) === size(b) ? 0 : size(a) > size(b) ? 1 : -1;
}

function listMonths(sums: readonly PartnerSums[]): { month: string; currency: string; both: Both }[] {
  const months = new Map<string, { month: string; currency: string; both: Both }>();
  for (const { currency, byMonth } of sums)
    for (const [month, both] of byMonth) {
      const key = `${month} ${currency}`;
      const known = months.get(key) ?? { month, currency, both: nothing() };
      known.both.before += both.before;
      known.both.after += both.after;
      months.set(key, known);
    }
  return [...months].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function wirePartner(sums: PartnerSums, program: ProgramSnapshot): LabPartner {
  const { partnerId, currency, all, byComponent, byMonth } = sums;
  const falls = [...byMonth].filter(([, both]) => both.after < both.before);
  const worst = falls.toSorted(([a, x], [b, y]) =>
    rise({ both: x }) === rise({ both: y })
      ? a < b
        ? -1
        : 1
      : rise({ both: x }) < rise({ both: y })
        ? -1
        : 1,
  )[0];
  return {
    partnerId,
    partner: program.partners.get(partnerId)?.name ?? partnerId,
    currency,
    ...sayBoth(all, currency),
    byComponent: Object.fromEntries(
      [...byComponent]
        .filter(([, both]) => both.before !== both.after)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([component, both]) => [component, sayBoth(both, currency).difference]),
    ),
    worst: worst === undefined ? null : sayMonth(worst[0], worst[1], currency),
  };
}

function sayMonth(month: string, both: Both, currency: string): LabMonth {
  return { month, ...sayBoth(both, currency) };
}

function sayBoth(
  { before, after }: Both,
  currency: string,
): { before: string; after: string; difference: string } {
  const say = (amountMinor: bigint): string =>
    formatMoney({ amountMinor, currency: currency as CurrencyCode });
  return { before: say(before), after: say(after), difference: say(after - before) };
}

function sayBase(sums: Record<Side, Decimal | undefined>, currency: string): LabSum {
  const say = (value: Decimal | undefined): string | null =>
    value === undefined ? null : formatDecimal(normalizeDecimal(value));
  const { before, after } = sums;
  return {
    currency,
    before: say(before),
    after: say(after),
    difference: before === undefined || after === undefined ? null : say(subtractDecimals(after, before)),
  };
}
