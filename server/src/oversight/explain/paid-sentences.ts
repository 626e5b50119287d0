// What is said about a line of a trade, a purchase or a stage: what happened, the rate with its basis, and what limited it.
import { compareDecimals, decimal } from '../../kernel/decimal.ts';
import { fromMinor } from '../../kernel/money.ts';
import type { Line } from '../../pipeline/commission/facts.ts';
import type { EventEvidence } from './facts.ts';
import { padDecimal, sayAmount, sayDate, sayDuration, sayLots, sayMinor } from './wording.ts';

/** '1.00 lot EURUSD was closed on 2 July 2024 after 24 h 49 min', or undefined when the event closed no trade. */
export function sayTrade(evidence: EventEvidence): string | undefined {
  const assembly = evidence.placement?.decision?.assembly;
  if (assembly?.kind !== 'trade') return undefined;
  const { lots, symbol, openedAt, closedAt } = assembly.trade;
  const amount = sayLots(lots);
  const verb = amount.endsWith('lot') ? 'was' : 'were';
  return `${amount} ${symbol} ${verb} closed on ${sayDate(closedAt, evidence.program.zone)} after ${sayDuration(closedAt - openedAt)}`;
}

/** How the amount of a line of a trade, a purchase or a stage came about. */
export function sayPaid(evidence: EventEvidence, line: Line, rate: string): string {
  const limits = sayLimits(line);
  const pays = `this pays ${sayMinor(line.amountMinor, line.currency)}${sayRounding(line)}${limits}`;
  return `${sayWhat(evidence, line)}; ${sayHow(line, rate)} ${pays}.`;
}

/** What happened, with everything that the rate is multiplied by. */
function sayWhat(evidence: EventEvidence, line: Line): string {
  const { basis } = line;
  const { lots, factor, side, coefficient, money, moneyCurrency, notional, notionalCurrency } = basis;
  const closed =
    lots === undefined
      ? sayPropEvent(basis)
      : (sayTrade(evidence) ?? `${sayLots(lots)} ${lots === '1' ? 'was' : 'were'} closed`);
  const parts = [
    closed,
    ...(factor === undefined ? [] : [`its lots count times ${factor}`]),
    ...(side === 'both' ? ['both sides count'] : []),
    ...(notional === undefined ? [] : [`its notional is ${sayAmount(notional, notionalCurrency ?? '')}`]),
    ...(lots === undefined || money === undefined
      ? []
      : [
          `${basis['per'] === 'spread' ? 'its spread came to' : 'the customer paid a commission of'} ${sayAmount(money, moneyCurrency ?? line.currency)}`,
        ]),
    ...(coefficient === undefined
      ? []
      : [`${coefficient} of it counts, because the rest of the equity was credit`]),
  ];
  return parts.join('; ');
}

const PURCHASES: Readonly<Record<string, string>> = {
  first: 'The first purchase',
  repeat: 'A later purchase',
  reset: 'A reset',
};

const STAGES: Readonly<Record<string, string>> = {
  phase_passed: 'The trader passed a phase',
  funded: 'The trader was funded',
  trader_payout: 'The trader was paid out',
};

function sayPropEvent({ purchase, event, phase, money, moneyCurrency }: Line['basis']): string {
  const amount = money === undefined ? '' : sayAmount(money, moneyCurrency ?? '');
  if (purchase !== undefined) return `${PURCHASES[purchase] ?? 'A purchase'} of ${amount}`;
  if (phase !== undefined) return `The trader passed phase ${phase}`;
  return `${STAGES[event ?? ''] ?? 'A stage was reached'}${amount === '' ? '' : ` ${amount}`}`;
}

/** The rate, or how the level's part follows from another level's. */
function sayHow(line: Line, rate: string): string {
  const { mode, own, below, percent, of, got, gaveUp, base, ratio } = line.basis;
  if (mode === 'difference' && own !== undefined && below !== undefined)
    return `at ${sayRate(line, own)} less ${sayRate(line, below)} earned below,`;
  if (percent !== undefined && of !== undefined)
    return `at ${percent} % of the ${sayAmount(of, line.currency)} of the level below`;
  if (got !== undefined && gaveUp !== undefined)
    return `of ${sayAmount(got, line.currency)} that came in ${sayAmount(gaveUp, line.currency)} go to the level above;`;
  if (base !== undefined && ratio !== undefined) return `at ${sayAmount(base, line.currency)} times ${ratio}`;
  return `at ${sayRate(line, rate)}${line.leaf ? '' : ' as an override'}`;
}

/** A rate with what it is a rate of (semantics.md 2.9). */
function sayRate({ basis, currency }: Line, rate: string): string {
  switch (basis['per']) {
    case 'million':
      return `${sayAmount(rate, currency)} per million`;
    case 'spread':
      return `${padDecimal(rate, 0)} % of the spread`;
    case 'commission':
      return `${padDecimal(rate, 0)} % of the commission`;
    case 'purchase':
      return `${padDecimal(rate, 0)} % of the purchase`;
    case 'stage_share':
      return `${padDecimal(rate, 0)} % of the amount`;
    case 'stage':
      return `${sayAmount(rate, currency)} for the stage`;
    default:
      return `${sayAmount(rate, currency)} per lot`;
  }
}

function sayRounding(line: Line): string {
  const exact = line.basis['exact'];
  if (exact === undefined || line.basis['uncut'] !== undefined) return '';
  if (compareDecimals(decimal(exact), fromMinor(BigInt(line.amountMinor), line.currency)) === 0) return '';
  return ` (${sayAmount(exact, line.currency)} before rounding)`;
}

/** What made it less. */
function sayLimits({ basis, currency }: Line): string {
  const { uncapped, cap, uncut, revenue } = basis;
  return [
    ...(uncapped === undefined || cap === undefined
      ? []
      : [
          `, limited from ${sayAmount(uncapped, currency)} by the cap of ${sayAmount(cap, currency)} per trade`,
        ]),
    ...(uncut === undefined || revenue === undefined
      ? []
      : [
          `, cut from ${sayAmount(uncut, currency)} so that all levels fit into the revenue of ${padDecimal(revenue, 2)}`,
        ]),
  ].join('');
}
