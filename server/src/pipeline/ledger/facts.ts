export { naturalKeyOf, PARTNER_MEASURES } from '../commission/facts.ts';
export type {
  FigureDifference,
  InputDifference,
  LineDifference,
  LinesHop,
  ManualOrigin,
  PartnerMeasure,
} from '../commission/facts.ts';

/** One posted difference as the journal stores it (`journal.items`). Names are short because a turn stores thousands. */
export interface JournalItem {
  /** Natural key, by naturalKeyOf. */
  readonly k: string;
  /** Signed minor units of the row's currency, as text. */
  readonly a: string;
  /** Customer, and its lane; absent for what is settled by period. */
  readonly c?: string;
  readonly cl?: number;
  /** Event; absent for customer scope. */
  readonly e?: string;
  /** First day of the period, of what is settled by period; customer and event are absent then. */
  readonly p?: string;
  /** Row by hand; customer, event and period are absent then. */
  readonly m?: string;
  /** Level of the beneficiary, top = 1; 0 of a row by hand. */
  readonly l: number;
  /** causedAt of the difference; ISO. */
  readonly t: string;
}

/** Why a settlement group is held whatever the day, when a change set caused it (rules.md 2.16). */
export const RESTATEMENT_REVIEW = 'restatement_review';

/**
 * The hold reason of the settlement group where a change set's amounts wait: `restatement_review:<set>`, and behind it the reason of
 * the ordinary group to which they go when they are released, where that has one.
 */
export function reviewReasonOf(changeSetId: string, ordinary: string): string {
  return ordinary === ''
    ? `${RESTATEMENT_REVIEW}:${changeSetId}`
    : `${RESTATEMENT_REVIEW}:${changeSetId}:${ordinary}`;
}

/** A hold reason in its parts: the set for whose review it waits (null = none), and the reason of its ordinary group. */
export function readHoldReason(holdReason: string): {
  readonly changeSetId: string | null;
  readonly ordinary: string;
  /** As people are told it, a reason code or ''. */
  readonly shown: string;
} {
  const [word, changeSetId, ordinary = ''] = holdReason.split(':');
  if (word !== RESTATEMENT_REVIEW || changeSetId === undefined)
    return { changeSetId: null, ordinary: holdReason, shown: holdReason };
  return { changeSetId, ordinary, shown: RESTATEMENT_REVIEW };
}
