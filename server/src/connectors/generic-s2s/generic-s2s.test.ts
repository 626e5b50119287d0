import { expect, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import { comparableContent, compileMapping } from '../../pipeline/mapping/index.ts';
import type {
  CanonicalEvent,
  DeliveryInput,
  MappedDelivery,
  MappedItem,
} from '../../pipeline/mapping/index.ts';
import { genericS2s } from './index.ts';

const RECEIVED = instantFromIso('2024-07-03T00:00:00Z');
const mapping = compileMapping(genericS2s.document, { currency: 'USD', server: 'live-1' });
const DEPOSIT = {
  event: 'deposit',
  customer_id: '77',
  amount: '100',
  currency: 'EUR',
  txn_id: 't1',
  time: '2024-07-01T10:00:00Z',
};

function map(input: Partial<DeliveryInput>): MappedDelivery {
  return mapping.map({ body: '', receivedAt: RECEIVED, ...input });
}

function query(fields: Record<string, string>): MappedDelivery {
  return map({ query: Object.entries(fields) });
}

function only(mapped: MappedDelivery): MappedItem {
  if (mapped.outcome !== 'items' || mapped.items.length !== 1)
    throw new Error(`expected one item: ${JSON.stringify(mapped)}`);
  return mapped.items[0] as MappedItem;
}

function eventOf(mapped: MappedDelivery): CanonicalEvent {
  const item = only(mapped);
  if (item.outcome !== 'event') throw new Error(`${item.reason}: ${item.detail}`);
  return item.event;
}

test('a deposit by query', () => {
  expect(eventOf(query(DEPOSIT))).toEqual({
    kind: 'deposit',
    recordType: 'deposit',
    externalId: 't1',
    part: '',
    occurredAt: '2024-07-01T10:00:00.000Z',
    rawTime: '2024-07-01T10:00:00Z',
    identifiers: [{ namespace: 'customer', value: '77' }],
    amount: '100',
    currency: 'EUR',
    transactionId: 't1',
  });
});

test('query, form and JSON of the same fields are the same content', () => {
  const contents = [
    query(DEPOSIT),
    map({ body: new URLSearchParams(DEPOSIT).toString(), contentType: 'application/x-www-form-urlencoded' }),
    map({ body: JSON.stringify(DEPOSIT), contentType: 'application/json' }),
    map({ body: JSON.stringify({ ...DEPOSIT, customer_id: 77, amount: 100.0 }) }),
    map({
      body: JSON.stringify({ amount: '100.00', txn_id: 't1', time: 1_719_828_000 }),
      query: Object.entries({ event: 'deposit', customer_id: '77', currency: 'eur' }),
    }),
  ].map((mapped) => comparableContent(eventOf(mapped)));
  expect(new Set(contents).size).toBe(1);
});

test.each([
  ['FTD', 'first_deposit'],
  ['First Deposit', 'first_deposit'],
  ['initial_fund', 'first_deposit'],
  ['FD', 'first_deposit'],
  ['ReDep', 'deposit'],
  ['top-up', 'deposit'],
  ['subsequent deposit', 'deposit'],
  ['cashout', 'withdrawal'],
  ['QFTD', 'qualified'],
  ['Qualified Deposit', 'qualified'],
  ['bet', 'bet'],
  ['wager', 'bet'],
  ['rollbackwin', 'rollback'],
  ['chargeback', 'chargeback'],
  ['refund', 'refund'],
  ['challenge fee', 'challenge_purchased'],
  ['SignUp', 'registration'],
  ['reg', 'registration'],
  ['account_open', 'registration'],
  ['turnover', 'bet'],
  ['active player', 'qualified'],
  ['casino promo', 'bonus_granted'],
  ['cooling-off', 'self_excluded'],
  ['daily stats', 'activity_day'],
  ['blocked', 'account_closed'],
  ['NDC', 'first_deposit'],
])('%s is %s', (event, kind) => {
  expect(eventOf(query({ ...DEPOSIT, event }))).toMatchObject({ kind, recordType: kind });
});

// Words that mean different things in different systems are synonyms in the mapping of one source only (semantics.md 3.1).
test.each(['lead', 'sale', 'payout', 'activation', 'status', 'redemption', '', 'constructor', '__proto__'])(
  'the event %j is not guessed',
  (event) => {
    expect(only(query({ ...DEPOSIT, event }))).toMatchObject({
      outcome: 'quarantined',
      reason: 'unknown_event',
    });
  },
);

test.each([
  'click_id',
  'clickid',
  'cid',
  'clid',
  'subid',
  'sub_id',
  'aff_sub',
  'btag',
  'afp',
  'cnv_id',
  'ref',
])('%s carries the click id', (name) => {
  const event = eventOf(query({ event: 'registration', customer_id: '77', [name]: 'clk_1' }));
  expect(event).toMatchObject({
    clickId: 'clk_1',
    identifiers: [
      { namespace: 'customer', value: '77' },
      { namespace: 'click', value: 'clk_1' },
    ],
  });
});

test.each(['transaction_id', 'tid'])('%s is never a click id', (name) => {
  expect(only(query({ event: 'deposit', amount: '5', [name]: 'x1' }))).toMatchObject({
    outcome: 'quarantined',
  });
});

test.each(['customer_id', 'player_id', 'user_id', 'crm_id'])('%s names the customer', (name) => {
  expect(eventOf(query({ event: 'reg', [name]: '77' })).identifiers).toEqual([
    { namespace: 'customer', value: '77' },
  ]);
});

test('spaces around a value are not part of it', () => {
  expect(comparableContent(eventOf(query({ ...DEPOSIT, customer_id: ' 77 ', txn_id: 't1\n' })))).toBe(
    comparableContent(eventOf(query(DEPOSIT))),
  );
});

test('fields of the body win over fields of the query', () => {
  const mapped = map({
    body: JSON.stringify(DEPOSIT),
    query: [
      ['amount', '999'],
      ['click_id', 'c9'],
    ],
  });
  expect(eventOf(mapped)).toMatchObject({ amount: '100', clickId: 'c9' });
});

test('a registration links customer, login and click', () => {
  const event = eventOf(
    query({ event: 'reg', user_id: '77', login: '764636', click_id: 'c1', promo_code: 'JOE', country: 'de' }),
  );
  expect(event.identifiers).toEqual([
    { namespace: 'customer', value: '77' },
    { namespace: 'mt5:live-1', value: '764636' },
    { namespace: 'click', value: 'c1' },
  ]);
  expect(event).toMatchObject({ externalId: 'customer:77', code: 'JOE', country: 'DE' });
});

test('without a time the event happened when it was received, and a retry later is the same content', () => {
  const fields = { event: 'reg', user_id: '77' };
  const first = eventOf(query(fields));
  const again = eventOf(
    mapping.map({ body: '', query: Object.entries(fields), receivedAt: RECEIVED + 60_000_000 }),
  );
  expect(first).toMatchObject({ occurredAt: '2024-07-03T00:00:00.000Z', occurredAtAssumed: true });
  expect(again.occurredAt).not.toBe(first.occurredAt);
  expect(comparableContent(again)).toBe(comparableContent(first));
});

test.each([
  ['1719828600', '2024-07-01T10:10:00.000Z'],
  ['1719828600101', '2024-07-01T10:10:00.101Z'],
  ['1719828600101234', '2024-07-01T10:10:00.101234Z'],
  ['2024-07-01 10:10:00', '2024-07-01T10:10:00.000Z'],
  ['2024-07-01T12:10:00+02:00', '2024-07-01T10:10:00.000Z'],
])('the time %s is %s', (time, occurredAt) => {
  expect(eventOf(query({ ...DEPOSIT, time })).occurredAt).toBe(occurredAt);
});

test('the currency of the source serves where the row names none', () => {
  const { currency: _currency, ...rest } = DEPOSIT;
  expect(eventOf(query(rest)).currency).toBe('USD');
  const bare = compileMapping(genericS2s.document, {}).map({
    body: '',
    query: Object.entries(rest),
    receivedAt: RECEIVED,
  });
  expect(only(bare)).toMatchObject({ outcome: 'quarantined', reason: 'bad_currency' });
});

test.each([
  ['approved', 'deposit'],
  ['Confirmed', 'deposit'],
  ['pending', 'unsettled'],
  ['trash', 'unsettled'],
  ['declined', 'unsettled'],
])('a deposit with status %s is %s, under the same key', (status, kind) => {
  expect(eventOf(query({ ...DEPOSIT, status }))).toMatchObject({
    kind,
    recordType: 'deposit',
    externalId: 't1',
    rawStatus: status,
  });
});

test('a chargeback points at its original', () => {
  expect(eventOf(query({ ...DEPOSIT, event: 'chargeback', txn_id: 'cb1', original_id: 't1' }))).toMatchObject(
    { externalId: 'cb1', originalId: 't1' },
  );
  expect(eventOf(query({ ...DEPOSIT, event: 'chargeback' }))).toMatchObject({
    recordType: 'chargeback',
    externalId: 't1',
    originalId: 't1',
  });
  expect(eventOf(query(DEPOSIT)).originalId).toBeUndefined();
});

test('KYC and test flag', () => {
  expect(
    eventOf(query({ event: 'kyc', customer_id: '77', txn_id: 'k1', kyc_status: 'Verified' })),
  ).toMatchObject({ kind: 'kyc_status', kyc: { status: 'passed' } });
  expect(only(query({ event: 'kyc', customer_id: '77', txn_id: 'k1', status: 'maybe' }))).toMatchObject({
    reason: 'unknown_status',
  });
  expect(eventOf(query({ ...DEPOSIT, test: '1' })).test).toBe(true);
});

test('an organic registration says "null" for its click and stands, with a warning', () => {
  const item = only(query({ event: 'reg', customer_id: '77', click_id: 'null' }));
  if (item.outcome !== 'event') throw new Error(item.detail);
  expect(item.event.identifiers).toEqual([{ namespace: 'customer', value: '77' }]);
  expect(item.event.clickId).toBeUndefined();
  expect(item.warnings.map((warning) => warning.code)).toEqual(['bad_identifier']);
});

test.each([
  'null',
  '0',
  'undefined',
  'NONE',
  'NaN',
  'n/a',
  '{customer_id}',
  '{{user}}',
  '%USER%',
  '[player]',
  '00000000-0000-0000-0000-000000000000',
])('the customer id %j stands for nothing', (customer_id) => {
  expect(only(query({ ...DEPOSIT, customer_id }))).toMatchObject({
    outcome: 'quarantined',
    reason: 'bad_identifier',
  });
});

const BAD: readonly [string, Record<string, string>, string][] = [
  ['no customer', { customer_id: '' }, 'bad_identifier'],
  ['an amount of zero', { amount: '0.00' }, 'bad_amount'],
  ['a negative amount', { amount: '-5' }, 'bad_amount'],
  ['no amount', { amount: '' }, 'bad_amount'],
  ['a decimal comma', { amount: '12,50' }, 'bad_amount'],
  ['an amount with a currency sign', { amount: '$5' }, 'bad_amount'],
  ['not a number', { amount: 'NaN' }, 'bad_amount'],
  ['infinity', { amount: 'Infinity' }, 'bad_amount'],
  ['a monstrous amount', { amount: '1e30' }, 'bad_amount'],
  ['an amount of a thousand digits', { amount: '9'.repeat(1000) }, 'bad_amount'],
  ['an amount too fine for any currency', { amount: '0.0000000000000000001' }, 'bad_amount'],
  ['an unknown currency', { currency: 'XYZ' }, 'bad_currency'],
  ['an impossible date', { time: '2024-02-30T00:00:00Z' }, 'bad_time'],
  ['a time before this market', { time: '1' }, 'bad_time'],
  ['a time that is text', { time: 'now' }, 'bad_time'],
  ['a day and a second ahead', { time: '2024-07-04T00:00:01Z' }, 'future_event'],
  ['no transaction', { txn_id: '' }, 'missing_key'],
  ['a transaction that stands for nothing', { txn_id: 'null' }, 'missing_key'],
  ['an unknown status', { status: 'perhaps' }, 'unknown_status'],
  ['a country that is a name', { country: 'Germany' }, 'bad_value'],
  ['a test flag that is neither', { test: 'maybe' }, 'bad_value'],
  ['a customer id that is too long', { customer_id: 'x'.repeat(201) }, 'bad_identifier'],
];
test.each(BAD)('%s is quarantined', (_name, fields, reason) => {
  expect(only(query({ ...DEPOSIT, ...fields }))).toMatchObject({ outcome: 'quarantined', reason });
});

test('exactly 24 hours ahead is still possible', () => {
  expect(only(query({ ...DEPOSIT, time: '2024-07-04T00:00:00Z' })).outcome).toBe('event');
});

test('a parameter given twice with two values is a contradiction, with one value it is not', () => {
  expect(only(map({ query: [...Object.entries(DEPOSIT), ['amount', '200']] }))).toMatchObject({
    outcome: 'quarantined',
    reason: 'contradicting_fields',
  });
  expect(only(map({ query: [...Object.entries(DEPOSIT), ['amount', '100']] })).outcome).toBe('event');
});

const REFUSED: readonly [string, Partial<DeliveryInput>, string][] = [
  ['malformed JSON', { body: '{"event":', contentType: 'application/json' }, 'bad_json'],
  ['a NUL in JSON', { body: '{"event":"\\u0000"}' }, 'bad_encoding'],
  ['a NUL in the query', { query: [['event', 'a\0']] }, 'bad_encoding'],
  [
    'a broken escape',
    { body: 'event=%E9', contentType: 'application/x-www-form-urlencoded' },
    'bad_encoding',
  ],
  ['nothing at all', {}, 'bad_format'],
  ['a JSON text', { body: '"deposit"', contentType: 'application/json' }, 'bad_format'],
  ['deep nesting', { body: '['.repeat(100) + ']'.repeat(100) }, 'too_deep'],
  ['bytes that are not UTF-8', { body: new Uint8Array([0x7b, 0xff, 0x7d]) }, 'bad_encoding'],
];
test.each(REFUSED)('%s is refused as a whole', (_name, input, reason) => {
  expect(map(input)).toMatchObject({ outcome: 'refused', reason });
});

test('a list of events gives an item each, in order', () => {
  const body = JSON.stringify([DEPOSIT, { ...DEPOSIT, amount: 'x' }, 7]);
  const mapped = map({ body });
  if (mapped.outcome !== 'items') throw new Error('no items');
  expect(mapped.items.map((item) => `${item.path} ${item.outcome}`)).toEqual([
    '$[0] event',
    '$[1].amount quarantined',
    '$[2] quarantined',
  ]);
});

test('fields that the mapping does not read are counted', () => {
  expect(query({ ...DEPOSIT, colour: 'red', token: 'secret' })).toMatchObject({ unknownFields: 1 });
});
