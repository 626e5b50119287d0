import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { addCalendarMonths, startOfDate } from '../../kernel/zone.ts';

export interface ClosingQuestion {
  /** First day of the month. */
  readonly day: string;
  readonly zone: string;
  /** By the program's clock. */
  readonly now: Instant;
  /** First days of months in which something is settled, oldest first. */
  readonly settled: readonly string[];
  /** First days of months that were closed. */
  readonly closed: ReadonlySet<string>;
}

/** Why a month cannot be closed now; undefined: it can (rules.md 2.11). */
export function judgeClosing(
  question: ClosingQuestion,
): { readonly code: string; readonly sentence: string } | undefined {
  const { day, zone, now, settled, closed } = question;
  const period = day.slice(0, 7);
  const ends = endOfPeriod(day, zone);
  if (now < ends)
    return {
      code: 'period_running',
      sentence: `The period ${period} ends at ${formatInstant(ends)} by the program's clock; close it after that.`,
    };
  if (closed.has(day)) return { code: 'period_closed', sentence: `The period ${period} is closed already.` };
  const earlier = settled.find((one) => one < day && !closed.has(one));
  if (earlier !== undefined)
    return {
      code: 'earlier_period_open',
      sentence: `The period ${earlier.slice(0, 7)} has figures and is open; close it first, because what it carries counts in ${period}.`,
    };
  return undefined;
}

/** The first instant after a month, given by its first day. */
export function endOfPeriod(day: string, zone: string): Instant {
  return addCalendarMonths(startOfDate(day, zone), 1, zone);
}
