// Limits of money of a day or a week, on what each event is worth by the component's own rates (semantics.md 4.6). Pure.
import {
  addDecimals,
  compareDecimals,
  decimal,
  isZero,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { CapTerms } from '../../registry/deals/facts.ts';
import type { Carry, PeriodStep } from './facts.ts';
import { largerOf, proportion, smallerOf, text } from './formula.ts';
import type { Asked, Worth } from './revshare.ts';
import { isShort, sharedWeek, spanOf, usedBefore } from './spans.ts';

type Measures = Readonly<Record<string, string>>;

interface Amount {
  readonly exact: Decimal;
  readonly inBase: Decimal;
}

/** What of an amount a cap limits. */
export type PartOf = (cap: CapTerms, amount: Amount, totals: Measures) => Amount;

interface PlacedCap {
  readonly cap: CapTerms;
  readonly place: number;
}

/**
 * Limits of a day before those of a week, each in the order of the deal: what is above is taken from the last days of its span, so that what
 * is paid is what came first. A limit of a week knows what of it the period before paid. What has no day of the period (it takes back what
 * an earlier one paid) is not limited.
 */
export function applyDayLimits(
  caps: readonly CapTerms[],
  worth: Worth,
  { asked, partOf }: { readonly asked: Asked; readonly partOf: PartOf },
): Worth {
  const placed = [...caps.entries()].flatMap(([place, cap]) => (isShort(cap) ? [{ cap, place }] : []));
  if (placed.length === 0) return worth;
  const { evidence, before } = asked;
  const days = new Map(listDays(evidence.totals));
  const rest = minus(worth, sumOf([...days.values()].map(({ amount }) => amount)));
  const steps: PeriodStep[] = [];
  const usedInWeek: Record<string, { week: string; used: string }> = {};
  for (const one of placed.toSorted((a, b) => Number(a.cap.per === 'week') - Number(b.cap.per === 'week'))) {
    const { cap, place } = one;
    const spans = Map.groupBy(days.keys(), (day) => spanOf(cap, day));
    for (const [span, those] of spans) {
      const used = cap.per === 'week' ? decimal(usedBefore(before, place, span)) : ZERO;
      const { paid, over } = limitSpan(one, { days, those, used, partOf });
      if (!isZero(over)) steps.push(stepOf(cap, span, over));
      if (cap.per === 'week' && span === sharedWeek(evidence.period))
        usedInWeek[String(place)] = { week: span, used: text(paid) };
    }
  }
  const kept = sumOf([...days.values()].map(({ amount }) => amount));
  const carried: Pick<Carry, 'usedInWeek'> = Object.keys(usedInWeek).length === 0 ? {} : { usedInWeek };
  return {
    ...worth,
    exact: addDecimals(rest.exact, kept.exact),
    inBase: addDecimals(rest.inBase, kept.inBase),
    ...(steps.length === 0 ? {} : { reason: 'cap_period' }),
    steps: [...worth.steps, ...steps],
    carry: { ...worth.carry, ...carried },
  };
}

function stepOf({ limit, overflow, per }: CapTerms, span: string, over: Decimal): PeriodStep {
  return { step: 'capped', amount: text(over), by: { limit, overflow, per, from: span } };
}

interface Day {
  readonly amount: Amount;
  readonly totals: Measures;
}

/** What each day brought, the first one first. */
function listDays(totals: Measures): [string, Day][] {
  const named = Map.groupBy(Object.entries(totals), ([name]) => /^day\/([^/]+)\//.exec(name)?.[1] ?? '');
  return [...named]
    .filter(([day]) => day !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, entries]) => {
      const own = Object.fromEntries(
        entries.map(([name, value]) => [name.slice(`day/${day}/`.length), value]),
      );
      const exact = decimal(own['amount'] ?? '0');
      const based = own['$amount'];
      // Left out where it came to zero: then it is zero in both.
      const isForeign = Object.keys(totals).some((name) => name.startsWith('$'));
      const inBase = based === undefined ? (isForeign ? ZERO : exact) : decimal(based);
      return [day, { amount: { exact, inBase }, totals: own }];
    });
}

/** Cuts the days of a span to a limit, the last ones first. `paid`: what it has let through by now, in the base currency; `over`: what it cut. */
function limitSpan(
  { cap }: PlacedCap,
  {
    days,
    those,
    used,
    partOf,
  }: {
    readonly days: Map<string, Day>;
    readonly those: readonly string[];
    readonly used: Decimal;
    readonly partOf: PartOf;
  },
): { readonly paid: Decimal; readonly over: Decimal } {
  const parts = those.flatMap((name) => {
    const day = days.get(name);
    return day === undefined ? [] : [{ name, day, part: partOf(cap, day.amount, day.totals) }];
  });
  const whole = sumOf(parts.map(({ part }) => part)).inBase;
  const room = largerOf(subtractDecimals(decimal(cap.limit), used), ZERO);
  let left = subtractDecimals(whole, room);
  if (signOf(left) <= 0) return { paid: addDecimals(used, whole), over: ZERO };
  let over = ZERO;
  for (const { name, day, part } of parts.toReversed()) {
    if (signOf(left) <= 0) break;
    if (signOf(part.inBase) <= 0) continue;
    const inBase = smallerOf(part.inBase, left);
    const isSame = compareDecimals(part.exact, part.inBase) === 0;
    const exact = isSame ? inBase : proportion(part.exact, inBase, part.inBase);
    days.set(name, { ...day, amount: minus(day.amount, { exact, inBase }) });
    left = subtractDecimals(left, inBase);
    over = addDecimals(over, exact);
  }
  return { paid: addDecimals(used, room), over };
}

function minus(a: Amount, b: Amount): Amount {
  return { exact: subtractDecimals(a.exact, b.exact), inBase: subtractDecimals(a.inBase, b.inBase) };
}

function sumOf(amounts: readonly Amount[]): Amount {
  return amounts.reduce<Amount>(
    (sum, one) => ({
      exact: addDecimals(sum.exact, one.exact),
      inBase: addDecimals(sum.inBase, one.inBase),
    }),
    { exact: ZERO, inBase: ZERO },
  );
}
