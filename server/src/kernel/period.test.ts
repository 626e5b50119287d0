import { expect, test } from 'vitest';
import { instantFromIso } from './instant.ts';
import { endOfPeriod, nextPeriod, periodOf, previousPeriod } from './period.ts';

test.each([
  ['2026-01-01', '2026-02-01'],
  ['2026-09-01', '2026-10-01'],
  ['2026-11-01', '2026-12-01'],
  ['2026-12-01', '2027-01-01'],
  ['0999-11-01', '0999-12-01'],
])('%s is followed by %s, and the other way round', (before, after) => {
  expect(nextPeriod(before)).toBe(after);
  expect(previousPeriod(after)).toBe(before);
});

test('years are written with four digits', () => {
  expect(previousPeriod('0999-01-01')).toBe('0998-12-01');
});

test('an instant belongs to the month of the zone, and a month ends where the next begins there', () => {
  expect(periodOf(instantFromIso('2026-01-31T23:30:00Z'), 'Europe/Berlin')).toBe('2026-02-01');
  expect(periodOf(instantFromIso('2026-01-31T22:30:00Z'), 'Europe/Berlin')).toBe('2026-01-01');
  expect(endOfPeriod('2026-01-01', 'Europe/Berlin')).toBe(instantFromIso('2026-01-31T23:00:00Z'));
});
