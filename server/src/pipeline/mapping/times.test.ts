import { expect, test } from 'vitest';
import { RECEIVED, ROW, mapOne, tell, withEvent } from '../../../test/support/mapping-documents.ts';
import { checkMapping, mapEvent } from './index.ts';

const ZONE = { const: 'Europe/Athens' };

function occurredAt(spec: object, at: unknown): unknown {
  const told = tell(withEvent({ occurredAt: { path: 'at', zone: ZONE, ...spec } }), { ...ROW, at });
  return typeof told === 'string' ? told : told.occurredAt;
}

test.each([
  ['M/D/YYYY', '1/2/2015', '2015-01-01T22:00:00.000Z'],
  ['M/D/YYYY', '11/27/2014', '2014-11-26T22:00:00.000Z'],
  ['D/M/YYYY', '1/2/2015', '2015-01-31T22:00:00.000Z'],
  ['DD.MM.YYYY HH:mm', '27.11.2014 13:05', '2014-11-27T11:05:00.000Z'],
  ['DD.MM.YYYY HH:mm', '27.11.2014  13:05', '2014-11-27T11:05:00.000Z'],
  ['DD.MM.YY', '27.11.14', '2014-11-26T22:00:00.000Z'],
  ['M/D/YYYY h:mm:ss A', '7/1/2024 12:00:01 AM', '2024-06-30T21:00:01.000Z'],
  ['M/D/YYYY h:mm A', '7/1/2024 12:30 pm', '2024-07-01T09:30:00.000Z'],
  ['YYYYMMDDTHHmmss.SSS', '20240701T101112.5', '2024-07-01T07:11:12.500Z'],
  ['M/D/YYYY', '13/1/2015', 'quarantined bad_time'],
  ['M/D/YYYY', '2/30/2015', 'quarantined bad_time'],
  ['M/D/YYYY', '2015-01-02', 'quarantined bad_time'],
  ['M/D/YYYY h:mm A', '7/1/2024 13:30 PM', 'quarantined bad_time'],
  ['M/D/YYYY', 'x'.repeat(5000), 'quarantined bad_time'],
])('%s reads "%s" as %s', (pattern, text, expected) => {
  expect(occurredAt({ format: { pattern } }, text)).toBe(expected);
});

test('formats are tried in order, patterns among them', () => {
  const format = ['iso', { pattern: 'D/M/YYYY' }, 'local'];
  expect(occurredAt({ format }, '2024-07-01T10:00:00Z')).toBe('2024-07-01T10:00:00.000Z');
  expect(occurredAt({ format }, '1/7/2024')).toBe('2024-06-30T21:00:00.000Z');
  expect(occurredAt({ format }, '2024-07-01 10:00:00')).toBe('2024-07-01T07:00:00.000Z');
});

test('what the first of several formats finds wrong is said, not what the last one does', () => {
  const said = (at: string): unknown =>
    mapOne(withEvent({ occurredAt: { path: 'at', format: ['iso', 'epoch_s'] } }), { ...ROW, at });
  expect(said('2024-07-01 10:00')).toMatchObject({
    reason: 'bad_time',
    detail: '"2024-07-01 10:00" is not a date and time with a zone, such as 2024-07-01T10:10:00Z',
  });
});

test.each([
  ['2024-07-01T10:00:00 02:00', '2024-07-01T08:00:00.000Z'],
  ['2024-07-01T10:00:00.250 0530', '2024-07-01T04:30:00.250Z'],
  ['2024-07-01 10:00:00 02:00', 'quarantined bad_time'],
  ['2024-07-01T10:00:00 2', 'quarantined bad_time'],
])('a plus that an address turned into a space is still a plus: %s is %s', (text, expected) => {
  expect(occurredAt({ format: 'iso' }, text)).toBe(expected);
});

test('date and time of two columns are one time', () => {
  const spec = {
    value: { template: '{field.day} {field.clock}' },
    format: { pattern: 'M/D/YYYY HH:mm' },
    zone: ZONE,
  };
  expect(tell(withEvent({ occurredAt: spec }), { ...ROW, day: '7/1/2024', clock: '10:00' })).toMatchObject({
    occurredAt: '2024-07-01T07:00:00.000Z',
    rawTime: '7/1/2024 10:00',
  });
});

test.each(['9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z'])(
  'the year of %s is out of reach, and the sentence says so',
  (at) => {
    expect(mapOne(withEvent({}), { ...ROW, at })).toMatchObject({
      reason: 'bad_time',
      detail: `"${at}" lies outside the years 1900 to 2254`,
    });
    const own = {
      kind: 'registration',
      externalId: '1',
      occurredAt: at,
      identifiers: [{ namespace: 'crm', value: '7' }],
    };
    expect(mapEvent(own, RECEIVED)).toMatchObject({
      reason: 'bad_time',
      detail: expect.stringContaining('1900 to 2254'),
    });
  },
);

test.each([
  [{ path: 'at', format: { pattern: 'M/D/YYYY' } }, 'zone'],
  [{ path: 'at', format: { pattern: 'M/YYYY' }, zone: ZONE }, 'format.pattern'],
  [{ path: 'at', format: { pattern: 'M/D/YYYY h:mm' }, zone: ZONE }, 'format.pattern'],
  [{ path: 'at', format: { pattern: 'D/D/M/YYYY' }, zone: ZONE }, 'format.pattern'],
  [{ path: 'at', value: 'b', format: 'iso' }, 'value'],
  [{ format: 'iso' }, 'path'],
])('the time %j is refused at %s', (spec, place) => {
  expect(checkMapping(withEvent({ occurredAt: spec }), {}).map((one) => one.path)).toContain(
    `$.rules[0].event.occurredAt.${place}`,
  );
});

test('a currency in small letters is stored in capitals, one that is none is refused', () => {
  expect(tell(withEvent({}), { ...ROW, currency: 'usd' })).toMatchObject({ currency: 'USD' });
  expect(mapOne(withEvent({}), { ...ROW, currency: 'dollars' })).toMatchObject({
    reason: 'bad_currency',
    detail: '"dollars" is not a known currency code',
  });
});
