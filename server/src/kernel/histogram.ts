// Latencies as counts per bucket: counts of processes and seconds can be added, percentiles cannot.

/** Upper bounds of the buckets in milliseconds; what is slower stands in one bucket more. Never reorder: stored counts rely on it. */
export const BOUNDS_MS: readonly number[] = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000,
  7_000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
];

export type Histogram = readonly number[];

/** No samples. */
export function emptyHistogram(): number[] {
  return Array.from({ length: BOUNDS_MS.length + 1 }, () => 0);
}

/** Counts one sample in place; less than nothing, from clocks that differ, counts as nothing. */
export function observe(histogram: number[], ms: number): void {
  const found = BOUNDS_MS.findIndex((bound) => ms <= bound);
  const bucket = found === -1 ? BOUNDS_MS.length : found;
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
}

/** Adds the second to the first in place. */
export function addHistogram(sum: number[], other: Histogram): void {
  for (const [bucket, count] of other.entries()) sum[bucket] = (sum[bucket] ?? 0) + count;
}

export function samplesOf(histogram: Histogram): number {
  return histogram.reduce((sum, count) => sum + count, 0);
}

/**
 * The quantile (0 to 1) in milliseconds, interpolated inside its bucket; null without samples. What is slower than the
 * last bound is told as that bound.
 */
export function quantileMs(histogram: Histogram, quantile: number): number | null {
  const total = samplesOf(histogram);
  if (total === 0) return null;
  const wanted = quantile * total;
  let below = 0;
  for (const [bucket, count] of histogram.entries()) {
    if (count > 0 && below + count >= wanted) {
      const from = bucket === 0 ? 0 : (BOUNDS_MS[bucket - 1] ?? 0);
      const to = BOUNDS_MS[bucket] ?? from;
      const ms = from + ((to - from) * Math.max(0, wanted - below)) / count;
      return Math.round(ms * 10) / 10;
    }
    below += count;
  }
  return BOUNDS_MS.at(-1) ?? null;
}
