import { describe, expect, it } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import { createRateBook } from '../../kernel/rate-book.ts';
import { takeWithinLimits } from './allowance.ts';
import type { ReviewPart } from './review.ts';

const AT = instantFromIso('2026-03-01T12:00:00Z');
const book = createRateBook([{ source: 'own', base: 'EUR', quote: 'USD', rate: '1.1', validFrom: AT }]);
const terms = new Map([['prog', { rates: { book, order: ['own'] as const }, baseCurrency: 'USD', at: AT }]]);

function part(
  major: number,
  changes: { changeSetId?: string; currency?: string; programId?: string } = {},
): ReviewPart {
  const { changeSetId = 'one', currency = 'USD', programId = 'prog' } = changes;
  return {
    lane: 3,
    programId,
    changeSetId,
    amount: BigInt(major * 100),
    line: {
      amountMinor: '0',
      currency,
      component: 'lots',
      partnerId: 'p1',
      level: 1,
      holdDay: '2026-03-05',
      holdReason: '',
      customerId: 'c1',
      customerLane: 7,
      eventId: null,
      causedAt: '2026-03-01T10:00:00.000Z',
    },
  };
}

const take = (parts: readonly ReviewPart[], free: Record<string, string>) => {
  const allowances = Object.entries(free).map(([changeSetId, left]) => ({ changeSetId, free: left }));
  const { taken, used } = takeWithinLimits(parts, allowances, terms);
  return { taken: taken.map((one) => parts.indexOf(one)), used };
};

describe('what a proposer may release alone', () => {
  it.each([
    ['exactly the limit', [part(60), part(40)], [0, 1], '100', false],
    ['nothing after what does not fit, small as it may be', [part(60), part(41), part(1)], [0], '60', true],
    ['another currency at its rate', [part(90, { currency: 'EUR' })], [0], '99', false],
    ['more than the limit in another currency', [part(91, { currency: 'EUR' })], [], '0', true],
    ['what cannot be converted', [part(1, { currency: 'GBP' })], [], '0', true],
    ['what belongs to a program that was not asked about', [part(1, { programId: 'new' })], [], '0', false],
  ])('%s', (_, parts, taken, used, isFull) => {
    const found = take(parts, { one: '100' });
    expect(found.taken).toEqual(taken);
    expect(Number(found.used[0]?.used)).toBe(Number(used));
    expect(found.used).toMatchObject([{ changeSetId: 'one', isFull }]);
  });

  it('counts each set by itself, and leaves those that somebody else has released since', () => {
    const parts = [part(80), part(80, { changeSetId: 'two' }), part(1, { changeSetId: 'gone' })];
    expect(take(parts, { one: '100', two: '79' })).toMatchObject({
      taken: [0],
      used: [{ isFull: false }, { isFull: true }],
    });
  });
});
