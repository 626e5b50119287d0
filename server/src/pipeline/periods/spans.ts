// Of which day or week of the program something is, for limits of a day or a week (semantics.md 4.6). Pure.
import { nextPeriod, weekOf } from '../../kernel/period.ts';
import type { CapTerms } from '../../registry/deals/facts.ts';
import type { Carry } from './facts.ts';

export { weekOf } from '../../kernel/period.ts';

/** Limits of a day or a week: within a period, and before those of it. */
export function isShort({ per }: CapTerms): boolean {
  return per === 'day' || per === 'week';
}

/** What a cap counts together: the day, the week by its Monday, or '' for all of the period. */
export function spanOf({ per }: CapTerms, day: string): string {
  if (per === 'day') return day;
  return per === 'week' ? weekOf(day) : '';
}

/** The week in which a period ends and the next one begins; undefined where that begins with a Monday. */
export function sharedWeek(period: string): string | undefined {
  const next = nextPeriod(period);
  const week = weekOf(next);
  return week === next ? undefined : week;
}

/** What a cap of a week had let through of this week in the period before: decimal text. */
export function usedBefore(before: Carry, place: number, week: string): string {
  const kept = before.usedInWeek?.[String(place)];
  return kept?.week === week ? kept.used : '0';
}
