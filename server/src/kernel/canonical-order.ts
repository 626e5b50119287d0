// The canonical order of events (rules.md 1.4): the same in every rebuild, whatever order they arrived in.
import type { Instant } from './instant.ts';

/** What places an event in the canonical order. Ids that were generated have no part in it. */
export interface CanonicalPlace {
  readonly occurredAt: Instant;
  readonly sourceSlug: string;
  readonly content: { readonly recordType: string; readonly externalId: string; readonly part: string };
}

/**
 * Compares two texts by their UTF-8 bytes: -1, 0 or 1. Comparing strings with `<` goes by UTF-16 units instead,
 * which sorts characters beyond U+FFFF before those from U+E000 on.
 */
export function compareBytewise(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return weightOf(x) < weightOf(y) ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

// Surrogates stand for the highest code points, so they are moved above the units that follow them.
function weightOf(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Orders by (occurredAt, source, recordType, externalId, part); 0 only for the same event key at the same instant. */
export function compareCanonical(a: CanonicalPlace, b: CanonicalPlace): -1 | 0 | 1 {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? -1 : 1;
  return (
    compareBytewise(a.sourceSlug, b.sourceSlug) ||
    compareBytewise(a.content.recordType, b.content.recordType) ||
    compareBytewise(a.content.externalId, b.content.externalId) ||
    compareBytewise(a.content.part, b.content.part)
  );
}

/** A sorted copy. */
export function sortCanonically<T extends CanonicalPlace>(events: readonly T[]): T[] {
  return [...events].sort(compareCanonical);
}
