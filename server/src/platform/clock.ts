import { instantFromMillis } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';

/** Where pure code's `now` comes from. Sandbox programs have a clock of their own beside it (rules.md 4). */
export interface Clock {
  now(): Instant;
}

/** The machine's clock, in microseconds with the grain of a millisecond. */
export const systemClock: Clock = {
  now: () => instantFromMillis(Date.now()),
};
