import {
  addDecimals,
  compareDecimals,
  decimal,
  isZero,
  negateDecimal,
  signOf,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { derivedUuid } from '../../kernel/digest.ts';
import type { DealComponent, RevshareComponent } from '../../registry/deals/facts.ts';
import { ABOVE_CAP, INSTEAD } from '../commission/facts.ts';
import type { CustomerSums, PeriodEvidence, PeriodTerms } from './facts.ts';
import { computeFormula, inBaseCurrency, percentOf, smallerOf, text } from './formula.ts';

/** By whose terms customers were weighed: another one weighs all of them again. A grade may move a threshold of commission (high rollers). */
export function weighingOf(terms: PeriodTerms | undefined): string | null {
  if (terms === undefined) return null;
  const { id, grade } = terms.deal;
  return grade === undefined ? id : derivedUuid('plumbline:weighing', id, grade.name);
}

type Measures = Readonly<Record<string, string>>;

/** What one customer counts for in its scope. */
export interface Weight {
  /** What it adds to the totals. */
  readonly totals: Measures;
  /** Its own result matters: it must be read when the scope is decided. */
  readonly special: boolean;
}

const NOTHING: Weight = { totals: {}, special: false };

/**
 * What a customer adds to the totals of its scope: its sums, whether it was active, and, where it may contribute no more than its own
 * deposits, what of its result counts. Totals are sums of this, so that a turn that touches one customer subtracts what it weighed and
 * adds what it weighs. Pure.
 */
export function weighCustomer(component: DealComponent, measures: Measures | undefined): Weight {
  if (measures === undefined) return NOTHING;
  const plain = withoutInstead(measures);
  const active = signOf(decimal(plain['activity'] ?? '0')) > 0 ? { active_customers: '1' } : {};
  if (component.kind !== 'revshare') return { totals: { ...plain, ...active }, special: false };
  const own = component.ownDepositsLimit ? ownBases(component, plain) : {};
  return {
    totals: { ...plain, ...active, ...own },
    special: plain !== measures || component.recoup?.by === 'customer' || isHighRoller(component, plain),
  };
}

/** What counts of a customer whose CPA no limit refused; the very measures where there is nothing else. */
function withoutInstead(measures: Measures): Measures {
  const names = Object.keys(measures);
  if (!names.some(isOfFallback)) return measures;
  return Object.fromEntries(Object.entries(measures).filter(([name]) => !isOfFallback(name)));
}

function isOfFallback(name: string): boolean {
  return name === ABOVE_CAP || name.startsWith(INSTEAD);
}

/** What counts of a customer whose CPA a limit refused: what it would have brought without one too. */
function withInstead(measures: Measures): Measures {
  const instead = Object.entries(measures).flatMap(([name, value]) =>
    name.startsWith(INSTEAD) ? [[name.slice(INSTEAD.length), value] as const] : [],
  );
  return addMeasures(withoutInstead(measures), Object.fromEntries(instead));
}

/**
 * The months of a share with what customers bring to it whom a limit of the CPA refused, in whichever month that was (`revshare_fallback`):
 * all of their revenue counts, in its own months. What the others bring beside their CPA counts nowhere. Pure.
 */
export function countFallback(
  evidence: readonly PeriodEvidence[],
  componentOf: (period: string) => DealComponent | undefined,
): readonly PeriodEvidence[] {
  const refused = new Set(
    evidence.flatMap(({ customers }) =>
      customers
        .filter(({ measures }) => measures[ABOVE_CAP] !== undefined)
        .map(({ customerId }) => customerId),
    ),
  );
  const isTouched = evidence.some(({ customers }) =>
    customers.some(({ measures }) => Object.keys(measures).some(isOfFallback)),
  );
  if (!isTouched) return evidence;
  return evidence.map((one) => {
    const component = componentOf(one.period);
    let { totals } = one;
    let fallback = 0;
    let cpaInstead = 0;
    const customers = one.customers.map(({ customerId, measures }): CustomerSums => {
      const plain = withoutInstead(measures);
      const isInstead = Object.keys(measures).some((name) => name.startsWith(INSTEAD));
      if (!refused.has(customerId)) {
        if (isInstead) cpaInstead += 1;
        return { customerId, measures: plain };
      }
      const counted = withInstead(measures);
      if (isInstead) fallback += 1;
      if (component === undefined) return { customerId, measures: counted };
      totals = addMeasures(totals, weighCustomer(component, plain).totals, -1);
      totals = addMeasures(totals, weighCustomer(component, counted).totals);
      return { customerId, measures: counted };
    });
    return {
      ...one,
      totals,
      customers,
      ...(fallback === 0 ? {} : { fallback }),
      ...(cpaInstead === 0 ? {} : { cpaInstead }),
    };
  });
}

/** The same in the program's base currency beside it, where measures are given in both. */
function ownBases(component: RevshareComponent, measures: Measures): Measures {
  const based = inBaseCurrency(measures);
  return {
    own_base: text(ownBase(component, measures)),
    ...(based === measures ? {} : { $own_base: text(ownBase(component, based)) }),
  };
}

/** What counts of a customer who contributes no more than its own deposits. */
function ownBase(component: RevshareComponent, measures: Measures): Decimal {
  return smallerOf(computeFormula(component, measures).base, decimal(measures['deposits'] ?? '0'));
}

/** Whether a customer's result is at or below the threshold of the high-roller rule (semantics.md 4.4, V-HR-6). */
export function isHighRoller(component: RevshareComponent, measures: Measures): boolean {
  const rule = component.highRoller;
  if (rule === null) return false;
  const { base } = computeFormula(component, measures);
  const measured =
    rule.measuredOn === 'base'
      ? base
      : percentOf(base, component.percent ?? component.tiers?.bands[0]?.rate ?? '0');
  return compareDecimals(measured, decimal(rule.threshold)) <= 0;
}

/** Adds one set of sums to another, or takes it away; what comes to zero is left out. */
export function addMeasures(a: Measures, b: Measures, sign: 1 | -1 = 1): Measures {
  const sums = new Map(Object.entries(a));
  for (const [name, value] of Object.entries(b)) {
    const change = sign === 1 ? decimal(value) : negateDecimal(decimal(value));
    const total = addDecimals(decimal(sums.get(name) ?? '0'), change);
    if (isZero(total)) sums.delete(name);
    else sums.set(name, text(total));
  }
  return Object.fromEntries([...sums].toSorted(([x], [y]) => (x < y ? -1 : 1)));
}
