import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { addCalendarMonths, startOfDate } from '../../kernel/zone.ts';
import { judgeCompleteness } from './completeness.ts';
import type { Mark } from './facts.ts';

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
  /** Until when the sources that say so have told everything. */
  readonly marks: readonly Mark[];
  /** Slugs of sources that are not waited for. */
  readonly without: readonly string[];
}

/** Why a month cannot be closed now; undefined: it can (rules.md 2.11). */
export function judgeClosing(
  question: ClosingQuestion,
): { readonly code: string; readonly sentence: string } | undefined {
  const { day, zone, now, settled, closed, marks, without } = question;
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
  const missing = judgeCompleteness(marks, ends).sources.filter(
    ({ source, complete }) => !complete && !without.includes(source),
  );
  if (missing.length === 0) return undefined;
  const named = missing.map(({ source, until }) => `${source} (until ${formatInstant(until)})`).join(', ');
  return {
    code: 'sources_incomplete',
    sentence: `Not everything of ${period} has been told, by the marks of ${named}. Wait for a mark of ${formatInstant(ends)} or later (POST /v1/sources/{source}/marks), or name these sources in "without" to close the month all the same.`,
  };
}

/** The first instant after a month, given by its first day. */
export function endOfPeriod(day: string, zone: string): Instant {
  return addCalendarMonths(startOfDate(day, zone), 1, zone);
}
