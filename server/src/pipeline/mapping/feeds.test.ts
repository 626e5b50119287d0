import { expect, test } from 'vitest';
import {
  DOCUMENT,
  EVENT,
  itemsOf,
  mapBody,
  mapOne,
  RECEIVED,
  ROW,
  RULE,
  tell,
  withEvent,
} from '../../../test/support/mapping-documents.ts';
import { checkMapping, compileMapping, mapEvent } from './index.ts';

test('a feed reads what it replaces its own way, and the rest as the document says', () => {
  const document = {
    ...DOCUMENT,
    rows: ['list[*]'],
    covers: ['amount'],
    feeds: {
      nightly: { format: 'csv', covers: ['status', 'measures.ggr'] },
      webhook: { rules: [{ ...RULE, event: { ...EVENT, code: 'promo' } }], rows: ['$'] },
    },
  };
  const mapping = compileMapping(document, {});
  expect(
    itemsOf(
      mapBody(document, 'id,type,at,user,amount,currency\nd9,dep,2024-07-01T10:00:00Z,u1,1,USD', {
        feed: 'nightly',
      }),
    ),
  ).toMatchObject([{ event: { externalId: 'd9' } }]);
  expect(tell(document, { ...ROW, promo: 'P' }, { feed: 'webhook' })).toMatchObject({ code: 'P' });
  expect(mapBody(document, ROW)).toMatchObject({ outcome: 'refused' });
  expect(mapBody(document, { list: [ROW] }, { feed: 'postback' })).toMatchObject({ outcome: 'items' });
  expect([mapping.coversOf(), mapping.coversOf('nightly'), compileMapping(DOCUMENT, {}).coversOf()]).toEqual([
    ['amount'],
    ['status', 'measures.ggr'],
    null,
  ]);
});

test('problems of a feed stand at the feed, those of the document once', () => {
  const document = {
    ...DOCUMENT,
    name: '',
    rules: [{ name: 'x' }],
    feeds: { a: { format: 'xml', colour: 1 }, b: { covers: ['amont'] }, c: 7 },
  };
  expect(checkMapping(document, {}).map((one) => one.path)).toEqual([
    '$.name',
    '$.rules[0]',
    '$.feeds.a.colour',
    '$.feeds.a.format',
    '$.feeds.b.covers[0]',
    '$.feeds.c',
  ]);
});

test('one row tells several events, each with its own path, conditions and problems', () => {
  const opened = { ...EVENT, kind: { const: 'deposit' }, part: { const: 'open' } };
  const closed = {
    ...opened,
    part: { const: 'close' },
    when: [{ path: 'closedAt', present: true }],
    occurredAt: { path: 'closedAt', format: 'iso' },
  };
  const document = {
    ...DOCUMENT,
    rules: [{ name: 'position', events: [opened, closed], revisionOrder: { kind: 'arrival' } }],
  };
  const shown = (row: object): unknown =>
    itemsOf(mapBody(document, row)).map((item) => [
      item.path,
      item.outcome === 'event' ? item.event.part : item.reason,
    ]);
  expect(shown({ ...ROW, closedAt: '2024-07-01T11:00:00Z' })).toEqual([
    ['$#0', 'open'],
    ['$#1', 'close'],
  ]);
  expect(shown(ROW)).toEqual([['$#0', 'open']]);
  expect(shown({ ...ROW, closedAt: 'never' })).toEqual([
    ['$#0', 'open'],
    ['$#1.closedAt', 'bad_time'],
  ]);
  const none = { ...document, rules: [{ ...document.rules[0], events: [closed] }] };
  expect(mapOne(none, ROW)).toMatchObject({ outcome: 'ignored', reason: 'nothing_told' });
});

test.each([
  [{ name: 'x', events: [], revisionOrder: { kind: 'arrival' } }, 'events'],
  [{ name: 'x', events: [{ ...EVENT, when: 7 }], revisionOrder: { kind: 'arrival' } }, 'events[0].when'],
  [{ name: 'x', events: [EVENT] }, 'revisionOrder'],
  [{ name: 'x', events: [EVENT], event: EVENT, revisionOrder: { kind: 'arrival' } }, ''],
  [
    { name: 'x', ignore: { reason: 'unwanted_row', detail: 'x' }, revisionOrder: { kind: 'arrival' } },
    'revisionOrder',
  ],
])('the rule %j is refused at %s', (rule, place) => {
  expect(checkMapping({ ...DOCUMENT, rules: [rule] }, {}).map((one) => one.path)).toContain(
    `$.rules[0]${place === '' ? '' : `.${place}`}`,
  );
});

const CHECK = {
  name: 'bonus',
  when: [{ path: 'bonus', gt: { path: 'amount' } }],
  message: 'more bonus than amount',
  fix: 'ask again',
};

test.each([
  ['warn', 'event'],
  ['quarantine', 'quarantined'],
  ['refuse', 'refused'],
])('a check of the severity %s makes the row %s', (severity, outcome) => {
  const document = { ...DOCUMENT, checks: [{ ...CHECK, severity }] };
  const item = mapOne(document, { ...ROW, bonus: '100' });
  expect(item.outcome).toBe(outcome);
  const said = { detail: 'bonus: more bonus than amount; ask again' };
  expect(item).toMatchObject(
    item.outcome === 'event'
      ? { warnings: [{ code: 'check_failed', ...said }] }
      : { reason: 'check_failed', ...said },
  );
  expect(mapOne(document, { ...ROW, bonus: '1' })).toMatchObject({ outcome: 'event', warnings: [] });
});

test('the warning of a check stands on every event of the row', () => {
  const members = ['open', 'close'].map((part) => ({ ...EVENT, part: { const: part } }));
  const rules = [{ name: 'both', events: members, revisionOrder: { kind: 'arrival' } }];
  const items = itemsOf(
    mapBody({ ...DOCUMENT, rules, checks: [{ ...CHECK, severity: 'warn' }] }, { ...ROW, bonus: '100' }),
  );
  expect(items).toMatchObject([
    { warnings: [{ code: 'check_failed' }] },
    { warnings: [{ code: 'check_failed' }] },
  ]);
});

test('built-in checks are as grave as the mapping says', () => {
  const future = { ...ROW, at: '2024-07-09T10:00:00Z' };
  expect(mapOne({ ...DOCUMENT, severity: { future_event: 'warn' } }, future)).toMatchObject({
    outcome: 'event',
    event: { occurredAt: '2024-07-09T10:00:00.000Z' },
    warnings: [{ code: 'future_event' }],
  });
  expect(mapOne({ ...DOCUMENT, severity: { future_event: 'refuse' } }, future)).toMatchObject({
    outcome: 'refused',
    reason: 'future_event',
  });
  const soft = withEvent({ country: 'land', code: 'promo' }, { severity: { bad_value: 'warn' } });
  const odd = { ...ROW, land: 'Utopia', promo: 'x'.repeat(300) };
  expect(mapOne(soft, odd)).toMatchObject({
    outcome: 'event',
    warnings: [{ code: 'bad_value' }, { code: 'bad_value' }],
  });
  expect(mapOne(withEvent({ country: 'land' }), odd)).toMatchObject({
    outcome: 'quarantined',
    reason: 'bad_value',
  });
  const twice = withEvent(
    { amount: { first: ['amount', 'sum'], tolerance: '0.01' } },
    { severity: { contradicting_fields: 'warn' } },
  );
  expect(mapOne(twice, { ...ROW, sum: '99' })).toMatchObject({
    event: { amount: '12.5' },
    warnings: [{ code: 'contradicting_fields' }],
  });
  expect(
    checkMapping(
      { ...DOCUMENT, severity: { bad_currency: 'warn', hold_period: 'warn', bad_time: 'x' } },
      {},
    ).map((one) => one.path),
  ).toEqual(['$.severity.bad_currency', '$.severity.hold_period', '$.severity.bad_time']);
});

test('rows of a delta must have keys that differ', () => {
  const rows = [ROW, { ...ROW, amount: '1' }, { ...ROW, id: 'd2' }];
  const document = { ...DOCUMENT, rows: ['[*]'] };
  const outcomes = (more: object): unknown =>
    itemsOf(mapBody({ ...document, ...more }, rows)).map((item) =>
      item.outcome === 'event' ? 'event' : item.reason,
    );
  expect(outcomes({ rowsAre: 'delta' })).toEqual(['event', 'missing_key', 'event']);
  expect(outcomes({ rowsAre: 'snapshot' })).toEqual(['event', 'event', 'event']);
});

test('figures of reports, bonus money, accounts', () => {
  const report = withEvent({
    kind: { const: 'activity_day' },
    recordType: { const: 'day' },
    amount: undefined,
    measures: { ggr: 'Gross', rounds: 'n', fees: 'none' },
    group: 'g',
    accountCurrency: 'acc',
  });
  expect(tell(report, { ...ROW, Gross: '-3.25', n: 7, g: 'real\\vip', acc: 'usc' })).toMatchObject({
    currency: 'USD',
    measures: { ggr: '-3.25', rounds: '7' },
    group: 'real\\vip',
    accountCurrency: 'USC',
  });
  expect(tell(report, { ...ROW, Gross: '1', currency: null })).toBe('quarantined bad_currency');
  expect(tell(report, { ...ROW, n: 7, currency: null })).toMatchObject({ measures: { rounds: '7' } });
  const bet = withEvent({ bonusPart: 'bonus' });
  expect(tell(bet, { ...ROW, bonus: 2.5 })).toMatchObject({ amount: '12.5', bonusPart: '2.5' });
  expect(tell(bet, { ...ROW, bonus: '99' })).toBe('quarantined contradicting_fields');
  expect(tell(bet, { ...ROW, bonus: '-1' })).toBe('quarantined bad_amount');
  expect(checkMapping(withEvent({ measures: { 'Big Win': 'a' } }), {}).map((one) => one.path)).toContain(
    '$.rules[0].event.measures.Big Win',
  );
});

test('what a gateway tells of a payout, mapped and in our own shape', () => {
  const payout = {
    status: { path: 's', map: { SUCCESS: 'paid', UNCLAIMED: 'unclaimed' } },
    gatewayId: 'gid',
    fee: 'fee',
  };
  const document = withEvent({ kind: { const: 'payout_status' }, recordType: { const: 'item' }, payout });
  const row = { ...ROW, s: 'SUCCESS', gid: 'P-1', fee: '0.25' };
  expect(tell(document, row)).toMatchObject({
    kind: 'payout_status',
    payout: { status: 'paid', gatewayId: 'P-1', fee: '0.25' },
    amount: '12.5',
  });
  expect(mapOne(document, { ...row, s: 'NEW' })).toMatchObject({
    reason: 'unknown_status',
    code: { value: 'NEW' },
  });
  expect(tell(withEvent({ kind: { const: 'payout_status' }, recordType: { const: 'item' } }), ROW)).toBe(
    'quarantined unknown_status',
  );
  const own = {
    kind: 'payout_status',
    externalId: 'x',
    identifiers: [{ namespace: 'payout', value: 'po_1' }],
    payout: { status: 'returned' },
  };
  expect(mapEvent(own, RECEIVED)).toMatchObject({ event: { payout: { status: 'returned' } } });
  expect(mapEvent({ ...own, payout: { status: 'lost' } }, RECEIVED)).toMatchObject({
    reason: 'unknown_status',
  });
  expect(mapEvent({ ...own, payout: { state: 'paid' } }, RECEIVED)).toMatchObject({ reason: 'bad_value' });
});

test('our own shape carries measures and bonus money', () => {
  const own = {
    kind: 'activity_day',
    externalId: 'x',
    identifiers: [{ namespace: 'crm', value: '7' }],
    currency: 'eur',
    measures: { ggr: -3.25, rounds: '7' },
  };
  expect(mapEvent(own, RECEIVED)).toMatchObject({
    event: { currency: 'EUR', measures: { ggr: '-3.25', rounds: '7' } },
  });
  for (const measures of [{ GGR: '1' }, { ggr: 'x' }, [], { ggr: '1'.repeat(30) }])
    expect(mapEvent({ ...own, measures }, RECEIVED)).toMatchObject({ outcome: 'quarantined' });
  expect(mapEvent({ ...own, currency: undefined } as never, RECEIVED)).toMatchObject({
    reason: 'bad_currency',
  });
});
