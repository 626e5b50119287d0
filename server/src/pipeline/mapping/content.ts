// What makes two revisions of one event the same (rules.md 1.6).
import { canonicalJson } from '../../kernel/json.ts';
import type { CanonicalEvent } from './facts.ts';

/** Not told: what we found out ourselves, and how the sender spelt a time or a status. */
const NOT_TOLD: ReadonlySet<string> = new Set(['occurredAtAssumed', 'rawTime', 'rawStatus']);
const NOT_TOLD_NOR_TIMED: ReadonlySet<string> = new Set([...NOT_TOLD, 'occurredAt']);

/**
 * Canonical JSON of what the source told, for the content hash. A time that we assumed is not told;
 * the raw spelling of a time or status is not either: the same fact may come as text from one feed and as a number from another.
 */
export function comparableContent(event: CanonicalEvent): string {
  return canonicalJson(event, event.occurredAtAssumed === true ? NOT_TOLD_NOR_TIMED : NOT_TOLD);
}
