import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instantFromIso, MAX_INSTANT, MIN_INSTANT } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { createTestDatabase } from '../../test/support/test-database.ts';
import type { TestDatabase } from '../../test/support/test-database.ts';
import {
  byteas,
  documents,
  instants,
  integers,
  messages,
  sha256Hashes,
  smallints,
  texts,
  uuids,
} from './binary-arrays.ts';
import type { Db } from './db.ts';

let home: TestDatabase;
let db: Db;
beforeAll(async () => {
  home = await createTestDatabase();
  db = home.db;
});
afterAll(() => home.close());

const HASH = '00ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1dfe';
const ID = '018f3c2e-7b1d-7c3a-9abc-def012345678';

/** Type, the binary parameter, and what comes back. */
const CASES: readonly [string, Buffer, unknown[]][] = [
  ['smallint', smallints([0, -1, 1023, 32_767, -32_768]), [0, -1, 1023, 32_767, -32_768]],
  ['integer', integers([0, -1, 2_147_483_647, -2_147_483_648]), [0, -1, 2_147_483_647, -2_147_483_648]],
  ['uuid', uuids([ID, null, ID.toUpperCase()]), [ID, null, ID]],
  ['text', texts(['', 'a,"b"\\{}', null, 'NULL', 'é€😀']), ['', 'a,"b"\\{}', null, 'NULL', 'é€😀']],
  [
    'bytea',
    byteas([Buffer.from([0, 255, 92]), Buffer.alloc(0)]),
    [Buffer.from([0, 255, 92]), Buffer.alloc(0)],
  ],
  ['bytea', sha256Hashes([HASH]), [Buffer.from(HASH, 'hex')]],
  ['json', messages(['{"a":"é"}', '[]', 'null']), [{ a: 'é' }, [], null]],
  ['jsonb', documents(['{"a":"é"}', '[]', 'null']), [{ a: 'é' }, [], null]],
  [
    'timestamptz',
    instants([
      instantFromIso('2026-03-01T10:00:00.123456Z'),
      MIN_INSTANT,
      MAX_INSTANT,
      instantFromIso('1999-12-31T23:59:59.999999Z'),
    ]),
    [
      instantFromIso('2026-03-01T10:00:00.123456Z'),
      MIN_INSTANT,
      MAX_INSTANT,
      instantFromIso('1999-12-31T23:59:59.999999Z'),
    ],
  ],
];

describe('arrays in binary form', () => {
  test.each(CASES)('of %s arrive as they were', async (type, parameter, expected) => {
    const [row] = await db.reference((tx) =>
      tx.rows<{ list: unknown[] }>(`select $1::${type}[] as list`, [parameter]),
    );
    expect(row?.list).toEqual(expected);
  });

  test('of no elements are empty, not null', async () => {
    for (const [type, parameter] of [
      ['uuid', uuids([])],
      ['text', texts([])],
      ['bytea', byteas([])],
    ] as const) {
      const row = await db.reference((tx) => tx.one(`select $1::${type}[] as list`, [parameter]));
      expect(row).toEqual({ list: [] });
    }
  });

  test('refuse what cannot be such an element', () => {
    for (const wrong of ['', 'x', ID.slice(1), `${ID}0`, ID.replace('0', 'g')])
      expect(() => uuids([wrong])).toThrow(RangeError);
    expect(() => sha256Hashes(['00'])).toThrow(RangeError);
    expect(() => instants([Number.POSITIVE_INFINITY as Instant])).toThrow(RangeError);
    expect(() => smallints([40_000])).toThrow(RangeError);
  });
});
