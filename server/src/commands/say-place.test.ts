import { expect, test } from 'vitest';
import { sayPlace } from './say-place.ts';

const TEXT = '{\n\t"rules": [{ "nam": 1 }]\n}';

test('a problem stands with its line, a mark under the place, and what to do', () => {
  const place = {
    line: 2,
    column: 14,
    path: 'body.text.rules[0].nam',
    message: 'this key is not known here; use one of: name, when',
  };
  expect(sayPlace({ name: 'crm.json', text: TEXT }, place).split('\n')).toEqual([
    'crm.json:2:14: this key is not known here (body.text.rules[0].nam)',
    '     "rules": [{ "nam": 1 }]',
    '                 ^',
    '    use one of: name, when',
  ]);
});

test('of a long line the part around the place is shown', () => {
  const text = `${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`;
  const said = sayPlace({ name: 'a', text }, { line: 1, column: 5001, path: 'p', message: 'wrong' }).split(
    '\n',
  );
  expect(said[1]?.indexOf('HERE')).toBe(said[2]?.indexOf('^'));
  expect(said[1]?.length).toBeLessThan(120);
});
