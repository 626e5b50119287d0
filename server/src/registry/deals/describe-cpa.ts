import { describeHold, describeMode } from './describe-levels.ts';
import { describeCaps, describeClawback, describeOnly, describeTiers } from './describe-limits.ts';
import type { Condition, CpaComponent } from './facts.ts';

/** A CPA in plain words: what it pays for, under which conditions, within which limits, and what is taken back. */
export function describeCpa(component: CpaComponent, currency: string): string[] {
  return [
    `Component "${component.id}" pays ${component.amount} ${currency} once per customer ${sayDeposit(component, currency)}${sayWindow(component)}.`,
    ...describeOnly(component.only),
    ...(component.baseline === null
      ? []
      : [`All deposits of that time must come to at least ${component.baseline} ${currency}.`]),
    ...(component.conditions === null
      ? []
      : [
          `Besides, ${sayCondition(component.conditions, currency)}; the customer qualifies at the first instant at which everything holds together.`,
        ]),
    ...sayKyc(component),
    `The terms are those in force ${component.termsAt === 'attribution' ? 'when the customer was attributed' : 'when the customer qualifies'}.`,
    ...describeTiers(component.tiers, '% of that amount'),
    ...describeCaps(component.caps, currency),
    ...sayGate(component),
    describeMode(component.levels),
    ...sayPlace(component, currency),
    ...describeClawback(component.clawback, 'a deposit without which the customer would not have qualified'),
    component.clawbackOnKycFailed
      ? 'The same is taken back of a customer who fails KYC or turns out to be a duplicate.'
      : 'Of a customer who fails KYC or turns out to be a duplicate what was not paid out yet is taken back.',
    describeHold(component.holdDays, 'qualification'),
  ];
}

function sayDeposit({ firstDeposit, minimumDeposit }: CpaComponent, currency: string): string {
  const least = minimumDeposit === '0' ? '' : ` of at least ${minimumDeposit} ${currency}`;
  switch (firstDeposit) {
    case 'single_first':
      return minimumDeposit === '0' ? 'for the first deposit' : `for a first deposit${least}`;
    case 'cumulative_24h':
      return `for deposits${least} within 24 hours of the first one`;
    case 'cumulative_window':
      return `for deposits${least} together`;
    case 'none':
      return 'who registered';
  }
}

const WINDOW_FROM: Readonly<Record<CpaComponent['windowFrom'], string>> = {
  registration: 'the registration',
  click: 'the click',
  first_deposit: 'the first deposit',
};

function sayWindow({ windowDays, windowFrom }: CpaComponent): string {
  if (windowDays === null) return '';
  return ` within ${windowDays} ${windowDays === 1 ? 'day' : 'days'} of ${WINDOW_FROM[windowFrom]}`;
}

const METRICS: Readonly<Record<Exclude<Condition, { all: unknown } | { any: unknown }>['metric'], string>> = {
  deposits: 'deposits of at least # $',
  deposit_count: 'at least # deposits',
  net_deposits: 'deposits less withdrawals of at least # $',
  wagered: 'bets of at least # $',
  rounds: 'at least # rounds',
  active_days: 'at least # active days',
  trades: 'at least # closed trades',
  lots: 'at least # closed lots',
  purchases: 'purchases of at least # $',
};

function sayCondition(condition: Condition, currency: string): string {
  if ('metric' in condition) {
    const words = METRICS[condition.metric].replace('#', condition.atLeast).replace('$', currency);
    return condition.product === undefined
      ? `${words} are needed`
      : `${words} in ${condition.product} are needed`;
  }
  const [parts, word] = 'all' in condition ? [condition.all, 'and'] : [condition.any, 'or'];
  const said = parts.map((part) => sayCondition(part, currency));
  return said.length === 1 ? (said[0] ?? '') : `(${said.join(` ${word} `)})`;
}

function sayKyc({ requireKyc, kycWithinWindow, windowDays }: CpaComponent): string[] {
  if (!requireKyc) return [];
  if (windowDays === null) return ['The customer must pass KYC.'];
  return [`The customer must pass KYC, ${kycWithinWindow ? 'within the same time' : 'be that later'}.`];
}

function sayGate({ qualityGate, minimumDeposit }: CpaComponent): string[] {
  if (qualityGate === null) return [];
  const of =
    qualityGate.of === 'first_deposits'
      ? 'customers who deposited for the first time'
      : `customers who deposited once and no more than ${minimumDeposit === '0' ? 'the minimum' : `the minimum of ${minimumDeposit}`}`;
  const { atLeastPercent, atMostPercent } = qualityGate;
  return [
    ...(atLeastPercent === null
      ? []
      : [
          `Nothing is paid for a month in which ${of} are fewer than ${atLeastPercent} % of those who qualified.`,
        ]),
    ...(atMostPercent === null
      ? []
      : [
          `Nothing is paid for a month in which ${of} are more than ${atMostPercent} % of those who qualified.`,
        ]),
  ];
}

/** What this deal earns, or gives, where customers are those of partners below. */
function sayPlace({ override, overridePercent, giveUp, ratios }: CpaComponent, currency: string): string[] {
  return [
    ...(override === null
      ? []
      : [
          `On customers of partners below, where fixed overrides apply, this deal earns ${override} ${currency}.`,
        ]),
    ...(overridePercent === null
      ? []
      : [
          `On customers of partners below, where percentages apply, this deal earns ${overridePercent} % of what the level below earns.`,
        ]),
    ...(giveUp === null
      ? []
      : [`Where the levels share one amount, this deal gives ${giveUp} ${currency} to the level above.`]),
    ...(ratios === null
      ? []
      : [
          `Where ratios apply, this deal earns the amount times ${[ratios.level, ratios.tier, ratios.personal, ratios.master].join(' times ')}.`,
        ]),
  ];
}
