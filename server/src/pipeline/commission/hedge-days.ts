import type { Instant } from '../../kernel/instant.ts';
import { addCalendarDays, startOfDay } from '../../kernel/zone.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { listTrading } from './components.ts';
import type { CustomerContext, EventDecision } from './facts.ts';
import { serverZoneOf } from './trade-lines.ts';

/** The trades among which hedged ones are netted: of one account (null: of the customer) in one symbol, closed on one day of the server. */
export interface HedgeDay {
  readonly account: string | null;
  readonly symbol: string;
  readonly from: Instant;
  /** First instant after it. */
  readonly to: Instant;
  /** The sides of trades on it that may be among the asked executions; with one side only, nobody of them nets another. */
  readonly sides: ReadonlySet<Side>;
}

type Side = 'long' | 'short';

/** What is needed of an execution to say on which days it counts. */
export interface DayRow {
  readonly groupKey: string;
  readonly sourceSlug: string;
  readonly event: PlacedEvent | undefined;
  /** What was decided about it before; the day that it leaves is judged again too. */
  readonly decision: EventDecision | undefined;
}

/**
 * Whether deals of the partners that a customer is or was bound to net hedged trades, and in what: undefined where none does, so that a
 * trade is judged without the others of its day.
 */
export function findHedgeBy(
  program: ProgramSnapshot,
  { attributions }: CustomerContext,
): 'account' | 'customer' | undefined {
  const partners = new Set(attributions.flatMap(({ partnerId }) => partnerId ?? []));
  const deals = [...partners].flatMap((id) => program.dealsOf.get(id) ?? []);
  const netting = [...deals, ...(partners.size === 0 ? [] : program.defaultDeals)]
    .flatMap(listTrading)
    .filter((component) => component.hedge === 'net');
  if (netting.length === 0) return undefined;
  return netting.some((component) => component.hedgeBy === 'customer') ? 'customer' : 'account';
}

/**
 * The days that these executions close trades on, now or by what was decided before; each once. The executions of a group must all be
 * there: the side of a trade is that of its openings.
 */
export function listHedgeDays(
  program: ProgramSnapshot,
  hedgeBy: 'account' | 'customer',
  rows: readonly DayRow[],
): HedgeDay[] {
  const opened = sidesByGroup(rows);
  const days = new Map<string, HedgeDay & { readonly sides: Set<Side> }>();
  const add = (
    at: Instant,
    sourceSlug: string,
    trade: { account: string; symbol: string; sides: Iterable<Side> },
  ): void => {
    const zone = serverZoneOf(program, sourceSlug);
    const from = startOfDay(at, zone);
    const account = hedgeBy === 'account' ? trade.account : null;
    const key = `${account ?? ''}\0${trade.symbol}\0${from}`;
    let day = days.get(key);
    if (day === undefined) {
      day = { account, symbol: trade.symbol, from, to: addCalendarDays(from, 1, zone), sides: new Set() };
      days.set(key, day);
    }
    for (const side of trade.sides) day.sides.add(side);
  };
  for (const { groupKey, sourceSlug, event, decision } of rows) {
    const execution = event?.content.execution;
    if (event !== undefined && execution !== undefined && execution.entry !== 'in')
      add(event.occurredAt, sourceSlug, { ...execution, sides: opened.get(groupKey) ?? [] });
    if (decision?.assembly?.kind === 'trade') {
      const { trade } = decision.assembly;
      add(trade.closedAt, sourceSlug, { ...trade, sides: [trade.side] });
    }
  }
  // Where nothing was opened nothing is closed: such an execution waits.
  return [...days.values()].filter(({ sides }) => sides.size > 0);
}

/** The sides that trades of each group may have: of what opens its position, and of what turns it round. */
function sidesByGroup(rows: readonly DayRow[]): ReadonlyMap<string, ReadonlySet<Side>> {
  const sides = new Map<string, Set<Side>>();
  for (const { groupKey, event } of rows) {
    const execution = event?.content.execution;
    if (execution === undefined || (execution.entry !== 'in' && execution.entry !== 'inout')) continue;
    const own = sides.get(groupKey) ?? new Set();
    own.add(execution.side === 'buy' ? 'long' : 'short');
    sides.set(groupKey, own);
  }
  return sides;
}

/** True when an execution closes a trade on one of the days. */
export function closesOn(days: readonly Omit<HedgeDay, 'sides'>[], event: PlacedEvent): boolean {
  const execution = event.content.execution;
  if (execution === undefined || execution.entry === 'in') return false;
  return days.some(
    ({ account, symbol, from, to }) =>
      symbol === execution.symbol &&
      (account === null || account === execution.account) &&
      from <= event.occurredAt &&
      event.occurredAt < to,
  );
}
