import type { CanonicalEvent } from '../mapping/facts.ts';

/** The group of everything that is judged with the customer as a whole. */
export const CUSTOMER_GROUP = 'c';

/**
 * The group in which an event is judged: executions of one position belong together (`x:account:position`), everything
 * else is evidence of customer scope (`c`). Throws a TypeError on an execution without its fields: a bug of a mapping.
 */
export function groupKeyOf(event: CanonicalEvent): string {
  if (event.kind !== 'execution') return CUSTOMER_GROUP;
  if (event.execution === undefined) throw new TypeError(`execution ${event.externalId} carries no execution fields`);
  return `x:${event.execution.account}:${event.execution.position}`;
}

/**
 * What joins the two legs of a close by an opposite position, the same for both whichever is seen first: account and both
 * positions sorted, or account and order where the row does not name the other position. Null for all other events.
 */
export function pairKeyOf(event: CanonicalEvent): string | null {
  const execution = event.kind === 'execution' ? event.execution : undefined;
  if (execution?.entry !== 'out_by') return null;
  const { account, position, closeByPosition, order } = execution;
  if (closeByPosition !== undefined) {
    const [first, second] = position < closeByPosition ? [position, closeByPosition] : [closeByPosition, position];
    return `p:${account}:${first}:${second}`;
  }
  return order === undefined ? null : `o:${account}:${order}`;
}
