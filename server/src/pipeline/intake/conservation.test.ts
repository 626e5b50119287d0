import { describe, expect, it } from 'vitest';
import { addCounts, decideConservation } from './conservation.ts';
import type { SourceCounts } from './conservation.ts';

const whole: SourceCounts = {
  sourceId: 's',
  received: 10,
  dispositions: { accepted: 2, parked: 3, duplicate: 1, revised: 1, ignored: 1, quarantined: 1, refused: 1 },
  events: 5,
  inFlight: 1,
  waiting: 1,
  parked: 1,
  failed: 1,
  decided: 1,
  superseded: 1,
  remapped: 2,
  rewritten: 2,
  held: 1,
};

describe('conservation', () => {
  it('holds when everything is somewhere, once', () => {
    expect(decideConservation(whole)).toMatchObject({ itemsHold: true, eventsHold: true });
    expect(decideConservation(addCounts([whole, whole]))).toMatchObject({
      received: 20,
      itemsHold: true,
      eventsHold: true,
    });
  });

  it.each<[string, Partial<SourceCounts>, boolean, boolean]>([
    ['an item without a disposition', { received: 11 }, false, true],
    ['an event that no item told', { events: 6, decided: 2 }, false, true],
    ['an event that is nowhere', { decided: 0 }, true, false],
    ['an event that is in two places', { waiting: 2 }, true, false],
    ['a revision that was not kept', { superseded: 0 }, false, true],
    ['a rewriting that was not kept', { rewritten: 1 }, false, true],
    ['a quarantined item that nobody holds', { held: 0 }, false, true],
  ])('shows %s', (_name, change, itemsHold, eventsHold) => {
    expect(decideConservation({ ...whole, ...change })).toMatchObject({ itemsHold, eventsHold });
  });
});
