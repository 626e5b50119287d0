import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import { compileMapping, comparableContent } from '../../pipeline/mapping/index.ts';
import type {
  CanonicalEvent,
  MappedDelivery,
  MappedItem,
  SourceSettings,
} from '../../pipeline/mapping/index.ts';
import { mt5 } from './index.ts';

const SETTINGS: SourceSettings = { server: 'live-1', zone: 'UTC' };
const RECEIVED = instantFromIso('2024-07-03T00:00:00Z');
const sample = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const PAGE = sample('deal_get_page_strings.json');
const ROWS = (JSON.parse(PAGE) as { answer: Record<string, string>[] }).answer;
const EURUSD_IN = ROWS[2] ?? {};

function map(body: unknown, settings: SourceSettings = SETTINGS): MappedDelivery {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return compileMapping(mt5.document, settings).map({ body: text, receivedAt: RECEIVED });
}

function itemsOf(body: unknown, settings?: SourceSettings): readonly MappedItem[] {
  const mapped = map(body, settings);
  if (mapped.outcome !== 'items') throw new Error(`no items: ${mapped.detail}`);
  return mapped.items;
}

function only(body: unknown, settings?: SourceSettings): MappedItem {
  const [item, ...more] = itemsOf(body, settings);
  if (item === undefined || more.length > 0) throw new Error('expected one item');
  return item;
}

function eventOf(body: unknown, settings?: SourceSettings): CanonicalEvent {
  const item = only(body, settings);
  if (item.outcome !== 'event') throw new Error(`${item.reason}: ${item.detail}`);
  return item.event;
}

/** Reason, or what an execution tells: time, side, entry, position, symbol, lots, closed lots, service. */
function told(item: MappedItem): string {
  if (item.outcome !== 'event') return item.reason;
  const x = item.event.execution;
  return [
    item.event.occurredAt,
    x?.side,
    x?.entry,
    x?.position,
    x?.symbol,
    x?.lots,
    x?.closedLots ?? '-',
    x?.service,
  ].join(' ');
}

// The table of the README, row by row.
test.each([
  ['11918640', 'ignored', 'balance_row'],
  ['11918641', 'ignored', 'bonus_row'],
  ['11918642', 'event', '2024-07-01T10:10:00.101Z buy in 12832917 EURUSD 1.5 - false'],
  ['11918643', 'event', '2024-07-01T10:11:00.077Z sell out 12832917 EURUSD 0.5 0.5 false'],
  ['11918650', 'event', '2024-07-02T11:00:00.005Z sell out 12832917 EURUSD 1 1 false'],
  ['11918660', 'event', '2024-07-02T11:16:40.001Z buy in 12833100 XAUUSD 0.01 - false'],
  ['11918661', 'event', '2024-07-02T11:17:10.001Z sell inout 12833100 XAUUSD 0.03 0.01 false'],
  ['11918670', 'event', '2024-07-02T12:23:20.009Z buy out_by 12833100 XAUUSD 0.02 0.02 false'],
  ['11918690', 'ignored', 'correction_row'],
  ['11918695', 'ignored', 'agent_row'],
  ['11918700', 'event', '2024-07-02T13:30:00.000Z sell out 12832000 EURUSD 1 - true'],
  ['11918710', 'ignored', 'balance_row'],
])('deal %s of the sample page gives %s: %s', (deal, outcome, expected) => {
  const index = ROWS.findIndex((row) => row['Deal'] === deal);
  const item = itemsOf(PAGE)[index];
  expect(item?.outcome).toBe(outcome);
  expect(item?.path).toBe(`$.answer[${index}]`);
  expect(item === undefined ? '' : told(item)).toBe(expected);
});

test('every event of the sample page is an execution of the one account, under its deal number', () => {
  const events = itemsOf(PAGE).flatMap((item) => (item.outcome === 'event' ? [item.event] : []));
  expect(events.map((event) => event.externalId)).toEqual([
    '11918642',
    '11918643',
    '11918650',
    '11918660',
    '11918661',
    '11918670',
    '11918700',
  ]);
  const same = {
    kind: 'execution',
    recordType: 'deal',
    part: '',
    identifiers: [{ namespace: 'mt5:live-1', value: '764636' }],
  };
  expect(events).toEqual(events.map(() => expect.objectContaining(same)));
  expect(events.map((event) => event.execution)).toEqual(
    events.map(() => expect.objectContaining({ account: 'live-1:764636', cancelled: false })),
  );
});

test('the sample page has twelve items in order, no warnings and no unknown field', () => {
  const mapped = map(PAGE);
  expect(mapped).toMatchObject({ outcome: 'items', unknownFields: 0 });
  expect(itemsOf(PAGE).map((item) => item.path)).toEqual(ROWS.map((_row, index) => `$.answer[${index}]`));
  expect(itemsOf(PAGE).flatMap((item) => (item.outcome === 'event' ? item.warnings : []))).toEqual([]);
});

test('money, prices and the opposite position are carried as exact decimals', () => {
  expect(eventOf(ROWS[4]).execution).toMatchObject({
    price: '1.07115',
    contractSize: '100000',
    profit: '-100',
    commission: '-3.5',
    swap: '-6.4',
    fee: '0',
    order: '12833001',
    rawReason: '3',
  });
  expect(eventOf(ROWS[7]).execution).toMatchObject({ closeByPosition: '12833201' });
});

test('a page, a bare list, one deal and the answer of deal/get are read alike', () => {
  const whole = itemsOf(PAGE).map((item) => (item.outcome === 'event' ? item.event : item.reason));
  expect(itemsOf(ROWS).map((item) => (item.outcome === 'event' ? item.event : item.reason))).toEqual(whole);
  expect(eventOf(EURUSD_IN)).toEqual(whole[2]);
  expect(eventOf({ retcode: '0 Done', answer: EURUSD_IN })).toEqual(whole[2]);
});

test('numbers instead of texts are the same content', () => {
  const numeric = PAGE.replaceAll(/"(-?\d+(?:\.\d+)?)"/g, '$1');
  expect(numeric).toContain('"TimeMsc": 1719828600101');
  const contents = (body: string): string[] =>
    itemsOf(body).map((item) => (item.outcome === 'event' ? comparableContent(item.event) : item.reason));
  expect(contents(numeric)).toEqual(contents(PAGE));
});

test.each([
  ['13', '13 Not found', 'empty', 'no_data'],
  ['5003', '5003', 'empty', 'no_data'],
  ['an error', '3 Invalid parameters', 'refused', 'failed_answer'],
  ['too frequent', '12 Too frequent', 'refused', 'failed_answer'],
  ['no number', 'Done', 'refused', 'failed_answer'],
])('retcode %s tells no row', (_name, retcode, outcome, reason) => {
  expect(map({ retcode })).toMatchObject({ outcome, reason });
  expect(map({ retcode, answer: [EURUSD_IN] })).toMatchObject({ outcome, reason });
});

test('the sample error answer is empty, and so is success without rows', () => {
  expect(map(sample('error_no_data.json'))).toMatchObject({ outcome: 'empty', reason: 'no_data' });
  expect(map({ retcode: '0 Done' })).toMatchObject({ outcome: 'empty', reason: 'no_data' });
  expect(map({ retcode: '0 Done', answer: [] })).toMatchObject({ outcome: 'empty', reason: 'no_data' });
});

const NOT_TRADES: readonly [string, string][] = [
  ['2', 'balance_row'],
  ['3', 'credit_row'],
  ['4', 'charge_row'],
  ['5', 'correction_row'],
  ['6', 'bonus_row'],
  ['7', 'commission_row'],
  ['8', 'commission_row'],
  ['9', 'commission_row'],
  ['10', 'agent_row'],
  ['11', 'agent_row'],
  ['12', 'interest_row'],
  ['15', 'dividend_row'],
  ['16', 'dividend_row'],
  ['17', 'tax_row'],
  ['18', 'agent_row'],
  ['19', 'compensation_row'],
  ['20', 'compensation_row'],
];
test.each(NOT_TRADES)('Action %s is known and not wanted: %s', (Action, reason) => {
  expect(only({ ...EURUSD_IN, Action })).toMatchObject({ outcome: 'ignored', reason });
});

test.each(['6', '8', '11', '12', '13', '14', '15', '18'])('Reason %s is the platform itself', (Reason) => {
  expect(eventOf({ ...EURUSD_IN, Reason }).execution).toMatchObject({ service: true, rawReason: Reason });
});

test.each(['0', '1', '2', '3', '4', '5', '7', '9', '10', '16', '17'])(
  'Reason %s is a trade of the customer',
  (Reason) => {
    expect(eventOf({ ...EURUSD_IN, Reason }).execution?.service).toBe(false);
  },
);

test.each([
  ['13', 'buy'],
  ['14', 'sell'],
])('Action %s is the cancelled %s under the same event key, and the later revision', (Action, side) => {
  const live = only(EURUSD_IN);
  const item = only({ ...EURUSD_IN, Action, Profit: '0.00', Volume: '0', VolumeExt: '0' });
  if (item.outcome !== 'event' || live.outcome !== 'event') throw new Error('expected events');
  expect(item.event).toMatchObject({
    kind: 'execution',
    recordType: 'deal',
    externalId: '11918642',
    execution: { cancelled: true, side, lots: '0' },
  });
  expect((item.order.value ?? '') > (live.order.value ?? '')).toBe(true);
});

test.each([
  ['Volume only (V-FX-20)', { Volume: '15000', VolumeExt: '0' }, '1.5'],
  ['VolumeExt only (V-FX-20)', { Volume: undefined, VolumeExt: '150000000' }, '1.5'],
  ['finer than Volume can say', { Volume: '15000', VolumeExt: '150000001' }, '1.50000001'],
  ['both', { Volume: 15_000, VolumeExt: 150_000_000 }, '1.5'],
])('lots from %s', (_name, fields, lots) => {
  expect(eventOf({ ...EURUSD_IN, ...fields }).execution?.lots).toBe(lots);
});

test('a reversal says which part closes, from either field', () => {
  const inout = ROWS[6] ?? {};
  expect(eventOf({ ...inout, VolumeClosed: '0', VolumeClosedExt: '1000000' }).execution).toMatchObject({
    entry: 'inout',
    lots: '0.03',
    closedLots: '0.01',
  });
});

test('Time serves where TimeMsc is missing', () => {
  expect(eventOf({ ...EURUSD_IN, TimeMsc: '0' }).occurredAt).toBe('2024-07-01T10:10:00.000Z');
  expect(eventOf({ ...EURUSD_IN, TimeMsc: undefined }).rawTime).toBe('1719828600');
});

const serverTime = (wall: string): string => String(Date.parse(`${wall}Z`));
test.each([
  ['summer', '2024-07-01T10:10:00.101', '2024-07-01T07:10:00.101Z', undefined],
  ['winter', '2024-01-15T10:10:00', '2024-01-15T08:10:00.000Z', undefined],
  ['between the US and the European change', '2024-03-20T10:10:00', '2024-03-20T07:10:00.000Z', undefined],
  ['the hour that comes twice', '2023-11-05T08:30:00', '2023-11-05T05:30:00.000Z', 'ambiguous_local_time'],
  ['the hour that never comes', '2024-03-10T09:30:00', '2024-03-10T07:30:00.000Z', 'skipped_local_time'],
])('server time on EET with US daylight saving, %s', (_name, wall, instant, warning) => {
  const item = only(
    { ...EURUSD_IN, TimeMsc: serverTime(wall) },
    { server: 'live-1', zone: 'America/New_York+07:00' },
  );
  if (item.outcome !== 'event') throw new Error(item.detail);
  expect(item.event.occurredAt).toBe(instant);
  expect(item.warnings.map((one) => one.code)).toEqual(warning === undefined ? [] : [warning]);
});

test('symbol suffixes and names are mapped, and the name of the platform is kept', () => {
  const settings = { ...SETTINGS, symbolSuffixes: ['.m', '.raw'], symbols: { GOLD: 'XAUUSD' } };
  expect(eventOf({ ...EURUSD_IN, Symbol: 'XAUUSD.m' }, settings).execution).toMatchObject({
    symbol: 'XAUUSD',
    rawSymbol: 'XAUUSD.m',
  });
  expect(eventOf({ ...EURUSD_IN, Symbol: 'GOLD.raw' }, settings).execution).toMatchObject({
    symbol: 'XAUUSD',
    rawSymbol: 'GOLD.raw',
  });
  expect(eventOf({ ...EURUSD_IN, Symbol: 'EURUSD' }, settings).execution?.rawSymbol).toBeUndefined();
});

const BAD: readonly [string, Record<string, unknown>, string][] = [
  ['an unknown action', { Action: '21' }, 'unknown_event'],
  ['no action', { Action: undefined }, 'unknown_event'],
  ['an action that is an object', { Action: { a: 1 } }, 'unknown_event'],
  ['no deal number', { Deal: undefined }, 'missing_key'],
  ['deal number 0', { Deal: '0' }, 'missing_key'],
  ['no position', { PositionID: undefined }, 'missing_field'],
  ['position 0', { PositionID: 0 }, 'missing_field'],
  ['no login', { Login: '' }, 'bad_identifier'],
  ['login 0', { Login: '0' }, 'bad_identifier'],
  ['login null', { Login: null }, 'bad_identifier'],
  ['no entry', { Entry: undefined }, 'missing_field'],
  ['an unknown entry', { Entry: '4' }, 'bad_value'],
  ['an unknown reason', { Reason: '99' }, 'bad_value'],
  ['no symbol', { Symbol: '' }, 'missing_field'],
  ['no time', { Time: '0', TimeMsc: '0' }, 'bad_time'],
  ['a time that is text', { TimeMsc: 'yesterday' }, 'bad_time'],
  ['a time in the far future', { TimeMsc: '9999999999999999' }, 'bad_time'],
  ['a time a week ahead', { TimeMsc: serverTime('2024-07-10T00:00:00') }, 'future_event'],
  ['a volume that is text', { Volume: 'one', VolumeExt: '0' }, 'bad_quantity'],
  ['a negative volume', { Volume: '-15000', VolumeExt: '-150000000' }, 'bad_quantity'],
  ['no volume', { Volume: '0', VolumeExt: '0' }, 'bad_quantity'],
  ['volumes that contradict each other', { Volume: '15000', VolumeExt: '15000000' }, 'contradicting_fields'],
  ['a volume of a hundred digits', { Volume: '1'.repeat(100), VolumeExt: '0' }, 'bad_quantity'],
  ['a volume too fine to be one', { VolumeExt: '1e-38' }, 'bad_quantity'],
  [
    'a reversal without its closed part',
    { Entry: '2', VolumeClosed: '0', VolumeClosedExt: '0' },
    'missing_field',
  ],
  ['a close of more than it trades', { Entry: '1', VolumeClosed: '20000' }, 'contradicting_fields'],
  ['a malformed price', { Price: '1.0.7' }, 'bad_amount'],
  ['a profit that is a list', { Profit: [1] }, 'bad_value'],
  ['a deal number that is too long', { Deal: '9'.repeat(201) }, 'bad_identifier'],
];
test.each(BAD)('%s is quarantined', (_name, fields, reason) => {
  expect(only({ ...EURUSD_IN, ...fields })).toMatchObject({ outcome: 'quarantined', reason });
});

test('of volumes that contradict each other the volume is named, not the login that scales it', () => {
  expect(only({ ...EURUSD_IN, Volume: '15000', VolumeExt: '15000000' })).toMatchObject({
    path: expect.stringMatching(/Volume/),
  });
});

test('one bad row takes nothing from its neighbours', () => {
  const page = { retcode: '0 Done', answer: [EURUSD_IN, 'not a row', { ...EURUSD_IN, Deal: '0' }, ROWS[3]] };
  expect(
    itemsOf(page).map((item) =>
      item.outcome === 'event' ? item.event.externalId : `${item.path} ${item.reason}`,
    ),
  ).toEqual(['11918642', '$.answer[1] bad_format', '$.answer[2].externalId missing_key', '11918643']);
});

test('fields of a newer server are counted, not refused', () => {
  expect(map([{ ...EURUSD_IN, Brand: 'x', New: 1 }])).toMatchObject({ outcome: 'items', unknownFields: 2 });
});

test('a source without a server or zone is refused when it is written', () => {
  expect(() => compileMapping(mt5.document, { zone: 'UTC' })).toThrow(/settings\.server/);
  expect(() => compileMapping(mt5.document, { server: 'live-1' })).toThrow(/settings\.zone/);
  expect(() => compileMapping(mt5.document, { server: 'live-1', zone: 'EET+2' })).toThrow(/time zone/);
  expect(() => compileMapping(mt5.document, { ...SETTINGS, colour: 'red' })).toThrow(/no such setting/);
});

test('cent accounts: lots and money are hundredths, and the contract is the standard one again', () => {
  const settings = { ...SETTINGS, accounts: { '764636': 'USC' } };
  const cent = { ...EURUSD_IN, ContractSize: '1000.00', Commission: '-525.00' };
  expect(eventOf(cent, settings)).toMatchObject({
    accountCurrency: 'USC',
    execution: { lots: '0.015', contractSize: '100000', commission: '-5.25' },
  });
  expect(eventOf(cent, { ...SETTINGS, accounts: { '1': 'USC' } })).toMatchObject({
    execution: { lots: '1.5' },
  });
});

test('balance rows are deposits and withdrawals only where the settings say by which comments', () => {
  const settings = {
    ...SETTINGS,
    currency: 'USD',
    depositComments: ['DEPOSIT*'],
    withdrawalComments: ['WITHDRAWAL*'],
  };
  const events = itemsOf(PAGE, settings).flatMap((item) =>
    item.outcome === 'event' && item.event.kind !== 'execution' ? [item.event] : [],
  );
  expect(events).toEqual([
    expect.objectContaining({
      kind: 'deposit',
      recordType: 'balance',
      externalId: '11918640',
      amount: '1000',
      currency: 'USD',
      transactionId: '88231',
    }),
    expect.objectContaining({ kind: 'withdrawal', amount: '250', currency: 'USD', transactionId: '88260' }),
  ]);
  const balance = ROWS[0] ?? {};
  expect(only({ ...balance, Profit: '-1' }, settings)).toMatchObject({
    outcome: 'ignored',
    reason: 'balance_row',
  });
  expect(only({ ...balance, Comment: 'Transfer from 1' }, settings)).toMatchObject({ reason: 'balance_row' });
});

test('demo logins are never counted', () => {
  expect(only(EURUSD_IN, { ...SETTINGS, demoLogins: ['7646*'] })).toMatchObject({
    outcome: 'ignored',
    reason: 'demo_account',
  });
});

test.each([
  ['a user record', { Login: '100', Group: 'real', Agent: '9', Registration: '1719828000' }],
  ['a total', { total: '12' }],
])('%s in an answer is no execution', (_, answer) => {
  expect(itemsOf(JSON.stringify({ retcode: '0 Done', answer }), SETTINGS)).toMatchObject([
    { outcome: 'ignored', reason: 'unwanted_row' },
  ]);
});
