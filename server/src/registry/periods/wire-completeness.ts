import { formatInstant } from '../../kernel/instant.ts';
import type { Completeness } from './facts.ts';

/** What the marks say of a month, as the API answers it. */
export function wireCompleteness({ complete, sources }: Completeness) {
  return {
    complete: complete ?? null,
    sources: sources.map((one) => ({
      source: one.source,
      completeUntil: formatInstant(one.until),
      complete: one.complete,
    })),
  };
}
