import { expect, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import { ExactNumber } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { comparableContent, compileMapping, mapEvent } from './index.ts';

const RECEIVED = instantFromIso('2024-07-03T00:00:00Z');
const DEPOSIT: JsonObject = {
  kind: 'deposit',
  externalId: 'd1',
  occurredAt: '2024-07-01T10:00:00Z',
  identifiers: [{ namespace: 'crm', value: '7' }],
  amount: '12.50',
  currency: 'USD',
};
const EXECUTION: JsonObject = {
  kind: 'execution',
  recordType: 'deal',
  externalId: '1',
  occurredAt: '2024-07-01T10:00:00Z',
  identifiers: [{ namespace: 'mt5:a', value: '9' }],
  execution: {
    account: 'a:9',
    position: '5',
    side: 'buy',
    entry: 'in',
    symbol: 'EURUSD',
    lots: 1.5,
    service: false,
    cancelled: false,
  },
};

test('an event in our own shape is taken as it is', () => {
  expect(mapEvent(DEPOSIT, RECEIVED)).toEqual({
    outcome: 'event',
    path: '$',
    order: { kind: 'arrival' },
    warnings: [],
    event: {
      kind: 'deposit',
      recordType: 'deposit',
      externalId: 'd1',
      part: '',
      occurredAt: '2024-07-01T10:00:00.000Z',
      rawTime: '2024-07-01T10:00:00Z',
      identifiers: [{ namespace: 'crm', value: '7' }],
      amount: '12.5',
      currency: 'USD',
    },
  });
});

test('numbers of any length are taken exactly', () => {
  const item = mapEvent(
    {
      ...DEPOSIT,
      amount: new ExactNumber('123456789012345678.123456789012345678'),
      identifiers: [{ namespace: 'crm', value: 7 }],
    },
    RECEIVED,
  );
  expect(item).toMatchObject({
    event: { amount: '123456789012345678.123456789012345678', identifiers: [{ value: '7' }] },
  });
});

test('an execution carries its fields, a registration its click', () => {
  expect(mapEvent(EXECUTION, RECEIVED)).toMatchObject({
    event: { execution: { lots: '1.5', side: 'buy', service: false } },
  });
  expect(
    mapEvent(
      {
        kind: 'registration',
        externalId: 'r',
        identifiers: [{ namespace: 'crm', value: '7' }],
        clickId: 'c',
      },
      RECEIVED,
    ),
  ).toMatchObject({
    event: {
      identifiers: [
        { namespace: 'crm', value: '7' },
        { namespace: 'click', value: 'c' },
      ],
      occurredAtAssumed: true,
    },
  });
});

test('a closed volume of zero is one that was not told', () => {
  const execution = { ...(EXECUTION['execution'] as JsonObject), entry: 'out', closedLots: '0' };
  expect(mapEvent({ ...EXECUTION, execution }, RECEIVED)).toMatchObject({
    outcome: 'event',
    event: { execution: expect.not.objectContaining({ closedLots: '0' }) },
  });
});

test.each([
  [{ kind: 'self_excluded' }, {}],
  [
    { kind: 'self_excluded', customerStatus: { status: 'cooling_off', until: '2024-07-02T00:00:00Z' } },
    { customerStatus: { status: 'cooling_off', until: '2024-07-02T00:00:00.000Z' } },
  ],
  [
    { kind: 'kyc_status', customerStatus: { status: 'duplicate' } },
    { customerStatus: { status: 'duplicate' } },
  ],
  [
    { kind: 'account_closed', customerStatus: { status: 'readmitted' } },
    { customerStatus: { status: 'readmitted' } },
  ],
])('what bars a customer: %j', (said, expected) => {
  const { amount: _amount, currency: _currency, ...plain } = DEPOSIT;
  const item = mapEvent({ ...plain, occurredAt: '2024-07-01T00:00:00Z', ...said }, RECEIVED);
  expect(item).toMatchObject({ outcome: 'event', event: { kind: said.kind, ...expected } });
});

test.each([
  [{ status: 'banished' }, 'unknown_status'],
  [{ status: 'closed', until: '2024-07-01T00:00:00Z' }, 'bad_time'],
  [{ status: 'closed', til: '2024-07-01T00:00:00Z' }, 'bad_value'],
])('what cannot bar a customer: %j', (customerStatus, reason) => {
  const { amount: _amount, currency: _currency, ...plain } = DEPOSIT;
  const event = { ...plain, occurredAt: '2024-07-01T00:00:00Z', kind: 'account_closed', customerStatus };
  expect(mapEvent(event, RECEIVED)).toMatchObject({ outcome: 'quarantined', reason });
});

test('KYC, links, extra and the order of revisions', () => {
  expect(mapEvent({ ...DEPOSIT, kind: 'kyc_status', kyc: { status: 'passed' } }, RECEIVED)).toMatchObject({
    event: { kyc: { status: 'passed' } },
  });
  const link = { namespace: 'mt5:a', value: '9', customerNamespace: 'crm', customerValue: '7' };
  expect(mapEvent({ ...DEPOSIT, kind: 'identifier_link', link }, RECEIVED)).toMatchObject({
    event: { link },
  });
  expect(mapEvent({ ...DEPOSIT, extra: { shop: 'eu', n: 5 } }, RECEIVED)).toMatchObject({
    event: { extra: { shop: 'eu', n: '5' } },
  });
  expect(mapEvent({ ...DEPOSIT, version: 3 }, RECEIVED)).toMatchObject({
    order: { kind: 'version', value: '00000000000000000003' },
  });
  expect(mapEvent({ ...DEPOSIT, modifiedAt: '2024-07-01T10:00:00Z' }, RECEIVED)).toMatchObject({
    order: { kind: 'modifiedAt' },
  });
});

const BAD: readonly [string, JsonValue, string][] = [
  ['no object', 'x', 'bad_format'],
  ['a list', [], 'bad_format'],
  ['a misspelt key', { ...DEPOSIT, amout: 1 }, 'bad_value'],
  ['an unknown kind', { ...DEPOSIT, kind: 'party' }, 'unknown_event'],
  ['no kind', { ...DEPOSIT, kind: null }, 'unknown_event'],
  ['a kind that is a list', { ...DEPOSIT, kind: ['deposit'] }, 'bad_value'],
  ['no external id', { ...DEPOSIT, externalId: '' }, 'missing_key'],
  ['an external id that is an object', { ...DEPOSIT, externalId: {} }, 'bad_value'],
  ['a naive time', { ...DEPOSIT, occurredAt: '2024-07-01 10:00:00' }, 'bad_time'],
  ['a number as time', { ...DEPOSIT, occurredAt: 5 }, 'bad_time'],
  ['a time of no characters', { ...DEPOSIT, occurredAt: '' }, 'bad_time'],
  ['a time of spaces', { ...DEPOSIT, occurredAt: '  ' }, 'bad_time'],
  ['the far future', { ...DEPOSIT, occurredAt: '2099-01-01T00:00:00Z' }, 'future_event'],
  ['no identifiers', { ...DEPOSIT, identifiers: [] }, 'bad_identifier'],
  ['identifiers that are an object', { ...DEPOSIT, identifiers: { crm: 7 } }, 'bad_identifier'],
  ['an identifier that is a text', { ...DEPOSIT, identifiers: ['7'] }, 'bad_identifier'],
  ['an identifier without a namespace', { ...DEPOSIT, identifiers: [{ value: '7' }] }, 'bad_identifier'],
  [
    'an identifier "undefined"',
    { ...DEPOSIT, identifiers: [{ namespace: 'crm', value: 'undefined' }] },
    'bad_identifier',
  ],
  [
    'a second identifier "0"',
    {
      ...DEPOSIT,
      identifiers: [
        { namespace: 'crm', value: '7' },
        { namespace: 'x', value: 0 },
      ],
    },
    'bad_identifier',
  ],
  ['an amount that is true', { ...DEPOSIT, amount: true }, 'bad_amount'],
  [
    'a chargeback without an amount that names nothing',
    { ...DEPOSIT, kind: 'chargeback', amount: null },
    'bad_amount',
  ],
  [
    'a chargeback of 0 that names its original',
    { ...DEPOSIT, kind: 'chargeback', amount: '0', originalId: 'd0' },
    'bad_amount',
  ],
  ['no currency', { ...DEPOSIT, currency: null }, 'bad_currency'],
  ['a status of another system', { ...DEPOSIT, status: 'trash' }, 'unknown_status'],
  ['an execution without fields', { ...DEPOSIT, kind: 'execution' }, 'missing_field'],
  [
    'an execution with a misspelt key',
    { ...EXECUTION, execution: { ...(EXECUTION['execution'] as JsonObject), lot: 1 } },
    'bad_value',
  ],
  [
    'an execution on a side that is none',
    { ...EXECUTION, execution: { ...(EXECUTION['execution'] as JsonObject), side: 'long' } },
    'bad_value',
  ],
  [
    'a link without an end',
    { ...DEPOSIT, kind: 'identifier_link', link: { namespace: 'a', value: 'b' } },
    'bad_identifier',
  ],
  ['KYC without a status', { ...DEPOSIT, kind: 'kyc_status' }, 'unknown_status'],
  ['a version that is a text', { ...DEPOSIT, version: 'new' }, 'bad_value'],
  ['extra that is a text', { ...DEPOSIT, extra: 'x' }, 'bad_value'],
];
test.each(BAD)('%s is quarantined', (_name, row, reason) => {
  expect(mapEvent(row, RECEIVED, '$.events[3]')).toMatchObject({
    outcome: 'quarantined',
    reason,
    path: expect.stringMatching(/^\$\.events\[3\]/),
  });
});

test('the canonical format maps one event, a list, or { events }', () => {
  const mapping = compileMapping({ language: 1, name: 'canonical', format: 'canonical' }, {});
  for (const body of [DEPOSIT, [DEPOSIT], { events: [DEPOSIT] }]) {
    expect(mapping.map({ body: JSON.stringify(body), receivedAt: RECEIVED })).toMatchObject({
      outcome: 'items',
      items: [{ outcome: 'event', event: { externalId: 'd1' } }],
      unknownFields: 0,
    });
  }
});

test('content leaves out how a value was spelt', () => {
  const contents = [
    DEPOSIT,
    { ...DEPOSIT, amount: 12.5, occurredAt: '2024-07-01T12:00:00.000+02:00', status: 'approved' },
    { ...DEPOSIT, status: 'approved' },
  ].map((row) => {
    const item = mapEvent(row, RECEIVED);
    return item.outcome === 'event' ? comparableContent(item.event) : item.reason;
  });
  expect(contents[1]).toBe(contents[2]);
  expect(contents[0]).not.toBe(contents[1]);
});

test.each([
  ['chargeback', { originalId: 'd0' }],
  ['reversal', { transactionId: 't0' }],
  ['refund', { originalId: 'd0' }],
])('a %s without an amount is taken where it names what it takes back, and it is told so', (kind, names) => {
  const { amount: _, currency: __, ...without } = DEPOSIT;
  const told = mapEvent({ ...without, kind, ...names }, RECEIVED);
  expect(told).toMatchObject({ outcome: 'event', event: names, warnings: [{ code: 'amount_not_told' }] });
  expect(told).not.toHaveProperty('event.amount');
});
