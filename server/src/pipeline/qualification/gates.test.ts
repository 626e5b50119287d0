import { describe, expect, test } from 'vitest';
import { ALWAYS, at, placed } from '../../../test/support/evidence.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CustomerFact, PlacedEvent } from '../identity/facts.ts';
import type { KycSpan } from './facts.ts';
import { findBarAt, findOpening, judgeGates, listStatusSpans } from './gates.ts';

const DAY = 86_400_000_000;
const T = at('2024-07-01T00:00:00Z');
const END = Number.POSITIVE_INFINITY as Instant;
const day = (n: number): Instant => (T + n * DAY) as Instant;

type Status = Extract<CustomerFact, { kind: 'status' }>['status'];

function status(word: Status, from: number, to = END): CustomerFact {
  return { kind: 'status', id: `${word}-${from}`, from: day(from), to, status: word };
}

function told(more: Partial<PlacedEvent['content']>, from: number): PlacedEvent {
  return placed({ kind: 'self_excluded', at: day(from), id: `told-${from}-${more.kind ?? ''}`, ...more });
}

/** What stands, day by day: `self_excluded 1-5`. */
function spans(facts: readonly CustomerFact[], events: readonly PlacedEvent[] = []): string[] {
  const dayOf = (instant: Instant): string =>
    Number.isFinite(instant) ? String((instant - T) / DAY) : instant < 0 ? 'ever' : 'on';
  return listStatusSpans(facts, events).map((span) => `${span.status} ${dayOf(span.from)}-${dayOf(span.to)}`);
}

describe('what bars a customer over time', () => {
  test.each([
    ['a fact, until further notice', [status('self_excluded', 1)], [], ['self_excluded 1-on']],
    ['a fact with an end', [status('cooling_off', 1, day(2))], [], ['cooling_off 1-2']],
    ['an event by its kind', [], [told({}, 3)], ['self_excluded 3-on']],
    ['a closure by its kind', [], [told({ kind: 'account_closed' }, 3)], ['closed 3-on']],
    [
      'an event that names its status and its end',
      [],
      [told({ customerStatus: { status: 'cooling_off', until: '2024-07-05T00:00:00.000Z' } }, 3)],
      ['cooling_off 3-4'],
    ],
    ['a test event not', [], [told({ test: true }, 3)], []],
    [
      'until readmitted, by whomever',
      [status('self_excluded', 1), status('readmitted', 4)],
      [told({ kind: 'account_closed' }, 2)],
      ['self_excluded 1-4', 'closed 2-4'],
    ],
    [
      'a readmission does not reach what begins at that instant or later',
      [status('readmitted', 4), status('self_excluded', 4), status('cooling_off', 5)],
      [],
      ['self_excluded 4-on', 'cooling_off 5-on'],
    ],
    [
      'the first of several readmissions ends it',
      [status('self_excluded', 1), status('readmitted', 9), status('readmitted', 4)],
      [],
      ['self_excluded 1-4'],
    ],
    [
      'a readmission does not make a duplicate unique',
      [status('duplicate', 1), status('readmitted', 4)],
      [],
      ['duplicate 1-on'],
    ],
    [
      'who is excluded again is excluded again',
      [status('self_excluded', 1), status('readmitted', 4), status('self_excluded', 6)],
      [],
      ['self_excluded 1-4', 'self_excluded 6-on'],
    ],
    [
      'a fact that ends where it begins, or before, bars nobody',
      [status('closed', 3, day(3)), status('cooling_off', 3, day(2))],
      [],
      [],
    ],
    [
      'of one instant the graver first, and of one status the shorter',
      [
        status('cooling_off', 2),
        status('closed', 2),
        status('duplicate', 2),
        { ...status('self_excluded', 2), id: 'b' },
        { ...status('self_excluded', 2, day(5)), id: 'c' },
        status('cooling_off', 1),
      ],
      [],
      [
        'cooling_off 1-on',
        'duplicate 2-on',
        'self_excluded 2-5',
        'self_excluded 2-on',
        'closed 2-on',
        'cooling_off 2-on',
      ],
    ],
  ])('%s', (_what, facts, events, expected) => {
    expect(spans(facts, events)).toEqual(expected);
    expect(spans([...facts].reverse(), [...events].reverse())).toEqual(expected);
  });
});

describe('an event is judged by when it happened', () => {
  const kyc = (...statuses: [number, KycSpan['status']][]): KycSpan[] =>
    statuses.map(([from, word]) => ({ from: day(from), status: word, originId: `k${from}` }));
  const judge = (facts: readonly CustomerFact[], when: number, passed: readonly KycSpan[] = []): string => {
    const gate = judgeGates({ kyc: passed, statuses: listStatusSpans(facts, []) }, day(when));
    return gate.kind === 'open' ? 'open' : `${gate.kind} ${gate.reason}`;
  };

  test.each([
    ['before the exclusion', [status('self_excluded', 1)], 0.999, 'open'],
    ['at its instant', [status('self_excluded', 1)], 1, 'closed self_excluded'],
    ['at the instant of its end', [status('self_excluded', 1, day(2))], 2, 'open'],
    ['while cooling off', [status('cooling_off', 1, day(2))], 1.5, 'closed cooling_off'],
    ['while closed', [status('closed', 1)], 2, 'closed blocked'],
    [
      'while two statuses hold',
      [status('cooling_off', 1), status('self_excluded', 1)],
      2,
      'closed self_excluded',
    ],
    ['before it was known as a duplicate', [status('duplicate', 5)], 1, 'closed not_unique'],
    ['when it no longer is one', [status('duplicate', 5, day(6))], 1, 'open'],
    ['while it was one', [status('duplicate', 5, day(6))], 5, 'closed not_unique'],
  ])('%s', (_what, facts, when, expected) => {
    expect(judge(facts, when)).toBe(expected);
  });

  test('an exclusion is told before a failed KYC, and KYC judges the rest', () => {
    expect(judge([status('self_excluded', 1)], 2, kyc([0, 'failed']))).toBe('closed self_excluded');
    expect(judge([], 2, kyc([5, 'failed']))).toBe('closed kyc_failed');
    expect(judge([], 2, kyc([1, 'pending']))).toBe('held kyc_pending');
    expect(judge([], 2, kyc([1, 'pending'], [9, 'passed']))).toBe('open');
  });

  test('earlier events of who is a duplicate now are reversed, but do not stop counting for conditions', () => {
    const context = { kyc: [], statuses: listStatusSpans([status('duplicate', 5)], []) };
    expect(findBarAt(context, day(1))).toBeUndefined();
    expect(findBarAt(context, ALWAYS)).toBeUndefined();
    expect(findBarAt(context, day(5))).toBe('not_unique');
  });
});

test('statuses that are alike in all but who told them are in order of that', () => {
  const alike = ['b', 'c', 'a'].map((id) => ({ ...status('closed', 2), id }));
  expect(listStatusSpans(alike, []).map(({ originId }) => originId)).toEqual(['a', 'b', 'c']);
});

test('the gates of an instant open when the customer passes, and only if KYC was pending then', () => {
  const kyc = (...words: KycSpan['status'][]): KycSpan[] =>
    words.map((word, index) => ({ from: day(index * 10), status: word, originId: `k${index}` }));
  expect(findOpening({ kyc: kyc('pending', 'failed', 'passed') }, day(5))).toBe(day(20));
  expect(findOpening({ kyc: kyc('pending', 'pending') }, day(5))).toBeUndefined();
  expect(findOpening({ kyc: kyc('passed', 'passed') }, day(5))).toBeUndefined();
  expect(findOpening({ kyc: kyc('failed', 'passed') }, day(5))).toBeUndefined();
  expect(findOpening({ kyc: kyc('passed') }, day(-1))).toBeUndefined();
});
