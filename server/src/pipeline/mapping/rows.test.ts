import { expect, test } from 'vitest';
import { instantFromIso } from '../../kernel/instant.ts';
import { checkMapping, compileMapping } from './index.ts';

const event = {
  kind: { const: 'deposit' },
  externalId: 'id',
  occurredAt: { path: 'at', format: 'epoch_s' },
  identifiers: [{ namespace: { const: 'customer' }, value: 'who' }],
  amount: 'sum',
  currency: { const: 'USD' },
};
const document = (more: object): object => ({
  language: 1,
  name: 'rows',
  format: 'json',
  rules: [{ name: 'row', event, revisionOrder: { kind: 'arrival' } }],
  ...more,
});
const told = (more: object, body: unknown, settings: Record<string, string[]> = {}): string[] => {
  const mapped = compileMapping(document(more), settings).map({
    body: JSON.stringify(body),
    receivedAt: instantFromIso('2026-01-01T00:00:00Z'),
  });
  if (mapped.outcome !== 'items') return [`${mapped.outcome} ${mapped.reason}`];
  return mapped.items.map((item) =>
    item.outcome === 'event'
      ? `${item.path} ${item.event.externalId} ${item.event.amount}`
      : `${item.path} ${item.reason}`,
  );
};
const row = (id: string): object => ({ id, at: 1_735_689_600, who: 'c', sum: '1' });

const BOTH = { rows: ['a[*]', 'b[*]', '[*]'], alsoRows: ['b[*]', 'c.d[*]'] };
test.each([
  ['one list', { a: [row('1')] }, ['$.a[0] 1 1']],
  [
    'several lists',
    { a: [row('1')], b: [row('2')], c: { d: [row('3')] } },
    ['$.a[0] 1 1', '$.b[0] 2 1', '$.c.d[0] 3 1'],
  ],
  ['the first list empty', { a: [], b: [row('2')] }, ['$.b[0] 2 1']],
  ['only the second list', { b: [row('2')] }, ['$.b[0] 2 1']],
  ['all empty', { a: [], b: [] }, ['empty no_data']],
  ['none of them', { x: [] }, ['refused bad_format']],
  ['something else in place of a further list', { a: [row('1')], b: null, c: 1 }, ['$.a[0] 1 1']],
])('a body with %s', (_name, body, expected) => {
  expect(told(BOTH, body)).toEqual(expected);
});

const COLUMNS = ['id', 'at', 'who', 'sum'];
test.each([
  ['names of the document', { columns: COLUMNS }, {}],
  [
    'names of a setting',
    { columns: { setting: 'cols' }, settings: { cols: { type: 'list', description: 'names' } } },
    { cols: COLUMNS },
  ],
])('rows that are lists, by %s', (_name, more, settings: Record<string, string[]>) => {
  const body = { d: { rows: [['1', 1_735_689_600, 'c', '2.50'], ['2', 1_735_689_600, 'c'], 'x', row('3')] } };
  expect(told({ ...more, rows: ['d.rows[*]'] }, body, settings)).toEqual([
    '$.d.rows[0] 1 2.5',
    '$.d.rows[1] bad_row',
    '$.d.rows[2] bad_format',
    '$.d.rows[3] 3 1',
  ]);
});

test('a list without names for its elements is no row', () => {
  expect(told({ rows: ['[*]'] }, [['1']])).toEqual(['$[0] bad_format']);
});

test('columns and further places are checked when the document is written', () => {
  expect(checkMapping(document({ columns: { setting: 'cols' } }), {}).map((problem) => problem.path)).toEqual(
    ['$.columns.setting'],
  );
  expect(
    checkMapping(document({ columns: ['a'], privacy: { mode: 'keepRead' } }), {}).map(
      (problem) => problem.path,
    ),
  ).toEqual(['$.privacy.mode']);
  expect(checkMapping(document({ alsoRows: ['a['] }), {}).map((problem) => problem.path)).toEqual([
    '$.alsoRows[0]',
  ]);
});
