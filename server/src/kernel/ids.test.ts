import { expect, test } from 'vitest';
import { getValue } from './outcome.ts';
import {
  ID_PREFIXES,
  packCommissionId,
  packDeliveryId,
  packQuarantineId,
  parseWireId,
  unpackCommissionId,
  unpackDeliveryId,
  unpackQuarantineId,
  wireId,
} from './ids.ts';
import type { IdPrefix } from './ids.ts';

const UUID = '0198aabb-ccdd-7eff-8123-0123456789ab';

test.each(Object.keys(ID_PREFIXES) as IdPrefix[])('a %s id reads back to its uuid', (prefix) => {
  expect(wireId(prefix, UUID)).toBe(`${prefix}_0198aabbccdd7eff81230123456789ab`);
  expect(getValue(parseWireId(prefix, wireId(prefix, UUID)))).toBe(UUID);
});

test.each([
  '',
  'prt_',
  'cus_0198aabbccdd7eff81230123456789ab',
  'prt_0198aabbccdd7eff81230123456789a',
  'prt_0198aabbccdd7eff81230123456789ag',
  `prt_${UUID}`,
])('refuses %j as the id of a partner', (text) => {
  expect(parseWireId('prt', text)).toMatchObject({ ok: false, reason: 'bad_identifier' });
});

test('a commission id carries its address', () => {
  const address = { lane: 1023, hopId: UUID, row: 4_000_000_000, item: 65_535 };
  const id = packCommissionId(address);
  expect(id).toMatch(/^com_[0-9a-hjkmnp-tv-z]{39}$/);
  expect(getValue(unpackCommissionId(id))).toEqual(address);
});

test('a delivery id carries its address', () => {
  const address = { lane: 0, chunkId: UUID, item: 70_000 };
  expect(getValue(unpackDeliveryId(packDeliveryId(address)))).toEqual(address);
});

test('the id of a quarantined item carries its lane', () => {
  const address = { lane: 1023, id: UUID };
  const id = packQuarantineId(address);
  expect(id).toMatch(/^qtn_[0-9a-hjkmnp-tv-z]{29}$/);
  expect(getValue(unpackQuarantineId(id))).toEqual(address);
  expect(unpackQuarantineId(id.replace('qtn', 'dlv')).ok).toBe(false);
});

test('refuses packed ids that were not written here', () => {
  const id = packCommissionId({ lane: 5, hopId: UUID, row: 1, item: 2 });
  const delivery = packDeliveryId({ lane: 5, chunkId: UUID, item: 2 });
  const bad = [
    id.slice(0, -1),
    `${id.slice(0, -1)}1`,
    `${id}0`,
    id.replace('com_', 'dlv_'),
    id.toUpperCase(),
    id.replace(/.$/, 'u'),
    delivery,
    `com_z${id.slice(5)}`,
  ];
  expect(bad.filter((text) => unpackCommissionId(text).ok)).toEqual([]);
});

test('refuses to pack what does not fit', () => {
  expect(() => packCommissionId({ lane: 1, hopId: UUID, row: 1, item: 65_536 })).toThrow(RangeError);
  expect(() => packDeliveryId({ lane: 1, chunkId: 'x', item: 1 })).toThrow(RangeError);
});
