import { describe, expect, test } from 'vitest';
import { buildProgram, dealDocument } from '../../../test/support/evidence.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { judgeOpenings } from './judge-openings.ts';
import { readOpenings } from './read-openings.ts';

const NOW = instantFromIso('2026-03-10T22:30:00Z');

const DEAL = dealDocument({
  currency: 'EUR',
  components: [
    {
      id: 'cpa',
      kind: 'cpa',
      amount: '100',
      minimumDeposit: '50',
      caps: [{ per: 'lifetime', by: 'money', limit: '5000' }],
    },
    {
      id: 'share',
      kind: 'revshare',
      base: 'ngr',
      percent: '30',
      carry: { policy: 'commission' },
      highRoller: { threshold: '-5000' },
      recoup: { component: 'advance', by: 'customer' },
    },
    { id: 'advance', kind: 'cpa', amount: '20' },
  ],
});

function judge(csv: string): ReturnType<typeof judgeOpenings> {
  const read = readOpenings(csv);
  if ('problem' in read) throw new Error(read.problem);
  return judgeOpenings(read.rows, {
    program: buildProgram({ zone: 'Europe/Athens', deals: { ann: DEAL } }),
    now: NOW,
    at: NOW,
    reason: 'from the old books',
    partnersByRef: new Map([['A-1', 'ann']]),
  });
}

const CARRY = 'kind,partner,component,period,measure,amount,customer,place,since';

describe('rows of an opening', () => {
  test('are read by any order and writing of their columns, and refused as a file where a column is unknown', () => {
    expect(readOpenings('\u{feff}Hold Until;KIND;Partner\n2026-04-01;balance;A-1\n')).toMatchObject({
      rows: [{ row: 2, kind: 'balance', partner: 'A-1', holdUntil: '2026-04-01', namespace: 'customer' }],
      bad: [],
    });
    expect(readOpenings('kind,sum\n')).toMatchObject({ problem: expect.stringContaining('no column "sum"') });
    expect(readOpenings('partner\n')).toMatchObject({ problem: expect.stringContaining('among them kind') });
    expect(readOpenings('')).toHaveProperty('problem');
  });

  test('of a balance are minor units of their currency, approved on the program’s day', () => {
    const { wanted, bad } = judge(
      'kind,partner,currency,amount\nbalance,A-1,EUR,-12.5\nbalance,A-1,JPY,7\nbalance,A-1,JPY,0.5\nbalance,A-1,EUR,0\nbalance,A-1,XXQ,1\nbalance,,EUR,1\nbalance,A-1,EUR,1e3',
    );
    expect(wanted.map((row) => [row.currency, row.amountMinor, row.holdDay])).toEqual([
      ['EUR', -1250n, '2026-03-11'],
      ['JPY', 7n, '2026-03-11'],
    ]);
    expect(bad.map(({ row, code }) => `${row} ${code}`)).toEqual([
      '4 bad_amount',
      '5 bad_amount',
      '6 bad_currency',
      '7 unknown_partner',
      '8 bad_amount',
    ]);
  });

  test('of one carry become one, each measure once', () => {
    const { wanted, bad } = judge(
      [
        CARRY,
        'carry,A-1,share,2026-03,commission,-80.25,,,2026-01',
        'carry,A-1,share,2026-03,ringfenced,6000,p1,,',
        'carry,A-1,share,2026-03,ringfenced,500,p2,,',
        'carry,A-1,share,2026-03,recoup,-20,p1,,',
        'carry,A-1,share,2026-03,ringfenced,1,p2,,',
        'carry,A-1,share,2026-04,recoup,-20,p3,,',
        'carry,A-1,cpa,2026-03,cap_used,4200,,0,',
      ].join('\n'),
    );
    const [share, cpa] = wanted;
    expect(wanted).toHaveLength(2);
    expect(share?.carry).toMatchObject({ commission: '-80.25', since: '2026-01-01' });
    expect(Object.values(share?.carry?.ringfenced ?? {})).toEqual(['6000', '500']);
    expect(Object.values(share?.carry?.recoupOf ?? {})).toEqual(['-20']);
    expect(cpa?.carry).toEqual({ used: { '0': '4200' } });
    expect(bad.map(({ row, code }) => `${row} ${code}`)).toEqual(['6 said_twice', '7 said_twice']);
  });

  test('of a carry that the terms of its month would not keep are refused with the reason', () => {
    const { wanted, bad } = judge(
      [
        CARRY,
        'carry,A-1,share,2026-03,base,-1,,,',
        'carry,A-1,share,2026-03,recoup,-1,,,',
        'carry,A-1,share,2026-03,ringfenced,1,,,',
        'carry,A-1,share,2026-03,tier_metric,1,,,',
        'carry,A-1,cpa,2026-03,cap_used,1,,3,',
        'carry,A-1,share,2026-13,commission,-1,,,',
        'carry,A-1,share,2026-03,commission,-1,,,2026-04',
        'carry,A-1,share,2026-03,luck,1,,,',
      ].join('\n'),
    );
    expect(wanted).toEqual([]);
    expect(bad.map(({ code }) => code)).toEqual([
      'carry_not_kept',
      'carry_not_kept',
      'carry_not_kept',
      'carry_not_kept',
      'carry_not_kept',
      'bad_period',
      'bad_period',
      'unknown_measure',
    ]);
    expect(bad[0]?.problem).toBe(
      'component share carries a negative commission from month to month, no negative base',
    );
  });

  test('of a paid CPA name their customer, who need not be there yet', () => {
    const { wanted, bad } = judge(
      'kind,customer,namespace,at\ncpa,4711,crm,2025-12-01T00:00:00Z\ncpa,4711,crm,\ncpa,,,\ncpa,9,crm,yesterday\ncpa,null,crm,',
    );
    expect(wanted).toMatchObject([
      {
        kind: 'cpa',
        customer: { namespace: 'crm', value: '4711' },
        valueAt: instantFromIso('2025-12-01T00:00:00Z'),
      },
    ]);
    expect(bad.map(({ row, code }) => `${row} ${code}`)).toEqual([
      '3 said_twice',
      '4 unknown_customer',
      '5 bad_instant',
      '6 illegal_identifier',
    ]);
  });
});
