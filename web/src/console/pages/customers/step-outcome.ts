import type { JourneyStep } from '../../../api/types.ts';

/** What became of a step: `told` are facts that nothing is paid for, and that are no miss either. */
export type Outcome = 'paid' | 'unpaid' | 'waiting' | 'failed' | 'told';

/** Reasons that say how things are, not that something did not count. */
const NO_MISS: ReadonlySet<string> = new Set([
  'info_only',
  'opens_position',
  'closes_with_pair',
  'cpa_granted',
  'cpa_instead',
  'share_begins_later',
  'not_commissionable',
  'code_over_click',
  'reassigned',
]);

type Judged = Pick<JourneyStep, 'state' | 'reason' | 'lines' | 'bookings'>;

/** Judges a step by what the server says of it. */
export function outcomeOf({ state, reason, lines, bookings }: Judged): Outcome {
  if (state === 'failed') return 'failed';
  if (state === 'waiting' || state === 'moving') return 'waiting';
  if (bookings.length > 0 || lines.some(({ amount }) => amount !== null)) return 'paid';
  return reason === null || NO_MISS.has(reason) ? 'told' : 'unpaid';
}

export interface Day<T> {
  /** The day in the reader's zone, as `2026-11-21`; null: from the beginning. */
  readonly day: string | null;
  readonly steps: readonly T[];
}

/** The steps by day, in their order; `dayOf` gives the day of an instant in the reader's zone. */
export function stepsByDay<T extends { readonly at: string | null }>(
  steps: readonly T[],
  dayOf: (iso: string) => string,
): Day<T>[] {
  const days: { day: string | null; steps: T[] }[] = [];
  for (const step of steps) {
    const day = step.at === null ? null : dayOf(step.at);
    const last = days.at(-1);
    if (last !== undefined && last.day === day) last.steps.push(step);
    else days.push({ day, steps: [step] });
  }
  return days;
}

/** How many events came to what; steps that are no event of a source, such as the commission for a customer, are left out. */
export function countOutcomes(
  steps: readonly (Judged & Pick<JourneyStep, 'eventId'>)[],
): Readonly<Record<Outcome, number>> {
  const counts: Record<Outcome, number> = { paid: 0, unpaid: 0, waiting: 0, failed: 0, told: 0 };
  for (const step of steps) if (step.eventId !== null) counts[outcomeOf(step)] += 1;
  return counts;
}
