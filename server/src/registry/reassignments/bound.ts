import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Wish } from './facts.ts';

/** The beginning of a fact as PostgreSQL reads it: ISO text, or -infinity. */
export function boundOf(instant: Instant): string {
  return Number.isFinite(instant) ? formatInstant(instant) : '-infinity';
}

/** The body of the fact that a wish becomes. Whether a CPA stays is decided now, once, unless it was said (rules.md 5, Reassignment). */
export function bodyOf(
  { partnerId, reason, keepsCpa }: Pick<Wish, 'partnerId' | 'reason' | 'keepsCpa'>,
  granted: boolean,
): Record<string, string | null> {
  return { partnerId, reason, ...((keepsCpa ?? granted) ? { keepsCpa: 'true' } : {}) };
}
