// The whole model: a world in, the amount of every key out.
import type { PublishedRate, World } from '../world.ts';
import { applyClicks } from './clicks.ts';
import { keyOf } from './line.ts';
import { applyMerges } from './merge.ts';
import type { Line } from './line.ts';
import { plus } from './money.ts';
import { isZero } from './rational.ts';
import type { Q } from './rational.ts';
import { payCpas } from './cpa.ts';
import { payableAt, payAll, stayingLines } from './paid.ts';
import { settleMonths } from './months.ts';
import { payPurchases } from './purchases.ts';
import { standingOf } from './standing.ts';
import { payTrades } from './trades.ts';

export interface Answer {
  readonly lines: readonly Line[];
  /** By key, zeros left out. */
  readonly amounts: ReadonlyMap<string, Q>;
  readonly reasons: ReadonlyMap<string, string>;
  readonly unpaid: ReadonlyMap<string, ReadonlySet<string>>;
  /** What can be paid at the payment, or in the end. */
  readonly payable: ReadonlyMap<string, Q>;
  /** Why an event earns nothing whatever the components are; undefined where nothing stands against it. */
  readonly standing: ReadonlyMap<string, string | undefined>;
}

/** What the world is worth, by the documents alone. */
export function evaluate(told: World, rates: readonly PublishedRate[]): Answer {
  const { later } = told;
  if (later === undefined) return evaluateAt(told, rates);
  const then = later.pays ? (later.stops.at(-1) ?? later.until) : undefined;
  const known = { ...told, madeAt: told.now, events: told.events.filter(({ after }) => after !== true) };
  const before = then === undefined ? undefined : evaluateAt({ ...known, now: then }, rates);
  const world: World = {
    ...told,
    madeAt: told.now,
    now: later.until,
    ...(then === undefined || before === undefined ? {} : { paid: payAll(known, before.lines, then) }),
  };
  const payable = before?.payable;
  const answer = { ...evaluateAt(world, rates), ...(payable === undefined ? {} : { payable }) };
  const staying = stayingLines(world, before?.lines ?? [], answer.lines);
  return staying.length === 0 ? answer : withLines(answer, staying);
}

function evaluateAt(told: World, rates: readonly PublishedRate[]): Answer {
  const world = applyMerges(applyClicks(told));
  const trades = payTrades(world, rates);
  const cpas = payCpas(world, rates);
  const purchases = payPurchases(world, rates);
  const single = [...trades.lines, ...cpas.lines, ...purchases.lines];
  const lines = [...single, ...settleMonths(world, rates, { lines: single, trades, cpas, purchases })];
  return {
    lines,
    amounts: amountsOf(lines),
    payable: payableAt(world, lines, world.now),
    reasons: trades.reasons,
    unpaid: trades.unpaid,
    standing: standingOf(world),
  };
}

const withLines = (answer: Answer, more: readonly Line[]): Answer => {
  const lines = [...answer.lines, ...more];
  return { ...answer, lines, amounts: amountsOf(lines) };
};

function amountsOf(lines: readonly Line[]): Map<string, Q> {
  const amounts = new Map<string, Q>();
  for (const line of lines) plus(amounts, keyOf(line), line.amount);
  for (const [key, amount] of amounts) if (isZero(amount)) amounts.delete(key);
  return amounts;
}
