import type { Instant } from '../kernel/instant.ts';

/** A program's now: the settable clock of a sandbox where it was set, real time otherwise (rules.md 4). */
export function programNow(program: { readonly clock_at: Instant | null }, realNow: Instant): Instant {
  return program.clock_at ?? realNow;
}
