import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findSample, mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Told } from '../../../test/support/presets.ts';
import { b2core } from './index.ts';

const SETTINGS = { platforms: { MetaTrader5: 'mt5:live-1' } };
const FIXTURE = readFileSync(new URL('fixtures/account.json', import.meta.url), 'utf8');
const tell = (body: unknown, settings: Record<string, Record<string, string>> = SETTINGS): Told[] =>
  tellAll(mapWith(b2core.document, settings, body));

const LINK: Told = {
  kind: 'identifier_link',
  recordType: 'account',
  externalId: '12',
  part: '',
  occurredAt: '2024-03-01T10:00:00.000Z',
  rawTime: '2024-03-01T10:00:00Z',
  identifiers: [{ namespace: 'mt5:live-1', value: '2100242999' }],
  group: 'Fiat',
  accountCurrency: 'EUR',
  link: {
    namespace: 'mt5:live-1',
    value: '2100242999',
    customerNamespace: 'customer',
    customerValue: '7',
    effectiveFrom: '2024-03-01T10:00:00.000Z',
  },
};
test('an account links the login of its platform to the client', () => {
  expect(tell(FIXTURE)).toEqual([LINK]);
  expect(tell(FIXTURE, {})).toMatchObject([{ link: { namespace: 'MetaTrader5' } }]);
});
const real = findSample('b2core/account.json');
test.skipIf(real === undefined)('the sample file gives the same', () => {
  expect(tell(real)).toEqual([LINK]);
});

const ACCOUNT = JSON.parse(FIXTURE) as Record<string, unknown>;
const TX = {
  id: 5,
  type: 'deposit',
  status: 'approved',
  clientId: 7,
  amount: '250.500000000000000000',
  currency: { alphabeticCode: 'EUR' },
  createTime: '2024-03-02T10:00:00Z',
};
const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string'
      ? one
      : `${one.kind} ${one.externalId} ${one.amount ?? '-'} ${one.currency ?? '-'}`,
  );
test.each([
  [
    'a list of accounts in an envelope',
    { data: [ACCOUNT, ACCOUNT], meta: { total: 2 } },
    ['identifier_link 12 - -', 'identifier_link 12 - -'],
  ],
  ['a demo account', { ...ACCOUNT, group: { id: 2, name: 'Demo USD' } }, ['ignored demo_account']],
  ['a wallet without a platform', { ...ACCOUNT, platform: null }, ['ignored unwanted_row']],
  ['an account of nobody', { ...ACCOUNT, clientId: null }, ['quarantined bad_identifier']],
  ['a deposit with 18 digits', TX, ['deposit 5 250.5 EUR']],
  ['a deposit that is pending', { ...TX, status: { name: 'Pending' } }, ['unsettled 5 250.5 EUR']],
  [
    'a withdrawal',
    { ...TX, type: { name: 'Withdrawal' }, amount: '-1.000000000000000001' },
    ['withdrawal 5 1.000000000000000001 EUR'],
  ],
  ['a transfer', { ...TX, type: 'internal_transfer' }, ['ignored transfer_row']],
  ['an exchange', { ...TX, type: 'exchange' }, ['ignored transfer_row']],
  ['an unknown type', { ...TX, type: 'party' }, ['quarantined unknown_event']],
  ['no rows', { data: [] }, ['empty no_data']],
])('%s', (_name, body, expected) => {
  expect(short(tell(body))).toEqual(expected);
});
