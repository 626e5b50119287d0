import { describe, expect, it } from 'vitest';
import { quantileMs, samplesOf } from '../../kernel/histogram.ts';
import { createMeter } from './meter.ts';

/** A UUIDv7 of that millisecond. */
function workId(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

const PENDING = { state: 'pending', reason: null };
const DECIDED = { state: 'decided', reason: null };
const RECEIVED = 1_790_000_000_000;

describe('the meter of the road', () => {
  it('measures from receipt to decision and to booking, once for each event', () => {
    const meter = createMeter();
    meter.arrived(workId(RECEIVED), ['e1', 'e2']);
    meter.decided('p', [{ eventId: 'e1', from: PENDING, to: DECIDED, pays: true }], RECEIVED + 40);
    meter.booked('p', ['e1', 'e1', null], RECEIVED + 90);
    meter.booked('p', ['e1'], RECEIVED + 9_000);
    const [moved] = meter.take();
    expect(moved?.counts).toEqual({ placed: 1, decided: 1, booked: 4 });
    expect(samplesOf(moved?.decidedMs ?? [])).toBe(1);
    expect(samplesOf(moved?.bookedMs ?? [])).toBe(2);
    expect(quantileMs(moved?.bookedMs ?? [], 0.99)).toBeLessThanOrEqual(100);
  });

  it('does not measure what was decided again later, nor what it did not see arrive', () => {
    const meter = createMeter();
    meter.arrived(workId(RECEIVED), ['e1']);
    meter.decided(
      'p',
      [{ eventId: 'e1', from: DECIDED, to: { state: 'decided', reason: 'no_rate' }, pays: true }],
      RECEIVED + 1,
    );
    meter.decided('p', [{ eventId: 'e9', from: PENDING, to: DECIDED, pays: false }], RECEIVED + 1);
    expect(samplesOf(meter.take()[0]?.decidedMs ?? [])).toBe(0);
  });

  it('counts a change of mind as one less here and one more there', () => {
    const meter = createMeter();
    const waiting = { state: 'waiting', reason: 'trade_open_missing' };
    meter.decided('p', [{ eventId: 'e1', from: PENDING, to: waiting, pays: false }], RECEIVED);
    expect(meter.take()[0]?.counts).toEqual({
      placed: 1,
      waiting: 1,
      'reason:waiting:trade_open_missing': 1,
    });
    meter.decided('p', [{ eventId: 'e1', from: waiting, to: DECIDED, pays: true }], RECEIVED);
    expect(meter.take()[0]?.counts).toEqual({
      waiting: -1,
      decided: 1,
      'reason:waiting:trade_open_missing': -1,
    });
  });

  it('takes a withdrawn event off the road', () => {
    const meter = createMeter();
    const gone = { state: 'withdrawn', reason: null };
    meter.decided('p', [{ eventId: 'e1', from: DECIDED, to: gone, pays: true }], RECEIVED);
    expect(meter.take()[0]?.counts).toEqual({ decided: -1, placed: -1 });
  });

  it('tells nothing when nothing moved, and each thing once', () => {
    const meter = createMeter();
    meter.stored('p', ['accepted', 'duplicate', 'accepted']);
    expect(meter.take()).toMatchObject([{ counts: { items: 3, 'item:accepted': 2, 'item:duplicate': 1 } }]);
    expect(meter.take()).toEqual([]);
  });

  it('forgets the oldest receipts first when there are too many', () => {
    const meter = createMeter(2);
    meter.arrived(workId(RECEIVED), ['e1', 'e2', 'e3']);
    meter.booked('p', ['e1', 'e2', 'e3'], RECEIVED);
    expect(samplesOf(meter.take()[0]?.bookedMs ?? [])).toBe(2);
  });
});
