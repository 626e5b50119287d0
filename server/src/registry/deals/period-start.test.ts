import { expect, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import { findPeriodStart } from './period-start.ts';

test.each([
  ['2026-01-01T00:00:00Z', 'UTC', '2026-01-01T00:00:00Z'],
  ['2026-01-01T00:00:00.000001Z', 'UTC', '2026-02-01T00:00:00Z'],
  ['2026-12-31T23:00:00Z', 'Europe/Paris', '2026-12-31T23:00:00Z'],
  ['2026-03-15T12:00:00Z', 'Europe/Paris', '2026-03-31T22:00:00Z'],
])('the period that begins at or after %s in %s begins at %s', (at, zone, start) => {
  expect(findPeriodStart(instantFromIso(at), zone)).toBe(instantFromIso(start));
});
