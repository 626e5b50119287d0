import type { RoadFigures } from '../../../api/types.ts';
import { wholeNumber } from '../../../components/number-format.ts';

type Conservation = NonNullable<RoadFigures['conservation']>;

/** One part of an equation: how many, of what, and where they are listed. */
export interface Term {
  readonly count: number;
  readonly word: string;
  readonly href: string;
}

export interface Equation {
  readonly total: Term;
  readonly parts: readonly Term[];
  readonly holds: boolean;
}

const EVENT_STATES = [
  ['decided', 'decided', '/events?state=decided'],
  ['inFlight', 'on the way', '/events?state=moving'],
  ['waiting', 'waiting', '/events?state=waiting'],
  ['parked', 'parked', '/parked'],
  ['failed', 'failed', '/events?state=failed'],
] as const;

/** The first equation (rules.md 3.9): each item received has exactly one disposition. */
export function itemEquation({ items }: Conservation): Equation {
  const parts = Object.entries(items.dispositions)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => b - a)
    .map(([word, count]) => ({
      count,
      word,
      href: word === 'quarantined' ? '/quarantine' : `/deliveries?disposition=${word}`,
    }));
  return {
    total: { count: items.received, word: 'items received', href: '/deliveries' },
    parts,
    holds: items.holds,
  };
}

/** The second equation: each event is in exactly one state. */
export function eventEquation({ events }: Conservation): Equation {
  const parts = EVENT_STATES.map(([name, word, href]) => ({ count: events[name], word, href }));
  return { total: { count: events.total, word: 'events', href: '/events' }, parts, holds: events.holds };
}

/** Both in one sentence that a person can take to a meeting. */
export function sayConservation(figures: Conservation): string {
  const items = `${wholeNumber(figures.items.received)} ${figures.items.received === 1 ? 'item' : 'items'}`;
  const events = `${wholeNumber(figures.events.total)} ${figures.events.total === 1 ? 'event' : 'events'}`;
  if (figures.holds) {
    return `Nothing is lost and nothing counts twice: each of ${items} received has exactly one disposition, each of ${events} is in exactly one state.`;
  }
  const wrong = [
    ...(figures.items.holds ? [] : [`the dispositions do not add up to ${items} received`]),
    ...(figures.events.holds ? [] : [`the states do not add up to ${events}`]),
  ].join(', and ');
  return `The road does not add up: ${wrong === '' ? 'a count differs' : wrong}.`;
}
