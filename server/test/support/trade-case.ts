// One closed trade of a customer of "ann", and what one component of her deal makes of it.
import { decideExecutions } from '../../src/pipeline/commission/executions.ts';
import { EMPTY_CONTEXT } from '../../src/pipeline/commission/facts.ts';
import type { CustomerContext, EventDecision } from '../../src/pipeline/commission/facts.ts';
import type { PlacedEvent } from '../../src/pipeline/identity/facts.ts';
import type { CanonicalEvent, ExecutionFields } from '../../src/pipeline/mapping/facts.ts';
import { ALWAYS, buildProgram, dealDocument, execution, second } from './evidence.ts';
import type { ProgramParts } from './evidence.ts';

export interface TradeCase {
  readonly id?: string;
  /** Fields of both executions; '' takes a field away. */
  readonly fields?: Partial<Record<keyof ExecutionFields, string>>;
  /** Prices. */
  readonly open?: string;
  readonly close?: string;
  readonly seconds?: number;
  /** Of the opening. */
  readonly side?: 'buy' | 'sell';
  readonly closing?: Partial<CanonicalEvent>;
  readonly opening?: Partial<CanonicalEvent>;
}

function without(event: PlacedEvent, parts: TradeCase, more: Partial<CanonicalEvent> = {}): PlacedEvent {
  const fields = Object.entries({ ...event.content.execution, ...parts.fields }).filter(
    ([, value]) => value !== '',
  );
  return {
    ...event,
    content: {
      ...event.content,
      execution: Object.fromEntries(fields) as unknown as ExecutionFields,
      ...more,
    },
  };
}

/** A long position of one lot of EURUSD, opened at 1.1 and closed at 1.2 an hour later. */
export function tradeCase(parts: TradeCase = {}): readonly [PlacedEvent, PlacedEvent] {
  const { id = 'a', side = 'buy', open = '1.1', close = '1.2', seconds = 3600 } = parts;
  const opening = execution({ id: `${id}-in`, at: second(0), side, price: open, position: id });
  const closing = execution({
    id: `${id}-out`,
    at: second(seconds),
    side: side === 'buy' ? 'sell' : 'buy',
    entry: 'out',
    price: close,
    position: id,
  });
  return [without(opening, parts, parts.opening), without(closing, parts, parts.closing)];
}

export const TRADER: CustomerContext = {
  ...EMPTY_CONTEXT,
  registeredAt: second(-86_400),
  registrationId: 'r',
  attributions: [{ from: ALWAYS, partnerId: 'ann', winner: null, losers: [] }],
};

export function dealOf(component: object, more: object = {}) {
  return dealDocument({ currency: 'USD', ...more, components: [{ id: 'c', ...component }] });
}

export function decideCases(
  parts: ProgramParts,
  events: readonly PlacedEvent[],
  who: Partial<CustomerContext> = {},
): ReadonlyMap<string, EventDecision> {
  return decideExecutions({
    program: buildProgram(parts),
    context: { ...TRADER, ...who },
    groups: Map.groupBy(events, (event) => event.groupKey),
    pairLegs: events.filter((event) => event.pairKey !== null),
  });
}

/** What is decided about the closing of one trade. */
export function decideCase(
  component: object,
  parts: TradeCase = {},
  more: ProgramParts = {},
  who: Partial<CustomerContext> = {},
): EventDecision {
  const events = tradeCase(parts);
  const found = decideCases({ deals: { ann: dealOf(component) }, ...more }, events, who).get(
    events[1].eventId,
  );
  if (found === undefined) throw new Error('nothing was decided');
  return found;
}
