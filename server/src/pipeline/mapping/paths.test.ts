import { expect, test } from 'vitest';
import {
  DOCUMENT,
  EVENT,
  itemsOf,
  mapBody,
  ROW,
  RULE,
  tell,
  withEvent,
} from '../../../test/support/mapping-documents.ts';
import { checkMapping } from './index.ts';
import { parsePath, spellKey } from './paths.ts';
import { parseRowsPlace } from './rows-place.ts';

test.each([
  ['items[1].sku', 'B'],
  ['meta[name=click_id].value', 'C-1'],
  ['meta[name="a]b"].value', 'odd'],
  ['meta[n=7].value', 'seven'],
  ['["a.b"]', 'dotted'],
  ['deep["x.y"].z', 'inner'],
  ['Net revenue', 'spaced'],
  ['größe', 'umlaut'],
])('the path %s reads %s', (path, code) => {
  const row = {
    ...ROW,
    items: [{ sku: 'A' }, { sku: 'B' }],
    meta: [
      { name: 'other', value: 'no' },
      { name: 'click_id', value: 'C-1' },
      { name: 'a]b', value: 'odd' },
      { n: 7, value: 'seven' },
    ],
    'a.b': 'dotted',
    deep: { 'x.y': { z: 'inner' } },
    'Net revenue': 'spaced',
    größe: 'umlaut',
  };
  expect(tell(withEvent({ code: path }), row)).toMatchObject({ code });
});

test.each([
  'items[9].sku',
  'meta[name=none].value',
  'items.sku',
  'type[0]',
  'constructor',
  'items[0].toString',
  '^.x',
])('the path %s leads to nothing and is no problem', (path) => {
  const event = tell(withEvent({ code: path }), { ...ROW, items: [{ sku: 'A' }], meta: [{ name: 'x' }] });
  expect(event).toMatchObject({ kind: 'deposit' });
  expect(event).not.toHaveProperty('code');
});

test.each([
  '',
  'a.',
  '.a',
  'a..b',
  'a[',
  'a[*]',
  'a[x',
  'a[-1]',
  '[0]',
  'a]b',
  'a[=x]',
  '^',
  '^.',
  ' a',
  'a ',
  '^.^.^.^.^.^.^.^.^.^.a',
])('"%s" is no path', (text) => {
  expect(parsePath(text)).toBeUndefined();
  expect(checkMapping(withEvent({ code: { path: text } }), {}).map((one) => one.path)).toContain(
    '$.rules[0].event.code.path',
  );
});

test('a key is spelt as a path that reads it', () => {
  for (const key of ['plain', 'a.b', 'a[0]', ' x ', 'quo"te', '^up', 'back\\slash', 'Net revenue'])
    expect(parsePath(spellKey(key))?.steps).toEqual([{ kind: 'key', key }]);
});

const NESTED = {
  ...DOCUMENT,
  rows: ['transfers[*].cash[*]', 'transfers[*]', '$'],
  rules: [
    {
      ...RULE,
      event: {
        ...EVENT,
        code: '^.transferCode',
        brand: '^.^.house',
        product: { template: '{field.^.transferCode}-{field.id}' },
      },
    },
  ],
};

test('rows of a list in a list know what encloses them', () => {
  const body = {
    house: 'H',
    transfers: [
      { transferCode: '7', cash: [ROW, { ...ROW, id: 'd2' }] },
      { transferCode: '8', cash: [] },
      { transferCode: '9', cash: [{ ...ROW, id: 'd3' }] },
    ],
  };
  expect(
    itemsOf(mapBody(NESTED, body)).map((item) => [
      item.path,
      item.outcome === 'event' && [item.event.code, item.event.brand, item.event.product],
    ]),
  ).toEqual([
    ['$.transfers[0].cash[0]', ['7', 'H', '7-d1']],
    ['$.transfers[0].cash[1]', ['7', 'H', '7-d2']],
    ['$.transfers[2].cash[0]', ['9', 'H', '9-d3']],
  ]);
});

test('an element without the inner list is quarantined, and takes nothing from its neighbours', () => {
  const items = itemsOf(mapBody(NESTED, { transfers: ['stray', { transferCode: '8' }, { cash: [ROW] }] }));
  expect(items.map((item) => [item.path, item.outcome])).toEqual([
    ['$.transfers[0]', 'quarantined'],
    ['$.transfers[1]', 'quarantined'],
    ['$.transfers[2].cash[0]', 'event'],
  ]);
});

test('places of rows are tried in order, and an empty list ends the search', () => {
  expect(itemsOf(mapBody(NESTED, { transfers: [ROW] })).map((item) => item.path)).toEqual(['$.transfers[0]']);
  expect(itemsOf(mapBody(NESTED, ROW)).map((item) => item.path)).toEqual(['$']);
  expect(mapBody(NESTED, { transfers: [] })).toMatchObject({ outcome: 'empty', reason: 'no_data' });
  expect(mapBody(NESTED, { transfers: [{ cash: [] }] })).toMatchObject({ outcome: 'empty' });
  expect(mapBody({ ...NESTED, rows: ['a[*].b[*]'] }, ROW)).toMatchObject({
    outcome: 'refused',
    reason: 'bad_format',
  });
});

test.each(['', 'a[0].b', 'a[*', '^.a', '$[*]', 'a[*]b', 'a[*][x=1]', '[*].a[*].b[*].c[*].d[*]'])(
  '"%s" is no place of rows',
  (text) => {
    expect(parseRowsPlace(text)).toBeUndefined();
  },
);

test('text that holds JSON is read as what it holds, and stays text where it holds none', () => {
  const document = withEvent(
    { code: 'reason.rule', brand: 'data.addons.name' },
    { embeddedJson: ['reason', 'data.addons', 'none'] },
  );
  const row = { ...ROW, reason: '{"rule":"Daily"}', data: { addons: '{"name":"plus"}' } };
  expect(tell(document, row)).toMatchObject({ code: 'Daily', brand: 'plus' });
  expect(tell(document, { ...row, reason: 'plain words', data: '{}' })).not.toHaveProperty('code');
  expect(tell(document, { ...row, reason: '{"rule":' })).not.toHaveProperty('code');
});
