import { formatDecimal, isZero, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { addMicros } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { addCalendarDays, addCalendarMonths, localDate } from '../../kernel/zone.ts';
import { endOfPeriod, periodOf } from '../../kernel/period.ts';
import type {
  DealComponent,
  DealVersion,
  OnlyTerms,
  RevshareComponent,
  SubPartnerShareComponent,
  TierTerms,
} from '../../registry/deals/facts.ts';
import { fallsBack } from '../../registry/deals/facts.ts';
import { findDealInForce, findVersionAt, listChain } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { findAttributionAt } from '../attribution/index.ts';
import { findCountryAt, judgeCountry, judgeProduct } from '../qualification/index.ts';
import { markInterval } from './cuts.ts';
import { INSTEAD } from './facts.ts';
import type { CustomerContext, PeriodInput, ZeroLine } from './facts.ts';
import { countingPeriod } from './late.ts';
import { comparesMoney } from './volume-inputs.ts';

/** What an event, or a trade, brings to shares of revenue, before it is known whose and in which currency. */
export interface Brought {
  readonly at: Instant;
  /** By the program's clock; absent: in time. What comes late may count in a later month, by the terms of that. */
  readonly receivedAt?: Instant;
  /** Where it differs: the instant whose partner it belongs to (a chargeback belongs to its original's). */
  readonly boundAt?: Instant;
  /** Where it differs: the instant whose country it is of. A trade is of its closing's, whoever's it is. */
  readonly countryAt?: Instant;
  readonly product: string | undefined;
  readonly brand: string | undefined;
  readonly accountType: string | undefined;
  readonly currency: string | undefined;
  /** Money, by measure, in `currency`; where no source tells one, in that of the deal. */
  readonly money: Readonly<Record<string, Decimal>>;
  /** Numbers, by measure: lots, activity, registrations ... */
  readonly numbers: Readonly<Record<string, string>>;
}

export interface BroughtInputs {
  readonly inputs: readonly PeriodInput[];
  /** A component counts what happened, whatever it comes to. */
  readonly isCounted: boolean;
  /** There is a component that would count it, and no exchange rate for its instant. */
  readonly withoutRate: boolean;
  /** An exchange rate was asked for. */
  readonly rated: boolean;
  /** Shares that would count it of another customer, or at another time (semantics.md 4.7); absent: none. */
  readonly leftOut?: readonly ZeroLine[];
}

/**
 * What an event brings to the components of its partner that are settled by period from revenue (semantics.md 4.2, 4.8, 4.9): its measures in the
 * deal's currency at the rate of its own instant, and beside them (named with a $) in the program's base currency where steps or caps are
 * compared there. Pure.
 */
export function listInputs(
  program: ProgramSnapshot,
  context: CustomerContext,
  brought: Brought,
): BroughtInputs {
  const bound = later(brought.boundAt ?? brought.at, context.registeredAt);
  const leafId = findAttributionAt(context.attributions, bound)?.partnerId ?? null;
  if (leafId === null) return { inputs: [], isCounted: false, withoutRate: false, rated: false };
  const deal = findDealInForce(program, leafId, brought.at);
  const inputs: PeriodInput[] = [];
  let withoutRate = false;
  let rated = false;
  let isCounted = false;
  const leftOut: ZeroLine[] = [];
  const take = ({ partnerId, deal: own, component }: Counting, isInstead = false): void => {
    const wanted = wantedOf(component);
    if (wanted === undefined) return;
    isCounted ||=
      listMoney(component, brought, wanted).length > 0 ||
      Object.keys(brought.numbers).some((name) => wanted.has(name));
    const measures = measure(program, { deal: own, component, brought }, wanted);
    const { currency } = own.document;
    const isForeign = currency !== program.baseCurrency || (brought.currency ?? currency) !== currency;
    rated ||= isForeign && Object.keys(brought.money).length > 0;
    if (measures === undefined) withoutRate = true;
    else if (Object.keys(measures).length > 0)
      inputs.push({
        component: component.id,
        partnerId,
        period: periodOf(brought.at, program.zone),
        measures: markInstead(isInstead, markInterval(program, partnerId, { at: brought.at, measures })),
      });
  };
  for (const component of deal?.document.components ?? []) {
    if (deal === undefined) continue;
    const counting = countingTerms(program, { partnerId: leafId, deal, component }, brought);
    const counted = judgeCounting(program, counting, { context, brought });
    if (counted === 'in' || counted === 'instead') take(counting, counted === 'instead');
    else if (counted !== 'out') leftOut.push(leftOutOf(program, counting, { brought, reason: counted }));
  }
  for (const [partnerId, own, component] of revenueSharesAbove(program, leafId, brought.at))
    take(countingTerms(program, { partnerId, deal: own, component }, brought));
  return { inputs, isCounted, withoutRate, rated, ...(leftOut.length === 0 ? {} : { leftOut }) };
}

function leftOutOf(
  program: ProgramSnapshot,
  { partnerId, component }: Counting,
  { brought, reason }: { readonly brought: Brought; readonly reason: ReasonCode },
): ZeroLine {
  const level = listChain(program, partnerId, brought.at).length;
  return { component: component.id, partnerId, level, reason };
}

/** What counts only where a limit refuses the CPA of the customer, which is known on the partner's side. */
function markInstead(
  isInstead: boolean,
  measures: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (!isInstead) return measures;
  return Object.fromEntries(Object.entries(measures).map(([name, value]) => [`${INSTEAD}${name}`, value]));
}

/** A component that counts what happened, with the deal that it stands in. */
interface Counting {
  readonly partnerId: string;
  readonly deal: DealVersion;
  readonly component: DealComponent;
}

/** What comes too late for its own month counts by the terms of the month in which it counts (rules.md 2.10). */
function countingTerms(program: ProgramSnapshot, own: Counting, { at, receivedAt }: Brought): Counting {
  if (receivedAt === undefined) return own;
  const { partnerId, component } = own;
  const period = periodOf(at, program.zone);
  const counted = countingPeriod(program, { partnerId, component: component.id, period }, receivedAt);
  if (counted === period) return own;
  const deal = findDealInForce(program, partnerId, addMicros(endOfPeriod(counted, program.zone), -1));
  const found = deal?.document.components.find(({ id }) => id === component.id);
  return deal === undefined || found === undefined ? own : { partnerId, deal, component: found };
}

function later(a: Instant, b: Instant | null): Instant {
  return b === null || a > b ? a : b;
}

/** Measures that a component counts; undefined when it counts nothing of what happens. */
function wantedOf(component: DealComponent): ReadonlySet<string> | undefined {
  switch (component.kind) {
    case 'revshare':
      return new Set([...listRevenueMeasures(component), 'activity', ...namesOfTiers(component.tiers)]);
    case 'flat_fee':
      return new Set(['activity']);
    case 'sub_partner_share':
      return component.basis === 'revenue' ? new Set(measuresOfBase(component.revenue)) : undefined;
    case 'cpa':
      // What else it compares stands in cpa-inputs.ts.
      return component.tiers?.atLeast?.metric === 'active_customers' ? new Set(['activity']) : undefined;
    default:
      return wantedOfSteps('tiers' in component ? component.tiers : null);
  }
}

const COUNTED: Readonly<Record<string, string>> = {
  new_customers: 'registrations',
  first_deposits: 'first_deposits',
  active_customers: 'activity',
};

/** What steps count besides what the component pays for. */
function wantedOfSteps(tiers: TierTerms | null): ReadonlySet<string> | undefined {
  const wanted = [tiers?.metric, tiers?.atLeast?.metric].flatMap((metric) => COUNTED[metric ?? ''] ?? []);
  return wanted.length === 0 ? undefined : new Set(wanted);
}

function namesOfTiers(tiers: TierTerms | null): string[] {
  if (tiers === null) return [];
  const named: Readonly<Record<string, string>> = { new_customers: 'registrations' };
  return [tiers.metric, tiers.atLeast?.metric ?? ''].flatMap((metric) =>
    metric === '' || metric === 'base' || metric === 'active_customers' ? [] : [named[metric] ?? metric],
  );
}

/** The measures of a base (rules.md 5, Periods). */
function measuresOfBase(base: RevshareComponent['base'] | 'subtotal'): string[] {
  switch (base) {
    case 'pnl':
      return ['profit'];
    case 'deposits_and_withdrawals':
      return ['deposits', 'withdrawals'];
    case 'net_deposits':
      return ['deposits', 'withdrawals', 'chargebacks'];
    case 'subtotal':
      return [];
    case 'theoretical_ggr':
      return ['played'];
    default:
      return [base];
  }
}

function listRevenueMeasures(component: RevshareComponent): string[] {
  return [
    ...measuresOfBase(component.base),
    ...(component.swapIncluded ? ['swap'] : []),
    ...component.items.flatMap((item) =>
      item.percent === null ? (item.sum ?? []) : measuresOfBase(item.of),
    ),
    ...(component.ownDepositsLimit ? ['deposits'] : []),
  ];
}

interface Taken {
  readonly deal: DealVersion;
  readonly component: DealComponent;
  readonly brought: Brought;
}

/** The measures in the deal's currency; undefined when one of them has no rate. */
function measure(
  program: ProgramSnapshot,
  { deal, component, brought }: Taken,
  wanted: ReadonlySet<string>,
): Record<string, string> | undefined {
  const { currency } = deal.document;
  const tiers = 'tiers' in component ? component.tiers : null;
  const isCompared = 'caps' in component && comparesMoney(component);
  const inBase = isCompared && currency !== program.baseCurrency;
  const measures = new Map<string, string>();
  for (const [name, value] of Object.entries(brought.numbers))
    if (wanted.has(name)) measures.set(name, value);
  for (const [name, amount] of listMoney(component, brought, wanted)) {
    if (isZero(amount)) continue;
    const from = brought.currency ?? currency;
    const own = convertAmount(program.rates, amount, { from, to: currency, at: brought.at });
    if (own === undefined) return undefined;
    measures.set(name, formatDecimal(normalizeDecimal(own.amount)));
    if (!inBase) continue;
    const based = convertAmount(program.rates, amount, { from, to: program.baseCurrency, at: brought.at });
    if (based === undefined) return undefined;
    measures.set(`$${name}`, formatDecimal(normalizeDecimal(based.amount)));
  }
  return Object.fromEntries(placed(program, { component, tiers, brought }, measures));
}

/** The money that a component counts; what was played of theoretical GGR by the edge of its product, '0' where it has none (semantics.md 4.1). */
function listMoney(
  component: DealComponent,
  { money, product }: Brought,
  wanted: ReadonlySet<string>,
): [string, Decimal][] {
  const told = Object.entries(money).filter(([name]) => wanted.has(name));
  const { bets } = money;
  if (component.kind !== 'revshare' || bets === undefined || !wanted.has('played')) return told;
  const edge =
    component.edges.find((one) => one.product !== null && one.product === product) ??
    component.edges.find((one) => one.product === null);
  return [...told, [`played:${edge?.percent ?? '0'}`, bets]];
}

/** Sums by product where products are computed apart; by day too, where a window of days looks back. */
function placed(
  program: ProgramSnapshot,
  { component, tiers, brought }: Pick<Taken, 'component' | 'brought'> & { readonly tiers: TierTerms | null },
  measures: ReadonlyMap<string, string>,
): [string, string][] {
  const byProduct = component.kind === 'revshare' && component.byProduct;
  const whole = new Set(['activity', ...namesOfTiers(tiers)]);
  const product = brought.product ?? '';
  const named = [...measures].flatMap(([name, value]): [string, string][] => {
    if (!byProduct) return [[name, value]];
    const own: [string, string] = name.startsWith('$')
      ? [`$${product}/${name.slice(1)}`, value]
      : [`${product}/${name}`, value];
    const plain = name.startsWith('$') ? name.slice(1) : name;
    if (plain === 'activity') return [[name, value]];
    // What finds a step is counted over all products.
    return whole.has(plain) ? [own, [name, value]] : [own];
  });
  if (tiers?.window !== 'rolling_90' && tiers?.window !== 'rolling_365') return named;
  const day = localDate(brought.at, program.zone);
  return [...named, ...[...measures].map(([name, value]): [string, string] => [`day/${day}/${name}`, value])];
}

const MONTH_DAYS = 30;

/** in: it counts. instead: only where a limit refuses the customer's CPA. out: it is nothing of the component's; else why it does not count. */
type Counts = 'in' | 'instead' | 'out' | 'cpa_instead' | 'share_begins_later';

/** Whether the component counts this customer's event (hybrid variants of semantics.md 4.7, and `only`). */
function judgeCounting(
  { zone }: ProgramSnapshot,
  { deal, component }: Counting,
  { context, brought }: { readonly context: CustomerContext; readonly brought: Brought },
): Counts {
  if (component.kind === 'flat_fee') return component.minimumActiveCustomers === null ? 'out' : 'in';
  if (!('only' in component) || !fits(component.only, context, brought)) return 'out';
  if (component.kind !== 'revshare') return 'in';
  if (component.fromMonth !== null && context.registeredAt !== null) {
    const days = (component.fromMonth - 1) * MONTH_DAYS;
    if (brought.at < addCalendarDays(context.registeredAt, days, zone)) return 'share_begins_later';
  }
  if (component.unlessPaid === null || context.granted !== component.unlessPaid) return 'in';
  if (context.takenBack === true && component.whenTakenBack === 'share') return 'in';
  return fallsBack(deal.document, component.unlessPaid) ? 'instead' : 'cpa_instead';
}

function fits(only: OnlyTerms, context: CustomerContext, brought: Brought): boolean {
  const { product, brand, accountType } = brought;
  const event = { ...(product === undefined ? {} : { product }), ...(brand === undefined ? {} : { brand }) };
  return (
    judgeProduct(only, event) === undefined &&
    judgeCountry(only, findCountryAt(context.countries, brought.countryAt ?? brought.at)) === undefined &&
    (only.accountTypes.length === 0 || only.accountTypes.includes(accountType ?? ''))
  );
}

/** Shares of the revenue of partners directly below, that the leaf's parent has at the instant, and that have not run out. */
function revenueSharesAbove(
  program: ProgramSnapshot,
  leafId: string,
  at: Instant,
): [string, DealVersion, SubPartnerShareComponent][] {
  const edge = findVersionAt(program.edges.get(leafId) ?? [], at);
  if (edge === undefined || edge.parentId === null) return [];
  const { parentId } = edge;
  const deal = findDealInForce(program, parentId, at);
  return (deal?.document.components ?? []).flatMap(
    (component): [string, DealVersion, SubPartnerShareComponent][] => {
      if (deal === undefined || component.kind !== 'sub_partner_share' || component.basis !== 'revenue')
        return [];
      const months = component.expiresAfterMonths;
      const hasRunOut =
        months !== null &&
        Number.isFinite(edge.effectiveFrom) &&
        at >= addCalendarMonths(edge.effectiveFrom, months, program.zone);
      return hasRunOut ? [] : [[parentId, deal, component]];
    },
  );
}
