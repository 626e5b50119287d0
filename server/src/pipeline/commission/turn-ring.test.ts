import { describe, expect, it } from 'vitest';
import { createTurnRing, findLastOnRing, RING_START } from './turn-ring.ts';
import type { RingPlace } from './turn-ring.ts';

const at = (lane: number, customerId: string): RingPlace => ({ lane, customerId });

describe('the way round', () => {
  it('begins before everybody', () => {
    expect(createTurnRing().after([0, 1, 2])).toEqual(RING_START);
    expect(findLastOnRing(RING_START, [at(0, 'a'), at(2, 'a'), at(1, 'z')])).toEqual(at(2, 'a'));
  });

  it('goes on behind the last one of a turn, by lane and then by id', () => {
    const ring = createTurnRing();
    ring.taken(RING_START, [at(1, 'b'), at(1, 'a')]);
    expect(ring.after([0, 1, 2])).toEqual(at(1, 'b'));
  });

  it('ends at whoever comes last once it has begun anew', () => {
    expect(findLastOnRing(at(5, 'm'), [at(7, 'a'), at(0, 'a'), at(5, 'm'), at(3, 'a')])).toEqual(at(5, 'm'));
    expect(findLastOnRing(at(5, 'm'), [at(7, 'a'), at(0, 'a'), at(3, 'a')])).toEqual(at(3, 'a'));
  });

  it('stays where it is when nobody was taken', () => {
    const ring = createTurnRing();
    ring.taken(RING_START, [at(1, 'a')]);
    ring.taken(at(1, 'a'), []);
    expect(ring.after([1])).toEqual(at(1, 'a'));
  });

  it('remembers a lane of its own for those that are moved alone', () => {
    const ring = createTurnRing();
    ring.taken(RING_START, [at(1, 'a')]);
    ring.taken(RING_START, [at(2, 'b')]);
    expect([ring.after([1]), ring.after([2]), ring.after([1, 2]), ring.after([3])]).toEqual([
      at(1, 'a'),
      at(2, 'b'),
      at(2, 'b'),
      RING_START,
    ]);
    ring.taken(at(1, 'a'), [at(1, 'c')]);
    expect(ring.after([1, 2])).toEqual(at(1, 'c'));
  });
});
