import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findSample, mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Told } from '../../../test/support/presets.ts';
import { dxtrade } from './index.ts';

const SETTINGS = { lotSizes: { 'EUR/USD': '100000', 'XAU/USD': '100' }, symbols: { 'EUR/USD': 'EURUSD' } };
const FIXTURE = readFileSync(new URL('fixtures/transfers.json', import.meta.url), 'utf8');
const tell = (body: unknown, settings: object = {}): Told[] =>
  tellAll(mapWith(dxtrade.document, { ...SETTINGS, ...settings }, body));
const identifiers = [{ namespace: 'dxtrade:main', value: 'default:ACC-100231' }];

const TRANSFERS: readonly Told[] = [
  {
    kind: 'deposit',
    recordType: 'transaction',
    externalId: '991001',
    part: '',
    occurredAt: '2024-06-03T09:00:00.000Z',
    rawTime: '2024-06-03T09:00:00.000Z',
    identifiers,
    amount: '1000',
    currency: 'USD',
    transactionId: '991001',
    extra: { transferCode: '7781' },
  },
  'ignored commission_row',
  'ignored unwanted_row',
  {
    kind: 'unsettled',
    recordType: 'execution',
    externalId: '6601',
    part: '',
    occurredAt: '2024-06-04T10:00:00.000Z',
    rawTime: '2024-06-04T10:00:00.000Z',
    identifiers,
    amount: '-41.2',
    currency: 'USD',
    originalId: '6601',
    status: 'declined',
    rawStatus: 'BUST',
    extra: { transactionCode: '991044', transferCode: '7799' },
  },
];

test('transfers hold several cash transactions; a BUST takes its trade back', () => {
  expect(tell(FIXTURE)).toEqual(TRANSFERS);
});
const real = findSample('dxtrade/transfers.json');
test.skipIf(real === undefined)('the sample file gives the same', () => {
  expect(tell(real)).toEqual(TRANSFERS);
});

const CASH = {
  account: 'default:A-1',
  transactionCode: '1',
  type: 'DEPOSIT',
  value: '12.50',
  currency: 'EUR',
  transactionTime: '2025-01-01T00:00:00.000Z',
  version: 1,
  tradeCode: 't-1',
};
const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string'
      ? one
      : one.execution === undefined
        ? `${one.kind} ${one.externalId} ${one.amount} ${one.currency}`
        : `${one.externalId} ${one.execution.entry} ${one.execution.side} ${one.execution.symbol} ${one.execution.lots} ${one.execution.position}`,
  );
test.each([
  ['WITHDRAWAL', -12.5, 'withdrawal 1 12.5 EUR'],
  ['withdrawal', '12.5', 'withdrawal 1 12.5 EUR'],
  ['FINANCING', -1, 'ignored interest_row'],
  ['COST', -1, 'ignored charge_row'],
  ['SETTLEMENT', 1, 'ignored unwanted_row'],
  ['ADJUSTMENT', 1, 'ignored correction_row'],
  ['EX_DIVIDEND', 1, 'ignored dividend_row'],
  ['REBATE', 1, 'ignored bonus_row'],
  ['NEGATIVE_BALANCE_CORRECTION', 1, 'ignored compensation_row'],
  ['BUST', 0, 'unsettled t-1 0 EUR'],
  ['PARTY', 1, 'quarantined unknown_event'],
])('a cash transaction of type %s', (type, value, expected) => {
  expect(short(tell({ transfers: [{ cashTransactions: [{ ...CASH, type, value }] }] }))).toEqual([expected]);
});

test.each([
  [
    'one transfer',
    {
      account: 'default:A-1',
      transactionTime: CASH.transactionTime,
      cashTransactions: [{ ...CASH, account: null, transactionTime: null, tradeCode: null }],
    },
    ['deposit 1 12.5 EUR'],
  ],
  [
    'a bare list of transfers',
    [{ cashTransactions: [CASH] }, { cashTransactions: [CASH] }],
    ['deposit 1 12.5 EUR', 'deposit 1 12.5 EUR'],
  ],
  ['no transfers', { transfers: [] }, ['empty no_data']],
  [
    'a bust without a trade',
    { transfers: [{ cashTransactions: [{ ...CASH, type: 'BUST', tradeCode: null }] }] },
    ['quarantined unknown_event'],
  ],
  ['no value', { transfers: [{ cashTransactions: [{ ...CASH, value: null }] }] }, ['quarantined bad_amount']],
  [
    'no account',
    { transfers: [{ cashTransactions: [{ ...CASH, account: null }] }] },
    ['quarantined bad_identifier'],
  ],
])('%s', (_name, body, expected) => {
  expect(short(tell(body))).toEqual(expected);
});

const FILL = {
  executionCode: 'e-1',
  orderCode: 'o-1',
  status: 'COMPLETED',
  lastQuantity: 150_000,
  lastPrice: 1.1,
  transactionTime: '2025-01-01T00:00:00.000Z',
};
const ORDER = {
  account: 'default:A-1',
  orderCode: 'o-1',
  instrument: 'EUR/USD',
  side: 'BUY',
  legs: [{ instrument: 'EUR/USD', positionEffect: 'OPEN', positionCode: 'p-1' }],
  executions: [FILL],
};
const order = (fields: object, fill: object = {}): object => ({
  orders: [{ ...ORDER, ...fields, executions: [{ ...FILL, ...fill }] }],
});
test.each([
  ['an opening', order({}), ['e-1 in buy EURUSD 1.5 p-1']],
  ['quantity as text', order({}, { lastQuantity: '1000' }), ['e-1 in buy EURUSD 0.01 p-1']],
  [
    'a close',
    order({ side: 'SELL', legs: [{ positionEffect: 'CLOSE', positionCode: 'p-1' }] }),
    ['e-1 out sell EURUSD 1.5 p-1'],
  ],
  ['a trade code', order({}, { tradeCode: '6601' }), ['6601 in buy EURUSD 1.5 p-1']],
  [
    'a report without a quantity',
    order({}, { lastQuantity: 0, status: 'WORKING' }),
    ['ignored unwanted_status'],
  ],
  ['an instrument without a lot size', order({ instrument: 'GBP/USD' }), ['quarantined bad_quantity']],
  ['no effect on a position', order({ legs: [{ positionCode: 'p-1' }] }), ['quarantined missing_field']],
  ['a bare list of orders', [ORDER, ORDER], ['e-1 in buy EURUSD 1.5 p-1', 'e-1 in buy EURUSD 1.5 p-1']],
])('order history: %s', (_name, body, expected) => {
  expect(short(tell(body))).toEqual(expected);
});

test('a bust has the key of the execution it takes back, and is later than it in any order', () => {
  const item = (body: unknown) => {
    const mapped = mapWith(dxtrade.document, SETTINGS, body);
    return mapped.outcome === 'items' && mapped.items[0]?.outcome === 'event' ? mapped.items[0] : undefined;
  };
  const live = item(order({}, { tradeCode: 't-1' }));
  const bust = item({ transfers: [{ cashTransactions: [{ ...CASH, type: 'BUST' }] }] });
  expect([bust?.event.recordType, bust?.event.externalId, bust?.event.part]).toEqual([
    live?.event.recordType,
    live?.event.externalId,
    live?.event.part,
  ]);
  expect((bust?.order.value ?? '') > (live?.order.value ?? '~')).toBe(true);
});

test('demo accounts are never counted', () => {
  expect(tell(FIXTURE, { demoAccounts: ['default:*'] })).toEqual(
    Array.from({ length: 4 }, () => 'ignored demo_account'),
  );
});
