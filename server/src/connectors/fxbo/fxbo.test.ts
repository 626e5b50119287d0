import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findSample, mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Told } from '../../../test/support/presets.ts';
import { fxbo } from './index.ts';

const SETTINGS = { zone: 'Europe/Athens' };
const FIXTURE = readFileSync(new URL('fixtures/transactions.json', import.meta.url), 'utf8');
const tell = (body: unknown, settings: object = {}): Told[] =>
  tellAll(mapWith(fxbo.document, { ...SETTINGS, ...settings }, body));

const identifiers = [
  { namespace: 'customer', value: '9001' },
  { namespace: 'fxbo:login-sid', value: '2100501-3' },
];
const TRANSACTIONS: readonly Told[] = [
  {
    kind: 'deposit',
    recordType: 'transaction',
    externalId: '501223',
    part: '',
    occurredAt: '2024-07-01T06:00:00.000Z',
    rawTime: '2024-07-01 09:00:00',
    identifiers,
    amount: '1000',
    currency: 'USD',
    transactionId: '501223',
    status: 'approved',
    rawStatus: 'approved',
    extra: { loginSid: '2100501-3', type: 'deposit', method: 'card', psp: 'PSP A' },
  },
  {
    kind: 'withdrawal',
    recordType: 'transaction',
    externalId: '501224',
    part: '',
    occurredAt: '2024-07-03T07:00:00.000Z',
    rawTime: '2024-07-03 10:00:00',
    identifiers,
    amount: '250',
    currency: 'USD',
    transactionId: '501224',
    status: 'approved',
    rawStatus: 'approved',
    extra: { loginSid: '2100501-3', type: 'withdrawal', method: 'bank' },
  },
  'ignored agent_row',
];
test('a deposit, a withdrawal with its sign, and a withdrawal of a partner that is none of the customer', () => {
  expect(tell(FIXTURE)).toEqual(TRANSACTIONS);
});
const real = findSample('fxbo/transactions.json');
test.skipIf(real === undefined)('the sample file gives the same', () => {
  expect(tell(real)).toEqual(TRANSACTIONS);
});

test('the login with its server can be what identifies', () => {
  expect(tell(FIXTURE, { identifyBy: 'login' })[0]).toMatchObject({
    identifiers: [...identifiers].reverse(),
  });
});

const ROW = {
  id: '7',
  type: 'Deposit',
  status: 'Approved',
  fromLoginSid: null,
  toLoginSid: '5-1',
  fromUserId: '44',
  requestedAmount: '10',
  requestedCurrency: 'EUR',
  processedAmount: 11.5,
  processedCurrency: 'USD',
  createdAt: '2025-01-01 00:00:00',
  processedAt: '2025-01-02 00:00:00',
  method: null,
  psp: null,
};
const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string' ? one : `${one.kind} ${one.amount} ${one.currency} ${one.status}`,
  );
test.each([
  ['approved', {}, ['deposit 11.5 USD approved']],
  [
    'pending',
    { status: 'pending', processedAmount: null, processedCurrency: null, processedAt: null },
    ['unsettled 10 EUR pending'],
  ],
  [
    'declined, nothing processed',
    { status: 'declined', processedAmount: '0.00', processedAt: null },
    ['unsettled 10 EUR declined'],
  ],
  ['cancelled', { status: 'cancelled' }, ['unsettled 10 EUR declined']],
  ['approved without what was processed', { processedAmount: null }, ['quarantined bad_amount']],
  ['an unknown status', { status: 'odd' }, ['quarantined unknown_status']],
  ['an ib transfer', { type: 'ib transfer to account' }, ['ignored agent_row']],
  ['a cashback withdrawal', { type: 'cashback withdrawal' }, ['ignored agent_row']],
  ['an internal transfer', { type: 'internal transfer' }, ['ignored transfer_row']],
  ['a credit', { type: 'Credit in' }, ['ignored credit_row']],
  ['an unknown type', { type: 'party' }, ['quarantined unknown_event']],
  ['no time', { createdAt: null, processedAt: null }, ['quarantined bad_time']],
  ['no user, but a login', { fromUserId: null }, ['deposit 11.5 USD approved']],
  ['nobody', { fromUserId: null, toLoginSid: null }, ['quarantined bad_identifier']],
  ['a broken amount', { processedAmount: '1,000.00' }, ['quarantined bad_amount']],
])('a transaction: %s', (_name, fields, expected) => {
  expect(short(tell([{ ...ROW, ...fields }]))).toEqual(expected);
});

test.each([
  ['an envelope', { data: [ROW], total: 1 }, ['deposit 11.5 USD approved']],
  ['one object', ROW, ['deposit 11.5 USD approved']],
  ['no rows', [], ['empty no_data']],
  [
    'junk among rows',
    [null, 'x', ROW],
    ['quarantined bad_format', 'quarantined bad_format', 'deposit 11.5 USD approved'],
  ],
])('%s', (_name, body, expected) => {
  expect(short(tell(body))).toEqual(expected);
});

test('a later status is a later revision of the same transaction', () => {
  const order = (status: string): string => {
    const mapped = mapWith(fxbo.document, SETTINGS, [{ ...ROW, status }]);
    return mapped.outcome === 'items' && mapped.items[0]?.outcome === 'event'
      ? (mapped.items[0].order.value ?? '')
      : '';
  };
  expect(order('pending') < order('approved') && order('approved') < order('declined')).toBe(true);
});

test('accounts of a demo server are never counted', () => {
  expect(tell([ROW], { demoLogins: ['*-1'] })).toEqual(['ignored demo_account']);
});
