import type { Instant } from '../../kernel/instant.ts';
import type { Disposition } from './facts.ts';

/** What came through a feed since this process began to count. */
export interface FeedFigures {
  readonly since: Instant;
  readonly lastDeliveryAt: Instant | null;
  readonly items: Readonly<Partial<Record<Disposition, number>>>;
  readonly repeated: number;
  readonly refused: Readonly<Record<string, number>>;
}

/** Counts what comes through configured feeds, in memory: the numbers of one process since its start. */
export interface FeedActivity {
  stored(feedId: string, at: Instant, dispositions: readonly Disposition[]): void;
  repeated(feedId: string, at: Instant): void;
  refused(feedId: string, reason: string): void;
  figuresOf(feedId: string): FeedFigures;
}

interface Counts {
  lastDeliveryAt: Instant | null;
  items: Partial<Record<Disposition, number>>;
  repeated: number;
  refused: Record<string, number>;
}

/** Begins to count. */
export function createFeedActivity(since: Instant): FeedActivity {
  const byFeed = new Map<string, Counts>();
  const countsOf = (feedId: string): Counts => {
    const known = byFeed.get(feedId);
    if (known !== undefined) return known;
    const fresh: Counts = { lastDeliveryAt: null, items: {}, repeated: 0, refused: {} };
    byFeed.set(feedId, fresh);
    return fresh;
  };
  return {
    stored(feedId, at, dispositions) {
      const counts = countsOf(feedId);
      counts.lastDeliveryAt = at;
      for (const one of dispositions) counts.items[one] = (counts.items[one] ?? 0) + 1;
    },
    repeated(feedId, at) {
      const counts = countsOf(feedId);
      counts.lastDeliveryAt = at;
      counts.repeated += 1;
    },
    refused(feedId, reason) {
      const { refused } = countsOf(feedId);
      refused[reason] = (refused[reason] ?? 0) + 1;
    },
    figuresOf: (feedId) => ({
      since,
      ...(byFeed.get(feedId) ?? { lastDeliveryAt: null, items: {}, repeated: 0, refused: {} }),
    }),
  };
}

/** What several processes counted of one feed, as one: since the first of them began. */
export function sumFigures(own: FeedFigures, others: readonly FeedFigures[]): FeedFigures {
  return others.reduce(
    (sum, one) => ({
      since: sum.since < one.since ? sum.since : one.since,
      lastDeliveryAt: laterOf(sum.lastDeliveryAt, one.lastDeliveryAt),
      items: sumCounts(sum.items, one.items),
      repeated: sum.repeated + one.repeated,
      refused: sumCounts(sum.refused, one.refused),
    }),
    own,
  );
}

function laterOf(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}

function sumCounts<Name extends string>(
  a: Readonly<Partial<Record<Name, number>>>,
  b: Readonly<Partial<Record<Name, number>>>,
): Record<Name, number> {
  const sum = { ...a } as Record<Name, number>;
  for (const [name, count] of Object.entries(b) as [Name, number][]) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
