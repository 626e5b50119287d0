import { compareCanonical } from '../../kernel/canonical-order.ts';
import {
  compareDecimals,
  decimal,
  formatDecimal,
  isZero,
  normalizeDecimal,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { ExecutionFields } from '../mapping/facts.ts';
import type { AssemblyOutcome, Trade } from './facts.ts';
import { pairLegsByEvent } from './pairs.ts';
import type { PairedLegs } from './pairs.ts';
import { enlarge, priceText, reduce, shareOf, sumOfTold } from './position.ts';
import type { OpenPosition } from './position.ts';

interface Execution {
  readonly event: PlacedEvent;
  readonly fields: ExecutionFields;
}

/**
 * Says of each execution of one position what it is: a closed trade, a wait for the opening, or nothing that is paid and why
 * (rules.md 3.1 and 5 "Trades", semantics.md 5.3 and 5.7).
 *
 * `executions` are all those of one group key; `pairLegs` all close-by legs, of whatever group, that share a pair key with one of
 * them. Neither order matters. Pure; throws a RangeError when lots or prices are not canonical decimals.
 */
export function assembleGroup(
  executions: readonly PlacedEvent[],
  pairLegs: readonly PlacedEvent[],
): ReadonlyMap<string, AssemblyOutcome> {
  const outcomes = new Map<string, AssemblyOutcome>();
  const pairs = pairLegsByEvent(pairLegs);
  let position: OpenPosition | undefined;
  for (const execution of inOrderOfEffect(executions)) {
    if (execution.fields.cancelled) {
      // The first that bites gives the reason (rules.md 2.13).
      const reason = execution.fields.service ? 'trade_service_row' : 'trade_cancelled';
      outcomes.set(execution.event.eventId, { kind: 'none', reason });
      continue;
    }
    const step = walk(position, execution, pairs.get(execution.event.eventId));
    position = step.position;
    outcomes.set(
      execution.event.eventId,
      execution.fields.service ? { kind: 'none', reason: 'trade_service_row' } : step.outcome,
    );
  }
  return outcomes;
}

interface Step {
  readonly position: OpenPosition | undefined;
  readonly outcome: AssemblyOutcome;
}

function walk(position: OpenPosition | undefined, execution: Execution, pair: PairedLegs | undefined): Step {
  switch (execution.fields.entry) {
    case 'in':
      return {
        position: open(position, execution, decimal(execution.fields.lots)),
        outcome: { kind: 'none', reason: 'opens_position' },
      };
    case 'out':
      return close(position, execution, decimal(execution.fields.lots));
    case 'inout':
      return reverse(position, execution);
    case 'out_by':
      return closeBy(position, execution, pair);
  }
}

function open(
  position: OpenPosition | undefined,
  { event, fields }: Execution,
  lots: Decimal,
): OpenPosition | undefined {
  const side = fields.side === 'buy' ? 'long' : 'short';
  return enlarge(position, {
    side,
    lots,
    at: event.occurredAt,
    price: fields.price,
    spread: findSpread(event),
    charged: shareOf(chargedBy(fields), lots, decimal(fields.lots)),
    eventId: event.eventId,
  });
}

function close(position: OpenPosition | undefined, execution: Execution, lots: Decimal): Step {
  const { closed, missing, charged, left } = reduce(position, lots);
  if (position === undefined)
    return { position: left, outcome: { kind: 'waiting', reason: 'trade_open_missing' } };
  const trade = tradeOf(position, execution, { lots: closed, asked: lots, charged });
  return {
    position: left,
    outcome: isZero(missing)
      ? { kind: 'trade', trade }
      : { kind: 'trade', trade, missingLots: formatDecimal(missing) },
  };
}

/** A netting reversal: the closed part ends the position, the rest opens the opposite one under the same id (semantics.md 5.3, rule 2). */
function reverse(position: OpenPosition | undefined, execution: Execution): Step {
  const lots = decimal(execution.fields.lots);
  const told = execution.fields.closedLots;
  const closing = told === undefined ? smaller(position?.lots ?? ZERO, lots) : decimal(told);
  const step = close(position, execution, closing);
  const rest = subtractDecimals(lots, closing);
  return {
    position: compareDecimals(rest, ZERO) > 0 ? open(undefined, execution, rest) : step.position,
    outcome: step.outcome,
  };
}

/** Each leg takes its own volume from its position; the trade is one, of the smaller volume, on the first leg (rules.md 5, Trades). */
function closeBy(
  position: OpenPosition | undefined,
  execution: Execution,
  pair: PairedLegs | undefined,
): Step {
  const step = close(position, execution, decimal(execution.fields.lots));
  if (pair === undefined) return step;
  if (pair.first.eventId !== execution.event.eventId) {
    return { position: step.position, outcome: { kind: 'none', reason: 'closes_with_pair' } };
  }
  if (step.outcome.kind !== 'trade') return step;
  const other = pair.second.content.execution;
  const lots =
    other === undefined
      ? decimal(step.outcome.trade.lots)
      : smaller(decimal(step.outcome.trade.lots), decimal(other.lots));
  const trade = { ...step.outcome.trade, lots: formatDecimal(lots), closedWith: pair.second.eventId };
  return { position: step.position, outcome: { ...step.outcome, trade } };
}

interface Closed {
  readonly lots: Decimal;
  /** What the execution wanted to close; of a reversal without what it opened. */
  readonly asked: Decimal;
  readonly charged: Decimal | undefined;
}

function tradeOf(
  position: OpenPosition,
  { event, fields }: Execution,
  { lots, asked, charged }: Closed,
): Trade {
  const own = shareOf(chargedBy(fields), smaller(asked, decimal(fields.lots)), decimal(fields.lots));
  const commission = sumOfTold(charged, own);
  return {
    account: fields.account,
    position: fields.position,
    symbol: fields.symbol,
    side: position.side,
    lots: formatDecimal(lots),
    openedAt: position.openedAt,
    closedAt: event.occurredAt,
    openPrice: priceText(position.price),
    closePrice: fields.price === undefined ? '' : formatDecimal(decimal(fields.price)),
    contractSize: fields.contractSize === undefined ? '' : formatDecimal(decimal(fields.contractSize)),
    ...(commission === undefined ? {} : { commission: formatDecimal(normalizeDecimal(commission)) }),
    ...(position.spread === undefined
      ? {}
      : { openSpread: formatDecimal(normalizeDecimal(position.spread)) }),
    openedBy: position.openedBy,
  };
}

function chargedBy({ commission }: ExecutionFields): Decimal | undefined {
  return commission === undefined ? undefined : decimal(commission);
}

/** The spread at an execution as the source told it: ask less bid, else its own figure. Undefined where it told neither. */
export function findSpread({ content: { measures } }: PlacedEvent): Decimal | undefined {
  const { ask, bid, spread } = measures ?? {};
  if (ask !== undefined && bid !== undefined) return subtractDecimals(decimal(ask), decimal(bid));
  return spread === undefined ? undefined : decimal(spread);
}

function smaller(a: Decimal, b: Decimal): Decimal {
  return compareDecimals(a, b) <= 0 ? a : b;
}

// At one and the same instant an opening comes before what it opens for: ticket numbers of different length
// would otherwise sort the close first, because the canonical order compares texts.
const RANK: Readonly<Record<ExecutionFields['entry'], number>> = { in: 0, inout: 1, out: 2, out_by: 2 };

function inOrderOfEffect(events: readonly PlacedEvent[]): Execution[] {
  return events
    .flatMap((event) =>
      event.content.execution === undefined ? [] : [{ event, fields: event.content.execution }],
    )
    .sort((a, b) => {
      if (a.event.occurredAt !== b.event.occurredAt) return a.event.occurredAt - b.event.occurredAt;
      return RANK[a.fields.entry] - RANK[b.fields.entry] || compareCanonical(a.event, b.event);
    });
}
