// The terms of a program as they would be with one version more or less; for previews. Pure.
import type { DealChange } from './deal-change.ts';
import type { DealVersion } from './facts.ts';

/** The versions by which decisions are made: of partners, and of those without terms of their own; each by effectiveFrom. */
export interface Terms {
  readonly dealsOf: ReadonlyMap<string, readonly DealVersion[]>;
  readonly defaultDeals: readonly DealVersion[];
}

/** Later versions hold on from their instants, as they do when the change is made. */
export function changeTerms({ dealsOf, defaultDeals }: Terms, change: DealChange): Terms {
  const { partnerId } = 'write' in change ? change.write : change.retracts;
  const versions = partnerId === null ? defaultDeals : (dealsOf.get(partnerId) ?? []);
  const after =
    'write' in change
      ? [...versions, change.write].toSorted((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1))
      : versions.filter(({ id }) => id !== change.retracts.id);
  if (partnerId === null) return { dealsOf, defaultDeals: after };
  return { dealsOf: new Map(dealsOf).set(partnerId, after), defaultDeals };
}
