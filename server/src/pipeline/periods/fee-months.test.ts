import { describe, expect, test } from 'vitest';
import { at, buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import type { ProgramParts } from '../../../test/support/evidence.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { findFeesVersion, listFeeAnchors, listFeeMonths } from './fee-months.ts';
import { settleComponent } from './settle-component.ts';
import type { PeriodEvidence } from './facts.ts';

// A fixed amount for each month (requirements C1), earned by time alone.

const fee = (more: object = {}): ReturnType<typeof dealDocument> =>
  dealDocument({ currency: 'USD', components: [{ id: 'fee', kind: 'flat_fee', amount: '310', ...more }] });
const lots = dealDocument({
  currency: 'USD',
  components: [{ id: 'lot', kind: 'per_lot', rates: [{ rate: '1' }] }],
});

function program(parts: ProgramParts, through: string | null, joined?: string): ProgramSnapshot {
  const built = buildProgram({
    ...parts,
    partners: [
      { id: 'ann', name: 'Ann', suspensions: [], ...(joined === undefined ? {} : { joinedAt: at(joined) }) },
    ],
  });
  return through === null ? built : { ...built, monthsEnded: { through, factsVersion: 7 } };
}

const months = (snapshot: ProgramSnapshot): string[] =>
  listFeeMonths(snapshot, 'ann', 'fee').map(
    ({ period, days, of }) => `${period.slice(0, 7)}${days === of ? '' : ` ${days}/${of}`}`,
  );
const from = (
  ...versions: [string, ReturnType<typeof dealDocument>][]
): NonNullable<ProgramParts['deals']> => ({
  ann: versions.map(([instant, document]) => ({ from: at(instant), document })),
});

describe('months that a fixed amount is earned for', () => {
  test.each<[string, ProgramSnapshot, string[]]>([
    ['none before a month has ended', program({ deals: from(['2026-01-10T00:00:00Z', fee()]) }, null), []],
    [
      'the first one whole, though the terms began inside',
      program({ deals: from(['2026-01-10T00:00:00Z', fee()]) }, '2026-03-01'),
      ['2026-01', '2026-02', '2026-03'],
    ],
    [
      'the first one by its days where the deal says so',
      program({ deals: from(['2026-01-10T12:00:00Z', fee({ proRata: true })]) }, '2026-02-01'),
      ['2026-01 22/31', '2026-02'],
    ],
    [
      'those at whose end the terms were in force',
      program({ deals: from(['2025-12-01T00:00:00Z', fee()], ['2026-02-01T00:00:00Z', lots]) }, '2026-03-01'),
      ['2025-12', '2026-01'],
    ],
    [
      'from the coming of the partner on, where the terms have no beginning',
      program({ deals: { ann: fee() } }, '2026-03-01', '2026-02-10T00:00:00Z'),
      ['2026-02', '2026-03'],
    ],
    [
      'from the coming of the partner on, where they are the default ones',
      program({ defaultDeal: fee({ proRata: true }) }, '2026-03-01', '2026-02-10T00:00:00Z'),
      ['2026-02 19/28', '2026-03'],
    ],
    ['none of a partner who came nobody knows when', program({ defaultDeal: fee() }, '2026-03-01'), []],
    [
      'none that ended before the cut-over',
      program(
        {
          deals: from(['2026-01-10T00:00:00Z', fee()]),
          cutOver: { '': at('2026-02-01T00:00:00Z') },
        },
        '2026-03-01',
      ),
      ['2026-02', '2026-03'],
    ],
    [
      'months of the zone of the program',
      program(
        { deals: from(['2026-01-31T23:30:00Z', fee({ proRata: true })]), zone: 'Europe/Berlin' },
        '2026-02-01',
      ),
      ['2026-02'],
    ],
  ])('%s', (_name, snapshot, expected) => expect(months(snapshot)).toEqual(expected));

  test('have one scope by which they are decided: the last of them', () => {
    expect(listFeeAnchors(program({ deals: from(['2026-01-10T00:00:00Z', fee()]) }, '2026-03-01'))).toEqual([
      { partnerId: 'ann', component: 'fee', period: '2026-03-01' },
    ]);
  });
});

describe('what they are worth', () => {
  const settle = (snapshot: ProgramSnapshot, evidence: readonly PeriodEvidence[] = []): unknown[] =>
    settleComponent(snapshot, {
      partnerId: 'ann',
      component: 'fee',
      evidence,
      bookedOf: () => ({}),
      isClosed: () => false,
    }).map(({ result }) => [
      result?.period.slice(0, 7),
      String(result?.amountMinor),
      ...(result?.reason === undefined ? [] : [result.reason]),
    ]);
  const brought = (period: string, active: string): PeriodEvidence => ({
    period,
    totals: { active_customers: active },
    customers: [],
    candidates: [],
  });

  test.each<[string, object, readonly PeriodEvidence[], unknown[]]>([
    [
      'the amount, without any event',
      {},
      [],
      [
        ['2026-01', '31000'],
        ['2026-02', '31000'],
      ],
    ],
    [
      'days of days, rounded once',
      { proRata: true, amount: '100' },
      [],
      [
        ['2026-01', '7097'],
        ['2026-02', '10000'],
      ],
    ],
    [
      'nothing without enough active customers',
      { minimumActiveCustomers: 2 },
      [brought('2026-01-01', '1'), brought('2026-02-01', '2')],
      [
        ['2026-01', '0', 'min_activity'],
        ['2026-02', '31000'],
      ],
    ],
    [
      'nothing yet of a month that is running',
      { minimumActiveCustomers: 1 },
      [brought('2026-02-01', '1'), brought('2026-03-01', '1')],
      [
        ['2026-01', '0', 'min_activity'],
        ['2026-02', '31000'],
        ['2026-03', '0', 'month_not_earned'],
      ],
    ],
  ])('%s', (_name, more, evidence, expected) =>
    expect(
      settle(program({ deals: from(['2026-01-10T00:00:00Z', fee(more)]) }, '2026-02-01'), evidence),
    ).toEqual(expected),
  );
});

describe('scopes of fixed amounts', () => {
  const begins: [string, ReturnType<typeof dealDocument>] = ['2026-01-10T00:00:00Z', fee()];

  test('there is one for each amount that has earned, at its newest month', () => {
    const both = dealDocument({
      currency: 'USD',
      components: [
        { id: 'fee', kind: 'flat_fee', amount: '310' },
        { id: 'lot', kind: 'per_lot', rates: [{ rate: '1' }] },
        { id: 'more', kind: 'flat_fee', amount: '5' },
      ],
    });
    expect(
      listFeeAnchors(program({ deals: from(['2026-01-10T00:00:00Z', both]) }, '2026-03-01')),
    ).toStrictEqual([
      { partnerId: 'ann', component: 'fee', period: '2026-03-01' },
      { partnerId: 'ann', component: 'more', period: '2026-03-01' },
    ]);
    const ended = program({ deals: from(begins, ['2026-02-10T00:00:00Z', lots]) }, '2026-03-01');
    expect(listFeeAnchors(ended)).toStrictEqual([
      { partnerId: 'ann', component: 'fee', period: '2026-01-01' },
    ]);
    expect(listFeeAnchors(program({ deals: from(['2026-01-10T00:00:00Z', lots]) }, '2026-03-01'))).toEqual(
      [],
    );
  });

  test('another amount of the deal earns months of its own', () => {
    const two = program(
      {
        deals: from(
          [
            '2026-01-10T00:00:00Z',
            dealDocument({ currency: 'USD', components: [{ id: 'other', kind: 'flat_fee', amount: '5' }] }),
          ],
          ['2026-03-10T00:00:00Z', fee()],
        ),
      },
      '2026-04-01',
    );
    expect(months(two)).toEqual(['2026-03', '2026-04']);
  });

  test('they are decided by the newer of the facts and the months that have ended', () => {
    const built = program({ deals: from(begins) }, '2026-03-01');
    expect(findFeesVersion({ ...built, wholeVersion: 3 })).toBe(7);
    expect(findFeesVersion({ ...built, wholeVersion: 9 })).toBe(9);
    expect(findFeesVersion({ ...program({ deals: from(begins) }, null), wholeVersion: 3 })).toBe(3);
  });

  test('terms without a known beginning earn nothing, and those of long ago no more than a hundred years', () => {
    expect(months(program({ deals: { ann: fee() } }, '2026-03-01'))).toEqual([]);
    expect(months(program({ deals: { ann: fee() } }, '2026-03-01', '2026-02-10T00:00:00Z'))).toEqual([
      '2026-02',
      '2026-03',
    ]);
    const old = months(program({ deals: from(['1910-01-10T00:00:00Z', fee()]) }, '2026-03-01'));
    expect([old.length, old[0], old.at(-1)]).toEqual([1200, '1926-04', '2026-03']);
  });
});
