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
}

/** What is needed of an execution to say on which days it counts. */
export interface DayRow {
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

/** The days that these executions close trades on, now or by what was decided before; each once. */
export function listHedgeDays(
  program: ProgramSnapshot,
  hedgeBy: 'account' | 'customer',
  rows: readonly DayRow[],
): HedgeDay[] {
  const days = new Map<string, HedgeDay>();
  const add = (at: Instant, sourceSlug: string, trade: { account: string; symbol: string }): void => {
    const zone = serverZoneOf(program, sourceSlug);
    const from = startOfDay(at, zone);
    const account = hedgeBy === 'account' ? trade.account : null;
    const key = `${account ?? ''}\0${trade.symbol}\0${from}`;
    if (!days.has(key))
      days.set(key, { account, symbol: trade.symbol, from, to: addCalendarDays(from, 1, zone) });
  };
  for (const { sourceSlug, event, decision } of rows) {
    const execution = event?.content.execution;
    if (event !== undefined && execution !== undefined && execution.entry !== 'in')
      add(event.occurredAt, sourceSlug, execution);
    if (decision?.assembly?.kind === 'trade')
      add(decision.assembly.trade.closedAt, sourceSlug, decision.assembly.trade);
  }
  return [...days.values()];
}

/** True when an execution closes a trade on one of the days. */
export function closesOn(days: readonly HedgeDay[], event: PlacedEvent): boolean {
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
