/**
 * How each process of ours is started, so that all of them together stay below 600 MB (stack.md). It is read when a process begins, so it
 * stands in the environment; put it before that of the user, who can say otherwise.
 *
 * - Every thread of a process may keep an arena of the C library for itself, in which what was freed stays; ours have a dozen threads
 *   that allocate little.
 * - On a machine with much memory V8 lets young objects fill 128 MB before it looks at them, and old ones grow to four times of what is
 *   alive. 16 MB in each half are enough for what a request or a turn throws away; below 2,048 MB of old objects V8 lets them grow to twice.
 */
export const LEAN_ENVIRONMENT: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  NODE_OPTIONS: '--max-semi-space-size=16 --max-old-space-size=2000',
};
