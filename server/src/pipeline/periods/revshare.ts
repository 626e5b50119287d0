import { addDecimals, decimal, isZero, negateDecimal, signOf, ZERO } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { RevshareComponent } from '../../registry/deals/facts.ts';
import { NO_DEBT, setOff, takeOver } from './carry.ts';
import type { Debt } from './carry.ts';
import type { Candidate, Carry, PeriodEvidence, PeriodStep } from './facts.ts';
import {
  computeFormula,
  inBaseCurrency,
  largerOf,
  percentOf,
  proportion,
  smallerOf,
  text,
} from './formula.ts';
import type { Computed } from './formula.ts';
import { ringfence } from './high-roller.ts';
import { applyTiers } from './tiers.ts';
import { isHighRoller } from './weigh.ts';

type Measures = Readonly<Record<string, string>>;

/** A scope before caps and rounding. */
export interface Worth {
  readonly exact: Decimal;
  /** The same in the program's base currency, in which caps are. */
  readonly inBase: Decimal;
  /** What of it is earned on partners below. */
  readonly override?: Decimal;
  /** Payments that were let through, where they are paid whole or not at all. */
  readonly paid?: readonly Candidate[];
  /** Payments that a limit refused for good, for whose customers a share counts instead. */
  readonly fallback?: readonly Candidate[];
  readonly reason?: string;
  readonly steps: readonly PeriodStep[];
  readonly carry: Carry;
}

export interface Asked {
  readonly evidence: PeriodEvidence;
  readonly before: Carry;
  /** Totals of the window that the tiers look at, where it is a rolling one. */
  readonly windowTotals: Measures;
  /** Of steps that count everybody once over a lifetime: who was active for the first time. */
  readonly newlyActive?: string;
  /** The day of the program, 'YYYY-MM-DD', of an ISO instant. */
  readonly dayOf: (at: string) => string;
}

/**
 * A revenue share of one period (semantics.md 4.2 to 4.4, 4.7, 4.8; rules.md 2.12 and 5 "Periods"): the formula on the partner's sums,
 * the high-roller rule, the policy for a negative result, the rate, the recoup of an advanced CPA, and the roll-over for want of
 * active customers, in this order. Pure.
 */
export function decideRevshare(component: RevshareComponent, asked: Asked): Worth {
  const { evidence, before } = asked;
  const { base: aggregate, steps: formula } = computeBase(component, evidence.totals);
  const fenced =
    component.highRoller === null
      ? { base: aggregate, carries: {}, steps: [] }
      : ringfence(aggregate, resultsOf(component, evidence), before.ringfenced ?? {});
  const settled = settle(component, fenced.base, asked);
  const recouped = recoup(component, settled.amount, asked);
  const active = Number(evidence.totals['active_customers'] ?? '0');
  const rolled = rollOver(component, recouped.amount, { active, before });
  const carry: Carry = {
    ...settled.carry,
    ...recouped.carry,
    ...rolled.carry,
    ...(Object.keys(fenced.carries).length === 0 ? {} : { ringfenced: fenced.carries }),
    ...settled.toDate,
  };
  const reason =
    rolled.reason ??
    recouped.reason ??
    settled.reason ??
    (fenced.steps.some(({ step }) => step === 'ringfenced') ? 'high_roller_ringfence' : undefined);
  return {
    exact: rolled.amount,
    inBase: toBase(component, rolled.amount, { base: aggregate, totals: evidence.totals }),
    ...(reason === undefined ? {} : { reason }),
    steps: [...formula, ...fenced.steps, ...settled.steps, ...recouped.steps, ...rolled.steps],
    carry,
  };
}

/** An amount in the program's base currency, in the proportion of what the formula gives in both; whatever was carried in since. */
function toBase(
  component: RevshareComponent,
  amount: Decimal,
  { base, totals }: { readonly base: Decimal; readonly totals: Measures },
): Decimal {
  const based = inBaseCurrency(totals);
  if (based === totals || isZero(base)) return amount;
  const inBase = computeBase(component, based).base;
  return isZero(inBase) ? amount : proportion(amount, inBase, base);
}

/** The formula on all sums; by product, where the deal says so; or what customers count for up to their own deposits. */
export function computeBase(component: RevshareComponent, totals: Measures): Computed {
  if (component.ownDepositsLimit) {
    const base = decimal(totals['own_base'] ?? '0');
    return { base, steps: [{ step: 'own_deposits', amount: text(base) }] };
  }
  if (!component.byProduct) return computeFormula(component, totals);
  const products = [...new Set(Object.keys(totals).flatMap((name) => productOf(name) ?? []))].toSorted();
  let base = ZERO;
  const steps: PeriodStep[] = [];
  for (const product of products) {
    const own = Object.entries(totals).flatMap(([name, value]) =>
      productOf(name) === product ? [[name.slice(product.length + 1), value] as const] : [],
    );
    const computed = computeFormula(component, Object.fromEntries(own));
    base = addDecimals(base, computed.base);
    steps.push({ step: 'product', amount: text(computed.base), by: { product } });
  }
  return { base, steps };
}

function productOf(name: string): string | undefined {
  const at = name.lastIndexOf('/');
  return at < 0 || /^(?:day\/|cut\/|\$)/.test(name) ? undefined : name.slice(0, at);
}

function resultsOf(
  component: RevshareComponent,
  { customers }: PeriodEvidence,
): { customerId: string; base: Decimal; isHighRoller: boolean }[] {
  return customers.map(({ customerId, measures }) => ({
    customerId,
    base: computeFormula(component, measures).base,
    isHighRoller: isHighRoller(component, measures),
  }));
}

interface Settled {
  readonly amount: Decimal;
  readonly reason?: string;
  readonly steps: readonly PeriodStep[];
  readonly carry: Carry;
  readonly toDate: Pick<Carry, 'toDate'>;
}

/** The policy for a negative result, and the rate. */
function settle(component: RevshareComponent, result: Decimal, asked: Asked): Settled {
  const { before, evidence } = asked;
  const { carry: terms } = component;
  const debtOf = (amount: string | undefined): Debt =>
    amount === undefined
      ? NO_DEBT
      : takeOver({ amount: decimal(amount), since: before.since }, terms, evidence.period);
  if (terms.policy === 'commission') {
    const rated = rate(component, result, asked);
    const { left, debt, steps } = setOff(rated.exact, debtOf(before.commission), {
      terms,
      period: evidence.period,
    });
    return {
      ...rated,
      amount: left,
      ...(debt.since === undefined ? {} : { reason: 'negative_carried' }),
      steps: [...rated.steps, ...steps],
      carry: debt.since === undefined ? {} : { commission: text(debt.amount), since: debt.since },
    };
  }
  if (terms.policy === 'base') {
    const { left, debt, steps } = setOff(result, debtOf(before.base), { terms, period: evidence.period });
    const rated = rate(component, left, asked);
    return {
      ...rated,
      amount: rated.exact,
      ...(debt.since === undefined ? {} : { reason: 'negative_carried' }),
      steps: [...steps, ...rated.steps],
      carry: debt.since === undefined ? {} : { base: text(debt.amount), since: debt.since },
    };
  }
  const isNegative = signOf(result) < 0;
  const rated = rate(component, isNegative ? ZERO : result, asked);
  return {
    ...rated,
    amount: rated.exact,
    ...(isNegative ? { reason: 'negative_reset' } : {}),
    steps: [...(isNegative ? [{ step: 'reset', amount: text(negateDecimal(result)) }] : []), ...rated.steps],
    carry: {},
  };
}

interface Rated {
  readonly exact: Decimal;
  readonly steps: readonly PeriodStep[];
  readonly toDate: Pick<Carry, 'toDate'>;
}

function rate(component: RevshareComponent, base: Decimal, asked: Asked): Rated {
  const { evidence, before, windowTotals } = asked;
  const { tiers, percent } = component;
  if (tiers === null) {
    const exact = percentOf(base, percent ?? '0');
    return {
      exact,
      steps: [{ step: 'rate', amount: text(exact), by: { percent: percent ?? '0', base: text(base) } }],
      toDate: {},
    };
  }
  const metric =
    asked.newlyActive === undefined ? metricOf(component, base, evidence.totals) : decimal(asked.newlyActive);
  const quantityBefore = decimal(before.toDate?.quantity ?? '0');
  const metricBefore = decimal(before.toDate?.metric ?? '0');
  const toDate: Pick<Carry, 'toDate'> =
    tiers.window === 'lifetime'
      ? {
          toDate: {
            metric: text(addDecimals(metricBefore, metric)),
            quantity: text(addDecimals(quantityBefore, base)),
          },
        }
      : {};
  const reached = Number(evidence.totals[NAMES[tiers.atLeast?.metric ?? ''] ?? ''] ?? '0');
  if (tiers.atLeast !== null && reached < tiers.atLeast.count) {
    const first = tiers.bands[0]?.rate ?? '0';
    const exact = percentOf(base, first);
    return {
      exact,
      steps: [{ step: 'tier_gate', amount: text(exact), by: { percent: first, reached: String(reached) } }],
      toDate,
    };
  }
  const { exact, steps } = applyTiers(
    tiers,
    {
      quantity: base,
      metric,
      quantityBefore,
      metricBefore,
      windowMetric: windowMetricOf(component, windowTotals),
    },
    percentOf,
  );
  return { exact, steps, toDate };
}

/** Totals by the names of tier gates and metrics. */
export const NAMES: Readonly<Record<string, string>> = {
  new_customers: 'registrations',
  active_customers: 'active_customers',
  first_deposits: 'first_deposits',
  deposits: 'deposits',
  lots: 'lots',
};

/** What finds the step: the base in the program's base currency, or another total. */
function metricOf(
  component: Pick<RevshareComponent, 'tiers'> & RevshareComponent,
  base: Decimal,
  totals: Measures,
): Decimal {
  const based = inBaseCurrency(totals);
  const metric = component.tiers?.metric ?? 'base';
  if (metric !== 'base') return decimal(based[NAMES[metric] ?? metric] ?? '0');
  if (based === totals) return base;
  const own = computeBase(component, totals).base;
  const inBase = computeBase(component, based).base;
  return isZero(own) ? ZERO : proportion(base, inBase, own);
}

/** The same of the days that a rolling window covers, whose sums are whole. */
function windowMetricOf(component: RevshareComponent, totals: Measures): Decimal {
  const based = inBaseCurrency(totals);
  const metric = component.tiers?.metric ?? 'base';
  if (metric !== 'base') return decimal(based[NAMES[metric] ?? metric] ?? '0');
  return computeFormula(component, based).base;
}

interface Moved {
  readonly amount: Decimal;
  readonly reason?: string;
  readonly steps: readonly PeriodStep[];
  readonly carry: Carry;
}

/** The CPA is an advance: pay = max(0, carry + RevShare - CPA), carry = min(0, the same) (rules.md 2.12). */
function recoup(component: RevshareComponent, amount: Decimal, { evidence, before }: Asked): Moved {
  if (component.recoup === null) return { amount, steps: [], carry: {} };
  if (component.recoup.by === 'customer') return recoupByCustomer(component, { evidence, before });
  const advanced = decimal(evidence.totals['cpa'] ?? '0');
  const net = addDecimals(addDecimals(amount, decimal(before.recoup ?? '0')), negateDecimal(advanced));
  return recouped(net, advanced);
}

function recouped(net: Decimal, advanced: Decimal): Moved {
  const paid = largerOf(net, ZERO);
  const debt = smallerOf(net, ZERO);
  return {
    amount: paid,
    ...(isZero(paid) && signOf(debt) < 0 ? { reason: 'recoup_not_reached' } : {}),
    steps: [{ step: 'recoup', amount: text(net), by: { cpa: text(advanced) } }],
    carry: signOf(debt) < 0 ? { recoup: text(debt) } : {},
  };
}

function recoupByCustomer(
  component: RevshareComponent,
  { evidence, before }: Pick<Asked, 'evidence' | 'before'>,
): Moved {
  const debts = new Map(Object.entries(before.recoupOf ?? {}));
  let amount = ZERO;
  for (const { customerId, measures } of evidence.customers) {
    const result = largerOf(computeFormula(component, measures).base, ZERO);
    const net = addDecimals(
      addDecimals(percentOf(result, component.percent ?? '0'), decimal(debts.get(customerId) ?? '0')),
      negateDecimal(decimal(measures['cpa'] ?? '0')),
    );
    if (signOf(net) > 0) amount = addDecimals(amount, net);
    if (signOf(net) < 0) debts.set(customerId, text(net));
    else debts.delete(customerId);
  }
  return {
    amount,
    ...(isZero(amount) && debts.size > 0 ? { reason: 'recoup_not_reached' } : {}),
    steps: [{ step: 'recoup', amount: text(amount), by: { customers: String(evidence.customers.length) } }],
    carry: debts.size === 0 ? {} : { recoupOf: Object.fromEntries(debts) },
  };
}

/** With too few active customers a period's commission waits for the next one that has enough. */
function rollOver(
  component: RevshareComponent,
  amount: Decimal,
  { active, before }: { readonly active: number; readonly before: Carry },
): Moved {
  const waiting = decimal(before.rolled ?? '0');
  const all = addDecimals(amount, waiting);
  const steps = isZero(waiting) ? [] : [{ step: 'rolled_in', amount: text(waiting) }];
  const least = component.minimumActiveCustomers;
  if (least === null || active >= least) return { amount: all, steps, carry: {} };
  return {
    amount: ZERO,
    reason: 'min_activity',
    steps: [...steps, { step: 'rolled_out', amount: text(all), by: { active: String(active) } }],
    carry: isZero(all) ? {} : { rolled: text(all) },
  };
}
