import { describe, expect, test } from 'vitest';
import { at, cpaDeal, deposit, placed } from '../../../test/support/evidence.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { createRateBook, EMPTY_RATE_BOOK, RATE_SOURCES } from '../../kernel/rate-book.ts';
import type { DatedRate, Rates } from '../../kernel/rate-book.ts';
import type { CpaComponent } from '../../registry/deals/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { qualifyCpa } from './cpa.ts';
import { countDeposits } from './deposits.ts';
import type { CountrySpan } from '../attribution/facts.ts';
import type { ClosedTrade, KycSpan, StatusSpan } from './facts.ts';

const REGISTERED = at('2024-03-01T10:00:00Z');

function judge(
  events: readonly PlacedEvent[],
  terms: object = {},
  more: {
    kyc?: KycSpan[];
    zone?: string;
    rates?: Rates;
    clickedAt?: Instant;
    countries?: CountrySpan[];
    trades?: ClosedTrade[];
    statuses?: StatusSpan[];
  } = {},
): string {
  const rates = more.rates ?? { book: EMPTY_RATE_BOOK, order: RATE_SOURCES };
  const component = cpaDeal(terms).components[0] as CpaComponent;
  const outcome = qualifyCpa(component, {
    registeredAt: REGISTERED,
    registrationId: 'reg',
    clickedAt: more.clickedAt ?? null,
    countries: more.countries ?? [],
    events,
    trades: more.trades ?? [],
    kyc: more.kyc ?? [],
    statuses: more.statuses ?? [],
    deposits: countDeposits(events, rates).deposits,
    zone: more.zone ?? 'UTC',
    currency: 'USD',
    rates,
  });
  if (!outcome.qualified) return `${outcome.reason}: ${outcome.detail}`;
  const nameOf = (eventId: string): string =>
    events.find((event) => event.eventId === eventId)?.content.externalId ?? eventId;
  const taken = outcome.taken === undefined ? '' : `, taken by ${nameOf(outcome.taken.eventId)}`;
  return `${formatInstant(outcome.qualifiedAt)} by ${nameOf(outcome.grantedBy)}${taken}`;
}

const DAY2 = at('2024-03-02T00:00:00Z');
const DAY3 = at('2024-03-03T00:00:00Z');
const span = (time: string, status: KycSpan['status']): KycSpan => ({
  from: at(time),
  status,
  originId: time,
});
const chargeback = (amount: string | undefined, of: object = { originalId: 'd1' }): PlacedEvent =>
  placed({
    kind: 'chargeback',
    at: at('2024-05-01T00:00:00Z'),
    id: 'c1',
    currency: 'USD',
    ...(amount === undefined ? {} : { amount }),
    ...of,
  });

describe('a CPA qualifies', () => {
  const cases: [string, PlacedEvent[], object, string][] = [
    [
      'on the first deposit that is large enough',
      [deposit(DAY2, 'd1', '50')],
      {},
      '2024-03-02T00:00:00.000Z by d1',
    ],
    [
      'at the registration, when the deposit was told with an earlier time',
      [deposit(at('2024-03-01T09:59:59Z'), 'd1', '50')],
      {},
      '2024-03-01T10:00:00.000Z by d1',
    ],
    [
      'on the last microsecond of the window',
      [deposit(at('2024-03-31T09:59:59.999999Z'), 'd1', '50')],
      {},
      '2024-03-31T09:59:59.999Z by d1'.replace('.999Z', '.999999Z'),
    ],
    [
      'at any time without a window',
      [deposit(at('2030-01-01T00:00:00Z'), 'd1', '50')],
      { windowDays: null },
      '2030-01-01T00:00:00.000Z by d1',
    ],
    [
      'on a deposit of another currency where there is no minimum',
      [deposit(DAY2, 'd1', '1', { currency: 'EUR' })],
      { minimumDeposit: '0' },
      '2024-03-02T00:00:00.000Z by d1',
    ],
    [
      'once, when a first_deposit and a deposit tell of one transaction',
      [
        deposit(DAY2, 'd1', '50', { transactionId: 't' }),
        deposit(DAY2, 'f1', '50', { kind: 'first_deposit', recordType: 'ftd', transactionId: 't' }),
      ],
      {},
      '2024-03-02T00:00:00.000Z by d1',
    ],
    [
      'in spite of a refund and a withdrawal',
      [
        deposit(DAY2, 'd1', '50'),
        placed({ kind: 'refund', at: DAY3, id: 'r', amount: '50', currency: 'USD', originalId: 'd1' }),
        placed({ kind: 'withdrawal', at: DAY3, id: 'w', amount: '50', currency: 'USD' }),
      ],
      {},
      '2024-03-02T00:00:00.000Z by d1',
    ],
    [
      'when what is left after a chargeback still reaches the minimum',
      [deposit(DAY2, 'd1', '80'), chargeback('30')],
      {},
      '2024-03-02T00:00:00.000Z by d1',
    ],
    [
      'in spite of a chargeback of another deposit',
      [deposit(DAY2, 'd1', '50'), deposit(DAY3, 'd2', '50'), chargeback('50', { originalId: 'd2' })],
      {},
      '2024-03-02T00:00:00.000Z by d1',
    ],
    // A chargeback after that instant takes it back by lines of its own.
    [
      'when the whole first deposit was charged back',
      [deposit(DAY2, 'd1', '50'), chargeback('50')],
      {},
      '2024-03-02T00:00:00.000Z by d1, taken by c1',
    ],
    [
      'when a chargeback without an amount takes all',
      [deposit(DAY2, 'd1', '50'), chargeback(undefined)],
      {},
      '2024-03-02T00:00:00.000Z by d1, taken by c1',
    ],
    [
      'when a negative chargeback, joined by its transaction, takes too much',
      [deposit(DAY2, 'd1', '60', { transactionId: 't' }), chargeback('-20', { transactionId: 't' })],
      {},
      '2024-03-02T00:00:00.000Z by d1, taken by c1',
    ],
    [
      'when nothing is left, even without a minimum',
      [deposit(DAY2, 'd1', '5'), chargeback('5')],
      { minimumDeposit: '0' },
      '2024-03-02T00:00:00.000Z by d1, taken by c1',
    ],
  ];
  test.each(cases)('%s', (_what, events, terms, expected) => {
    expect(judge(events, terms)).toBe(expected);
  });
});

describe('a CPA does not qualify', () => {
  const cases: [string, PlacedEvent[], object, string][] = [
    [
      'without a deposit',
      [],
      {},
      'qualification_pending: needs a first deposit of at least 50 USD before 2024-03-31T10:00:00.000Z',
    ],
    [
      'below the minimum, and says how much is missing',
      [deposit(DAY2, 'd1', '10')],
      {},
      'ftd_below_min: the first deposit of 10 USD needs 40 more to reach 50 USD',
    ],
    [
      'on a second deposit, however large',
      [deposit(DAY2, 'd1', '10'), deposit(DAY3, 'd2', '500')],
      {},
      'ftd_below_min: the first deposit of 10 USD needs 40 more to reach 50 USD',
    ],
    [
      'at the very end of the window, which is half-open',
      [deposit(at('2024-03-31T10:00:00Z'), 'd1', '50')],
      {},
      'qualification_window_expired: the first deposit came at 2024-03-31T10:00:00.000Z; the window ended at 2024-03-31T10:00:00.000Z',
    ],
    [
      'when the minimum is in another currency',
      [deposit(DAY2, 'd1', '500', { currency: 'EUR' })],
      {},
      'no_fx_rate: there is no rate from EUR to USD for 2024-03-02T00:00:00.000Z: the first deposit of 500 EUR cannot be compared with the minimum yet',
    ],
    [
      'on a deposit that is marked as a test',
      [deposit(DAY2, 'd1', '50', { test: true })],
      {},
      'qualification_pending: needs a first deposit of at least 50 USD before 2024-03-31T10:00:00.000Z',
    ],
  ];
  test.each(cases)('%s', (_what, events, terms, expected) => {
    expect(judge(events, terms)).toBe(expected);
  });

  test('the window ends at the same wall time of the program, across the change to summer time', () => {
    // Athens: 12:00 on 1 March is 10:00Z, and 12:00 on 31 March, after the change that night, is 09:00Z.
    const late = [deposit(at('2024-03-31T09:00:00Z'), 'd1', '50')];
    expect(judge(late, {}, { zone: 'Europe/Athens' })).toMatch(/^qualification_window_expired/);
    expect(judge(late, {}, { zone: 'UTC' })).toMatch(/^2024-03-31T09:00/);
  });
});

describe('KYC as a condition', () => {
  const paid = [deposit(DAY2, 'd1', '50')];
  const cases: [string, KycSpan[], object, string][] = [
    [
      'is not asked for by default',
      [span('2024-03-01T00:00:00Z', 'pending')],
      {},
      '2024-03-02T00:00:00.000Z by d1',
    ],
    [
      'lets a verified customer qualify at the deposit',
      [span('2024-03-01T00:00:00Z', 'passed')],
      { requireKyc: true },
      '2024-03-02T00:00:00.000Z by d1',
    ],
    [
      'moves the instant to the passing, be that after the window',
      [span('2024-03-01T00:00:00Z', 'pending'), span('2024-06-01T00:00:00Z', 'passed')],
      { requireKyc: true },
      '2024-06-01T00:00:00.000Z by d1',
    ],
    [
      'keeps it open while nobody has told a status',
      [],
      { requireKyc: true },
      'qualification_pending: the customer has not passed KYC',
    ],
    [
      'is failed when the customer is',
      [span('2024-03-03T00:00:00Z', 'failed')],
      { requireKyc: true },
      'kyc_failed: the customer has not passed KYC',
    ],
    [
      'does not count a deposit made while failed',
      [span('2024-03-01T00:00:00Z', 'failed'), span('2024-03-05T00:00:00Z', 'passed')],
      {},
      'qualification_pending: needs a first deposit of at least 50 USD before 2024-03-31T10:00:00.000Z',
    ],
  ];
  test.each(cases)('%s', (_what, kyc, terms, expected) => {
    expect(judge(paid, terms, { kyc })).toBe(expected);
  });
});

describe('A deposit in another currency than the deal', () => {
  const published = (day: string, rate: string): DatedRate => ({
    source: 'ecb',
    base: 'EUR',
    quote: 'USD',
    rate,
    validFrom: at(`${day}T15:00:00Z`),
  });
  const rates: Rates = {
    book: createRateBook([published('2024-03-01', '1.25'), published('2024-03-04', '0.5')]),
    order: RATE_SOURCES,
  };
  const euro = (amount: string, on = DAY2): PlacedEvent => deposit(on, 'd1', amount, { currency: 'EUR' });

  test.each([
    ['qualifies at the rate of its own instant', [euro('40')], '2024-03-02T00:00:00.000Z by d1'],
    [
      'falls short at that rate, and says so with rate, source and date',
      [euro('39')],
      'ftd_below_min: the first deposit of 39 EUR (48.75 USD at 1.25, ecb, published 2024-03-01T15:00:00.000Z) needs 1.25 more to reach 50 USD',
    ],
    [
      'is charged back in its own currency',
      [euro('60'), chargeback('21', { originalId: 'd1', currency: 'EUR' })],
      '2024-03-02T00:00:00.000Z by d1, taken by c1',
    ],
    [
      'is not made smaller by a chargeback for whose instant there is no rate',
      [euro('60'), chargeback('60')],
      '2024-03-02T00:00:00.000Z by d1',
    ],
    [
      'waits for a rate when the last one is older than five days',
      [euro('60', at('2024-03-09T15:00:00.000001Z'))],
      'no_fx_rate: there is no rate from EUR to USD for 2024-03-09T15:00:00.000001Z: the first deposit of 60 EUR cannot be compared with the minimum yet',
    ],
  ])('%s', (_name, events, expected) => {
    expect(judge(events, {}, { rates })).toBe(expected);
  });
});
