import { describe, expect, test } from 'vitest';
import { at, buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { findDealInForce } from '../facts.ts';
import type { GradeFact } from './facts.ts';
import { isCheck, nextCheck, windowOf } from './check-instants.ts';
import { decideChecks } from './decide-checks.ts';
import { decideGrade, findProgress } from './decide-grade.ts';
import { listChecked, nextRound } from './plan-round.ts';
import { reconsider } from './reconsider.ts';
import { sayProgress } from './say-grade.ts';
import { sumFigures } from './sum-figures.ts';
import type { FigureDay } from './sum-figures.ts';

const LOT = { id: 'lot', kind: 'per_lot', rates: [{ rate: '5' }] };
const lots = (atLeast: string): object => ({ metric: 'lots', atLeast });
const LADDER = [
  { grade: 'a' },
  { grade: 'b', needs: [lots('100')], terms: [{ component: 'lot', rates: [{ rate: '6' }] }] },
  {
    grade: 'c',
    needs: [lots('1000'), { metric: 'first_deposits', atLeast: '5' }],
    match: 'any',
    terms: [{ component: 'lot', rates: [{ rate: '8' }] }],
  },
];
const documentOf = (more: object = {}) =>
  dealDocument({ currency: 'USD', components: [LOT], grades: { ladder: LADDER, ...more } });
const termsOf = (more: object = {}) => {
  const { grades } = documentOf(more);
  if (grades === null) throw new Error('no grades');
  return grades;
};
const day = (instant: Instant): string => formatInstant(instant).replace('.000Z', 'Z');
const NOTHING: FigureDay = {
  day: '2026-02-01',
  currency: '',
  leads: '0',
  firstDepositors: '0',
  activeInMonth: '0',
  trades: '0',
  lots: '0',
  deposits: '0',
  withdrawals: '0',
  reversed: '0',
  purchases: '0',
  ngr: '0',
};

describe('a check stands at midnight of the zone', () => {
  test.each<[object, string, string, string]>([
    [{}, 'UTC', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    [{}, 'UTC', '2026-01-31T23:59:59.999999Z', '2026-02-01T00:00:00Z'],
    [{ checkDay: 15 }, 'UTC', '2026-02-14T00:00:00Z', '2026-02-15T00:00:00Z'],
    [{ check: 'quarter' }, 'UTC', '2026-02-01T00:00:00Z', '2026-04-01T00:00:00Z'],
    [{ check: 'quarter' }, 'UTC', '2026-10-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    [{ check: 'week', checkDay: 1 }, 'UTC', '2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z'],
    [{ check: 'week', checkDay: 7 }, 'UTC', '2026-03-02T00:00:00Z', '2026-03-08T00:00:00Z'],
    [{ check: 'day' }, 'Europe/Nicosia', '2026-03-28T22:00:00Z', '2026-03-29T21:00:00Z'],
    // Summer time begins on 29 March and ends on 25 October.
    [{}, 'Europe/Nicosia', '2026-03-10T00:00:00Z', '2026-03-31T21:00:00Z'],
    [{}, 'Europe/Nicosia', '2026-10-10T00:00:00Z', '2026-10-31T22:00:00Z'],
    // In Santiago the day of the change begins at one o'clock.
    [{ check: 'week', checkDay: 7 }, 'America/Santiago', '2026-09-05T12:00:00Z', '2026-09-06T04:00:00Z'],
  ])('%j in %s after %s: %s', (more, zone, after, expected) => {
    const terms = termsOf(more);
    const check = nextCheck(terms, at(after), zone);
    expect([day(check), isCheck(terms, check, zone)]).toEqual([expected, true]);
    expect(isCheck(terms, (check + 1) as Instant, zone)).toBe(false);
  });

  test.each<[object, string | null]>([
    [{}, '2026-01-01'],
    [{ windowLength: 1 }, '2026-03-01'],
    [{ window: 'days', windowLength: 90 }, '2026-01-01'],
    [{ window: 'lifetime' }, null],
  ])('%j counts whole days, without the day of the check', (more, from) => {
    const check = nextCheck(termsOf(), at('2026-03-15T00:00:00Z'), 'Europe/Nicosia');
    expect(windowOf(termsOf(more), check, 'Europe/Nicosia')).toEqual({ from, to: '2026-04-01' });
  });
});

describe('what a check decides', () => {
  const decide = (more: object, before: string, seen: object, belowBefore: string | null = null) => {
    const verdict = decideGrade({
      terms: termsOf(more),
      at: at('2026-04-01T00:00:00Z'),
      zone: 'UTC',
      before,
      belowBefore: belowBefore === null ? null : at(belowBefore),
      seen,
    });
    const { after, effectiveFrom, belowSince } = verdict;
    return [
      after,
      day(effectiveFrom).slice(0, 10),
      belowSince === null ? null : day(belowSince).slice(0, 10),
    ];
  };
  const FEW = { lots: '0' };
  test.each<[string, object, string, object, string | null, unknown[]]>([
    ['nothing changes', {}, 'a', { lots: '99.99' }, null, ['a', '2026-04-01', null]],
    [
      'the very figure is enough, from the next day on',
      {},
      'a',
      { lots: '100' },
      null,
      ['b', '2026-04-02', null],
    ],
    [
      'at once where the deal says so',
      { upgrade: 'immediate' },
      'a',
      { lots: '100' },
      null,
      ['b', '2026-04-01', null],
    ],
    ['with the next month', { upgrade: 'next_month' }, 'a', { lots: '100' }, null, ['b', '2026-05-01', null]],
    ['any of the needs, over a grade', {}, 'a', { first_deposits: '5' }, null, ['c', '2026-04-02', null]],
    ['one step at a time', { steps: 'one' }, 'a', { first_deposits: '5' }, null, ['b', '2026-04-02', null]],
    ['a lower one with the next month', {}, 'c', { lots: '100' }, null, ['b', '2026-05-01', '2026-04-01']],
    ['a lower one at once', { downgrade: 'immediate' }, 'c', FEW, null, ['a', '2026-04-01', null]],
    [
      'a lower one by one step',
      { downgrade: 'immediate', steps: 'one' },
      'c',
      FEW,
      null,
      ['b', '2026-04-01', null],
    ],
    ['never a lower one', { downgrade: 'never' }, 'c', FEW, null, ['c', '2026-04-01', '2026-04-01']],
    ['grace begins', { downgrade: 'after_grace' }, 'c', FEW, null, ['c', '2026-04-01', '2026-04-01']],
    [
      'grace goes on',
      { downgrade: 'after_grace', graceMonths: 2 },
      'c',
      FEW,
      '2026-03-01T00:00:00Z',
      ['c', '2026-04-01', '2026-03-01'],
    ],
    [
      'grace is over at its very end',
      { downgrade: 'after_grace' },
      'c',
      FEW,
      '2026-03-01T00:00:00Z',
      ['a', '2026-04-01', null],
    ],
    [
      'grace ends when enough is there',
      { downgrade: 'after_grace' },
      'c',
      { lots: '1000' },
      '2026-03-01T00:00:00Z',
      ['c', '2026-04-01', null],
    ],
  ])('%s', (_what, more, before, seen, belowBefore, expected) => {
    expect(decide(more, before, seen, belowBefore)).toEqual(expected);
  });

  test('what is missing for the next grade is told in words, until the next check', () => {
    const progress = findProgress(termsOf(), 'b', { lots: '960.5' });
    expect(progress?.needs.map(({ missing }) => missing)).toEqual(['39.5', '5']);
    const where = { nextCheck: at('2026-12-01T00:00:00Z'), zone: 'UTC', currency: 'USD' };
    expect(progress === undefined ? '' : sayProgress(progress, where)).toBe(
      'Needs 39.5 more lots or 5 more first deposits for "c" until 1 December 2026.',
    );
    expect(findProgress(termsOf(), 'c', {})).toBeUndefined();
  });

  test('money counts in the base currency at the rate of the end of its day; what has no rate is left out and named', () => {
    const program = buildProgram({
      rates: [
        { source: 'own', base: 'EUR', quote: 'USD', rate: '1.2', validFrom: at('2026-02-01T12:00:00Z') },
      ],
    });
    const days = [
      { ...NOTHING, currency: 'EUR', deposits: '100', withdrawals: '30' },
      { ...NOTHING, currency: 'USD', deposits: '10', reversed: '5' },
      { ...NOTHING, currency: 'GBP', deposits: '7' },
      { ...NOTHING, lots: '2.5', leads: '3' },
    ];
    expect(sumFigures(program, days)).toMatchObject({
      seen: { deposits: '130', net_deposits: '89', lots: '2.5', registrations: '3' },
      withoutRate: ['GBP'],
    });
    expect(sumFigures(program, days.toReversed())).toEqual(sumFigures(program, days));
  });
});

describe('what holds at an instant', () => {
  const fact = (from: string, before: string, after: string, effectiveFrom: string): GradeFact => ({
    decisionId: from,
    at: at(from),
    bySomebody: false,
    recordedAt: at(from),
    before,
    after,
    effectiveFrom: at(effectiveFrom),
  });
  const gradeAt = (facts: readonly GradeFact[], instant: string): unknown => {
    const program = { ...buildProgram({ deals: { ann: documentOf() } }), grades: new Map([['ann', facts]]) };
    const deal = findDealInForce(program, 'ann', at(instant));
    const [lot] = deal?.document.components ?? [];
    return [
      deal?.grade?.name,
      lot?.kind === 'per_lot' ? lot.rates[0]?.rate : undefined,
      deal?.grade?.decisionId,
    ];
  };
  const facts = [
    fact('2026-02-01T00:00:00Z', 'a', 'b', '2026-02-02T00:00:00Z'),
    fact('2026-03-01T00:00:00Z', 'b', 'a', '2026-04-01T00:00:00Z'),
  ];
  test.each([
    ['2026-01-31T00:00:00Z', ['a', '5', null]],
    ['2026-02-01T23:59:59.999999Z', ['a', '5', null]],
    ['2026-02-02T00:00:00Z', ['b', '6', '2026-02-01T00:00:00Z']],
    ['2026-03-31T23:59:59.999999Z', ['b', '6', '2026-02-01T00:00:00Z']],
    ['2026-04-01T00:00:00Z', ['a', '5', '2026-03-01T00:00:00Z']],
  ])('%s', (instant, expected) => {
    expect(gradeAt(facts, instant)).toEqual(expected);
  });

  test('a later check takes the place of what an earlier one had foreseen', () => {
    const again = [...facts, fact('2026-03-08T00:00:00Z', 'b', 'b', '2026-03-08T00:00:00Z')];
    expect(gradeAt(again, '2026-04-02T00:00:00Z')).toEqual(['b', '6', '2026-03-08T00:00:00Z']);
  });
});

describe('a round', () => {
  const partner = (id: string, joinedAt: string) => ({
    id,
    name: id,
    suspensions: [],
    joinedAt: at(joinedAt),
  });
  const program = buildProgram({
    defaultDeal: documentOf(),
    partners: [partner('ann', '2026-01-10T00:00:00Z'), partner('bob', '2026-03-01T00:00:00Z')],
  });
  const MARCH = at('2026-03-01T00:00:00Z');

  test('begins with the first check after the partners came, and goes on from the last', () => {
    const now = at('2026-06-01T00:00:00Z');
    expect(day(nextRound(program, { through: undefined, now }))).toBe('2026-02-01T00:00:00Z');
    expect(day(nextRound(program, { through: MARCH, now }))).toBe('2026-04-01T00:00:00Z');
    const nobody = { ...program, partners: new Map() };
    expect(day(nextRound(nobody, { through: undefined, now }))).toBe('2026-07-01T00:00:00Z');
    expect(nextRound(buildProgram(), { through: undefined, now })).toBe(Number.POSITIVE_INFINITY);
  });

  test('asks the partners who were there before it, and nobody whose deal has no check then', () => {
    expect(listChecked(program, MARCH).map(({ partnerId, before }) => [partnerId, before])).toEqual([
      ['ann', 'a'],
    ]);
    expect(listChecked(program, (MARCH + 1) as Instant)).toEqual([]);
  });

  test('decides with what it saw, asks for a person where the deal does, and says later what it would decide by now', () => {
    const decided = (more: object) => {
      const own = buildProgram({
        defaultDeal: documentOf(more),
        partners: [partner('ann', '2026-01-10T00:00:00Z')],
      });
      return [
        own,
        decideChecks(own, {
          at: MARCH,
          partners: listChecked(own, MARCH),
          figuresOf: () => [{ ...NOTHING, lots: '100' }],
          lastOf: () => undefined,
          saw: { factsVersion: 1 },
        })[0],
      ] as const;
    };
    const [own, decision] = decided({});
    expect(decision).toMatchObject({
      before: 'a',
      after: 'b',
      needsApproval: false,
      matters: true,
      seen: {
        factsVersion: 1,
        figures: { first_deposits: '0', lots: '100' },
        window: { from: '2025-12-01', to: '2026-03-01' },
      },
    });
    expect(decided({ approval: 'manual' })[1]).toMatchObject({ needsApproval: true });
    if (decision === undefined) throw new Error('nothing was decided');
    expect(reconsider(own, decision, [{ ...NOTHING, lots: '100' }])).toBeUndefined();
    expect(reconsider(own, decision, [{ ...NOTHING, lots: '99' }])).toMatchObject({ after: 'a' });
  });
});
