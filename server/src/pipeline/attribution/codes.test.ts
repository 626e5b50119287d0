import { describe, expect, test } from 'vitest';
import {
  ALWAYS,
  at,
  buildProgram,
  deposit,
  manualFact,
  placed,
  referredRegistration,
  registration,
} from '../../../test/support/evidence.ts';
import type { EventParts, ProgramParts } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CodeVersion } from '../../registry/facts.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import { decideAttributions } from './attribute.ts';

const T = at('2024-07-01T12:00:00Z');
const END = Number.POSITIVE_INFINITY as Instant;
const plus = (days: number): Instant => (T + days * 86_400_000_000) as Instant;

function code(text: string, partnerId: string, more: Partial<CodeVersion> = {}): CodeVersion {
  return { id: text, code: text, partnerId, campaign: '', exclusive: false, from: ALWAYS, to: null, ...more };
}

/** The bond: who won, by what, and every loser with its reason. */
function decide(
  parts: ProgramParts,
  events: readonly PlacedEvent[],
  facts: readonly CustomerFact[] = [],
): string[] {
  const program = buildProgram({ partners: ['bob', 'cid'], ...parts });
  const told = (list: readonly PlacedEvent[]): string[] =>
    decideAttributions(program, events[0] ?? null, { events: list, facts }).bonds.map((bond) => {
      const won =
        bond.partnerId === null
          ? `nobody: ${bond.reason ?? ''}`
          : `${bond.partnerId} by ${bond.winner?.kind ?? ''}`;
      const lost = bond.losers.map((one) => `${one.kind} ${one.partnerId ?? 'of nobody'}: ${one.lost ?? ''}`);
      return [won, ...lost].join('; ');
    });
  expect(told([...events].reverse())).toEqual(told(events));
  return told(events);
}

/** A registration that came by a click of ann and says a code. */
const both = (text: string, more: Partial<EventParts> = {}): PlacedEvent => {
  const clicked = referredRegistration(T, 'ann', plus(-1));
  return { ...clicked, content: { ...clicked.content, code: text, ...more } };
};

describe('codes against links (semantics.md 7.2)', () => {
  const codes = [code('BOB', 'bob'), code('ANN', 'ann'), code('CID', 'cid', { exclusive: true })];

  test.each([
    ['code_over_click', 'BOB', ['bob by code; click ann: code_over_click']],
    ['code_over_click', 'ANN', ['ann by code; click ann: code_over_click']],
    ['last_click', 'BOB', ['ann by click; code bob: lost_to_candidate']],
    ['first_click', 'BOB', ['ann by click; code bob: lost_to_candidate']],
    ['exclusive_code', 'BOB', ['ann by click; code bob: lost_to_candidate']],
    ['exclusive_code', 'CID', ['cid by code; click ann: code_over_click']],
    ['code_over_click', 'NOBODYS', ['ann by click; code of nobody: code_not_found']],
  ] as const)('%s, code %s', (winner, text, expected) => {
    expect(decide({ winner, codes }, [both(text)])).toEqual(expected);
  });

  test.each(['last_click', 'first_click', 'exclusive_code'] as const)(
    'with %s a code wins where no click does',
    (winner) => {
      expect(decide({ winner, codes }, [registration(T, { code: 'bob' })])).toEqual(['bob by code']);
    },
  );

  test('spelling does not matter', () => {
    expect(decide({ codes }, [registration(T, { code: ' b ob ' })])).toEqual(['bob by code']);
  });

  test.each([
    ['from its first instant', T, null, 'bob by code'],
    ['not before it', plus(1), null, 'nobody: code_not_found; code of nobody: code_not_found'],
    ['not at its end', ALWAYS, T, 'nobody: code_not_found; code of nobody: code_not_found'],
  ])('a code counts %s', (_what, from, to, expected) => {
    const registered = [registration(T, { code: 'BOB' })];
    expect(decide({ codes: [code('BOB', 'bob', { from, to })] }, registered)).toEqual([expected]);
  });

  test('the code of a suspended partner loses, and the click goes on', () => {
    const bob = { id: 'bob', name: 'Bob', suspensions: [{ from: T, to: END }] };
    expect(decide({ codes, partners: [bob, 'cid'] }, [both('BOB')])).toEqual([
      'ann by click; code bob: partner_suspended',
    ]);
    expect(decide({ codes, partners: [bob] }, [registration(T, { code: 'BOB' })])).toEqual([
      'nobody: partner_suspended; code bob: partner_suspended',
    ]);
  });

  test('a report of the registration by another system may bring the code; a later registration may not', () => {
    const report = (days: number, source: string): PlacedEvent =>
      placed({ kind: 'registration', at: plus(days), id: `r${days}`, source, code: 'BOB' });
    expect(decide({ codes }, [registration(T), report(0.5, 's2s')])).toEqual(['bob by code']);
    expect(decide({ codes }, [registration(T), report(2, 's2s')])).toEqual(['nobody: unattributed']);
    expect(decide({ codes }, [registration(T), report(0.5, 'crm')])).toEqual(['nobody: unattributed']);
  });

  test('by hand beats a code', () => {
    expect(decide({ codes }, [registration(T, { code: 'BOB' })], [manualFact('m', ALWAYS, 'cid')])).toEqual([
      'cid by manual; code bob: lost_to_candidate',
    ]);
  });

  test('candidates of a registration that was merged in lose', () => {
    const second = placed({ kind: 'registration', at: plus(0.5), id: 'merged', source: 's2s', code: 'BOB' });
    const program = buildProgram({ partners: ['bob'], codes });
    const first = registration(T);
    const { bonds } = decideAttributions(program, first, {
      events: [first, second],
      facts: [],
      merged: new Set([second.eventId]),
    });
    expect(bonds.map((bond) => [bond.partnerId, bond.reason, bond.losers[0]?.lost])).toEqual([
      [null, 'merged', 'merged'],
    ]);
  });
});

describe('bound at the first purchase (prop trading)', () => {
  const codes = [code('BOB', 'bob'), code('CID', 'cid')];
  const buy = (days: number, amount: string, more: Partial<EventParts> = {}): PlacedEvent =>
    placed({
      kind: 'challenge_purchased',
      at: plus(days),
      id: `buy${days}`,
      amount,
      currency: 'USD',
      ...more,
    });
  const prop = { finality: 'first_purchase', codes } as const;

  test.each([
    [
      'a code at the purchase wins over the click',
      [buy(3, '99', { code: 'BOB' })],
      ['bob by code; click ann: code_over_click'],
    ],
    ['later codes do not count', [buy(3, '99'), buy(4, '99', { code: 'BOB' })], ['ann by click']],
    [
      'a free purchase is none, so the next code still counts',
      [buy(3, '0', { code: 'BOB' }), buy(4, '99', { code: 'CID' })],
      ['cid by code; click ann: code_over_click; code bob: lost_to_candidate'],
    ],
    [
      'a test is none',
      [buy(3, '99', { test: true }), buy(4, '99', { code: 'CID' })],
      ['cid by code; click ann: code_over_click'],
    ],
    [
      'a deposit is a purchase',
      [deposit(plus(2), 'd', '10'), buy(4, '99', { code: 'BOB' })],
      ['ann by click'],
    ],
    [
      'until then the last code holds',
      [placed({ kind: 'phase_passed', at: plus(1), id: 'p', code: 'BOB' })],
      ['bob by code; click ann: code_over_click'],
    ],
  ])('%s', (_what, later, expected) => {
    expect(decide(prop, [referredRegistration(T, 'ann', plus(-1)), ...later])).toEqual(expected);
  });

  test('the click window is measured at the purchase, and the lead is visible from the registration', () => {
    const program = buildProgram(prop);
    const lead = referredRegistration(T, 'ann', plus(-80));
    const { bonds } = decideAttributions(program, lead, { events: [lead, buy(20, '99')], facts: [] });
    expect(bonds.map((bond) => [bond.from, bond.partnerId, bond.reason])).toEqual([
      [T, null, 'outside_click_window'],
    ]);
  });

  test('a program that binds at the registration looks at no purchase', () => {
    expect(decide({ codes }, [registration(T), buy(1, '99', { code: 'BOB' })])).toEqual([
      'nobody: unattributed',
    ]);
  });
});

describe('where the program is licensed', () => {
  const geo = { blocked: new Set(['US']) };
  const kycIn = (country: string, days = 3): PlacedEvent =>
    placed({ kind: 'kyc_status', at: plus(days), id: `kyc${days}`, kyc: { status: 'passed' }, country });
  const clicked = (country?: string): PlacedEvent => {
    const event = referredRegistration(T, 'ann', plus(-1));
    return country === undefined ? event : { ...event, content: { ...event.content, country } };
  };
  const refused = ['nobody: geo_not_licensed; click ann: geo_not_licensed'];

  test.each<[string, ProgramParts, PlacedEvent[], CustomerFact[], string[]]>([
    ['blocked as declared', { geo }, [clicked('US')], [], refused],
    ['another country', { geo }, [clicked('DE')], [], ['ann by click']],
    ['nobody said', { geo }, [clicked()], [], ['ann by click']],
    ['as KYC found where nobody declared', { geo }, [clicked(), kycIn('US')], [], refused],
    ['the declared one goes first', { geo }, [clicked('DE'), kycIn('US')], [], ['ann by click']],
    [
      'unless the program asks KYC first',
      { geo: { ...geo, countryFrom: ['kyc', 'declared'] } },
      [clicked('DE'), kycIn('US')],
      [],
      refused,
    ],
    ['not among the licensed', { geo: { licensed: new Set(['DE']) } }, [clicked('FR')], [], refused],
    [
      'a fact of the operator',
      { geo },
      [clicked()],
      [{ kind: 'country', id: 'f', from: plus(9), country: 'US', basis: 'declared' }],
      refused,
    ],
    [
      'a later move to another country changes nothing',
      { geo },
      [clicked()],
      [
        { kind: 'country', id: 'a', from: plus(-1), country: 'DE', basis: 'declared' },
        { kind: 'country', id: 'b', from: plus(9), country: 'US', basis: 'declared' },
      ],
      ['ann by click'],
    ],
    [
      'by hand neither',
      { geo },
      [clicked('US')],
      [manualFact('m', plus(1), 'bob')],
      [...refused, 'nobody: geo_not_licensed; manual bob: geo_not_licensed'],
    ],
  ])('%s', (_what, parts, events, facts, expected) => {
    expect(decide(parts, events, facts)).toEqual(expected);
  });
});
