import type { Instant } from '../../kernel/instant.ts';
import { endOfPeriod, periodOf } from '../../kernel/period.ts';
import { startOfDate } from '../../kernel/zone.ts';
import { listMovesBetween } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';

/**
 * The same measures once more under the interval in which they were brought (`cut/0/bets`), where the partner came under another parent
 * inside of the month: the parents share in what was earned while it stood under them (rules.md 2.5). Those of the last interval, and all
 * of a partner who stayed, are left out. Pure.
 */
export function markInterval(
  program: ProgramSnapshot,
  partnerId: string,
  { at, measures }: { readonly at: Instant; readonly measures: Readonly<Record<string, string>> },
): Readonly<Record<string, string>> {
  const moves = listMovesInPeriod(program, partnerId, periodOf(at, program.zone));
  const interval = moves.filter((move) => move <= at).length;
  if (interval === moves.length) return measures;
  const marked = Object.entries(measures).flatMap(([name, value]) =>
    name.startsWith('$') || name.startsWith('day/') || name.includes('@')
      ? []
      : [[`cut/${interval}/${name}`, value] as const],
  );
  return { ...measures, ...Object.fromEntries(marked) };
}

/** When a partner came under another parent inside of a month. */
export function listMovesInPeriod(program: ProgramSnapshot, partnerId: string, period: string): Instant[] {
  if (!program.edges.has(partnerId)) return [];
  return listMovesBetween(program, partnerId, {
    from: startOfDate(period, program.zone),
    to: endOfPeriod(period, program.zone),
  });
}
