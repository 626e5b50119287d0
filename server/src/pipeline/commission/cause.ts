// Which of a turn's differences a change set caused (rules.md 2.16). Pure.
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { LineDifference } from './facts.ts';

/** What of a placement says why its turn came. */
export interface DuePlacement {
  readonly eventId: string;
  readonly state: string;
  readonly decision: unknown;
  readonly changeSetId: string | null;
}

/** The change set behind a customer's turn, the newest of several; null = none. `facts`: those that changed facts. Ids of sets rise with time. */
export function causeOf(
  facts: readonly (string | null)[],
  placements: readonly DuePlacement[],
): string | null {
  let cause: string | null = null;
  for (const id of facts) if (id !== null && (cause === null || cause < id)) cause = id;
  for (const { state, changeSetId } of placements)
    if (state === 'pending' && changeSetId !== null && (cause === null || cause < changeSetId))
      cause = changeSetId;
  return cause;
}

/**
 * The newest change set that concerns the customers of these partners (a move of what stands above them in the past) and that a customer
 * decided by `factsVersion` has not seen; null = none. Those of the program's other facts pass no gate.
 */
export function findRestatement(
  { partners }: Pick<ProgramSnapshot, 'partners'>,
  partnerIds: Iterable<string>,
  factsVersion: number,
): string | null {
  let newest: string | null = null;
  for (const id of partnerIds) {
    const restatement = partners.get(id)?.restatement;
    if (restatement === undefined || restatement.factsVersion <= factsVersion) continue;
    if (newest === null || newest < restatement.changeSetId) newest = restatement.changeSetId;
  }
  return newest;
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
