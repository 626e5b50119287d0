import { describe, expect, it, test } from 'vitest';
import { eventEquation, itemEquation, sayConservation } from './conservation-words.ts';
import { ribbonPath, thicknesses } from './ribbon.ts';
import { latencyParts, oldestOnRoad, placeOfRows, shortAge } from './road-places.ts';

const HOLDS = {
  asOf: '2026-03-01T12:00:00Z',
  holds: true,
  items: { received: 12, dispositions: { accepted: 9, quarantined: 1, parked: 2, refused: 0 }, holds: true },
  events: { total: 11, inFlight: 1, waiting: 2, parked: 2, failed: 0, decided: 6, holds: true },
};

describe('the address of the rows behind a number', () => {
  test.each([
    [
      { list: 'events', query: { state: 'waiting', reason: 'trade_open_missing' } },
      '/events?state=waiting&reason=trade_open_missing',
    ],
    [{ list: 'parked', query: {} }, '/parked'],
    [{ list: 'deliveries', query: { source: 'a&b' } }, '/deliveries?source=a%26b'],
  ] as const)('%j is %s', (rows, address) => expect(placeOfRows(rows)).toBe(address));
});

describe('an age on the road', () => {
  test.each([
    [-1, '0.0 s'],
    [0.44, '0.4 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3600, '1 h'],
    [180_000, '2 d'],
  ])('%d s is %s', (seconds, words) => expect(shortAge(seconds)).toBe(words));

  it('is that of the oldest stage, and none on an empty road', () => {
    expect(
      oldestOnRoad([{ oldestAgeSeconds: null }, { oldestAgeSeconds: 3 }, { oldestAgeSeconds: 47 }]),
    ).toBe(47);
    expect(oldestOnRoad([{ oldestAgeSeconds: null }])).toBeNull();
  });
});

test.each([
  [null, { value: '–' }],
  [83.6, { value: '84', unit: 'ms' }],
  [1234, { value: '1.2', unit: 's' }],
  [90_000, { value: '1.5', unit: 'min' }],
])('a latency of %s ms reads %j', (ms, parts) => expect(latencyParts(ms)).toEqual(parts));

describe('the ribbon', () => {
  it('is as thick as the count asks, from the least to the most', () => {
    expect(thicknesses([400, 100, 0], 10, 70)).toEqual([70, 40, 10]);
  });
  it('is thin everywhere on an empty road', () => {
    expect(thicknesses([0, 0], 10, 70)).toEqual([10, 10]);
    expect(ribbonPath([], 76)).toBe('');
  });
  it('begins and ends at the edges and closes itself', () => {
    const path = ribbonPath([20, 40], 80);
    expect(path).toMatch(/^M0 30C/);
    expect(path).toContain('1000 20');
    expect(path).toMatch(/0 50Z$/);
  });
});

describe('conservation in words', () => {
  it('says in one sentence that nothing is lost', () => {
    expect(sayConservation(HOLDS)).toBe(
      'Nothing is lost and nothing counts twice: each of 12 items received has exactly one disposition, each of 11 events is in exactly one state.',
    );
  });
  it('names the equation that does not hold', () => {
    const broken = { ...HOLDS, holds: false, events: { ...HOLDS.events, holds: false } };
    expect(sayConservation(broken)).toBe('The road does not add up: the states do not add up to 11 events.');
  });
  it('shows both equations with parts that add up, each leading to its rows', () => {
    const items = itemEquation(HOLDS);
    expect(items.parts.map(({ word, count, href }) => [word, count, href])).toEqual([
      ['accepted', 9, '/deliveries?disposition=accepted'],
      ['parked', 2, '/deliveries?disposition=parked'],
      ['quarantined', 1, '/quarantine'],
    ]);
    const events = eventEquation(HOLDS);
    expect(events.parts.reduce((sum, { count }) => sum + count, 0)).toBe(events.total.count);
  });
});
