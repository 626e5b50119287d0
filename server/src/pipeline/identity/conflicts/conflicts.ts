// Which time of a contested identifier is denied to whom when it is one customer's. Pure.
import { maxInstant } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Claim } from '../resolve.ts';

/** Half-open. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * What is denied to everybody but `keep`: of each, the time for which any other claims too. Nobody is denied what it alone claims.
 * Sorted by customer; empty when nothing is contested. `claims` are those of one identifier, of customers who are not one.
 */
export function listDenials(
  claims: readonly Claim[],
  keep: string,
): { readonly customerId: string; readonly spans: readonly Span[] }[] {
  const losers = [...new Set(claims.map((claim) => claim.customerId))].filter((id) => id !== keep);
  return losers.toSorted().flatMap((customerId) => {
    const [own, others] = [true, false].map((isOwn) =>
      claims.filter((claim) => (claim.customerId === customerId) === isOwn),
    );
    const shared = (own ?? []).flatMap((a) => (others ?? []).flatMap((b) => intersect(a, b) ?? []));
    const spans = joinSpans(shared);
    return spans.length === 0 ? [] : [{ customerId, spans }];
  });
}

function intersect(a: Span, b: Span): Span | undefined {
  const from = maxInstant(a.from, b.from);
  const to = a.to < b.to ? a.to : b.to;
  return from < to ? { from, to } : undefined;
}

/** Spans that touch or overlap become one; sorted. */
export function joinSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((a, b) => (a.from === b.from ? 0 : a.from < b.from ? -1 : 1))) {
    const last = joined.at(-1);
    if (last === undefined || last.to < span.from) joined.push(span);
    else joined[joined.length - 1] = { from: last.from, to: last.to < span.to ? span.to : last.to };
  }
  return joined;
}
