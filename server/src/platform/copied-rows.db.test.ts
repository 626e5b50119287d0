import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instantFromIso, MAX_INSTANT } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { createTestDatabase } from '../../test/support/test-database.ts';
import type { TestDatabase } from '../../test/support/test-database.ts';
import type { CopiedRows } from './copied-rows.ts';
import { createCopiedRows } from './copied-rows.ts';
import { isUniqueViolation } from './db.ts';
import type { Tx } from './db.ts';

let home: TestDatabase;
beforeAll(async () => {
  home = await createTestDatabase();
});
afterAll(() => home.close());

const ID = '018f3c2e-7b1d-7c3a-9abc-def012345678';
const OTHER = '018f3c2e-7b1d-7c3a-9abc-def012345679';
const COPY = 'copy copied (n, id, at, raw, said, told, marks) from stdin (format binary)';

interface Copied {
  n: number;
  id: string;
  at?: Instant;
  raw?: Uint8Array;
  said?: string;
  told?: string;
  marks?: readonly string[];
}

function put(
  rows: CopiedRows,
  { n, id, at = MAX_INSTANT, raw = new Uint8Array(), said = '', ...rest }: Copied,
): void {
  rows.row();
  rows.smallint(n);
  rows.uuid(id);
  rows.instant(at);
  rows.bytes(raw);
  rows.text(said);
  rows.document(rest.told ?? '{}');
  rows.texts(rest.marks ?? []);
}

/** In a table that lives as long as the transaction. */
function inTable<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return home.db.reference(async (tx) => {
    await tx.exec(
      `create temporary table copied (n smallint, id uuid primary key, at timestamptz, raw bytea, said text, told jsonb, marks text[])
       on commit drop`,
    );
    return work(tx);
  });
}

async function copy(tx: Tx, list: readonly Copied[], expectedBytes = 0): Promise<number> {
  const rows = createCopiedRows(7, expectedBytes);
  for (const one of list) put(rows, one);
  return tx.copy(COPY, rows.end());
}

describe('rows that are copied', () => {
  test('arrive as they were, however long they are', async () => {
    const at = instantFromIso('1999-12-31T23:59:59.999999Z');
    const long = 'é€😀'.repeat(5_000);
    const list: Copied[] = [
      {
        n: -1,
        id: ID,
        at,
        raw: Uint8Array.of(0, 255, 92),
        said: '\\N\t"a"\n',
        told: '{"a":"é"}',
        marks: ['bot', 'a,b', ''],
      },
      { n: 32_767, id: OTHER, said: long, marks: [] },
    ];
    const kept = await inTable(async (tx) => {
      expect(await copy(tx, list)).toBe(2);
      return tx.rows<Copied>('select * from copied order by n');
    });
    expect(kept).toEqual([
      { ...list[0], raw: Buffer.from([0, 255, 92]), told: { a: 'é' } },
      { n: 32_767, id: OTHER, at: MAX_INSTANT, raw: Buffer.alloc(0), said: long, told: {}, marks: [] },
    ]);
  });

  test('are none, or very many', async () => {
    const ids = Array.from(
      { length: 20_000 },
      (_, n) => `${ID.slice(0, 28)}${n.toString(16).padStart(8, '0')}`,
    );
    const counts = await inTable(async (tx) => [
      await copy(tx, []),
      await copy(
        tx,
        ids.map((id) => ({ n: 1, id, said: 'x'.repeat(100) })),
      ),
      (await tx.one<{ n: number }>('select count(*) as n from copied')).n,
    ]);
    expect(counts).toEqual([0, 20_000, 20_000]);
  });

  test('are all refused with the one that is there, and the connection goes on', async () => {
    const refused = inTable((tx) =>
      copy(tx, [
        { n: 1, id: ID },
        { n: 2, id: ID },
      ]),
    );
    await expect(refused).rejects.toSatisfy(isUniqueViolation);
    await expect(inTable((tx) => tx.copy(COPY, Buffer.from('no rows')))).rejects.toThrow(
      /COPY file signature/,
    );
    await expect(
      inTable((tx) => tx.copy('copy nothing (n) from stdin (format binary)', Buffer.alloc(0))),
    ).rejects.toThrow(/does not exist/);
    expect(await inTable((tx) => copy(tx, [{ n: 1, id: ID }]))).toBe(1);
  });

  test('refuse what cannot be such a value', () => {
    const rows = createCopiedRows(1, 0);
    expect(() => rows.uuid('x')).toThrow(RangeError);
    expect(() => rows.smallint(40_000)).toThrow(RangeError);
    expect(() => rows.instant(Number.POSITIVE_INFINITY as Instant)).toThrow(RangeError);
  });
});
