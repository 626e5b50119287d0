export { naturalKeyOf, PARTNER_MEASURES } from '../commission/facts.ts';
export type { FigureDifference, LineDifference, LinesHop, PartnerMeasure } from '../commission/facts.ts';

/** One posted difference as the journal stores it (`journal.items`). Names are short because a turn stores thousands. */
export interface JournalItem {
  /** Natural key, by naturalKeyOf. */
  readonly k: string;
  /** Signed minor units of the row's currency, as text. */
  readonly a: string;
  /** Customer, and its lane. */
  readonly c: string;
  readonly cl: number;
  /** Event; absent for customer scope. */
  readonly e?: string;
  /** Level of the beneficiary, top = 1. */
  readonly l: number;
  /** causedAt of the difference; ISO. */
  readonly t: string;
}
