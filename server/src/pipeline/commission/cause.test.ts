import { describe, expect, it } from 'vitest';
import { causeOf, findRestatement, splitByCause } from './cause.ts';
import type { DuePlacement } from './cause.ts';
import type { LineDifference } from './facts.ts';

const placed = (eventId: string, changes: Partial<DuePlacement> = {}): DuePlacement => ({
  eventId,
  state: 'pending',
  decision: undefined,
  changeSetId: null,
  ...changes,
});
const line = (eventId: string | null): LineDifference => ({
  amountMinor: '5',
  currency: 'USD',
  component: 'lots',
  partnerId: 'p1',
  level: 1,
  holdDay: '2026-03-05',
  holdReason: '',
  customerId: 'c1',
  customerLane: 7,
  eventId,
  causedAt: '2026-03-01T10:00:00.000Z',
});

describe('the cause of a turn', () => {
  it.each([
    ['nothing', null, [placed('a')], null],
    ['a fact that a set wrote', 's1', [placed('a')], 's1'],
    [
      'the newest set of several',
      's1',
      [placed('a', { changeSetId: 's3' }), placed('b', { changeSetId: 's2' })],
      's3',
    ],
    ['not a set of an earlier turn', null, [placed('a', { state: 'decided', changeSetId: 's1' })], null],
  ] as const)('is %s', (_what, touchedBy, placements, cause) => {
    expect(causeOf([touchedBy, null], placements)).toBe(cause);
  });

  it('is the newest of the sets that changed facts', () => {
    expect(causeOf(['s1', 's2', null], [])).toBe('s2');
    expect(causeOf(['s2', 's1', null], [])).toBe('s2');
  });
});

describe('a change set that moved what stands above partners', () => {
  const partners = new Map(
    [
      { id: 'p1', restatement: { changeSetId: 's1', factsVersion: 5 } },
      { id: 'p2', restatement: { changeSetId: 's2', factsVersion: 9 } },
      { id: 'p3' },
    ].map((partner) => [partner.id, { name: '', suspensions: [], ...partner }]),
  );
  it.each([
    ['is the cause for a customer who was decided before it', ['p1', 'p3'], 4, 's1'],
    ['is not the cause any more when the customer was decided by it', ['p1'], 5, null],
    ['does not concern the customers of others', ['p3', 'unknown'], 0, null],
    ['gives way to a newer one', ['p2', 'p1'], 4, 's2'],
    ['gives way to a newer one, whichever is seen first', ['p1', 'p2'], 4, 's2'],
  ] as const)('%s', (_what, bound, decidedBy, cause) => {
    expect(findRestatement({ partners }, bound, decidedBy)).toBe(cause);
  });
});

describe('the differences of a turn that a set caused', () => {
  it('are its doing, those of other events and of the customer too, but not those of fresh evidence', () => {
    const placements = [
      placed('remapped', { decision: {}, changeSetId: 's1' }),
      placed('fresh'),
      placed('revised', { decision: {} }),
      placed('judged again', { state: 'decided', decision: {} }),
      placed('brought by the set', { changeSetId: 's1' }),
      placed('settled', { state: 'decided' }),
    ];
    const all = ['remapped', 'fresh', 'revised', 'judged again', 'brought by the set', 'settled', null].map(
      line,
    );
    const split = splitByCause(all, placements, 's1');
    expect(split.ordinary.map((one) => one.eventId)).toEqual(['fresh']);
    expect(split.caused.map((one) => one.eventId)).toEqual([
      'remapped',
      'revised',
      'judged again',
      'brought by the set',
      'settled',
      null,
    ]);
  });

  it('are ordinary where no set caused the turn', () => {
    expect(splitByCause([line(null)], [], null)).toEqual({
      changeSetId: null,
      caused: [],
      ordinary: [line(null)],
    });
  });
});
