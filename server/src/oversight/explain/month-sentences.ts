// How the amount of a month came about, step by step, in words. No sentence names a customer or another partner.
import {
  absDecimal,
  addDecimals,
  compareDecimals,
  decimal,
  formatDecimal,
  isZero,
  signOf,
  ZERO,
} from '../../kernel/decimal.ts';
import { fromMinor } from '../../kernel/money.ts';
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import type { PeriodStep } from '../../pipeline/periods/facts.ts';
import type { DealComponent } from '../../registry/deals/facts.ts';
import type { MonthEvidence, MonthResult } from './facts.ts';
import { padDecimal, sayExact, sayLots, sayMinor, sayMonth } from './wording.ts';

const BASES: Readonly<Record<string, string>> = {
  ggr: 'GGR',
  ngr: 'NGR',
  bets: 'bets',
  rake: 'rake',
  deposits: 'deposits',
  withdrawals: 'withdrawals',
  deposits_and_withdrawals: 'deposits and withdrawals',
  net_deposits: 'net deposits',
  pnl: 'what customers lost by trading',
  spread: 'spread',
  trading_commission: 'trading commission',
  purchases: 'purchases',
  theoretical_ggr: 'theoretical GGR',
  subtotal: 'what is left',
};

/** What a step is said with. */
interface Told {
  readonly step: PeriodStep;
  readonly previous: PeriodStep | undefined;
  readonly evidence: MonthEvidence;
  readonly currency: string;
  readonly component: DealComponent | undefined;
}

/** All steps, and what they come to; the last sentence ends with the amount. */
export function sayMonthSteps(
  evidence: MonthEvidence,
  result: MonthResult,
  component: DealComponent | undefined,
): string[] {
  const { currency } = result;
  const said = result.steps.flatMap((step, index) => {
    // Customers are many: what each of them has by itself is said in one sentence, and stands one by one in the tree.
    if (step.by?.['customerId'] !== undefined)
      return result.steps[index - 1]?.step === step.step
        ? []
        : [sayTogether(result.steps, step.step, currency)];
    return [sayStep({ step, previous: result.steps[index - 1], evidence, currency, component })];
  });
  return [...said, sayTotal(result)];
}

function sayTogether(steps: readonly PeriodStep[], name: string, currency: string): string {
  const own = steps.filter((step) => step.step === name && step.by?.['customerId'] !== undefined);
  const sum = own.reduce((total, { amount }) => addDecimals(total, absDecimal(decimal(amount))), ZERO);
  const customers = own.length === 1 ? '1 customer' : `${own.length} customers`;
  const amount = sayExact(formatDecimal(sum), currency);
  if (name === 'won_back')
    return `${amount} of it only won back what ${customers} had to win back of their own; nothing is paid on that.`;
  if (name === 'ringfenced')
    return `${amount} that ${customers} won is set off against these customers alone, in the months to come.`;
  return `${name.replaceAll('_', ' ')}: ${amount}, by ${customers}.`;
}

function sayTotal(result: MonthResult): string {
  const { amountMinor, currency, exact } = result;
  const isRounded = compareDecimals(decimal(exact), fromMinor(BigInt(amountMinor), currency)) !== 0;
  const rounded = isRounded ? ` (${sayExact(exact, currency)} before rounding)` : '';
  return `The month pays ${sayMinor(amountMinor, currency)}${rounded}.`;
}

/** One step in one sentence. A step that this does not know is said by its name. */
function sayStep(told: Told): string {
  const { step, currency } = told;
  const { by = {} } = step;
  if (by['subtotal'] !== undefined) return sayItem(step, currency);
  const base = BASES[step.step];
  if (base !== undefined) return `${capital(base)} of the month: ${sayExact(step.amount, currency)}.`;
  return (SAYINGS[step.step] ?? sayUnknown)(told, sayExact(step.amount, currency), by);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sayItem({ step: name, amount, by = {} }: PeriodStep, currency: string): string {
  const { percent, of = '', subtotal = '0' } = by;
  const value = decimal(amount);
  const how = percent === undefined ? '' : ` ${padDecimal(percent, 0)} % of ${BASES[of] ?? of}`;
  const does = isZero(value)
    ? 'changes nothing'
    : `${signOf(value) < 0 ? 'takes away' : 'adds'} ${sayExact(formatDecimal(absDecimal(value)), currency)}`;
  return `${name}:${how} ${does}, which leaves ${sayExact(subtotal, currency)}.`;
}

type Say = (told: Told, amount: string, by: Readonly<Record<string, string>>) => string;

function sayUnknown({ step }: Told, amount: string, by: Readonly<Record<string, string>>): string {
  const more = Object.entries(by).map(([name, value]) => `${name.replaceAll('_', ' ')} ${value}`);
  return `${capital(step.step.replaceAll('_', ' '))}: ${amount}${more.length === 0 ? '' : ` (${more.join(', ')})`}.`;
}

function sayRate({ previous, currency }: Told, amount: string, by: Readonly<Record<string, string>>): string {
  const base = by['base'] ?? previous?.amount ?? '0';
  return `${padDecimal(by['percent'] ?? '0', 0)} % of ${sayExact(base, currency)} is ${amount}.`;
}

function sayTier(
  { component, currency }: Told,
  amount: string,
  by: Readonly<Record<string, string>>,
): string {
  const { rate = '0', metric = '0', quantity } = by;
  if (component?.kind === 'per_lot')
    return `${sayLots(quantity ?? metric)} at ${sayExact(rate, currency)} per lot: ${amount}.`;
  const percent = `${padDecimal(rate, 0)} %`;
  if (component?.kind === 'cpa' && quantity !== undefined)
    return `The step of ${percent} of ${sayExact(quantity, currency)}, all of those who count for it: ${amount}.`;
  return quantity === undefined
    ? `The step of ${percent}, by a total of ${padDecimal(metric, 2)}: ${amount}.`
    : `${percent} of ${sayExact(quantity, currency)} is ${amount}.`;
}

function sayCapped({ step, component }: Told, amount: string, by: Readonly<Record<string, string>>): string {
  if (component?.kind === 'cpa') {
    const { queued = '0', fallback, ...limits } = by;
    const stopped = Object.entries(limits).map(([limit, count]) => {
      const [per = '', most = ''] = limit.split(' ');
      return `${count} by the limit of ${padDecimal(most, 0)} a ${per}`;
    });
    const which = stopped.length === 0 ? '' : `, ${stopped.join(', ')}`;
    const instead =
      fallback === undefined ? '' : `, and the revenue of ${fallback} counts for the share instead`;
    return `${step.amount} of them ${step.amount === '1' ? 'is' : 'are'} above a limit${which}; ${queued} wait for the next month${instead}.`;
  }
  const over = by['overflow'] === 'queue_next_period' ? 'waits for the next month' : 'is not paid';
  const { per, from = '' } = by;
  const span = per === undefined ? '' : per === 'day' ? ` of ${from}` : ` of the week from ${from}`;
  return `${amount} is above the limit of ${padDecimal(by['limit'] ?? '0', 2)}${span} and ${over}.`;
}

function sayTakenBack({ currency }: Told, amount: string, by: Readonly<Record<string, string>>): string {
  const spared = by['spared'];
  const rest =
    spared === undefined ? '' : `, and leave ${sayExact(spared, currency)} of what had been paid out by then`;
  return `Chargebacks of this month take back what was paid in months before: ${amount}${rest}.`;
}

function sayGate({ step }: Told, _amount: string, by: Readonly<Record<string, string>>): string {
  const what =
    by['of'] === 'minimum_deposits_only'
      ? 'made no more than the least deposit'
      : 'made their first deposits';
  return `${padDecimal(step.amount, 0)} % as many customers as qualified ${what}, which the deal does not take: nothing is paid for the month.`;
}

function sayPlayed({ currency }: Told, amount: string, by: Readonly<Record<string, string>>): string {
  const { edge = '0', played = '0' } = by;
  return decimal(edge).digits === 0n
    ? `Played of products without an edge: ${sayExact(played, currency)}, which counts for nothing.`
    : `Played at an edge of ${padDecimal(edge, 0)} %: ${sayExact(played, currency)}, half of which times the edge is ${amount}.`;
}

const SAYINGS: Readonly<Record<string, Say>> = {
  fallback: ({ step }) =>
    `The revenue of ${step.amount} ${step.amount === '1' ? 'customer' : 'customers'} counts here because a limit refused the CPA.`,
  cpa_instead: ({ step }) =>
    `The revenue of ${step.amount} ${step.amount === '1' ? 'customer' : 'customers'} does not count here, because the CPA is paid instead.`,
  played: sayPlayed,
  factor: (_told, amount, by) => `${padDecimal(by['percent'] ?? '0', 0)} % of it counts: ${amount}.`,
  own_deposits: (_told, amount) => `Customers count up to their own deposits: ${amount}.`,
  product: (_told, amount, by) => `Product ${by['product'] ?? ''}: ${amount}.`,
  reset: (_told, amount) => `The negative result of ${amount} is reset to zero.`,
  carried_in: ({ evidence }, amount) => `${amount} is carried in${sayWhence(evidence.before)}.`,
  carried_out: (_told, amount) => `${amount} is carried into the months after it.`,
  rate: sayRate,
  tier: sayTier,
  tier_gate: ({ currency }, amount, by) =>
    `Only ${by['reached'] ?? '0'} count for the steps, too few: the first rate of ${padDecimal(by['percent'] ?? '0', 0)} % applies to everything and comes to ${amount === '' ? sayExact('0', currency) : amount}.`,
  before: (_told, amount) => `${amount} of it was earned in the months before, so only what is above is new.`,
  recoup: ({ evidence, currency }, amount, by) => {
    if (by['customers'] !== undefined)
      return `Each customer first earns back the CPA that was advanced for it; what is above comes to ${amount}.`;
    const debt = evidence.before?.carry.recoup;
    const rest = debt === undefined ? '' : ` and ${sayExact(debt, currency)} that was not earned back before`;
    return `The CPA of ${sayExact(by['cpa'] ?? '0', currency)} was an advance: with it${rest} ${amount} is left.`;
  },
  rolled_in: (_told, amount) => `${amount} waited from months with too few active customers.`,
  rolled_out: (_told, amount, by) =>
    `With ${by['active'] ?? '0'} active customers, too few, ${amount} waits for the next month.`,
  override: ({ currency }, amount, by) =>
    `${padDecimal(by['percent'] ?? '0', 0)} % of the ${sayExact(by['below'] ?? '0', currency)} that partners below earned adds ${amount}.`,
  below: (_told, amount) => `Partners below earned ${amount}.`,
  flat_fee: (_told, amount, by) =>
    by['days'] === undefined
      ? `The fixed amount of the month is ${amount}.`
      : `For ${by['days']} of ${by['of'] ?? ''} days the fixed amount of the month is ${amount}.`,
  amount: ({ component }, amount) =>
    component?.kind === 'cpa'
      ? `Together they come to ${amount}.`
      : `What its events are worth comes to ${amount}.`,
  at_own_rates: (_told, amount) => `Repeated purchases and resets at their own rates add ${amount}.`,
  queued_in: (_told, amount) => `${amount} waited from the month before.`,
  capped: sayCapped,
  quality_gate: sayGate,
  qualified: ({ step }) => `${step.amount} ${step.amount === '1' ? 'customer' : 'customers'} qualified.`,
  paid: ({ step }) => `${step.amount} of them ${step.amount === '1' ? 'is' : 'are'} paid.`,
  taken_back_of_earlier: sayTakenBack,
  taken_back: ({ step }) =>
    `${step.amount} of them ${step.amount === '1' ? 'was' : 'were'} taken back by chargebacks; the place stays used.`,
};

/** Why it is zero, or less than the rate says. */
export function sayMonthReason(result: MonthResult | null, audience: 'operator' | 'partner'): string[] {
  const reason = result === null ? 'no_deal' : result.reason;
  return reason === undefined || !isReasonCode(reason) ? [] : [reasonSentence(reason, audience)];
}

/** Whether the figures may still change. */
export function sayClosing({ closed, period }: MonthEvidence, audience: 'operator' | 'partner'): string {
  if (closed === null)
    return `${sayMonth(period)} is not closed: the figures are provisional and may still change.`;
  return audience === 'partner'
    ? `${sayMonth(period)} is closed.`
    : `${sayMonth(period)} was closed by ${closed.by}: ${closed.reason}`;
}

function sayWhence(before: MonthEvidence['before']): string {
  if (before === null) return '';
  return before.isOpening === true ? ' from an earlier system' : ` from ${sayMonth(before.period)}`;
}
