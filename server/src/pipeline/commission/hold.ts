import type { Instant } from '../../kernel/instant.ts';
import { addCalendarDays, localDate, startOfDay } from '../../kernel/zone.ts';

/**
 * The settlement group's day: the local date of the first midnight at or after the end of the hold, `YYYY-MM-DD` in the program's
 * zone. The hold counts calendar days at the same wall time from what is paid for: occurredAt of an event, qualifiedAt of a CPA
 * (rules.md 2.8 and 5, Holds).
 */
export function holdDayOf(from: Instant, holdDays: number, zone: string): string {
  const end = addCalendarDays(from, holdDays, zone);
  const midnight = startOfDay(end, zone);
  return localDate(midnight === end ? end : addCalendarDays(midnight, 1, zone), zone);
}
