import { expect, test } from 'vitest';
import { sha256Hex } from '../../kernel/digest.ts';
import { mapOne, ROW, tell, withEvent } from '../../../test/support/mapping-documents.ts';
import { checkMapping } from './index.ts';

test.each([
  [{ after: 'to #' }, 'closed to #7001', '7001'],
  [{ after: 'to #' }, 'nothing', undefined],
  [{ before: '.' }, 'EURUSD.m', 'EURUSD'],
  [{ before: '.' }, 'EURUSD', 'EURUSD'],
  [{ before: '.' }, '.m', undefined],
  [{ split: { by: '-', take: 0 } }, '2100501-3', '2100501'],
  [{ split: { by: '-', take: -1 } }, 'a-b-c', 'c'],
  [{ split: { by: '-', take: 5 } }, 'a-b', undefined],
  [{ split: { by: '-', take: 1 } }, 'a- -c', undefined],
  [{ lower: true }, 'Ann@Example.COM', 'ann@example.com'],
  [{ upper: true }, 'eur', 'EUR'],
  [{ lower: true, digest: true }, 'Ann@Example.com', sha256Hex('ann@example.com')],
  [{ lower: false }, 'A', 'A'],
  [{ after: ':', before: '/', upper: true, prefix: 'x' }, 'a:bc/d', 'xBC'],
  [{ digitsAfter: '#', prefix: 'p' }, 'a #12b', 'p12'],
  [{ split: { by: '-', take: 1 }, map: { '3': 'live' } }, '2100501-3', 'live'],
  [{ split: { by: '-', take: 1 }, default: 'main' }, '2100501', 'main'],
  [{ map: { a: 'b' }, otherwise: 'absent', default: 'other' }, 'z', 'other'],
  [{ mapSetting: 'names' }, 'x', 'y'],
  [{ mapSetting: 'names' }, 'z', 'z'],
  [{ mapSetting: { name: 'names', otherwise: 'absent' } }, 'z', undefined],
])('%j of "%s" is %s', (steps, text, expected) => {
  const document = withEvent(
    { brand: { path: 'text', ...steps } },
    { settings: { names: { type: 'table', description: 'x' } } },
  );
  const told = tell(document, { ...ROW, text }, { settings: { names: { x: 'y' } } });
  expect(typeof told === 'string' ? told : told.brand).toBe(expected);
});

test('a code outside its map is named with its place in the row and in the document', () => {
  expect(mapOne(withEvent({}), { ...ROW, type: 'bonus' })).toMatchObject({
    outcome: 'quarantined',
    reason: 'unknown_event',
    code: { path: 'type', value: 'bonus', table: '$.rules[0].event.kind.map' },
  });
  const status = { first: [{ path: 'state', map: { ok: 'approved' } }] };
  expect(mapOne(withEvent({ status }), { ...ROW, state: 'settled' })).toMatchObject({
    reason: 'unknown_status',
    code: { path: 'state', value: 'settled', table: '$.rules[0].event.status.first[0].map' },
  });
});

test('a template lacks what a declared setting without a value would say', () => {
  const settings = { server: { type: 'text', description: 'x' } };
  const document = withEvent(
    { code: { first: [{ template: '{setting.server}:{field.id}' }, 'id'] } },
    { settings },
  );
  expect(tell(document, ROW)).toMatchObject({ code: 'd1' });
  expect(tell(document, ROW, { settings: { server: 's' } })).toMatchObject({ code: 's:d1' });
});

test.each([
  [{ path: 'a', split: { by: '-' } }, 'code.split.take'],
  [{ path: 'a', split: { by: '', take: 0 } }, 'code.split.by'],
  [{ path: 'a', lower: 'yes' }, 'code.lower'],
  [{ path: 'a', after: '' }, 'code.after'],
  [{ path: 'a', mapSetting: 'none' }, 'code.mapSetting'],
  [{ path: 'a', mapSetting: { name: 'none', otherwise: 'guess' } }, 'code.mapSetting.otherwise'],
  [{ path: 'a', cutEndingsSetting: 'none' }, 'code.cutEndingsSetting'],
])('the value %j is refused at %s', (code, place) => {
  expect(checkMapping(withEvent({ code }), {}).map((one) => one.path)).toContain(`$.rules[0].event.${place}`);
});
