import { isUuid } from '../../kernel/ids.ts';
import { HttpProblem } from './problem.ts';

/**
 * Cursors are the sort key of the last row of a page, opaque on the wire: stable when rows are added, and
 * without the cost of counting from the start.
 */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The sort key of a cursor with this many parts; undefined for the first page. Throws 400 `bad_cursor` on anything else. */
export function decodeCursor(cursor: string | undefined, parts: number): string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(key) &&
      key.length === parts &&
      key.every((part) => typeof part === 'number' || (typeof part === 'string' && !part.includes('\0')))
    ) {
      return key.map((part) => String(part));
    }
  } catch {
    // Falls through: whatever cannot be read was not written by us.
  }
  throw badCursor();
}

/** A cursor that is one uuid. Throws 400 `bad_cursor` on anything else. */
export function decodeUuidCursor(cursor: string | undefined): string | undefined {
  const id = decodeCursor(cursor, 1)?.[0];
  if (id !== undefined && !isUuid(id)) throw badCursor();
  return id;
}

export function badCursor(): HttpProblem {
  return new HttpProblem({
    status: 400,
    code: 'bad_cursor',
    detail: 'The cursor was not made by this list. Start without a cursor, then hand on nextCursor as it is.',
  });
}

/** One page of rows that were read with one row more than the limit, which tells whether there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  shape: { item: (row: Row) => Item; key: (row: Row) => readonly (string | number)[] },
): { items: Item[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(shape.item),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(shape.key(last)) : null,
  };
}
