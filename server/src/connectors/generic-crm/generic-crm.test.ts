import { expect, test } from 'vitest';
import { mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Delivered, Told } from '../../../test/support/presets.ts';
import { genericCrm, leverate, skaleCrm, tradeCore } from './index.ts';

const tell = (
  body: unknown,
  settings: Record<string, string | Record<string, string>> = {},
  delivered: Delivered = {},
): Told[] => tellAll(mapWith(genericCrm.document, settings, body, delivered));
const CUSTOMER = {
  customer_id: 'C-1',
  affiliate_id: 7,
  registration_date: '2025-01-01T10:00:00Z',
  last_modified_date: '2025-01-02T10:00:00Z',
  country: 'de',
  click_id: 'clk-1',
  email: 'a@example.com',
  first_name: 'Ada',
};
const TX = {
  transaction_id: 'T-1',
  customer_id: 'C-1',
  type: 'deposit',
  status: 'approved',
  amount: '250.00',
  currency: 'EUR',
  amount_usd: '270.10',
  transaction_date: '2025-01-03T10:00:00Z',
};

test('customers, transactions with the same id and a new status, and daily activity', () => {
  expect(tell({ customers: [CUSTOMER] })).toEqual([
    {
      kind: 'registration',
      recordType: 'customer',
      externalId: 'C-1',
      part: '',
      occurredAt: '2025-01-01T10:00:00.000Z',
      rawTime: '2025-01-01T10:00:00Z',
      identifiers: [{ namespace: 'customer', value: 'C-1' }],
      clickId: 'clk-1',
      country: 'DE',
      extra: { affiliateId: '7' },
    },
  ]);
  expect(tell({ data: [TX] })).toEqual([
    {
      kind: 'deposit',
      recordType: 'transaction',
      externalId: 'T-1',
      part: '',
      occurredAt: '2025-01-03T10:00:00.000Z',
      rawTime: '2025-01-03T10:00:00Z',
      identifiers: [{ namespace: 'customer', value: 'C-1' }],
      amount: '250',
      currency: 'EUR',
      transactionId: 'T-1',
      status: 'approved',
      rawStatus: 'approved',
      extra: { amountUsd: '270.10' },
    },
  ]);
  expect(
    tell([
      {
        customer_id: 'C-1',
        date: '2025-01-03',
        game_type: 'slots',
        bets: '100.50',
        wins: 80,
        ggr: '20.5',
        currency: 'EUR',
      },
    ]),
  ).toMatchObject([
    {
      kind: 'activity_day',
      externalId: 'C-1:2025-01-03:slots',
      occurredAt: '2025-01-03T00:00:00.000Z',
      currency: 'EUR',
      measures: { bets: '100.5', wins: '80', ggr: '20.5' },
    },
  ]);
});

const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string'
      ? one
      : `${one.kind} ${one.externalId} ${one.kyc?.status ?? one.amount ?? '-'} ${one.currency ?? '-'}`,
  );
test.each([
  ['pending', { ...TX, status: 'Pending' }, {}, ['unsettled T-1 250 EUR']],
  ['declined', { ...TX, status: 'declined' }, {}, ['unsettled T-1 250 EUR']],
  ['no status', { ...TX, status: null }, {}, ['deposit T-1 250 EUR']],
  ['an unknown status', { ...TX, status: 'odd' }, {}, ['quarantined unknown_status']],
  ['an FTD', { ...TX, type: 'FTD' }, {}, ['first_deposit T-1 250 EUR']],
  ['a bonus apart from deposits', { ...TX, type: 'Bonus' }, {}, ['bonus_granted T-1 250 EUR']],
  [
    'a chargeback',
    { ...TX, type: 'chargeback', original_transaction_id: 'T-0' },
    {},
    ['chargeback T-1 250 EUR'],
  ],
  ['a transfer', { ...TX, type: 'internal transfer' }, {}, ['ignored transfer_row']],
  ['a credit', { ...TX, type: 'credit' }, {}, ['ignored credit_row']],
  ['US dollars only', { ...TX, amount: null, currency: null }, {}, ['deposit T-1 270.1 USD']],
  ['no currency', { ...TX, currency: null }, {}, ['quarantined bad_currency']],
  [
    'no currency, but one of the source',
    { ...TX, currency: null },
    { currency: 'GBP' },
    ['deposit T-1 250 GBP'],
  ],
  ['an unknown type', { ...TX, type: 'party' }, {}, ['quarantined unknown_event']],
  ['a test', { ...TX, is_test: 1 }, {}, ['deposit T-1 250 EUR']],
])('a transaction: %s', (_name, row, settings: Record<string, string>, expected) => {
  expect(short(tell({ transactions: [row] }, settings))).toEqual(expected);
});

test.each([
  ['verified', { kyc_status: 'Verified' }, {}, ['registration C-1 - -', 'kyc_status C-1 passed -']],
  [
    'an id in the table',
    { kyc_status_id: 2 },
    { kycStatuses: { '2': 'passed' } },
    ['registration C-1 - -', 'kyc_status C-1 passed -'],
  ],
  [
    'an id that the table lacks',
    { kyc_status_id: 3 },
    { kycStatuses: { '2': 'passed' } },
    ['registration C-1 - -', 'quarantined unknown_status'],
  ],
  ['nobody', { customer_id: null }, {}, ['quarantined unknown_event']],
  ['no time of registration', { registration_date: null }, {}, ['quarantined unknown_event']],
])('a customer: %s', (_name, fields, settings: Record<string, Record<string, string>>, expected) => {
  expect(short(tell([{ ...CUSTOMER, ...fields }], settings))).toEqual(expected);
});

test('personal data never reaches an event, and a test is told as one', () => {
  expect(JSON.stringify(tell([CUSTOMER]))).not.toMatch(/Ada|example/);
  expect(tell([{ ...TX, is_test: true }])).toMatchObject([{ test: true }]);
});

test.each([
  ['a customer on its feed', CUSTOMER, { feed: 'customers' }, ['registration C-1 - -']],
  ['a transaction on its feed', TX, { feed: 'transactions' }, ['deposit T-1 250 EUR']],
  [
    'camelCase',
    {
      transactionId: 9,
      customerId: 5,
      type: 'Withdrawal',
      amount: -5,
      currency: 'USD',
      createdAt: 1_735_689_600,
    },
    {},
    ['quarantined bad_amount'],
  ],
  ['pages', { data: { items: [TX], total: 1 } }, {}, ['deposit T-1 250 EUR']],
  ['nothing', { data: [] }, {}, ['empty no_data']],
])('%s', (_name, body, delivered, expected) => {
  expect(short(tell(body, {}, delivered))).toEqual(expected);
});

test.each([skaleCrm, tradeCore, leverate])('$name starts from the same contract', (preset) => {
  expect(tellAll(mapWith(preset.document, {}, { transactions: [TX] }))).toEqual(tell({ transactions: [TX] }));
});

test('a body with several lists is read whole, and an empty one hides nothing', () => {
  const body = { customers: [CUSTOMER], transactions: [TX, { ...TX, transaction_id: 'T-2' }], activity: [] };
  expect(short(tell(body))).toEqual(['registration C-1 - -', 'deposit T-1 250 EUR', 'deposit T-2 250 EUR']);
  expect(short(tell({ ...body, customers: [] }))).toEqual(['deposit T-1 250 EUR', 'deposit T-2 250 EUR']);
});
