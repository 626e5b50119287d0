import { MICROS_PER_SECOND } from '../../kernel/instant.ts';

/**
 * Most rows of evidence that one turn holds in memory at once: a row with its decision is some 5 kB of heap, so that a turn
 * stays below 50 MB, however long the histories of those who are due. A customer with more of its own goes alone.
 */
export const MOST_ROWS = 10_000;

/**
 * So long a customer with more rows than that waits while a link is releasing events: each of its turns loads all that it has, so a
 * hundred turns while a hundred thousand events come in would load five million rows to decide what the last one decides.
 */
export const RELEASE_PATIENCE_MICROS = 60 * MICROS_PER_SECOND;

/**
 * Cuts those who are due into turns of at most `most` rows each, in their order; one with more rows than that has a turn
 * to itself. `rowsOf` says how many rows each brings; nobody is left out, and no turn is empty.
 */
export function cutTurns<T>(due: readonly T[], rowsOf: (one: T) => number, most: number): T[][] {
  const turns: T[][] = [];
  let turn: T[] = [];
  let held = 0;
  for (const one of due) {
    const rows = rowsOf(one);
    if (turn.length > 0 && held + rows > most) {
      turns.push(turn);
      turn = [];
      held = 0;
    }
    turn.push(one);
    held += rows;
  }
  if (turn.length > 0) turns.push(turn);
  return turns;
}
