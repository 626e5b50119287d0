import { describe, expect, it } from 'vitest';
import { ageInWords, describeFreshness, pauseBeforeAttempt } from './freshness.ts';

const NOW = 1_000_000;

describe('ageInWords', () => {
  it.each([
    [0, 'now'],
    [999, 'now'],
    [1_000, '1 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [3_600_000, '1 h ago'],
    [86_400_000, '1 d ago'],
  ])('says %i ms as "%s"', (age, words) => {
    expect(ageInWords(age)).toBe(words);
  });
});

describe('describeFreshness', () => {
  it('counts the seconds for the eye and does not speak them', () => {
    const first = describeFreshness({ phase: 'live', lastAt: NOW - 1_000 }, NOW);
    const later = describeFreshness({ phase: 'live', lastAt: NOW - 1_000 }, NOW + 4_000);
    expect([first.visible, later.visible, first.spoken === later.spoken]).toEqual([
      'Live · 1 s ago',
      'Live · 5 s ago',
      true,
    ]);
  });

  it('keeps the age of the old figures while it reconnects, and calls them not fresh', () => {
    expect(describeFreshness({ phase: 'reconnecting', lastAt: NOW - 61_000 }, NOW)).toEqual({
      visible: 'Reconnecting · 1 min ago',
      spoken: 'The connection was lost; figures are old until it is back',
      isFresh: false,
    });
  });

  it('never says a negative age when the clocks disagree', () => {
    expect(describeFreshness({ phase: 'live', lastAt: NOW + 5_000 }, NOW).visible).toBe('Live · now');
  });

  it('is not fresh before the first figures and while hidden', () => {
    expect([
      describeFreshness({ phase: 'connecting', lastAt: null }, NOW).isFresh,
      describeFreshness({ phase: 'paused', lastAt: NOW }, NOW).isFresh,
    ]).toEqual([false, false]);
  });
});

describe('pauseBeforeAttempt', () => {
  it('doubles from one second and stops at fifteen', () => {
    expect([0, 1, 2, 3, 4, 50].map(pauseBeforeAttempt)).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000]);
  });
});
