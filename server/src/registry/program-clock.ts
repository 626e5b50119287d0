import { addMicros, maxInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';

/** A program's now: the settable clock of a sandbox where it was set, real time otherwise (rules.md 4). */
export function programNow(program: { readonly clock_at: Instant | null }, realNow: Instant): Instant {
  return program.clock_at ?? realNow;
}

/**
 * The instant of what happens now, by a program's clock that may stand still: later than every closing of a month before it, so that what
 * comes after a closing can be told from what came before (rules.md 2.10).
 */
export function afterClosings(now: Instant, closed: readonly { readonly closedAt: Instant }[]): Instant {
  return closed.reduce((last, { closedAt }) => maxInstant(last, addMicros(closedAt, 1)), now);
}
