import type { Instant } from '../../kernel/instant.ts';
import type { ChangeSetPreview } from '../change-sets/facts.ts';

/** Whom somebody wants to give to whom; partnerId null: to nobody. */
export interface Wish {
  /** Line of the file or place in the request, from 1. */
  readonly rowNo: number;
  readonly customerId: string;
  readonly partnerId: string | null;
  readonly from: Instant;
  readonly reason: string;
  /** null: true where a CPA is granted when it is applied. */
  readonly keepsCpa: boolean | null;
  /** The fact that says so already and is to be taken back, in place of writing one. */
  readonly retracts?: string;
}

/** A row that cannot be applied, and what to do about it. */
export interface BadRow {
  readonly row: number;
  readonly customer: string;
  readonly code: string;
  readonly problem: string;
}

/** A change of the attributions of a customer that a preview looks at: a new one, or one taken back. */
export type AttributionChange =
  | {
      readonly customerId: string;
      readonly partnerId: string | null;
      readonly from: Instant;
      readonly reason: string;
      readonly keepsCpa: boolean;
    }
  | { readonly customerId: string; readonly retracts: string };

/** Finds out what changes of attributions would do to money. Handed in by the API: rooms may not know oversight. */
export type PreviewAttributions = (
  programId: string,
  changes: readonly AttributionChange[],
) => Promise<ChangeSetPreview>;

/** What became of a row. */
export interface SettledRow {
  readonly rowNo: number;
  readonly customerLane: number;
  readonly state: 'applied' | 'refused' | 'undone';
  readonly problem: string | null;
}
