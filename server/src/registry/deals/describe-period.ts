import { describeHold } from './describe-levels.ts';
import type { FlatFeeComponent, RevshareComponent, SubPartnerShareComponent, TierTerms } from './facts.ts';

const BASES: Readonly<Record<string, string>> = {
  ggr: 'gross gaming revenue (bets minus wins)',
  ngr: 'net gaming revenue as the source tells it',
  bets: 'bets',
  rake: 'rake',
  deposits: 'deposits',
  withdrawals: 'withdrawals',
  deposits_and_withdrawals: 'deposits and withdrawals together',
  net_deposits: 'deposits minus withdrawals and chargebacks',
  pnl: 'what customers lost by trading',
  spread: 'the spread',
  trading_commission: 'the commission that customers paid for trading',
  purchases: 'purchases',
  theoretical_ggr: 'theoretical GGR (half of what was played times its edge)',
  subtotal: 'what is left by then',
};

/** A share of revenue in plain words (semantics.md 2.9: the basis stands beside every rate). */
export function describeRevshare(component: RevshareComponent, currency: string): string[] {
  const { id, base, factorPercent, percent, tiers } = component;
  const from = factorPercent === '100' ? BASES[base] : `${factorPercent} % of ${BASES[base]}`;
  const rate = percent === null ? 'a share that rises in steps' : `${percent} %`;
  return [
    `Component "${id}" pays ${rate} of ${from ?? base} of all customers of a month${component.items.length === 0 ? '' : ', less what follows'}.`,
    ...describeEdges(component),
    ...component.items.map(
      (item) =>
        `${item.sign === 'minus' ? 'Taken away' : 'Added'}: ${item.name}, ${
          item.percent === null
            ? `the sum of ${(item.sum ?? []).join(', ')}`
            : `${item.percent} % of ${BASES[item.of] ?? item.of}${item.floor === 'zero' ? '' : ', also where that is negative'}`
        }.`,
    ),
    ...(tiers === null ? [] : describeTiers(tiers, currency)),
    describeCarry(component, currency),
    ...describeRules(component, currency),
    describeHold(component.holdDays, 'the end of the month'),
  ];
}

function describeEdges({ edges }: RevshareComponent): string[] {
  if (edges.length === 0) return [];
  const said = edges.map(
    ({ product, percent }) =>
      `${percent} % for ${product ?? (edges.length === 1 ? 'all products' : 'all other products')}`,
  );
  const rest = edges.some(({ product }) => product === null) ? '' : '; other products count for nothing';
  return [`The edge is ${said.join(', ')}${rest}.`];
}

function describeTiers(tiers: TierTerms, currency: string): string[] {
  const unit = ['base', 'deposits', 'purchases', 'commission'].includes(tiers.metric) ? ` ${currency}` : '';
  const steps = tiers.bands.map(({ upTo, rate }) =>
    upTo === null ? `${rate} % above that` : `${rate} % up to ${upTo}${unit}`,
  );
  const how =
    tiers.method === 'marginal'
      ? 'each step at its own rate'
      : 'the step that is reached applies to everything';
  return [
    `The steps, by ${tiers.metric}: ${steps.join('; ')}; ${how}. A total on a bound is in the ${tiers.edge} step.`,
  ];
}

function describeCarry({ carry }: RevshareComponent, currency: string): string {
  if (carry.policy === 'none') return 'A negative month counts as zero, and nothing of it is carried.';
  const what = carry.policy === 'base' ? 'base' : 'commission';
  const limit = carry.cap === null ? '' : `, at most ${carry.cap} ${currency}`;
  const until =
    carry.expireAfterPeriods === null ? '' : `, and dropped after ${carry.expireAfterPeriods} months`;
  return `The negative ${what} of a month is carried into the months after it${limit}${until}.`;
}

function describeRules(component: RevshareComponent, currency: string): string[] {
  const { highRoller, recoup, unlessPaid, fromMonth, minimumActiveCustomers } = component;
  return [
    ...(component.ownDepositsLimit
      ? ['A customer counts for no more than its own deposits of the month.']
      : []),
    ...(component.byProduct ? ['Products are computed apart, and a negative one lowers the others.'] : []),
    ...(highRoller === null
      ? []
      : [
          `A customer whose month is at or below ${highRoller.threshold} ${currency} carries that loss alone where the partner's month is negative.`,
        ]),
    ...(recoup === null
      ? []
      : [
          `What "${recoup.component}" paid is an advance: only what exceeds it is paid, for ${recoup.by === 'deal' ? 'all customers together' : 'each customer'}.`,
        ]),
    ...(unlessPaid === null
      ? []
      : [
          `Customers for whom "${unlessPaid}" was granted do not count in any month${component.whenTakenBack === 'share' ? ', unless a chargeback took it back' : ''}.`,
        ]),
    ...(fromMonth === null
      ? []
      : [`A customer counts from ${(fromMonth - 1) * 30} days after its registration on.`]),
    ...(minimumActiveCustomers === null
      ? []
      : [`With fewer than ${minimumActiveCustomers} active customers a month waits for the next one.`]),
    ...(component.overridePercent === null
      ? []
      : [
          `Of the same commission of partners directly below, this deal earns ${component.overridePercent} %.`,
        ]),
  ];
}

/** A share in what partners below bring, in plain words. */
export function describeSubPartnerShare(component: SubPartnerShareComponent): string[] {
  const of =
    component.basis === 'commission'
      ? 'the direct commission of partners directly below'
      : `${BASES[component.revenue] ?? component.revenue} of the customers of partners directly below`;
  return [
    `Component "${component.id}" pays ${component.percent} % of ${of}, each month, in addition to what they earn.`,
    ...(component.expiresAfterMonths === null
      ? []
      : [`It ends ${component.expiresAfterMonths} months after a partner came under this one.`]),
    describeHold(component.holdDays, 'the end of the month'),
  ];
}

/** A fixed amount in plain words. */
export function describeFlatFee(component: FlatFeeComponent, currency: string): string[] {
  const least = component.minimumActiveCustomers;
  return [
    `Component "${component.id}" pays ${component.amount} ${currency} for each month${least === null ? '' : ` in which at least ${least} customers were active`}, once the month has ended.`,
    ...(component.proRata ? ['The month in which the deal began counts by its days.'] : []),
    describeHold(component.holdDays, 'the end of the month'),
  ];
}
