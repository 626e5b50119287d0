import {
  addDecimals,
  compareDecimals,
  decimal,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  negateDecimal,
  normalizeDecimal,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { RevenueBase, RevshareComponent } from '../../registry/deals/facts.ts';
import type { PeriodStep } from './facts.ts';

type Measures = Readonly<Record<string, string>>;

/** Digits after the point where a share cannot be written out; far below any minor unit. */
const FINE = 30;

/** Measures in the program's base currency, which are given beside the others where the deal's currency is another. */
export function inBaseCurrency(totals: Measures): Measures {
  const based = Object.entries(totals).filter(([name]) => name.startsWith('$'));
  if (based.length === 0) return totals;
  return { ...totals, ...Object.fromEntries(based.map(([name, value]) => [name.slice(1), value])) };
}

export function percentOf(amount: Decimal, percent: string): Decimal {
  const product = multiplyDecimals(amount, decimal(percent));
  return normalizeDecimal({ digits: product.digits, scale: product.scale + 2 });
}

/** a × b / c, as exactly as it can be written. c is not zero. */
export function proportion(a: Decimal, b: Decimal, c: Decimal): Decimal {
  return normalizeDecimal(divideDecimals(multiplyDecimals(a, b), c, FINE, 'half_even'));
}

export function text(amount: Decimal): string {
  return formatDecimal(normalizeDecimal(amount));
}

function sum(measures: Measures, names: readonly string[]): Decimal {
  return names.reduce((total, name) => addDecimals(total, decimal(measures[name] ?? '0')), ZERO);
}

/** A base of semantics.md 4.1, 4.2 and 5.4 from sums. Money that customers lost by trading is the operator's gain. */
export function baseOf(base: RevenueBase, measures: Measures, swapIncluded: boolean): Decimal {
  switch (base) {
    case 'pnl':
      return negateDecimal(sum(measures, swapIncluded ? ['profit', 'swap'] : ['profit']));
    case 'deposits_and_withdrawals':
      return sum(measures, ['deposits', 'withdrawals']);
    case 'net_deposits':
      return subtractDecimals(sum(measures, ['deposits']), sum(measures, ['withdrawals', 'chargebacks']));
    case 'theoretical_ggr':
      return listPlayed(measures).reduce((total, { worth }) => addDecimals(total, worth), ZERO);
    default:
      return sum(measures, [base]);
  }
}

const PLAYED = 'played:';

/** What was played at each edge, and what that is worth: played x edge / 2 (semantics.md 4.1). Edges in per cent, rising. */
function listPlayed(measures: Measures): { edge: string; played: Decimal; worth: Decimal }[] {
  return Object.entries(measures)
    .flatMap(([name, value]) => {
      if (!name.startsWith(PLAYED)) return [];
      const edge = name.slice(PLAYED.length);
      const played = decimal(value);
      // Half of it, exactly.
      return [{ edge, played, worth: percentOf(multiplyDecimals(played, decimal('0.5')), edge) }];
    })
    .toSorted((a, b) => compareDecimals(decimal(a.edge), decimal(b.edge)));
}

/** The result of a formula with what it went through. */
export interface Computed {
  readonly base: Decimal;
  readonly steps: readonly PeriodStep[];
}

/**
 * The itemised formula of a revenue share (semantics.md 4.2): a base, what of it counts, and then each item in order. A percentage
 * of a negative base is zero unless its item says otherwise (rules.md 5, Periods). Pure.
 */
export function computeFormula(component: RevshareComponent, measures: Measures): Computed {
  const from = baseOf(component.base, measures, component.swapIncluded);
  let subtotal = percentOf(from, component.factorPercent);
  const steps: PeriodStep[] = [
    ...stepsOfPlayed(component, measures),
    { step: component.base, amount: text(from) },
  ];
  if (component.factorPercent !== '100')
    steps.push({ step: 'factor', amount: text(subtotal), by: { percent: component.factorPercent } });
  for (const item of component.items) {
    const amount = itemOf(component, item, { measures, subtotal });
    subtotal = item.sign === 'minus' ? subtractDecimals(subtotal, amount) : addDecimals(subtotal, amount);
    steps.push({
      step: item.name,
      amount: text(item.sign === 'minus' ? negateDecimal(amount) : amount),
      by: {
        ...(item.percent === null ? {} : { percent: item.percent, of: item.of }),
        subtotal: text(subtotal),
      },
    });
  }
  return { base: normalizeDecimal(subtotal), steps };
}

function stepsOfPlayed({ base, items }: RevshareComponent, measures: Measures): PeriodStep[] {
  if (
    base !== 'theoretical_ggr' &&
    !items.some(({ percent, of }) => percent !== null && of === 'theoretical_ggr')
  )
    return [];
  return listPlayed(measures).map(({ edge, played, worth }) => ({
    step: 'played',
    amount: text(worth),
    by: { edge, played: text(played) },
  }));
}

function itemOf(
  component: RevshareComponent,
  item: RevshareComponent['items'][number],
  { measures, subtotal }: { readonly measures: Measures; readonly subtotal: Decimal },
): Decimal {
  if (item.percent === null) return sum(measures, item.sum ?? []);
  const of = item.of === 'subtotal' ? subtotal : baseOf(item.of, measures, component.swapIncluded);
  if (item.floor === 'zero' && signOf(of) < 0) return ZERO;
  return percentOf(of, item.percent);
}

export function smallerOf(a: Decimal, b: Decimal): Decimal {
  return compareDecimals(a, b) < 0 ? a : b;
}

export function largerOf(a: Decimal, b: Decimal): Decimal {
  return compareDecimals(a, b) > 0 ? a : b;
}
