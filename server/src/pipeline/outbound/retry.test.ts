import { describe, expect, it } from 'vitest';
import { addMillis, instantFromIso } from '../../kernel/instant.ts';
import { JITTER, RETRY_DELAYS_MS, decideVerdict, parseRetryAfter } from './retry.ts';

const now = instantFromIso('2026-03-01T12:00:00Z');
const plain = { now, dice: 0 };

describe('retries of a webhook', () => {
  it.each([
    ['200 delivers', 200, 1, { state: 'delivered' }],
    ['204 delivers, whatever the attempt', 204, 9, { state: 'delivered' }],
    [
      '500 waits 30 s after the first attempt',
      500,
      1,
      { state: 'pending', nextAt: addMillis(now, 30_000), disable: false },
    ],
    [
      'no answer waits 5 min after the second',
      null,
      2,
      { state: 'pending', nextAt: addMillis(now, 300_000), disable: false },
    ],
    [
      'a redirect is a failure',
      302,
      3,
      { state: 'pending', nextAt: addMillis(now, 1_800_000), disable: false },
    ],
    [
      '404 waits 2 h after the fourth',
      404,
      4,
      { state: 'pending', nextAt: addMillis(now, 7_200_000), disable: false },
    ],
    ['410 disables and keeps the webhook', 410, 1, { state: 'pending', nextAt: now, disable: true }],
    ['the last failure is the end', 500, 9, { state: 'dead' }],
  ])('%s', (_name, status, attempt, verdict) => {
    expect(decideVerdict({ status, retryAfter: null }, attempt, plain)).toEqual(verdict);
  });

  it('goes on for more than three days', () => {
    expect(RETRY_DELAYS_MS.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(3 * 24 * 3_600_000);
  });

  it('stretches a wait by the dice, never shortens it', () => {
    const verdict = decideVerdict({ status: 500, retryAfter: null }, 1, { now, dice: 0.5 });
    expect(verdict).toMatchObject({ nextAt: addMillis(now, 30_000 * (1 + JITTER / 2)) });
  });

  it.each([
    ['120', 120_000],
    ['Sun, 01 Mar 2026 12:02:00 GMT', 120_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['999999999', 24 * 3_600_000],
    ['-5', 0],
    ['soon', 0],
    [null, 0],
  ])('reads Retry-After %s', (header, millis) => {
    expect(parseRetryAfter(header, now)).toBe(millis);
  });

  it('waits as long as Retry-After asks, and no less than the schedule', () => {
    expect(decideVerdict({ status: 429, retryAfter: '120' }, 1, plain)).toMatchObject({
      nextAt: addMillis(now, 120_000),
    });
    expect(decideVerdict({ status: 503, retryAfter: '1' }, 1, plain)).toMatchObject({
      nextAt: addMillis(now, 30_000),
    });
  });
});
