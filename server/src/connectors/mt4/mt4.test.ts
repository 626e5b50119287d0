import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findSample, mapWith, tellAll } from '../../../test/support/presets.ts';
import type { Told } from '../../../test/support/presets.ts';
import { mt4 } from './index.ts';

const SETTINGS = { server: 'live-1', zone: 'UTC', accounts: { '2100777': 'USC' }, symbolSuffixes: ['.m'] };
const FIXTURE = readFileSync(new URL('fixtures/mt4_trades.csv', import.meta.url), 'utf8');
const HEADER = FIXTURE.split('\n')[0] ?? '';

const tell = (body: unknown, settings: object = SETTINGS, feed = 'file'): Told[] =>
  tellAll(mapWith(mt4.document, { ...SETTINGS, ...settings }, body, { feed }));

interface Leg {
  readonly ticket: string;
  readonly login?: string;
  readonly at: string;
  readonly raw: string;
  readonly side: 'buy' | 'sell';
  readonly symbol: string;
  readonly lots: string;
  readonly more?: Record<string, unknown>;
  readonly event?: Record<string, unknown>;
}

function leg(part: 'open' | 'close', entry: string, { ticket, login = '2100501', at, raw, ...x }: Leg): Told {
  return {
    kind: 'execution',
    recordType: 'trade',
    externalId: ticket,
    part,
    occurredAt: at,
    rawTime: raw,
    identifiers: [{ namespace: 'mt4:live-1', value: login }],
    ...x.event,
    execution: {
      account: `live-1:${login}`,
      position: ticket,
      side: x.side,
      entry,
      symbol: x.symbol,
      lots: x.lots,
      service: false,
      cancelled: false,
      ...x.more,
    },
  } as Told;
}

const SAMPLE: readonly Told[] = [
  'ignored balance_row',
  'ignored credit_row',
  leg('open', 'in', {
    ticket: '70001010',
    at: '2024-07-01T10:10:00.000Z',
    raw: '2024-07-01 10:10:00',
    side: 'buy',
    symbol: 'EURUSD',
    lots: '0.5',
    more: { price: '1.07215' },
  }),
  leg('close', 'out', {
    ticket: '70001010',
    at: '2024-07-01T10:12:30.000Z',
    raw: '2024-07-01 10:12:30',
    side: 'sell',
    symbol: 'EURUSD',
    lots: '0.5',
    more: { price: '1.07315', profit: '50', commission: '-1.75', swap: '0', fee: '0', rawReason: '0' },
  }),
  leg('open', 'in', {
    ticket: '70001011',
    at: '2024-07-01T10:10:00.000Z',
    raw: '2024-07-01 10:10:00',
    side: 'buy',
    symbol: 'EURUSD',
    lots: '1',
    more: { price: '1.07215' },
  }),
  leg('close', 'out', {
    ticket: '70001011',
    at: '2024-07-02T11:10:00.000Z',
    raw: '2024-07-02 11:10:00',
    side: 'sell',
    symbol: 'EURUSD',
    lots: '1',
    more: { price: '1.07115', profit: '-100', commission: '-3.5', swap: '-6.4', fee: '0', rawReason: '0' },
  }),
  leg('open', 'in', {
    ticket: '70001020',
    at: '2024-07-02T12:00:00.000Z',
    raw: '2024-07-02 12:00:00',
    side: 'sell',
    symbol: 'XAUUSD',
    lots: '0.01',
    more: { rawSymbol: 'XAUUSD.m', price: '2330.15' },
  }),
  leg('close', 'out', {
    ticket: '70001020',
    at: '2024-07-02T12:00:20.000Z',
    raw: '2024-07-02 12:00:20',
    side: 'buy',
    symbol: 'XAUUSD',
    lots: '0.01',
    more: {
      rawSymbol: 'XAUUSD.m',
      price: '2329.15',
      profit: '1',
      commission: '0',
      swap: '0',
      fee: '0',
      rawReason: '1',
    },
  }),
  'ignored unwanted_row',
  leg('open', 'in', {
    ticket: '70001022',
    at: '2024-07-03T08:00:00.000Z',
    raw: '2024-07-03 08:00:00',
    side: 'buy',
    symbol: 'GBPJPY',
    lots: '0.2',
    more: { price: '203.115' },
  }),
  leg('open', 'in', {
    ticket: '70001030',
    login: '2100777',
    at: '2024-07-03T09:00:00.000Z',
    raw: '2024-07-03 09:00:00',
    side: 'sell',
    symbol: 'USDJPY',
    lots: '0.1',
    more: { price: '161.5' },
    event: { accountCurrency: 'USC' },
  }),
  leg('close', 'out', {
    ticket: '70001030',
    login: '2100777',
    at: '2024-07-03T09:40:00.000Z',
    raw: '2024-07-03 09:40:00',
    side: 'buy',
    symbol: 'USDJPY',
    lots: '0.1',
    more: { price: '161.3', profit: '12.3992', commission: '0', swap: '0', fee: '0', rawReason: '0' },
    event: { accountCurrency: 'USC' },
  }),
  'ignored balance_row',
];

test('the export table gives an opening and a close per closed ticket, and nothing for cash, credit and pending orders', () => {
  expect(tell(FIXTURE)).toEqual(SAMPLE);
});

const real = findSample('mt4/mt4_trades.csv');
test.skipIf(real === undefined)('the sample file gives the same', () => {
  expect(tell(real)).toEqual(SAMPLE);
  expect(mapWith(mt4.document, SETTINGS, real, { feed: 'file' })).toMatchObject({ unknownFields: 0 });
});

const TRADE = {
  TICKET: 71,
  LOGIN: 2100501,
  SYMBOL: 'EURUSD',
  CMD: 0,
  VOLUME: 150,
  OPEN_TIME: '2024-07-01 10:00:00',
  OPEN_PRICE: 1.1,
  CLOSE_TIME: '2024-07-01 11:00:00',
  CLOSE_PRICE: 1.2,
  COMMISSION: -1,
  SWAPS: 0,
  PROFIT: 10,
  TAXES: 0,
  COMMENT: '',
  REASON: 0,
  MODIFY_TIME: '2024-07-01 11:00:00',
};
const json = (row: Record<string, unknown>, settings: object = {}): Told[] =>
  tell([{ ...TRADE, ...row }], settings, 'json');
/** Entry and lots of what executions tell, or the line of what is none. */
const short = (told: Told[]): string[] =>
  told.map((one) =>
    typeof one === 'string'
      ? one
      : `${one.part} ${one.execution?.entry} ${one.execution?.side} ${one.execution?.lots}`,
  );

test.each([
  ['a closed buy', {}, ['open in buy 1.5', 'close out sell 1.5']],
  ['numbers as text', { TICKET: '71', CMD: '0', VOLUME: '150' }, ['open in buy 1.5', 'close out sell 1.5']],
  ['an open ticket', { CLOSE_TIME: '1970-01-01 00:00:00' }, ['open in buy 1.5']],
  ['an open ticket, epoch 0', { CLOSE_TIME: 0 }, ['open in buy 1.5']],
  ['an open ticket without the column', { CLOSE_TIME: null }, ['open in buy 1.5']],
  ['a close by', { COMMENT: 'close hedge by #72' }, ['open in buy 1.5', 'close out_by sell 1.5']],
  [
    'the second leg of a close by',
    { VOLUME: 0, COMMENT: 'close hedge by #70' },
    ['ignored closes_with_pair'],
  ],
  ['a buy limit that was deleted', { CMD: 2 }, ['ignored unwanted_row']],
  ['a sell stop', { CMD: 5, CLOSE_TIME: '1970-01-01 00:00:00' }, ['ignored unwanted_row']],
  ['a balance row without a volume', { CMD: 6, VOLUME: 0 }, ['ignored balance_row']],
  ['an unknown command', { CMD: 8 }, ['quarantined unknown_event']],
  ['no ticket', { TICKET: 0 }, ['quarantined missing_key', 'quarantined missing_key']],
  [
    'an open ticket without volume',
    { VOLUME: 0, CLOSE_TIME: '1970-01-01 00:00:00' },
    ['quarantined bad_quantity'],
  ],
  ['a broken volume', { VOLUME: 'x' }, ['quarantined bad_quantity', 'quarantined bad_quantity']],
  ['a broken time of close', { CLOSE_TIME: 'soon' }, ['open in buy 1.5', 'quarantined bad_time']],
])('%s', (_name, row, expected) => {
  expect(short(json(row))).toEqual(expected);
});

test('rows of a wrapper with small letters, a bare row and an envelope are read alike', () => {
  const small = Object.fromEntries(Object.entries(TRADE).map(([key, value]) => [key.toLowerCase(), value]));
  const expected = tell([TRADE], {}, 'json');
  expect(tell([small], {}, 'json')).toEqual(expected);
  expect(tell(TRADE, {}, 'json')).toEqual(expected);
  expect(tell({ data: [TRADE], extra: 1 }, {}, 'poll')).toEqual(expected);
  expect(tell([], {}, 'json')).toEqual(['empty no_data']);
});

test('server time is converted with the zone of the server', () => {
  const [open] = json({}, { zone: 'America/New_York+07:00' });
  expect(open).toMatchObject({ occurredAt: '2024-07-01T07:00:00.000Z', rawTime: '2024-07-01 10:00:00' });
});

test('a partial close leaves the first ticket smaller, as a later revision of its opening', () => {
  const whole = mapWith(
    mt4.document,
    SETTINGS,
    [{ ...TRADE, CLOSE_TIME: '1970-01-01 00:00:00', MODIFY_TIME: '2024-07-01 10:00:00' }],
    { feed: 'json' },
  );
  const part = mapWith(mt4.document, SETTINGS, [{ ...TRADE, VOLUME: 50, COMMENT: 'to #72' }], {
    feed: 'json',
  });
  const first = (mapped: typeof whole) =>
    mapped.outcome === 'items' && mapped.items[0]?.outcome === 'event' ? mapped.items[0] : undefined;
  expect(first(part)?.event).toMatchObject({ externalId: '71', part: 'open', execution: { lots: '0.5' } });
  expect((first(part)?.order.value ?? '') > (first(whole)?.order.value ?? '~')).toBe(true);
});

test('cent accounts: lots and money are hundredths', () => {
  const [, close] = json({ LOGIN: 2100777, VOLUME: 1 });
  expect(close).toMatchObject({
    accountCurrency: 'USC',
    execution: { lots: '0.0001', profit: '0.1', commission: '-0.01' },
  });
});

test('balance rows are deposits only where the comments say so', () => {
  const settings = { depositComments: ['DEPOSIT*'], withdrawalComments: ['WITHDRAW*'], currency: 'USD' };
  const told = tell(FIXTURE, settings);
  expect(told[0]).toMatchObject({
    kind: 'deposit',
    recordType: 'balance',
    externalId: '70001001',
    amount: '1000',
    currency: 'USD',
    transactionId: '88231',
  });
  expect(told.at(-1)).toMatchObject({
    kind: 'withdrawal',
    amount: '250',
    currency: 'USD',
    transactionId: '88260',
  });
  expect(json({ CMD: 6, COMMENT: 'DEPOSIT 9', PROFIT: 5000, LOGIN: 2100777 }, settings)).toMatchObject([
    { kind: 'deposit', amount: '50', currency: 'USD' },
  ]);
  expect(json({ CMD: 6, COMMENT: 'rebate 9', PROFIT: 5 }, settings)).toEqual(['ignored balance_row']);
  expect(json({ CMD: 6, COMMENT: 'DEPOSIT correction', PROFIT: -5 }, settings)).toEqual([
    'ignored balance_row',
  ]);
  expect(
    json({ CMD: 6, COMMENT: 'DEPOSIT 9', PROFIT: 5 }, { ...settings, currency: 'USD', accounts: {} }),
  ).toMatchObject([{ kind: 'deposit', currency: 'USD' }]);
});

test('demo logins are never counted', () => {
  expect(json({}, { demoLogins: ['21005*'] })).toEqual(['ignored demo_account']);
});

test.each([
  ['a semicolon', HEADER.replaceAll(',', ';') + '\n'],
  ['a tabulator', HEADER.replaceAll(',', '\t') + '\n'],
  ['a byte order mark and Windows line ends', `\ufeff${HEADER}\r\n`],
])('the export with %s and no row is empty', (_name, body) => {
  expect(tell(body)).toEqual(['empty no_data']);
});

test('a line with another number of cells takes nothing from its neighbours', () => {
  const lines = FIXTURE.trimEnd().split('\n');
  expect(tell([lines[0], '1,2,3', lines[1]].join('\n'))).toEqual([
    'quarantined bad_row',
    'ignored balance_row',
  ]);
});
