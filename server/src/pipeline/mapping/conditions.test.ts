import { expect, test } from 'vitest';
import { DOCUMENT, mapOne, ROW, RULE } from '../../../test/support/mapping-documents.ts';
import { compileMasks } from './conditions.ts';
import { checkMapping } from './index.ts';

const HOLDS: readonly [object, object, boolean][] = [
  [{ path: 'user', startsWith: 'u' }, {}, true],
  [{ path: 'user', endsWith: 'u' }, {}, false],
  [{ path: 'note', contains: 'Close by' }, { note: 'x close-by #1' }, false],
  [{ path: 'note', contains: 'Close by', fold: true }, { note: 'x close-by #1' }, true],
  [{ path: 'amount', gt: '12.4999' }, {}, true],
  [{ path: 'amount', gt: '12.5' }, {}, false],
  [{ path: 'amount', gte: '12.5' }, {}, true],
  [{ path: 'amount', lt: '-1' }, { amount: '-1.01' }, true],
  [{ path: 'amount', lte: '0', fold: true }, { amount: '-5' }, true],
  [{ path: 'amount', lt: '100' }, { amount: '1e2' }, false],
  [{ path: 'amount', gt: '0' }, { amount: 'lots' }, false],
  [{ path: 'amount', gt: { path: 'fee' } }, { fee: '3' }, true],
  [{ path: 'amount', gt: { path: 'fee' } }, {}, false],
  [{ path: 'amount', gt: '0', lt: '10' }, {}, false],
  [
    {
      any: [
        { path: 'id', equals: 'no' },
        { path: 'id', equals: 'd1' },
      ],
    },
    {},
    true,
  ],
  [
    {
      all: [
        { path: 'id', equals: 'no' },
        { path: 'id', equals: 'd1' },
      ],
    },
    {},
    false,
  ],
  [{ not: { path: 'id', equals: 'no' } }, {}, true],
  [
    {
      not: [
        { path: 'id', equals: 'd1' },
        { path: 'user', equals: 'u1' },
      ],
    },
    {},
    false,
  ],
  [{ not: { any: [{ path: 'id', present: false }] } }, {}, true],
  [{ value: { template: '{field.id}/{field.user}' }, equals: 'd1/u1' }, {}, true],
  [{ value: { path: 'id', map: { other: 'x' } }, present: true }, {}, false],
  [{ path: 'nested', present: true }, { nested: { a: 1 } }, false],
  [{ path: 'huge', present: true }, { huge: '0' }, true],
  [{ path: 'group', inSetting: 'groups' }, { group: 'real\\a' }, true],
  [{ path: 'group', inSetting: 'groups' }, { group: 'real\\vip-1' }, false],
  [{ path: 'group', inSetting: 'groups' }, { group: 'demo\\a' }, false],
  [{ path: 'group', inSetting: 'nothing' }, { group: 'real' }, false],
  [{ path: 'group', inField: 'wanted' }, { group: 'b', wanted: 'a, b' }, true],
  [{ path: 'group', inField: 'wanted' }, { group: 'b', wanted: 'ab' }, false],
  [{ path: 'group', inField: 'wanted' }, { group: 'b' }, false],
];
test.each(HOLDS)('%j on %j: %s', (condition, change, holds) => {
  const document = {
    ...DOCUMENT,
    settings: { groups: { type: 'list', description: 'x' }, nothing: { type: 'list', description: 'x' } },
    rules: [{ name: 'skip', when: [condition], ignore: { reason: 'unwanted_row', detail: 'x' } }, RULE],
  };
  const settings = { groups: ['real*', '!real\\vip*'] };
  const item = mapOne(document, { ...ROW, ...change }, { settings });
  expect(item.outcome === 'ignored').toBe(holds);
});

test('masks: anything, exclusions, and nothing quadratic about them', () => {
  expect(compileMasks(['a*b*c'])('aXbYc')).toBe(true);
  expect(compileMasks(['a*b*c'])('acb')).toBe(false);
  expect(compileMasks(['ab*ba'])('aba')).toBe(false);
  expect(compileMasks(['!demo*'])('real')).toBe(true);
  expect(compileMasks(['!demo*'])('demo-1')).toBe(false);
  expect(compileMasks([])('real')).toBe(false);
  expect(compileMasks([`${'*a'.repeat(500)}*b`])('a'.repeat(5000))).toBe(false);
});

test.each([
  [[{ path: 'a' }], '[0]'],
  [[{ path: 'a', value: 'b', equals: 'x' }], '[0].value'],
  [[{ any: [] }], '[0].any'],
  [[{ any: [{ path: 'a', equals: 'x' }], path: 'b' }], '[0].path'],
  [[{ path: 'a', gt: 'much' }], '[0].gt'],
  [[{ path: 'a', inSetting: 'undeclared' }], '[0].inSetting'],
  [[{ path: 'a', present: 'yes' }], '[0].present'],
  [{ path: 'a', equals: 'x' }, ''],
])('the conditions %j are refused at when%s', (when, place) => {
  const document = { ...DOCUMENT, rules: [{ ...RULE, when }] };
  expect(checkMapping(document, {}).map((problem) => problem.path)).toContain(`$.rules[0].when${place}`);
});
