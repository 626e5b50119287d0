import { expect, test } from 'vitest';
import { mapOne, ROW, tell, withEvent } from '../../../test/support/mapping-documents.ts';
import { checkMapping } from './index.ts';
import { readStyled } from './number-style.ts';

const EURO = { decimal: ',', thousands: '.' };
const SETTINGS = { lotSizes: { type: 'table', description: 'x' }, size: { type: 'text', description: 'x' } };

function amount(spec: unknown, row: object, more: object = {}): unknown {
  const settings = { lotSizes: { '14': '100000', '15': '3' }, size: '8' };
  const told = tell(
    withEvent({ amount: spec }, { settings: SETTINGS, ...more }),
    { ...ROW, ...row },
    { settings },
  );
  return typeof told === 'string' ? told : told.amount;
}

test.each([
  ['1.250,00', EURO, '1250'],
  ['1.250', EURO, '1250'],
  ['12.5', EURO, undefined],
  ['1250,5', EURO, '1250.5'],
  ['1,250.00', { decimal: '.', thousands: ',' }, '1250'],
  ['1,25.00', { decimal: '.', thousands: ',' }, undefined],
  ['12,50', { decimal: '.', thousands: ',' }, undefined],
  ['1\u00a0250,5', { decimal: ',', thousands: ' ' }, '1250.5'],
  ["1'250.5", { decimal: '.', thousands: "'" }, '1250.5'],
  ['1’234’567.5', { decimal: '.', thousands: "'" }, '1234567.5'],
  ["1'250.5", { decimal: '.', thousands: '’' }, '1250.5'],
  ['1\u2009250,5', { decimal: ',', thousands: ' ' }, '1250.5'],
  ['1\u202f250,5', { decimal: ',', thousands: ' ' }, '1250.5'],
  ['\u221212,50', { decimal: ',', thousands: '.' }, '-12.5'],
  ['(12.50)', { decimal: '.', thousands: undefined }, '-12.5'],
  ['12.50-', { decimal: '.', thousands: undefined }, '-12.5'],
  ['-12.50', { decimal: '.', thousands: undefined }, '-12.5'],
  ['(-12.50)', { decimal: '.', thousands: undefined }, undefined],
  ['$12.50', { decimal: '.', thousands: undefined }, undefined],
  ['12.50 EUR', { decimal: '.', thousands: undefined }, undefined],
  ['1e3', { decimal: '.', thousands: undefined }, undefined],
  ['', { decimal: '.', thousands: undefined }, undefined],
  ['1,2,3', { decimal: ',', thousands: undefined }, undefined],
])('%s in the style %j is %s', (text, style, number) => {
  expect(readStyled(text, style)).toBe(number);
});

test('the style of the document holds for text, numbers of JSON are what they are', () => {
  expect(amount('amount', { amount: '1.250,50' }, { numbers: EURO })).toBe('1250.5');
  expect(amount('amount', { amount: 1.25 }, { numbers: EURO })).toBe('1.25');
  expect(amount('amount', { amount: 1.125 }, { numbers: EURO })).toBe('1.125');
  expect(amount('amount', { amount: '€ 12,50' }, { numbers: EURO })).toBe('quarantined bad_amount');
  expect(
    amount({ path: 'amount', decimal: '.', thousands: ',' }, { amount: '1,250.5' }, { numbers: EURO }),
  ).toBe('1250.5');
  expect(amount({ path: 'amount' }, { amount: '(12.50)' })).toBe('quarantined bad_amount');
});

test.each([
  [{ sum: ['a', 'b', 'c'] }, { a: '1', b: '2.5' }, '3.5'],
  [{ sum: ['a', { path: 'b', sign: 'negate' }] }, { a: '10', b: '2.5' }, '7.5'],
  [{ sum: ['a', 'b'], required: true }, { a: '1' }, 'quarantined missing_field'],
  [{ sum: ['a', { path: 'b', required: true }] }, { a: '1' }, 'quarantined missing_field'],
  [{ sum: ['x', 'y'] }, {}, 'quarantined bad_amount'],
  [{ sum: ['a'], times: '100', sign: 'negate' }, { a: '-1.5' }, '150'],
  [{ path: 'a', times: '0.01' }, { a: '12345' }, '123.45'],
  [{ path: 'a', times: { path: 'b' } }, { a: '3', b: '0.5' }, '1.5'],
  [{ path: 'a', times: { path: 'b' } }, { a: '3' }, 'quarantined bad_amount'],
  [{ path: 'a', divideBy: { setting: 'size' } }, { a: '1' }, '0.125'],
  [{ path: 'a', divideBy: 'b' }, { a: '1', b: '3' }, 'quarantined inexact_number'],
  [{ path: 'a', divideBy: 'b' }, { a: '1', b: '0' }, 'quarantined bad_amount'],
  [{ path: 'a', divideBy: 'b' }, { a: '3', b: '3' }, '1'],
  [{ path: 'a', divideBy: { table: { setting: 'lotSizes' }, key: 's' } }, { a: '1500', s: 14 }, '0.015'],
  [
    { path: 'a', divideBy: { table: { setting: 'lotSizes' }, key: 's' } },
    { a: '1', s: '99' },
    'quarantined bad_amount',
  ],
  [
    { path: 'a', divideBy: { table: { setting: 'lotSizes' }, key: 's', default: '2' } },
    { a: '1', s: '99' },
    '0.5',
  ],
  [{ path: 'a', scaleBy: { value: 'u', table: { USC: '0.01' }, default: '1' } }, { a: '500', u: 'USC' }, '5'],
  [{ path: 'a', scaleBy: { value: 'u', table: { USC: '0.01' }, default: '1' } }, { a: '500' }, '500'],
  [
    { path: 'a', scaleBy: { value: 'u', table: { USC: '0.01' } } },
    { a: '500', u: 'EUC' },
    'quarantined bad_amount',
  ],
  [{ value: { path: 'a', after: '=' } }, { a: 'x=7.5' }, '7.5'],
  [{ path: 'a', times: '1000000000000000000' }, { a: '1000' }, 'quarantined bad_amount'],
  [{ path: 'a', unit: '1/100', times: '10', divideBy: 'b' }, { a: '1000', b: '4' }, '25'],
])('%j of %j is %s', (spec, row, expected) => {
  expect(amount(spec, row)).toBe(expected);
});

test('the sign comes from another field, however the number was written', () => {
  const spec = { path: 'delta', negativeWhen: [{ path: 'op', equals: '1' }] };
  const document = withEvent({ kind: { const: 'adjustment' }, recordType: { const: 'x' }, amount: spec });
  for (const [op, delta, told] of [
    ['0', '5', '5'],
    ['1', '5', '-5'],
    ['1', '-5', '-5'],
    ['1', '0', '0'],
  ])
    expect(tell(document, { ...ROW, op, delta })).toMatchObject({ amount: told });
});

test('a code that a table lacks is named with its table', () => {
  const settings = { lotSizes: { '14': '100000' } };
  const spec = { path: 'amount', divideBy: { table: { setting: 'lotSizes' }, key: 'symbolId' } };
  const item = mapOne(
    withEvent({ amount: spec }, { settings: SETTINGS }),
    { ...ROW, symbolId: 77 },
    { settings },
  );
  expect(item).toMatchObject({ code: { path: 'symbolId', value: '77', table: 'settings.lotSizes' } });
});

test.each([
  [{ path: 'a', times: 'many' }, 'times'],
  [{ path: 'a', divideBy: { table: { x: 'y' }, key: 'b' } }, 'divideBy.table.x'],
  [{ path: 'a', divideBy: { table: { setting: 'none' }, key: 'b' } }, 'divideBy.table.setting'],
  [{ path: 'a', scaleBy: { table: {} } }, 'scaleBy.value'],
  [{ path: 'a', value: 'b' }, 'value'],
  [{ path: 'a', decimal: ',', thousands: ',' }, 'thousands'],
  [{ path: 'a', required: 'yes' }, 'required'],
  [{ sum: [] }, 'sum'],
  [{ sum: ['a'], unit: 'minor' }, 'unit'],
])('the number %j is refused at %s', (spec, place) => {
  expect(checkMapping(withEvent({ amount: spec }), {}).map((one) => one.path)).toContain(
    `$.rules[0].event.amount.${place}`,
  );
});
