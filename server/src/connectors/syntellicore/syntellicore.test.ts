import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findSample, mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Delivered, Told } from '../../../test/support/presets.ts';
import { syntellicore } from './index.ts';

const FIXTURE = readFileSync(new URL('fixtures/webhook_on_deposit.form.txt', import.meta.url), 'utf8');
const FORM: Delivered = {
  contentType: 'application/x-www-form-urlencoded',
  receivedAt: '2026-01-01T00:00:00Z',
};
const tell = (body: unknown, delivered: Delivered = FORM, settings: Record<string, string> = {}): Told[] =>
  tellAll(mapWith(syntellicore.document, settings, body, delivered));

const DEPOSIT: Told = {
  kind: 'first_deposit',
  recordType: 'deposit',
  externalId: '88231',
  part: '',
  occurredAt: '2026-01-01T00:00:00.000Z',
  occurredAtAssumed: true,
  identifiers: [{ namespace: 'customer', value: '100231' }],
  amount: '250',
  currency: 'EUR',
  transactionId: '88231',
};
test('On Deposit: a first deposit without a time of its own', () => {
  expect(tell(FIXTURE)).toEqual([DEPOSIT]);
  expect(JSON.stringify(tell(FIXTURE))).not.toMatch(/Ann|example/);
});
const real = findSample('syntellicore/webhook_on_deposit.form.txt');
test.skipIf(real === undefined)('the sample file gives the same, and twice the same is one event', () => {
  expect(tell(real)).toEqual([DEPOSIT]);
});

const short = (told: Told[]): string[] =>
  told.map((one) => (typeof one === 'string' ? one : `${one.kind} ${one.externalId} ${one.amount ?? '-'}`));
const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
const D = { customer_no: '7', amount: '10', currency: 'USD', is_ftd: '0', tx_id: '1' };
test.each([
  ['a further deposit', form(D), FORM, {}, ['deposit 1 10']],
  ['is_ftd missing', form({ ...D, is_ftd: '' }), FORM, {}, ['deposit 1 10']],
  ['is_ftd odd', form({ ...D, is_ftd: '2' }), FORM, {}, ['quarantined unknown_event']],
  ['by the address', '', { query: Object.entries(D) } as Delivered, {}, ['deposit 1 10']],
  [
    'as JSON',
    { ...D, amount: 10, is_ftd: 1 },
    { contentType: 'application/json' },
    {},
    ['first_deposit 1 10'],
  ],
  [
    'registration',
    form({ customer_no: '7', fname: 'A', email: 'a@example.com', sidc: 'clk-1' }),
    FORM,
    {},
    ['registration 7 -'],
  ],
  [
    'registration on its feed',
    form({ customer_no: '7' }),
    { ...FORM, feed: 'registration' },
    {},
    ['registration 7 -'],
  ],
  ['no customer', form({ ...D, customer_no: '' }), FORM, {}, ['quarantined bad_identifier']],
  ['no tx_id', form({ ...D, tx_id: '' }), FORM, {}, ['quarantined missing_key']],
  ['an amount with a comma', form({ ...D, amount: '1,5' }), FORM, {}, ['quarantined bad_amount']],
  [
    'an unfilled template',
    form({ ...D, customer_no: '{{customer_no}}' }),
    FORM,
    {},
    ['quarantined bad_identifier'],
  ],
])('%s', (_name, body, delivered, settings, expected) => {
  expect(short(tell(body, delivered, settings))).toEqual(expected);
});

test.each([
  ['the deposit counts', {}, ['deposit 1 10'], ['ignored transfer_row']],
  ['the transfer counts', { counts: 'transfer' }, ['ignored transfer_row'], ['deposit 1 10']],
])(
  'a deposit and its transfer to the trading account: %s',
  (_name, settings: Record<string, string>, deposit, transfer) => {
    expect(short(tell(form(D), { ...FORM, feed: 'deposit' }, settings))).toEqual(deposit);
    expect(short(tell(form(D), { ...FORM, feed: 'transfer' }, settings))).toEqual(transfer);
    expect(short(tell(form({ ...D, event: 'transfer' }), FORM, settings))).toEqual(transfer);
    expect(short(tell(form({ ...D, event: 'deposit' }), FORM, settings))).toEqual(deposit);
  },
);
