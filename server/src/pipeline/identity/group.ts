import type { CanonicalEvent } from '../mapping/facts.ts';

/** The group of everything that is judged with the customer as a whole. */
export const CUSTOMER_GROUP = 'c';

/**
 * The group in which an event is judged: executions of one position belong together (`x:account:position`), everything
 * else is evidence of customer scope (`c`). Throws a TypeError on an execution without its fields: a bug of a mapping.
 */
export function groupKeyOf(event: CanonicalEvent): string {
  if (event.kind !== 'execution') return CUSTOMER_GROUP;
  if (event.execution === undefined)
    throw new TypeError(`execution ${event.externalId} carries no execution fields`);
  return `x:${event.execution.account}:${event.execution.position}`;
}

/**
 * Where the two legs of a close by an opposite position can meet: account, symbol and day (UTC), the same for both
 * whichever is seen first. Which legs of a day belong together is decided by assembly: rows name the other position in a
 * comment that brokers overwrite, so neither the comment nor the order alone may be the key. Null for all other events.
 */
export function pairKeyOf(event: CanonicalEvent): string | null {
  const execution = event.kind === 'execution' ? event.execution : undefined;
  if (execution?.entry !== 'out_by') return null;
  return `b:${execution.account}:${execution.symbol}:${event.occurredAt.slice(0, 10)}`;
}
