import {
  compareDecimals,
  decimal,
  decimalFromInteger,
  formatDecimal,
  isZero,
  normalizeDecimal,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { Condition, ConditionMetric, CpaComponent } from '../../registry/deals/facts.ts';
import type { ConditionProgress, Progress } from './facts.ts';
import type { Metric, Tally } from './movements.ts';

/** One thing that is counted and what is asked of it. */
export interface Leaf {
  readonly metric: Metric;
  readonly product?: string;
  readonly atLeast: Decimal;
  readonly money: boolean;
}

/** What a component asks for: each requirement must hold. */
export type Requirement =
  | { readonly kind: 'leaf'; readonly index: number }
  | { readonly kind: 'all'; readonly parts: readonly Requirement[] }
  | { readonly kind: 'any'; readonly parts: readonly Requirement[] };

export interface Requirements {
  readonly leaves: readonly Leaf[];
  /** In this order: the first deposit, the baseline, the conditions. */
  readonly parts: readonly Requirement[];
}

const MONEY: ReadonlySet<Metric> = new Set<Metric>(['deposits', 'net_deposits', 'wagered', 'purchases']);

/** What a CPA component asks of sums and numbers (semantics.md 4.5). A first deposit without a minimum is asked to be there. */
export function listRequirements(component: CpaComponent): Requirements {
  const leaves: Leaf[] = [];
  const leaf = (one: Leaf): Requirement => ({ kind: 'leaf', index: leaves.push(one) - 1 });
  const parts: Requirement[] = [];
  if (component.firstDeposit !== 'none') {
    const minimum = decimal(component.minimumDeposit);
    const money = !isZero(minimum);
    parts.push(leaf({ metric: 'first_deposit', atLeast: money ? minimum : decimalFromInteger(1), money }));
  }
  if (component.baseline !== null)
    parts.push(leaf({ metric: 'deposits', atLeast: decimal(component.baseline), money: true }));
  const read = (condition: Condition): Requirement => {
    if ('all' in condition) return { kind: 'all', parts: condition.all.map(read) };
    if ('any' in condition) return { kind: 'any', parts: condition.any.map(read) };
    const { metric, product } = condition;
    return leaf({
      metric,
      atLeast: decimal(condition.atLeast),
      money: MONEY.has(metric),
      ...(product === undefined ? {} : { product }),
    });
  };
  if (component.conditions !== null) parts.push(read(component.conditions));
  return { leaves, parts };
}

/** True when closed trades decide whether this component qualifies a customer, so that they must be known where it is judged. */
export function asksForTrades(component: CpaComponent): boolean {
  return listRequirements(component).leaves.some(
    ({ metric }) => metric === 'trades' || metric === 'lots' || metric === 'active_days',
  );
}

export function isMet(requirements: Requirements, tally: Tally): boolean {
  return requirements.parts.every((part) => holds(requirements, part, tally));
}

function holds(requirements: Requirements, part: Requirement, tally: Tally): boolean {
  if (part.kind === 'all') return part.parts.every((one) => holds(requirements, one, tally));
  if (part.kind === 'any') return part.parts.some((one) => holds(requirements, one, tally));
  const leaf = requirements.leaves[part.index];
  return leaf !== undefined && compareDecimals(tally.valueOf(part.index), leaf.atLeast) >= 0;
}

/** How far each requirement is, by value. */
export function measureProgress(requirements: Requirements, tally: Tally, currency: string): Progress[] {
  const measure = (part: Requirement): Progress => {
    if (part.kind === 'all') {
      const all = part.parts.map(measure);
      return { all, met: all.every((one) => one.met) };
    }
    if (part.kind === 'any') {
      const any = part.parts.map(measure);
      return { any, met: any.some((one) => one.met) };
    }
    const leaf = requirements.leaves[part.index] as Leaf;
    return {
      metric: leaf.metric,
      ...(leaf.product === undefined ? {} : { product: leaf.product }),
      have: formatDecimal(normalizeDecimal(tally.valueOf(part.index))),
      need: formatDecimal(normalizeDecimal(leaf.atLeast)),
      ...(leaf.money ? { currency } : {}),
      met: holds(requirements, part, tally),
    };
  };
  return requirements.parts.map(measure);
}

/** The first condition that does not hold; of several of which one must hold, the first of them. */
export function findUnmet(progress: readonly Progress[]): ConditionProgress | undefined {
  for (const one of progress) {
    if (one.met) continue;
    if (!('all' in one) && !('any' in one)) return one;
    const inside = findUnmet('all' in one ? one.all : one.any);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

const REASON_OF: Readonly<Record<ConditionMetric, ReasonCode>> = {
  deposits: 'deposit_baseline_not_met',
  deposit_count: 'deposit_baseline_not_met',
  net_deposits: 'deposit_baseline_not_met',
  wagered: 'wager_not_met',
  rounds: 'wager_not_met',
  active_days: 'active_days_not_met',
  trades: 'min_activity',
  lots: 'min_activity',
  purchases: 'min_activity',
};

export function reasonOfUnmet({ metric }: ConditionProgress): ReasonCode {
  switch (metric) {
    case 'first_deposit':
      return 'ftd_below_min';
    case 'kyc':
      return 'qualification_pending';
    case 'country':
      return 'geo_out_of_scope';
    default:
      return REASON_OF[metric];
  }
}
