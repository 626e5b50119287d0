import type { Instant } from '../../kernel/instant.ts';
import type { Completeness, Mark } from './facts.ts';

/**
 * Whether a month is complete by the marks of its sources (rules.md 2.11). A source that never gave one is not waited for: it says nothing
 * about completeness, and whoever closes the month answers for it with the reason. Pure.
 */
export function judgeCompleteness(marks: readonly Mark[], ends: Instant): Completeness {
  const sources = marks
    .map((mark) => ({ ...mark, complete: mark.until >= ends }))
    .toSorted((a, b) => (a.source < b.source ? -1 : 1));
  return {
    complete: sources.length === 0 ? undefined : sources.every(({ complete }) => complete),
    sources,
  };
}
