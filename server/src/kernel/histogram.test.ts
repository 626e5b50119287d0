import { describe, expect, it } from 'vitest';
import { addHistogram, BOUNDS_MS, emptyHistogram, observe, quantileMs, samplesOf } from './histogram.ts';

function of(...samples: number[]): number[] {
  const histogram = emptyHistogram();
  for (const ms of samples) observe(histogram, ms);
  return histogram;
}

describe('histograms of latencies', () => {
  it('have bounds that rise', () => {
    expect(BOUNDS_MS.every((bound, index) => index === 0 || bound > (BOUNDS_MS[index - 1] ?? 0))).toBe(true);
  });

  it('tell nothing without samples', () => {
    expect(quantileMs(emptyHistogram(), 0.5)).toBeNull();
  });

  it.each([
    ['one sample lies in its bucket', of(12), 0.5, [10, 15]],
    ['the middle of many', of(...Array.from({ length: 100 }, (_, n) => n + 1)), 0.5, [45, 55]],
    ['the slowest of a hundred', of(...Array.from({ length: 99 }, () => 4), 900), 0.995, [700, 1000]],
    ['the others are not moved by it', of(...Array.from({ length: 99 }, () => 4), 900), 0.5, [3, 5]],
    ['beyond the last bound', of(9_999_999), 0.5, [600_000, 600_000]],
    ['clocks that differ', of(-50), 0.5, [0, 1]],
  ])('%s', (_name, histogram, quantile, [from, to]) => {
    const ms = quantileMs(histogram, quantile);
    expect(ms).toBeGreaterThanOrEqual(from ?? 0);
    expect(ms).toBeLessThanOrEqual(to ?? 0);
  });

  it('add up, in any order', () => {
    const [one, two] = [of(1, 5, 900), of(5, 70_000)];
    const [first, second] = [emptyHistogram(), emptyHistogram()];
    for (const part of [one, two]) addHistogram(first, part);
    for (const part of [two, one]) addHistogram(second, part);
    expect(first).toEqual(second);
    expect(samplesOf(first)).toBe(5);
  });
});
