import { describe, expect, it } from 'vitest';
import { sayChange, sayNeed, sayWhy, shareOf } from './grade-words.ts';

describe('grades in words', () => {
  it.each([
    ['0', '10', 0],
    ['2.5', '10', 25],
    ['9.999', '10', 99],
    ['10', '10', 100],
    ['12', '10', 100],
    ['-4', '10', 0],
    ['0', '0', 100],
  ])('%s of %s is %d of a hundred', (seen, atLeast, share) => {
    expect(shareOf({ seen, atLeast })).toBe(share);
  });

  it('say a need, a change, and why', () => {
    expect(sayNeed({ metric: 'first_deposits', seen: '3', atLeast: '1200' })).toBe(
      '3 of 1,200 first deposits',
    );
    expect(sayChange({ before: 'bronze', after: 'gold' })).toBe('bronze → gold');
    expect(sayChange({ before: 'gold', after: 'gold' })).toBe('gold, as before');
    const seen = {
      from: null,
      until: '2026-03-01',
      figures: { lots: '12' },
      withoutRate: ['XYZ'],
      factsVersion: 1,
      readAt: '2026-03-01T00:00:01Z',
      underWay: false,
    };
    expect(sayWhy({ seen, reason: null })).toBe('12 lots until 2026-03-01; without a rate: XYZ');
    expect(sayWhy({ seen: { ...seen, figures: {}, withoutRate: [] }, reason: null })).toBe(
      'nothing until 2026-03-01',
    );
    expect(sayWhy({ seen: null, reason: 'agreed' })).toBe('agreed');
  });
});
