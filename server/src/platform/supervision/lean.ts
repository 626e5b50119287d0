/**
 * How each process of ours is started, so that all of them together stay below 600 MB (stack.md). Every thread of a process
 * may otherwise keep an arena of the C library for itself, in which what was freed stays; ours have a dozen threads that
 * allocate little. It is read when a process begins, so it stands in the environment; put it before those of the user.
 */
export const LEAN_ENVIRONMENT: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '2' };
