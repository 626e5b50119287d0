import { describe, expect, it, test } from 'vitest';
import type { JourneyStep } from '../../../api/types.ts';
import { countOutcomes, outcomeOf, stepsByDay } from './step-outcome.ts';

type Judged = Parameters<typeof countOutcomes>[0][number];
const partner = { id: 'prt_1', name: 'Leo' };
const line = (amount: JourneyStep['lines'][number]['amount']): JourneyStep['lines'][number] => ({
  partner,
  component: 'lots',
  level: 1,
  amount,
  reason: null,
  sentence: null,
  basis: {},
});
const step = (more: Partial<Judged>): Judged => ({
  eventId: 'evt_1',
  state: 'decided',
  reason: null,
  lines: [],
  bookings: [],
  ...more,
});

describe('what became of a step', () => {
  test.each([
    ['paid', step({ lines: [line({ amount: '7.00', currency: 'USD' })] })],
    ['unpaid', step({ reason: 'trade_too_short', lines: [line(null)] })],
    ['told', step({ reason: 'opens_position' })],
    ['told', step({ reason: null })],
    ['waiting', step({ state: 'waiting', reason: 'trade_open_missing' })],
    ['waiting', step({ state: 'moving' })],
    ['failed', step({ state: 'failed' })],
  ] as const)('%s', (outcome, judged) => expect(outcomeOf(judged)).toBe(outcome));

  it('is counted by event, not for what was booked on the customer as a whole', () => {
    const paid = step({ lines: [line({ amount: '7.00', currency: 'USD' })] });
    expect(countOutcomes([paid, { ...paid, eventId: null }, step({ reason: 'no_rate' })])).toEqual({
      paid: 1,
      unpaid: 1,
      waiting: 0,
      failed: 0,
      told: 0,
    });
  });
});

test('steps stand under their day, and what holds from the beginning under none', () => {
  const days = stepsByDay(
    [
      { at: null },
      { at: '2026-02-01T08:00:00Z' },
      { at: '2026-02-01T09:00:00Z' },
      { at: '2026-02-02T00:00:00Z' },
    ],
    (iso) => iso.slice(0, 10),
  );
  expect(days.map(({ day, steps }) => [day, steps.length])).toEqual([
    [null, 1],
    ['2026-02-01', 2],
    ['2026-02-02', 1],
  ]);
});
