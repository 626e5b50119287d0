import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { PRESETS } from '../../connectors/index.ts';
import { checkMapping, compileMapping, InvalidMapping, MAPPING_SCHEMA } from './index.ts';
import type { MappedItem, MappingProblem } from './index.ts';

const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  MAPPING_SCHEMA,
);

const EVENT = {
  kind: { path: 'type', map: { dep: 'deposit' } },
  externalId: 'id',
  occurredAt: { path: 'at', format: 'iso' },
  identifiers: [{ namespace: { const: 'crm' }, value: 'user' }],
  amount: 'amount',
  currency: 'currency',
};
const RULE = { name: 'deposit', event: EVENT, revisionOrder: { kind: 'arrival' } };
const DOCUMENT = { language: 1, name: 'test', format: 'json', rules: [RULE] };

/** The document with its one rule or the rule's event changed. */
const withEvent = (change: object): object => ({
  ...DOCUMENT,
  rules: [{ ...RULE, event: { ...EVENT, ...change } }],
});
const withRule = (change: object): object => ({ ...DOCUMENT, rules: [{ ...RULE, ...change }] });

function mapOne(document: object, row: object): MappedItem {
  const mapped = compileMapping(document, {}).map({
    body: JSON.stringify(row),
    receivedAt: Date.UTC(2024, 6, 3) * 1000,
  });
  if (mapped.outcome !== 'items' || mapped.items[0] === undefined) throw new Error(JSON.stringify(mapped));
  return mapped.items[0];
}

const ROW = {
  type: 'dep',
  id: 'd1',
  at: '2024-07-01T10:00:00Z',
  user: 'u1',
  amount: '12.50',
  currency: 'USD',
};

test.each(PRESETS.map((preset) => [preset.name, preset.document] as const))(
  'the schema accepts the preset %s',
  (_name, document) => {
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  },
);

const BROKEN: readonly [string, object, string][] = [
  ['an unknown key at the top', { ...DOCUMENT, colour: 1 }, '$.colour'],
  ['another language', { ...DOCUMENT, language: 2 }, '$.language'],
  ['an unknown format', { ...DOCUMENT, format: 'xml' }, '$.format'],
  ['no rules', { ...DOCUMENT, rules: [] }, '$.rules'],
  ['a rule that does nothing', { ...DOCUMENT, rules: [{ name: 'x' }] }, '$.rules[0]'],
  ['a rule that does both', withRule({ ignore: { reason: 'balance_row', detail: 'x' } }), '$.rules[0]'],
  [
    'an unknown reason',
    { ...DOCUMENT, rules: [{ name: 'x', ignore: { reason: 'because', detail: 'x' } }] },
    '$.rules[0].ignore.reason',
  ],
  ['an unknown key in an event', withEvent({ amout: 'amount' }), '$.rules[0].event.amout'],
  ['an unknown key in a path', withEvent({ code: { path: 'a', mapp: {} } }), '$.rules[0].event.code.mapp'],
  ['a value that is a number', withEvent({ code: 7 }), '$.rules[0].event.code'],
  ['a map to numbers', withEvent({ code: { path: 'a', map: { x: 1 } } }), '$.rules[0].event.code.map.x'],
  ['an unknown unit', withEvent({ amount: { path: 'a', unit: 'dozen' } }), '$.rules[0].event.amount.unit'],
  [
    'an unknown time format',
    withEvent({ occurredAt: { path: 'at', format: 'roman' } }),
    '$.rules[0].event.occurredAt.format',
  ],
  ['no identifiers', withEvent({ identifiers: [] }), '$.rules[0].event.identifiers'],
  [
    'an execution without lots',
    withEvent({ execution: { account: 'a', position: 'p', side: 's', entry: 'e', symbol: 'y' } }),
    '$.rules[0].event.execution.lots',
  ],
  [
    'an unknown order of revisions',
    withRule({ revisionOrder: { kind: 'luck' } }),
    '$.rules[0].revisionOrder.kind',
  ],
  [
    'ranks without numbers',
    withRule({ revisionOrder: { kind: 'statusRank', value: 's', ranks: { a: 'x' } } }),
    '$.rules[0].revisionOrder.ranks.a',
  ],
  ['a key of an unknown kind', withEvent({ keyByKind: { party: 'id' } }), '$.rules[0].event.keyByKind.party'],
  [
    'a condition with an unknown key',
    withRule({ when: [{ path: 'a', like: 'x' }] }),
    '$.rules[0].when[0].like',
  ],
  ['a feed with an unknown key', { ...DOCUMENT, feeds: { a: { colour: 1 } } }, '$.feeds.a.colour'],
  ['an unknown delimiter', { ...DOCUMENT, format: 'csv', csv: { delimiter: ':' } }, '$.csv.delimiter'],
  ['a condition that compares with nothing', withRule({ when: [{ path: 'a' }] }), '$.rules[0].when[0]'],
  ['a group without members', withRule({ when: [{ any: [] }] }), '$.rules[0].when[0].any'],
  [
    'a number with a path and a value',
    withEvent({ amount: { path: 'a', value: 'b' } }),
    '$.rules[0].event.amount.value',
  ],
  [
    'a factor that is no number',
    withEvent({ amount: { path: 'a', times: 'x' } }),
    '$.rules[0].event.amount.times',
  ],
  [
    'a split without a part',
    withEvent({ code: { path: 'a', split: { by: '-' } } }),
    '$.rules[0].event.code.split.take',
  ],
  ['a rule without events', { ...DOCUMENT, rules: [{ name: 'x', events: [] }] }, '$.rules[0].events'],
  [
    'a check without a message',
    { ...DOCUMENT, checks: [{ name: 'x', when: [{ path: 'a', present: true }], severity: 'warn' }] },
    '$.checks[0].message',
  ],
  ['an unknown severity', { ...DOCUMENT, severity: { bad_time: 'loud' } }, '$.severity.bad_time'],
  ['an unknown mode of privacy', { ...DOCUMENT, privacy: { mode: 'all' } }, '$.privacy.mode'],
  ['a measure in capitals', withEvent({ measures: { GGR: 'a' } }), '$.rules[0].event.measures.GGR'],
  ['a payout without a status', withEvent({ payout: { fee: 'a' } }), '$.rules[0].event.payout.status'],
  ['rows that are a number', { ...DOCUMENT, rows: 7 }, '$.rows'],
];
test.each(BROKEN)('%s is refused with its place, by hand and by the schema', (_name, document, path) => {
  const problems = checkMapping(document, {});
  expect(problems.map((problem: MappingProblem) => problem.path)).toContain(path);
  expect(problems.every((problem) => problem.problem !== '' && problem.remedy !== '')).toBe(true);
  expect(validate(document)).toBe(false);
  expect(() => compileMapping(document, {})).toThrow(InvalidMapping);
});

// What a schema cannot say: meaning.
const MEANINGLESS: readonly [string, object, string][] = [
  ['a constant kind that does not exist', withEvent({ kind: { const: 'party' } }), '$.rules[0].event.kind'],
  [
    'a map to a kind that does not exist',
    withEvent({ kind: { path: 'type', map: { a: 'party' } } }),
    '$.rules[0].event.kind.map',
  ],
  [
    'a template of an undeclared setting',
    withEvent({ code: { template: 'x{setting.y}' } }),
    '$.rules[0].event.code',
  ],
  ['a template with a wrong placeholder', withEvent({ code: { template: 'x{y}' } }), '$.rules[0].event.code'],
  [
    'a local time without a zone',
    withEvent({ occurredAt: { path: 'at', format: 'local' } }),
    '$.rules[0].event.occurredAt.zone',
  ],
  [
    'a zone that does not exist',
    withEvent({ occurredAt: { path: 'at', format: 'local', zone: { const: 'Europe/Atlantis' } } }),
    '$.rules[0].event.occurredAt.zone',
  ],
  ['a path that ends in a point', withEvent({ code: 'a.' }), '$.rules[0].event.code.path'],
  ['a place of rows that is none', { ...DOCUMENT, rows: ['a[0].b'] }, '$.rows[0]'],
];
test.each(MEANINGLESS)('%s is refused with its place', (_name, document, path) => {
  expect(checkMapping(document, {}).map((problem) => problem.path)).toContain(path);
});

test.each([[null], [[]], ['text'], [7], [{}]])('%j is no document', (document) => {
  expect(checkMapping(document, {}).length).toBeGreaterThan(0);
});

test('a document says everything that is wrong with it at once', () => {
  expect(
    checkMapping({ ...withEvent({ code: 7, brand: { path: 'x', q: 1 } }), language: 3 }, {}).length,
  ).toBe(3);
});

test('money in minor units, in digits of the row, and with the sign turned', () => {
  const amount = (spec: object, row: object): unknown => {
    const item = mapOne(withEvent({ amount: spec }), { ...ROW, ...row });
    return item.outcome === 'event' ? item.event.amount : item.reason;
  };
  expect(amount({ path: 'amount', unit: 'minor' }, { amount: 1250 })).toBe('12.5');
  expect(amount({ path: 'amount', unit: 'minor' }, { amount: 1250, currency: 'JPY' })).toBe('1250');
  expect(amount({ path: 'amount', unit: 'minor' }, { amount: 1250, currency: 'XXX' })).toBe('bad_currency');
  expect(amount({ path: 'amount', digitsPath: 'moneyDigits' }, { amount: 125_000, moneyDigits: 4 })).toBe(
    '12.5',
  );
  expect(amount({ path: 'amount', digitsPath: 'moneyDigits' }, { amount: 125_000 })).toBe('bad_amount');
  expect(amount({ path: 'amount', sign: 'absolute' }, { amount: '-12.5' })).toBe('12.5');
  expect(amount({ path: 'amount', sign: 'negate' }, { amount: '-12.5' })).toBe('12.5');
  expect(amount({ path: 'amount', unit: '1/100' }, { amount: '1250' })).toBe('12.5');
});

test('lots from units and contract size', () => {
  const execution = {
    account: 'a',
    position: 'p',
    side: { const: 'buy' },
    entry: { const: 'in' },
    symbol: 's',
    contractSize: 'size',
    lots: { path: 'units', unit: 'units' },
  };
  const document = withEvent({ kind: { const: 'execution' }, recordType: { const: 'fill' }, execution });
  const row = { ...ROW, a: '1', p: '2', s: 'EURUSD', units: 150_000, size: 100_000 };
  expect(mapOne(document, row)).toMatchObject({ event: { execution: { lots: '1.5' } } });
  expect(mapOne(document, { ...row, size: 0 })).toMatchObject({ reason: 'bad_quantity' });
});

test('a nested path reads own keys only', () => {
  const document = withEvent({ code: 'a.b.c', brand: 'constructor', product: 'a.toString' });
  expect(mapOne(document, { ...ROW, a: { b: { c: 'X' } } })).toMatchObject({ event: { code: 'X' } });
  const item = mapOne(document, { ...ROW, a: 'text' });
  expect(item.outcome === 'event' && [item.event.code, item.event.brand, item.event.product]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  [{ kind: 'version', value: 'v' }, { v: 7 }, '00000000000000000007'],
  [
    { kind: 'modifiedAt', value: { path: 'v', format: 'iso' } },
    { v: '2024-07-01T10:10:00.101Z' },
    '1719828600101000',
  ],
  [{ kind: 'statusRank', value: 'v', ranks: { new: 0, done: 10 } }, { v: 'done' }, '000010'],
])('the order of revisions by %j sorts as text', (revisionOrder, row, value) => {
  expect(mapOne(withRule({ revisionOrder }), { ...ROW, ...row })).toMatchObject({
    outcome: 'event',
    order: { value },
  });
  expect(mapOne(withRule({ revisionOrder }), ROW)).toMatchObject({ outcome: 'quarantined' });
});

test('rules are tried in order, and a row that none knows is quarantined', () => {
  const ignore = {
    name: 'skip',
    when: [
      { path: 'type', in: ['Skip me'], fold: true },
      { path: 'id', present: true },
    ],
    ignore: { reason: 'unwanted_row', detail: 'not wanted' },
  };
  const document = { ...DOCUMENT, rules: [ignore, { ...RULE, when: [{ path: 'type', equals: 'dep' }] }] };
  expect(mapOne(document, { ...ROW, type: 'skip-me' })).toMatchObject({
    outcome: 'ignored',
    reason: 'unwanted_row',
    detail: 'not wanted',
  });
  expect(mapOne(document, ROW).outcome).toBe('event');
  expect(mapOne(document, { ...ROW, type: 'other' })).toMatchObject({
    outcome: 'quarantined',
    reason: 'unknown_event',
  });
});

test('a mapping table becomes links with a span', () => {
  const link = {
    namespace: { const: 'mt5:live-1' },
    value: 'login',
    customerNamespace: { const: 'crm' },
    customerValue: 'user',
    effectiveFrom: { path: 'from', format: 'iso' },
    effectiveTo: { path: 'to', format: 'iso' },
  };
  const document = withEvent({ kind: { const: 'identifier_link' }, recordType: { const: 'login' }, link });
  const row = { ...ROW, login: '764636', from: '2024-01-01T00:00:00Z', to: '2024-06-01T00:00:00Z' };
  expect(mapOne(document, row)).toMatchObject({
    event: {
      kind: 'identifier_link',
      link: {
        namespace: 'mt5:live-1',
        value: '764636',
        customerNamespace: 'crm',
        customerValue: 'u1',
        effectiveFrom: '2024-01-01T00:00:00.000Z',
        effectiveTo: '2024-06-01T00:00:00.000Z',
      },
    },
  });
  expect(mapOne(document, { ...row, to: row.from })).toMatchObject({
    outcome: 'quarantined',
    reason: 'bad_time',
  });
  expect(mapOne(document, { ...row, login: '0' })).toMatchObject({
    outcome: 'quarantined',
    reason: 'bad_identifier',
  });
});

test('the JSON of a delivery that names a key twice is mapped with a warning', () => {
  const mapped = compileMapping(DOCUMENT, {}).map({
    body: JSON.stringify(ROW).replace('{', '{"id":"other",'),
    receivedAt: Date.UTC(2024, 6, 3) * 1000,
  });
  expect(mapped).toMatchObject({
    outcome: 'items',
    items: [{ event: { externalId: 'd1' }, warnings: [{ code: 'duplicate_json_keys' }] }],
  });
});
