import type { ChangeSetPreview } from '../change-sets/facts.ts';
import type { DealVersion } from './facts.ts';

/** A change of terms: a version is written, or one is taken back. */
export type DealChange =
  | { readonly write: DealVersion }
  | { readonly retracts: Pick<DealVersion, 'id' | 'partnerId' | 'effectiveFrom'> };

/** Finds out what a change of terms would do to money. Handed in by the API: rooms may not know oversight. */
export type PreviewDeal = (programId: string, change: DealChange) => Promise<ChangeSetPreview>;
