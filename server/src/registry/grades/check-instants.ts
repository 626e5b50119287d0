import { addMicros, MICROS_PER_DAY } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import {
  addCalendarDays,
  addCalendarMonths,
  localDate,
  startOfDate,
  startOfMonth,
} from '../../kernel/zone.ts';
import type { GradeTerms } from '../deals/facts.ts';
import type { GradeWindow } from './facts.ts';

type Calendar = Pick<GradeTerms, 'check' | 'checkDay'>;

/** The first check strictly after an instant: a midnight of the program's zone. Pure. */
export function nextCheck(terms: Calendar, after: Instant, zone: string): Instant {
  const { check, checkDay } = terms;
  if (check === 'day' || check === 'week') {
    let day = startOfDate(localDate(after, zone), zone);
    do day = addCalendarDays(day, 1, zone);
    while (check === 'week' && weekdayOf(day, zone) !== checkDay);
    return startOfDate(localDate(day, zone), zone);
  }
  let month = startOfMonth(after, zone);
  for (;;) {
    const date = `${localDate(month, zone).slice(0, 8)}${String(checkDay).padStart(2, '0')}`;
    const at = startOfDate(date, zone);
    if (at > after && (check === 'month' || Number(date.slice(5, 7)) % 3 === 1)) return at;
    month = addCalendarMonths(month, 1, zone);
  }
}

/** True at the very instant of a check. Pure. */
export function isCheck(terms: Calendar, at: Instant, zone: string): boolean {
  return nextCheck(terms, addMicros(at, -1), zone) === at;
}

/** What a check at an instant counts: whole days of the program's zone, up to and without the day of the check. Pure. */
export function windowOf(
  { window, windowLength }: Pick<GradeTerms, 'window' | 'windowLength'>,
  at: Instant,
  zone: string,
): GradeWindow {
  const to = localDate(at, zone);
  switch (window) {
    case 'lifetime':
      return { from: null, to };
    case 'days':
      return { from: localDate(addCalendarDays(at, -windowLength, zone), zone), to };
    case 'months':
      return { from: localDate(addCalendarMonths(at, -windowLength, zone), zone), to };
  }
}

/** 1 = Monday. */
function weekdayOf(at: Instant, zone: string): number {
  const [year = 0, month = 0, day = 0] = localDate(at, zone).split('-').map(Number);
  // 1970-01-01 was a Thursday.
  const days = (Date.UTC(year, month - 1, day) * 1_000) / MICROS_PER_DAY;
  return ((((days + 3) % 7) + 7) % 7) + 1;
}
