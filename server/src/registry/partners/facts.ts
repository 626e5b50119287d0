import type { Instant } from '../../kernel/instant.ts';
import type { ChangeSetPreview } from '../change-sets/facts.ts';

/** A change of the tree: a partner gets another parent from an instant on, or the version that begins at an instant is taken back. */
export type TreeChange =
  | {
      readonly partnerId: string;
      /** null = to the top. */
      readonly parentId: string | null;
      readonly effectiveFrom: Instant;
    }
  | { readonly partnerId: string; readonly retracts: Instant };

/** Finds out what a change of the tree would do to money. Handed in by the API: rooms may not know oversight. */
export type PreviewMove = (programId: string, change: TreeChange) => Promise<ChangeSetPreview>;
