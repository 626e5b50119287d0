import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findSample, mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Delivered, Told } from '../../../test/support/presets.ts';
import { matchTrader } from './index.ts';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const LOGIN: Delivered = {
  query: [
    ['login', '100231'],
    ['systemUuid', 's-1'],
  ],
};
const tell = (
  body: unknown,
  delivered: Delivered = {},
  settings: Record<string, string | string[]> = {},
): Told[] => tellAll(mapWith(matchTrader.document, settings, body, delivered));

const leg = (
  part: string,
  fields: Record<string, unknown>,
  execution: Record<string, unknown>,
  alias: string,
): Told =>
  ({
    kind: 'execution',
    recordType: 'closed_position',
    part,
    identifiers: [{ namespace: 'match-trader:main', value: '100231' }],
    extra: { alias },
    ...fields,
    execution: {
      account: 'main:100231',
      entry: part === 'open' ? 'in' : 'out',
      service: false,
      cancelled: false,
      ...execution,
    },
  }) as unknown as Told;

const POSITIONS: readonly Told[] = [
  leg(
    'open',
    {
      externalId: 'W7421180092:W7421180099',
      occurredAt: '2024-06-03T08:00:01.120Z',
      rawTime: '2024-06-03T08:00:01.120Z',
    },
    { position: 'W7421180092', side: 'buy', symbol: 'EURUSD', lots: '0.5', price: '1.08512' },
    'EURUSD',
  ),
  leg(
    'close',
    {
      externalId: 'W7421180092:W7421180099',
      occurredAt: '2024-06-03T08:00:41.900Z',
      rawTime: '2024-06-03T08:00:41.900Z',
    },
    {
      position: 'W7421180092',
      order: 'W7421180099',
      side: 'sell',
      symbol: 'EURUSD',
      lots: '0.5',
      price: '1.08552',
      profit: '20',
      commission: '-3',
      swap: '0',
    },
    'EURUSD',
  ),
  leg(
    'open',
    {
      externalId: 'W7421180093:W7421180140',
      occurredAt: '2024-06-03T21:58:00.000Z',
      rawTime: '2024-06-03T21:58:00.000Z',
    },
    { position: 'W7421180093', side: 'buy', symbol: 'XAUUSD', lots: '0.1', price: '2330.1' },
    'GOLD',
  ),
  leg(
    'close',
    {
      externalId: 'W7421180093:W7421180140',
      occurredAt: '2024-06-04T06:00:00.000Z',
      rawTime: '2024-06-04T06:00:00.000Z',
    },
    {
      position: 'W7421180093',
      order: 'W7421180140',
      side: 'sell',
      symbol: 'XAUUSD',
      lots: '0.1',
      price: '2329.1',
      profit: '-10',
      commission: '0',
      swap: '-1.1',
    },
    'GOLD',
  ),
];

test('a closed position tells its opening and its close; the login comes from the address or the setting', () => {
  expect(tell(fixture('closed_positions.json'), LOGIN)).toEqual(POSITIONS);
  expect(tell(fixture('closed_positions.json'), {}, { login: '100231' })).toEqual(POSITIONS);
  expect(tell(fixture('closed_positions.json'))).toEqual(
    Array.from({ length: 4 }, () => 'quarantined bad_identifier'),
  );
});

const accounts = findSample('match-trader/accounts_page.json');
const positions = findSample('match-trader/closed_positions.json');
test.skipIf(accounts === undefined || positions === undefined)('the sample files', () => {
  expect(tell(positions, LOGIN)).toEqual(POSITIONS);
  const told = tell(accounts);
  expect(told).toMatchObject([
    {
      kind: 'registration',
      recordType: 'account',
      externalId: '0044eb05-6964-40e1-a920-c6a3e8258569',
      identifiers: [{ namespace: 'customer', value: '0044eb05-6964-40e1-a920-c6a3e8258569' }],
      occurredAt: '2024-04-05T13:37:54.014Z',
      country: 'US',
    },
    'quarantined bad_format',
  ]);
  expect(JSON.stringify(told)).not.toMatch(/integration-demo|passport|Sample|Demo|\+1111/);
});

const ACCOUNT = {
  uuid: 'a-1',
  created: '2025-02-01T10:00:00.123456Z',
  updated: '2025-02-02T10:00:00Z',
  email: 'person@example.com',
  verificationStatus: 'NEW',
  type: 'RETAIL',
  personalDetails: { firstname: 'Ada', lastname: 'Person', passport: { number: 'X1' } },
  addressDetails: { country: 'DE' },
  accountConfiguration: { partnerId: 0, branchUuid: 'b-1' },
  leadDetails: { source: 'web', becomeActiveClientTime: null },
  bankingDetails: { bankAccount: 'DE00' },
};
test.each([
  ['a new account', {}, ['registration a-1']],
  ['a verified one', { verificationStatus: 'VERIFIED' }, ['registration a-1', 'kyc_status a-1 passed']],
  ['a refused one', { verificationStatus: 'REJECTED' }, ['registration a-1', 'kyc_status a-1 failed']],
  [
    'one in verification',
    { verificationStatus: 'PENDING_VERIFICATION' },
    ['registration a-1', 'kyc_status a-1 pending'],
  ],
  ['a blocked one', { verificationStatus: 'BLOCKED' }, ['registration a-1']],
  [
    'null in place of details',
    { personalDetails: null, addressDetails: null, leadDetails: null, accountConfiguration: null },
    ['registration a-1'],
  ],
  ['no uuid', { uuid: null }, ['quarantined unknown_event']],
  ['no time of creation', { created: null, updated: null }, ['quarantined bad_time']],
])('%s', (_name, fields, expected) => {
  const told = tell({ content: [{ ...ACCOUNT, ...fields }], totalPages: null, number: null });
  expect(
    told.map((one) =>
      typeof one === 'string'
        ? one
        : `${one.kind} ${one.externalId}${one.kyc === undefined ? '' : ` ${one.kyc.status}`}`,
    ),
  ).toEqual(expected);
  expect(JSON.stringify(told)).not.toMatch(/person@example|Ada|X1|DE00/);
});

test('the setting kycFromAccounts leaves KYC to another source', () => {
  expect(
    tell({ content: [{ ...ACCOUNT, verificationStatus: 'VERIFIED' }] }, {}, { kycFromAccounts: 'no' }),
  ).toHaveLength(1);
});

const HOOK = {
  messageType: 'TIMELINE_DEPOSIT',
  eventType: 'UPDATED',
  id: 'm-1',
  timestamp: '2025-02-03T10:00:00.000Z',
  body: {
    accountInfo: { uuid: 'a-1', email: 'person@example.com' },
    depositUuid: 'd-1',
    status: 'DONE',
    amount: 250.5,
    currency: 'EUR',
  },
};
const body = (fields: Record<string, unknown>): object => ({ ...HOOK, body: { ...HOOK.body, ...fields } });
const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string'
      ? one
      : `${one.kind} ${one.externalId} ${one.amount} ${one.currency} ${one.status}`,
  );

test.each([
  ['done', body({}), ['deposit d-1 250.5 EUR approved']],
  ['amount as text', body({ amount: '250.50' }), ['deposit d-1 250.5 EUR approved']],
  ['new', body({ status: 'NEW' }), ['unsettled d-1 250.5 EUR pending']],
  ['waiting for payment', body({ status: 'PROCESSING_PAYMENT' }), ['unsettled d-1 250.5 EUR pending']],
  ['cancelled', body({ status: 'CANCELLED_BY_USER' }), ['unsettled d-1 250.5 EUR declined']],
  ['deleted', { ...body({}), eventType: 'DELETED' }, ['unsettled d-1 250.5 EUR declined']],
  ['an unknown status', body({ status: 'ODD' }), ['quarantined unknown_status']],
  [
    'a withdrawal',
    {
      ...HOOK,
      messageType: 'TIMELINE_WITHDRAWAL',
      body: {
        accountInfo: { uuid: 'a-1' },
        withdrawalUuid: 'w-1',
        status: 'DONE',
        amount: -20,
        currency: 'EUR',
      },
    },
    ['withdrawal w-1 20 EUR approved'],
  ],
  [
    'a login',
    { messageType: 'TIMELINE_LOGIN', eventType: 'CREATED', body: { accountInfo: { uuid: 'a-1' } } },
    ['ignored unwanted_row'],
  ],
  [
    'a manager',
    { messageType: 'TIMELINE_MANAGER_ASSIGN', eventType: 'CREATED', body: {} },
    ['ignored unwanted_row'],
  ],
  [
    'an unknown message',
    { messageType: 'TIMELINE_PARTY', eventType: 'CREATED', body: {} },
    ['quarantined unknown_event'],
  ],
  [
    'a list of messages',
    [HOOK, body({ depositUuid: 'd-2' })],
    ['deposit d-1 250.5 EUR approved', 'deposit d-2 250.5 EUR approved'],
  ],
])('a webhook: %s', (_name, message, expected) => {
  expect(short(tell(message))).toEqual(expected);
});

test('a status walk is ordered by the walk, not by arrival', () => {
  const order = (message: object): string => {
    const mapped = mapWith(matchTrader.document, {}, message);
    return mapped.outcome === 'items' && mapped.items[0]?.outcome === 'event'
      ? (mapped.items[0].order.value ?? '')
      : '';
  };
  const walk = [
    'NEW',
    'AWAITING_CONFIRMATION',
    'PROCESSING',
    'BOOKED',
    'PROCESSING_PAYMENT',
    'DONE',
    'REJECTED',
  ].map((status) => order(body({ status })));
  expect([...walk, order({ ...body({}), eventType: 'DELETED' })]).toEqual(
    [...walk, order({ ...body({}), eventType: 'DELETED' })].sort(),
  );
  expect(new Set(walk).size).toBe(walk.length);
});

test.each([
  ['deposits', 'deposit'],
  ['withdrawals', 'withdrawal'],
])('the feed %s says what its rows are', (feed, kind) => {
  const row = {
    uuid: 'p-1',
    status: 'DONE',
    amount: '10',
    netAmount: '9',
    currency: 'USD',
    created: '2025-02-03T10:00:00Z',
    accountInfo: { uuid: 'a-1' },
  };
  expect(short(tell({ content: [row], totalPages: null }, { feed }))).toEqual([
    `${kind} p-1 10 USD approved`,
  ]);
  expect(
    short(
      tell(
        {
          content: [
            {
              ...row,
              status: undefined,
              amount: undefined,
              currency: undefined,
              paymentRequestInfo: { financialDetails: { status: 'DONE', amount: 10, currency: 'USD' } },
            },
          ],
        },
        { feed },
      ),
    ),
  ).toEqual([`${kind} p-1 10 USD approved`]);
  expect(short(tell({ content: [row] }))).toEqual(['quarantined unknown_event']);
  expect(tell({ content: [] }, { feed })).toEqual(['empty no_data']);
});

const POSITION = {
  id: 'P1',
  openTime: '2025-01-01T00:00:00Z',
  openPrice: 1.1,
  symbol: 'EURUSD.m',
  volume: 0.25,
  time: '2025-01-01T01:00:00.123456Z',
  closePrice: 1.2,
  side: 'SELL',
  profit: 1,
};
test.each([
  ['numbers as numbers', POSITION, ['in sell 0.25', 'out buy 0.25']],
  [
    'positions by login',
    [
      { login: 5, closedPositions: [POSITION] },
      { login: 6, closedPositions: [POSITION] },
    ],
    ['in sell 0.25', 'out buy 0.25', 'in sell 0.25', 'out buy 0.25'],
  ],
  ['a bare list', [{ ...POSITION, login: 5 }], ['in sell 0.25', 'out buy 0.25']],
  ['no volume', { ...POSITION, volume: null }, ['quarantined missing_field', 'quarantined missing_field']],
  ['a side that is none', { ...POSITION, side: 'UP' }, ['quarantined bad_value', 'quarantined bad_value']],
])('closed positions: %s', (_name, message, expected) => {
  const told = tell(message, LOGIN, { symbolSuffixes: ['.m'] });
  expect(
    told.map((one) =>
      typeof one === 'string' ? one : `${one.execution?.entry} ${one.execution?.side} ${one.execution?.lots}`,
    ),
  ).toEqual(expected);
});

test('two parts of one position are two trades', () => {
  const told = tell(
    {
      closedPositions: [
        { ...POSITION, closingOrderID: 'c-1' },
        { ...POSITION, closingOrderID: 'c-2' },
      ],
    },
    LOGIN,
  );
  expect(
    new Set(told.map((one) => (typeof one === 'string' ? one : `${one.externalId} ${one.part}`))).size,
  ).toBe(4);
});

test('demo never pays: by the offer of a trading account, and by logins', () => {
  const row = {
    uuid: 't-1',
    login: '9',
    offer: { uuid: 'o', name: 'Demo', demo: true, system: { demo: false } },
    accountInfo: { uuid: 'a-1' },
    created: '2025-01-01T00:00:00Z',
  };
  expect(tell({ content: [row] })).toEqual(['ignored demo_account']);
  expect(
    tell({ content: [{ ...row, offer: { uuid: 'o', demo: false, system: { demo: true } } }] }),
  ).toMatchObject([
    {
      kind: 'identifier_link',
      link: {
        namespace: 'match-trader:main',
        value: '9',
        customerNamespace: 'customer',
        customerValue: 'a-1',
        effectiveFrom: '2025-01-01T00:00:00.000Z',
      },
    },
  ]);
  expect(tell(POSITION, LOGIN, { demoLogins: ['1002*'] })).toEqual(['ignored demo_account']);
});
