// What makes two revisions of one event the same (rules.md 1.6).
import { canonicalJson } from '../../kernel/json.ts';
import type { CanonicalEvent } from './facts.ts';

/**
 * Canonical JSON of what the source told, for the content hash. A time that we assumed is not told;
 * the raw spelling of a time or status is not either: the same fact may come as text from one feed and as a number from another.
 */
export function comparableContent(event: CanonicalEvent): string {
  const { occurredAtAssumed, rawTime: _rawTime, rawStatus: _rawStatus, ...rest } = event;
  if (occurredAtAssumed !== true) return canonicalJson(rest);
  const { occurredAt: _occurredAt, ...told } = rest;
  return canonicalJson(told);
}
