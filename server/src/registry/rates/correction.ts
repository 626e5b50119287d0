import type { ChangeSetPreview } from '../change-sets/facts.ts';
import type { DatedRate } from '../../kernel/rate-book.ts';

/** Finds out what other rates would do to a program's money. Handed in by the API: rooms may not know oversight. */
export type PreviewRates = (programId: string, rates: readonly DatedRate[]) => Promise<ChangeSetPreview>;

/** Something that was decided depends on it; where it is not known, it may. Pure. */
export function restates({ customers, money, isComplete }: ChangeSetPreview): boolean {
  return customers.changed > 0 || money.length > 0 || !isComplete;
}
