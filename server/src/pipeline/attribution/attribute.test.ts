import { describe, expect, test } from 'vitest';
import {
  at,
  buildProgram,
  manualFact,
  referredRegistration,
  registration,
} from '../../../test/support/evidence.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideAttributions, findAttributionAt } from './attribute.ts';
import type { Attribution } from './facts.ts';

const T = at('2024-07-01T12:00:00Z');
const END = Number.POSITIVE_INFINITY as Instant;
const plus = (days: number): Instant => (T + days * 86_400_000_000) as Instant;

function tell(bonds: readonly Attribution[]): string[] {
  return bonds.map((bond) => {
    const losers = bond.losers
      .map((candidate) => `${candidate.partnerId ?? 'nobody'} ${candidate.lost}`)
      .join(', ');
    return `${formatInstant(bond.from).slice(0, 10)} ${bond.partnerId ?? bond.reason}${bond.partnerId !== null && bond.reason ? ` (${bond.reason})` : ''}${losers && ` over ${losers}`}`;
  });
}

function decide(
  events: readonly PlacedEvent[],
  facts: readonly CustomerFact[] = [],
  program = buildProgram({ partners: ['bob'] }),
): string[] {
  return tell(decideAttributions(program, events[0] ?? null, { events, facts }).bonds);
}

describe('attribution at registration', () => {
  test.each([
    ['the click of the registration wins', T, ['2024-07-01 ann']],
    ['a click counts on the first instant of the window', plus(-90), ['2024-07-01 ann']],
    [
      'a click before the window does not count',
      (plus(-90) - 1) as Instant,
      ['2024-07-01 outside_click_window over ann outside_click_window'],
    ],
    [
      'a click after the registration does not count',
      (T + 1000) as Instant,
      ['2024-07-01 outside_click_window over ann outside_click_window'],
    ],
  ])('%s', (_what, clickedAt, expected) => {
    // The builder writes milliseconds, so the instant just before the window is cut to the millisecond before.
    expect(decide([referredRegistration(T, 'ann', clickedAt)])).toEqual(expected);
  });

  test('the window is counted in calendar days of the program', () => {
    // Ninety days before 1 June 12:00 in Athens is 3 March 12:00, when the clock was an hour nearer to UTC.
    const registered = at('2024-06-01T09:00:00Z');
    const clicked = at('2024-03-03T10:00:00Z');
    const just = (clicked - 1000) as Instant;
    const program = buildProgram({ zone: 'Europe/Athens' });
    expect(decide([referredRegistration(registered, 'ann', clicked)], [], program)).toEqual([
      '2024-06-01 ann',
    ]);
    expect(decide([referredRegistration(registered, 'ann', just)], [], program)[0]).toMatch(
      /outside_click_window/,
    );
  });

  test('without any candidate the customer is organic', () => {
    expect(decide([registration(T)])).toEqual(['2024-07-01 unattributed']);
    expect(decide([registration(T, { code: 'SUMMER' })])).toEqual([
      '2024-07-01 code_not_found over nobody code_not_found',
    ]);
  });

  test('a click id that was not minted here, or of a partner of another program, is not found', () => {
    expect(decide([registration(T, { clickId: 'foreign' })])).toEqual([
      '2024-07-01 click_not_found over nobody click_not_found',
    ]);
    expect(decide([referredRegistration(T, 'stranger')])).toEqual([
      '2024-07-01 click_not_found over nobody click_not_found',
    ]);
  });

  test.each([
    [0, 'partner_suspended'],
    [1, 'ann'],
  ])('a partner who is suspended %i s after the registration', (seconds, expected) => {
    const suspendedAt = (T + seconds * 1_000_000) as Instant;
    const program = buildProgram({
      partners: [{ id: 'ann', name: 'Ann', suspensions: [{ from: suspendedAt, to: END }] }],
    });
    expect(decide([referredRegistration(T, 'ann', plus(-1))], [], program)[0]).toContain(expected);
  });

  test('what fell into a suspension that is over stays unattributed, and what came after it is not', () => {
    const over = { from: plus(0), to: plus(1) };
    const program = buildProgram({ partners: [{ id: 'ann', name: 'Ann', suspensions: [over] }] });
    expect(decide([referredRegistration(T, 'ann', plus(-1))], [], program)[0]).toContain('partner_suspended');
    expect(decide([referredRegistration(plus(1), 'ann', plus(-1))], [], program)).toEqual(['2024-07-02 ann']);
  });

  test('of the clicks that several reports carry the last or the first wins, as the program says', () => {
    const second = { ...referredRegistration(plus(1), 'bob', plus(-3)), eventId: 'other' };
    const both = [referredRegistration(T, 'ann', plus(-1)), second];
    expect(decide(both)).toEqual(['2024-07-01 ann over bob lost_to_candidate']);
    expect(decide(both, [], buildProgram({ partners: ['bob'], winner: 'first_click' }))).toEqual([
      '2024-07-01 bob over ann lost_to_candidate',
    ]);
  });

  test('a later registration does not bind anew', () => {
    const again = { ...referredRegistration(plus(5), 'bob', plus(4)), eventId: 'other' };
    expect(decide([referredRegistration(T, 'ann', plus(-1)), again])).toEqual([
      '2024-07-01 ann over bob outside_click_window',
    ]);
  });
});

describe('attribution by hand', () => {
  const bound = [referredRegistration(T, 'ann', plus(-1))];

  test('wins from its own instant on and leaves the past alone', () => {
    expect(decide(bound, [manualFact('m', plus(10), 'bob')])).toEqual([
      '2024-07-01 ann',
      '2024-07-11 bob (reassigned)',
    ]);
  });

  test('beats the click when it is in force at the registration, and the click is kept as a loser', () => {
    expect(decide(bound, [manualFact('m', plus(-10), 'bob')])).toEqual([
      '2024-06-21 bob over ann lost_to_candidate',
    ]);
    expect(decide(bound, [manualFact('m', T, 'bob')])).toEqual(['2024-07-01 bob over ann lost_to_candidate']);
  });

  test('gives an organic customer a partner without calling it a reassignment', () => {
    expect(decide([registration(T)], [manualFact('m', plus(1), 'bob')])).toEqual([
      '2024-07-01 unattributed',
      '2024-07-02 bob',
    ]);
  });

  test('may release the customer', () => {
    expect(decide(bound, [manualFact('m', plus(1), null)])).toEqual([
      '2024-07-01 ann',
      '2024-07-02 unattributed',
    ]);
  });

  test('of several the latest from before counts, whatever the order of writing', () => {
    const facts = [
      manualFact('a', plus(2), 'bob'),
      manualFact('b', plus(1), 'ann'),
      manualFact('c', plus(2), 'ann'),
    ];
    const { bonds } = decideAttributions(buildProgram({ partners: ['bob'] }), bound[0] as PlacedEvent, {
      events: bound,
      facts,
    });
    const { bonds: other } = decideAttributions(
      buildProgram({ partners: ['bob'] }),
      bound[0] as PlacedEvent,
      {
        events: bound,
        facts: [...facts].reverse(),
      },
    );
    expect(tell(bonds)).toEqual(['2024-07-01 ann', '2024-07-02 ann', '2024-07-03 bob (reassigned)']);
    expect(tell(other)).toEqual(tell(bonds));
    expect(findAttributionAt(bonds, (T - 1) as Instant)).toBeUndefined();
    expect(findAttributionAt(bonds, plus(2))?.partnerId).toBe('bob');
    expect(findAttributionAt(bonds, (plus(2) - 1) as Instant)?.partnerId).toBe('ann');
  });

  test('holds before there is a registration', () => {
    expect(decide([], [manualFact('m', T, 'bob')])).toEqual(['2024-07-01 bob']);
  });
});
