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
  /** Why an event earns nothing whatever the components are; undefined where nothing stands against it. */
  readonly standing: ReadonlyMap<string, string | undefined>;
}

/** What the world is worth, by the documents alone. */
export function evaluate(told: World, rates: readonly PublishedRate[]): Answer {
  const world = applyMerges(applyClicks(told));
  const trades = payTrades(world, rates);
  const cpas = payCpas(world, rates);
  const purchases = payPurchases(world, rates);
  const single = [...trades.lines, ...cpas.lines, ...purchases.lines];
  const lines = [...single, ...settleMonths(world, rates, { lines: single, trades, cpas, purchases })];
  const amounts = new Map<string, Q>();
  for (const line of lines) plus(amounts, keyOf(line), line.amount);
  for (const [key, amount] of amounts) if (isZero(amount)) amounts.delete(key);
  return { lines, amounts, reasons: trades.reasons, unpaid: trades.unpaid, standing: standingOf(world) };
}
