import type { Instant } from './instant.ts';
import { addCalendarMonths, localDate, startOfDate } from './zone.ts';

/** The settlement period of an instant: the calendar month in the program's zone, named by its first day, 'YYYY-MM-01'. */
export function periodOf(at: Instant, zone: string): string {
  return `${localDate(at, zone).slice(0, 7)}-01`;
}

/** The first instant after a period. */
export function endOfPeriod(period: string, zone: string): Instant {
  return addCalendarMonths(startOfDate(period, zone), 1, zone);
}

/** The period after one. */
export function nextPeriod(period: string): string {
  const [year = 0, month = 1] = period.split('-').map(Number);
  return month === 12
    ? `${year + 1}-01-01`
    : `${String(year).padStart(4, '0')}-${String(month + 1).padStart(2, '0')}-01`;
}

/** The period before one. */
export function previousPeriod(period: string): string {
  const [year = 0, month = 1] = period.split('-').map(Number);
  return month === 1
    ? `${String(year - 1).padStart(4, '0')}-12-01`
    : `${period.slice(0, 4)}-${String(month - 1).padStart(2, '0')}-01`;
}

const DAY_MS = 86_400_000;

/** The Monday of a day's week, both 'YYYY-MM-DD'. */
export function weekOf(day: string): string {
  const at = Date.parse(day);
  const sinceMonday = (new Date(at).getUTCDay() + 6) % 7;
  return new Date(at - sinceMonday * DAY_MS).toISOString().slice(0, 10);
}
