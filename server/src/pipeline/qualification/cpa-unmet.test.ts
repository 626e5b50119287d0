// Why a customer has not qualified, and what is missing.
import { describe, expect, test } from 'vitest';
import {
  back,
  day,
  happens,
  judgeCase,
  kyc,
  put,
  REGISTERED,
  tellCase,
} from '../../../test/support/cpa-case.ts';
import type { CaseParts } from '../../../test/support/cpa-case.ts';
import type { PlacedEvent } from '../identity/facts.ts';

type Row = [string, PlacedEvent[], object, CaseParts, string];

const none = { firstDeposit: 'none', minimumDeposit: '0' };
const whole = { firstDeposit: 'cumulative_window' };
const ends = ' before 2024-03-31T10:00:00.000Z';
const pending: CaseParts = { kyc: kyc([0, 'pending']) };
const asksKyc = { requireKyc: true };

describe('a CPA is open', () => {
  test.each<Row>([
    [
      'without an end',
      [],
      { windowDays: null },
      {},
      'qualification_pending: needs a first deposit of at least 50 USD',
    ],
    [
      'without an end while the window would begin with the first deposit',
      [],
      { windowFrom: 'first_deposit' },
      {},
      'qualification_pending: needs a first deposit of at least 50 USD',
    ],
    [
      'for a deposit of any amount',
      [],
      { minimumDeposit: '0' },
      {},
      `qualification_pending: needs a first deposit${ends}`,
    ],
    [
      'for deposits that count together',
      [],
      whole,
      {},
      `qualification_pending: needs deposits of at least 50 USD${ends}`,
    ],
    [
      'for a condition, where no deposit is asked for',
      [],
      { ...none, conditions: { metric: 'deposit_count', atLeast: '2' } },
      {},
      `deposit_baseline_not_met: needs 2 more deposits (0 of 2)${ends}`,
    ],
    [
      'for a condition, without an end',
      [put(1, 'd1', '50')],
      { windowDays: null, conditions: { metric: 'active_days', atLeast: '2' } },
      {},
      'active_days_not_met: needs 1 more active day (1 of 2)',
    ],
    [
      'for a rate of exchange',
      [put(1, 'd1', '50'), happens('bet', 2, 'b', { amount: '5', currency: 'EUR' })],
      { conditions: { metric: 'wagered', atLeast: '100' } },
      {},
      `no_fx_rate: an exchange rate to USD is missing; needs 100 USD more of bets (0 of 100 USD)${ends}`,
    ],
    [
      'for KYC, where nothing else ever held inside the window',
      [put(1, 'd1', '50')],
      { ...asksKyc, only: { countries: ['DE'] } },
      {
        countries: [
          { from: REGISTERED, country: 'FR' },
          { from: day(40), country: 'DE' },
        ],
      },
      `qualification_pending: needs the customer to pass KYC${ends}`,
    ],
  ])('%s', (_name, events, terms, more, expected) => {
    expect(tellCase(events, terms, more)).toBe(expected);
  });

  test('to nobody of a country that is not known, where the deal names countries', () => {
    expect(tellCase([put(1, 'd1', '50')], { only: { countries: ['DE'] } })).toBe(
      'geo_out_of_scope: the country of the customer is not known, and the deal names countries',
    );
  });
});

describe('a chargeback before the qualification', () => {
  test.each<Row>([
    [
      'of the only deposit leaves none',
      [put(1, 'd1', '5'), back(3, 'c', 'd1')],
      { ...whole, minimumDeposit: '0', ...asksKyc },
      pending,
      'chargeback: every deposit was charged back',
    ],
    [
      'after the window takes it too',
      [put(1, 'd1', '30'), put(20, 'd2', '20'), back(40, 'c', 'd2', '10')],
      { ...whole, ...asksKyc },
      pending,
      'chargeback: of deposits of 50 USD 40 is left after chargebacks',
    ],
    [
      'is not made good by a deposit after the window',
      [put(1, 'd1', '50'), back(2, 'c', 'd1', '10'), put(40, 'd2', '20')],
      { ...whole, ...asksKyc },
      pending,
      'chargeback: of deposits of 50 USD 40 is left after chargebacks',
    ],
    [
      'is not made good by a deposit at its end',
      [put(1, 'd1', '50'), back(2, 'c', 'd1', '10'), put(30, 'd2', '20')],
      { ...whole, ...asksKyc },
      pending,
      'chargeback: of deposits of 50 USD 40 is left after chargebacks',
    ],
    [
      'that leaves exactly the minimum leaves the rest to wait for KYC',
      [put(1, 'd1', '60'), back(2, 'c', 'd1', '10')],
      { ...whole, ...asksKyc },
      pending,
      'qualification_pending: the customer has not passed KYC',
    ],
    [
      'at the instant of the deposit with which the window begins',
      [put(1, 'd1', '60'), back(1, 'c', 'd1', '20')],
      { ...whole, windowFrom: 'first_deposit' },
      {},
      'chargeback: of deposits of 60 USD 40 is left after chargebacks',
    ],
    [
      'of the first deposit, where there is no minimum and no rate is needed',
      [
        put(1, 'd1', '5', { currency: 'EUR' }),
        happens('chargeback', 3, 'c', { originalId: 'd1', currency: 'EUR' }),
      ],
      { minimumDeposit: '0', ...asksKyc },
      pending,
      'chargeback: of the first deposit of 5 EUR 5 was charged back',
    ],
    [
      'of a part of it is none of the deal’s concern where there is no minimum',
      [put(1, 'd1', '5'), back(3, 'c', 'd1', '4')],
      { minimumDeposit: '0', ...asksKyc },
      pending,
      'qualification_pending: the customer has not passed KYC',
    ],
    [
      'of a part of it, where less than the minimum is left',
      [put(1, 'd1', '60'), back(3, 'c', 'd1', '11')],
      asksKyc,
      pending,
      'chargeback: of the first deposit of 60 USD 11 was charged back',
    ],
    [
      'of a part of it, where the minimum is left',
      [put(1, 'd1', '60'), back(3, 'c', 'd1', '10')],
      asksKyc,
      pending,
      'qualification_pending: the customer has not passed KYC',
    ],
    [
      'is no reason of its own where the deal asks for no first deposit',
      [put(1, 'd1', '100'), back(1, 'c', 'd1', '60')],
      { ...none, conditions: { metric: 'deposits', atLeast: '100' } },
      {},
      `deposit_baseline_not_met: needs 60 USD more of deposits (40 of 100 USD)${ends}`,
    ],
  ])('%s', (_name, events, terms, more, expected) => {
    expect(tellCase(events, terms, more)).toBe(expected);
  });

  test('what came before a window that begins with a late click has no part in it', () => {
    const click = { ...whole, windowFrom: 'click' };
    const more = { clickedAt: day(2) };
    expect(tellCase([put(1, 'd1', '50'), back(3, 'c', 'd1', '10')], click, more)).toMatch(
      /^ftd_below_min: needs 50 USD/,
    );
    const two = [put(1, 'd1', '50'), put(3, 'd2', '60'), back(3, 'c', 'd2', '20')];
    expect(tellCase(two, click, more)).toBe('chargeback: of deposits of 60 USD 40 is left after chargebacks');
  });
});

describe('what is kept of a CPA that is open', () => {
  test('the deposit that fell short, the progress, what counted and the end of the window', () => {
    const short = put(1, 'd1', '10');
    expect(judgeCase([short], {})).toStrictEqual({
      qualified: false,
      reason: 'ftd_below_min',
      detail: 'the first deposit of 10 USD needs 40 more to reach 50 USD',
      depositId: short.eventId,
      progress: [{ metric: 'first_deposit', have: '10', need: '50', currency: 'USD', met: false }],
      counted: new Set([short.eventId]),
      windowEnds: day(30),
    });
  });

  test('neither a deposit nor an end where there is none', () => {
    const outcome = judgeCase([], { windowDays: null });
    expect(outcome).not.toHaveProperty('depositId');
    expect(outcome).not.toHaveProperty('windowEnds');
  });

  test('how the person stands now, whatever was told of it before', () => {
    const person = (more: CaseParts, only: object) =>
      judgeCase([], { ...asksKyc, only }, more).progress.slice(1);
    const countries = [
      { from: REGISTERED, country: 'FR' },
      { from: day(2), country: 'DE' },
    ];
    expect(
      person({ kyc: kyc([0, 'failed'], [3, 'passed']), countries }, { countries: ['AT', 'DE'] }),
    ).toStrictEqual([
      { metric: 'kyc', have: 'passed', need: 'passed', met: true },
      { metric: 'country', have: 'DE', need: 'AT DE', met: true },
    ]);
    expect(person({ kyc: kyc([3, 'pending']), countries }, { exceptCountries: ['DE', 'FR'] })).toStrictEqual([
      { metric: 'kyc', have: 'pending', need: 'passed', met: false },
      { metric: 'country', have: 'DE', need: '', met: false },
    ]);
    expect(person({}, { countries: ['DE'], exceptCountries: ['FR'] })).toStrictEqual([
      { metric: 'kyc', have: '', need: 'passed', met: false },
      { metric: 'country', have: '', need: 'DE', met: false },
    ]);
    expect(judgeCase([], {}).progress).toHaveLength(1);
  });
});
