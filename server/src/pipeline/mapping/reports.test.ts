import { expect, test } from 'vitest';
import {
  DOCUMENT,
  EVENT,
  mapBody,
  mapOne,
  ROW,
  RULE,
  withEvent,
} from '../../../test/support/mapping-documents.ts';
import { checkMapping, compileMapping } from './index.ts';

test('fields that nobody reads are named with type, count and a sample', () => {
  const document = withEvent(
    { code: 'data.promo', brand: 'lines[0].brand' },
    { rows: ['[*]'], knownFields: ['noise', 'lines[*].n', 'deep'] },
  );
  const row = {
    ...ROW,
    noise: { x: 1 },
    deep: { er: { x: 1 } },
    colour: 'red',
    data: { promo: 'P', extra: 7, 'odd.name': null },
    lines: [{ brand: 'b', n: 1, size: 2 }, { size: 'L' }],
  };
  expect(mapBody(document, [ROW, row, { ...ROW, colour: 5 }])).toMatchObject({
    unknownFields: 6,
    unknown: [
      { path: 'colour', type: 'text', count: 1, item: 1, sample: 'red' },
      { path: 'data.extra', type: 'number', count: 1, item: 1, sample: '7' },
      { path: 'data["odd.name"]', type: 'null', count: 1, item: 1 },
      { path: 'lines[*].size', type: 'number', count: 1, item: 1, sample: '2' },
      { path: 'lines[*].size', type: 'text', count: 1, item: 1, sample: 'L' },
      { path: 'colour', type: 'number', count: 1, item: 2, sample: '5' },
    ],
  });
  expect(mapBody(document, [ROW])).not.toHaveProperty('unknown');
});

test('a thousand unknown names are counted, and fifty of them named', () => {
  const row = {
    ...ROW,
    ...Object.fromEntries(Array.from({ length: 1000 }, (_one, index) => [`f${index}`, index])),
  };
  const mapped = mapBody(DOCUMENT, row);
  expect(mapped).toMatchObject({ unknownFields: 1000 });
  expect(mapped.outcome === 'items' && mapped.unknown?.length).toBe(50);
});

test('a row that no rule knows names the field by which the rules choose', () => {
  const rules = [
    { name: 'a', when: [{ path: 'Action', equals: '2' }], ignore: { reason: 'balance_row', detail: 'x' } },
    { ...RULE, when: [{ path: 'Action', in: ['0', '1'] }] },
  ];
  expect(mapOne({ ...DOCUMENT, rules }, { ...ROW, Action: 21 })).toMatchObject({
    reason: 'unknown_event',
    detail: 'no rule of the mapping knows this row: Action is "21"',
    code: { path: 'Action', value: '21', table: '$.rules' },
  });
  expect(mapOne({ ...DOCUMENT, rules }, ROW)).not.toHaveProperty('code');
});

test('a mapping says what it reads, and what for', () => {
  const mapping = compileMapping(
    {
      ...withEvent({
        amount: { path: ['amount', 'sum'], unit: 'minor' },
        occurredAt: {
          path: 'at',
          format: ['iso', { pattern: 'M/D/YYYY' }],
          zone: { const: 'Europe/Athens' },
        },
        extra: { note: 'memo' },
      }),
      feeds: { other: { rules: [{ ...RULE, when: [{ path: '^.v', present: true }] }] } },
      envelope: { path: 'code', accept: ['0'], empty: ['1'] },
    },
    {},
  );
  const shown = mapping.reads.map(({ path, role, type, rule, feed, unit, format, zone }) =>
    [path, role, type, rule, feed, unit, format, zone].filter((part) => part !== undefined).join(' | '),
  );
  expect(shown).toEqual(
    expect.arrayContaining([
      'amount | amount | number | deposit | minor',
      'sum | amount | number | deposit | minor',
      'at | occurredAt | time | deposit | iso, M/D/YYYY | Europe/Athens',
      'memo | extra.note | text | deposit',
      'user | identifiers | text | deposit',
      'code | envelope | text',
      '^.v | condition | text | deposit | other',
    ]),
  );
  expect(mapping.reads.every((read) => read.meaning !== undefined && read.at.startsWith('$.'))).toBe(true);
});

test('what the door keeps for a mapping stands in the body', () => {
  const mapping = compileMapping(
    {
      ...DOCUMENT,
      rows: ['payload.transfers[*].cash[*]', 'payload.deal[*]'],
      envelope: { path: 'info.code', accept: ['0'], empty: ['1'] },
      rules: [
        { ...RULE, event: { ...EVENT, code: '^.code', brand: '^.^.house', product: 'meta[name=p].value' } },
      ],
      knownFields: ['noise.x'],
      privacy: { mode: 'keepRead', keep: ['a.b'], drop: ['items[*].sku'] },
    },
    {},
  );
  expect(mapping.privacy).toMatchObject({
    mode: 'keepRead',
    keep: ['a.b'],
    drop: ['items[*].sku'],
    rows: ['$'],
  });
  expect(mapping.bodyPathsOf()).toEqual(
    expect.arrayContaining([
      'info.code',
      'payload.transfers[*].cash[*].amount',
      'payload.transfers[*].code',
      'payload.house',
      'payload.deal[*].meta[*].name',
      'payload.deal[*].meta[*].value',
      'payload.code',
      'payload.deal[*].noise.x',
    ]),
  );
  expect(compileMapping(DOCUMENT, {}).privacy.mode).toBe('dropListed');
  expect(
    checkMapping({ ...DOCUMENT, privacy: { mode: 'all', keep: ['$'], hide: [] } }, {}).map((one) => one.path),
  ).toEqual(['$.privacy.hide', '$.privacy.mode', '$.privacy.keep[0]']);
});
