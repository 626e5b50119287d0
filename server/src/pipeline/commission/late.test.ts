import { expect, test } from 'vitest';
import { at, buildProgram, dealDocument, deposit } from '../../../test/support/evidence.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { dateInputs, knownSince } from './late.ts';

// rules.md 2.10: the period in which late evidence counts.

const share = (late: 'restate' | 'current_period', id = 'share'): ReturnType<typeof dealDocument> =>
  dealDocument({
    currency: 'USD',
    late,
    components: [{ id, kind: 'revshare', base: 'ggr', percent: '10' }],
  });
const CLOSED = [
  { period: '2026-01-01', closedAt: at('2026-02-05T00:00:00Z') },
  { period: '2026-03-01', closedAt: at('2026-04-05T00:00:00Z') },
];
const program = (
  deals: NonNullable<Parameters<typeof buildProgram>[0]>['deals'],
  closedPeriods: ProgramSnapshot['closedPeriods'] = CLOSED,
): ProgramSnapshot => ({ ...buildProgram({ deals: deals ?? {} }), ...(closedPeriods && { closedPeriods }) });
const CURRENT = program({ ann: share('current_period') });

test.each<[string, ProgramSnapshot, string, string, string, string | undefined]>([
  ['on time', CURRENT, '2026-01-01', '2026-02-04T23:59:59Z', '2026-01-01', undefined],
  ['at the closing', CURRENT, '2026-01-01', '2026-02-05T00:00:00Z', '2026-01-01', undefined],
  ['after the closing', CURRENT, '2026-01-01', '2026-02-05T00:00:00.000001Z', '2026-02-01', '2026-01-01'],
  ['of an open month', CURRENT, '2026-02-01', '2026-03-20T00:00:00Z', '2026-02-01', undefined],
  ['after two closings', CURRENT, '2026-01-01', '2026-06-01T00:00:00Z', '2026-04-01', '2026-01-01'],
  [
    'of a month before a closed one',
    CURRENT,
    '2026-02-01',
    '2026-06-01T00:00:00Z',
    '2026-04-01',
    '2026-02-01',
  ],
  [
    'by a deal that computes again',
    program({ ann: share('restate') }),
    '2026-01-01',
    '2026-06-01T00:00:00Z',
    '2026-01-01',
    undefined,
  ],
  [
    'where the later month has no such component',
    program({
      ann: [
        { from: at('2026-01-01T00:00:00Z'), document: share('current_period') },
        { from: at('2026-02-01T00:00:00Z'), document: share('current_period', 'other') },
      ],
    }),
    '2026-01-01',
    '2026-02-10T00:00:00Z',
    '2026-01-01',
    undefined,
  ],
  [
    'where nothing was ever closed',
    program({ ann: share('current_period') }, []),
    '2026-01-01',
    '2026-06-01T00:00:00Z',
    '2026-01-01',
    undefined,
  ],
])('evidence %s', (_name, snapshot, period, receivedAt, counted, lateOf) => {
  const input = { component: 'share', partnerId: 'ann', period, measures: { ggr: '1' } };
  expect(dateInputs(snapshot, [input], at(receivedAt))).toEqual([
    { ...input, period: counted, ...(lateOf === undefined ? {} : { lateOf }) },
  ]);
});

test('of several things each counts in its own period, and what another month’s partner above had is left behind', () => {
  const input = (period: string, component = 'share') => ({
    component,
    partnerId: 'ann',
    period,
    measures: { ggr: '1', 'cut/2026-01-15/ggr': '1', 'uncut/x': '2' },
  });
  const dated = dateInputs(
    CURRENT,
    [input('2026-05-01'), input('2026-01-01'), input('2026-01-01', 'other')],
    at('2026-06-01T00:00:00Z'),
  );
  expect(dated).toStrictEqual([
    input('2026-05-01'),
    { ...input('2026-04-01'), lateOf: '2026-01-01', measures: { ggr: '1', 'uncut/x': '2' } },
    input('2026-01-01', 'other'),
  ]);
});

test('the deal of a month is the one in force at its end, and where there is none evidence stays in its own', () => {
  const from = (day: string, late: 'restate' | 'current_period') => ({
    from: at(`${day}T00:00:00Z`),
    document: share(late),
  });
  const counted = (deals: Parameters<typeof program>[0]): unknown =>
    dateInputs(
      program(deals),
      [{ component: 'share', partnerId: 'ann', period: '2026-01-01', measures: {} }],
      at('2026-02-10T00:00:00Z'),
    )[0]?.period;
  expect(counted({ ann: [from('2026-01-01', 'restate'), from('2026-01-31', 'current_period')] })).toBe(
    '2026-02-01',
  );
  expect(counted({ ann: [from('2026-01-01', 'restate'), from('2026-02-01', 'current_period')] })).toBe(
    '2026-01-01',
  );
  expect(counted({})).toBe('2026-01-01');
});

test('a CPA is known since the last came of what granted it and of what counted up to then', () => {
  const event = (id: string, happened: string, came: string) => ({
    ...deposit(at(`2026-01-${happened}T00:00:00Z`), id, '1'),
    eventId: id,
    receivedAt: at(`2026-02-${came}T00:00:00Z`),
  });
  const events = [
    event('granting', '10', '01'),
    event('before', '05', '03'),
    event('beside', '10', '04'),
    event('after', '11', '09'),
    event('uncounted', '05', '08'),
  ];
  const since = (counted: string[], grantedBy = 'granting'): number =>
    (knownSince({ counted: new Set(counted), grantedBy }, events) - at('2026-02-01T00:00:00Z')) /
    86_400_000_000;
  expect(since(['granting'])).toBe(0);
  expect(since(['granting', 'before'])).toBe(2);
  expect(since(['granting', 'before', 'beside', 'after'])).toBe(3);
  expect(since(['before'], 'gone')).toBe(-Infinity);
});
