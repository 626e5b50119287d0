// Which of a turn's differences a change set caused (rules.md 2.16). Pure.
import type { LineDifference } from './facts.ts';

/** What of a placement says why its turn came. */
export interface DuePlacement {
  readonly eventId: string;
  readonly state: string;
  readonly decision: unknown;
  readonly changeSetId: string | null;
}

/** The change set behind a customer's turn, the newest of several; null = none. Ids of sets rise with time. */
export function causeOf(touchedBy: string | null, placements: readonly DuePlacement[]): string | null {
  let cause = touchedBy;
  for (const { state, changeSetId } of placements)
    if (state === 'pending' && changeSetId !== null && (cause === null || cause < changeSetId))
      cause = changeSetId;
  return cause;
}

export interface CausedDifferences {
  readonly changeSetId: string | null;
  readonly caused: readonly LineDifference[];
  readonly ordinary: readonly LineDifference[];
}

/**
 * In a turn that a change set caused, every difference is its doing, for its evidence decides about the rest of the customer's (whose the
 * customer is, what a trade closed), except of events that came by themselves and were never decided before: in doubt money waits.
 */
export function splitByCause(
  differences: readonly LineDifference[],
  placements: readonly DuePlacement[],
  changeSetId: string | null,
): CausedDifferences {
  if (changeSetId === null) return { changeSetId, caused: [], ordinary: differences };
  const fresh = new Set(
    placements
      .filter((one) => one.state === 'pending' && one.changeSetId === null && one.decision === undefined)
      .map((one) => one.eventId),
  );
  const isFresh = ({ eventId }: LineDifference): boolean => eventId !== null && fresh.has(eventId);
  return {
    changeSetId,
    caused: differences.filter((one) => !isFresh(one)),
    ordinary: differences.filter(isFresh),
  };
}
