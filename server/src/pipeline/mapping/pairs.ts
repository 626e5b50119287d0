// Form bodies and queries: pairs of names and values that make one row.
import { parseUtf8 } from '../../kernel/json.ts';
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import type { DeliveryInput } from './facts.ts';
import type { LocatedRow, LocatedRows } from './located.ts';

export type Pairs = readonly (readonly [string, string])[];

/** A row says more than the query of the request: its fields win. */
export function withQuery(located: LocatedRows, query: Pairs): LocatedRows {
  if (query.length === 0 || located.outcome !== 'rows') return located;
  if (query.some(isUnreadable)) return UNREADABLE;
  const defaults = rowOfPairs(query);
  for (const item of located.rows) {
    if (item.row === undefined) continue;
    item.row = { ...defaults.row, ...item.row };
    if (defaults.contradiction !== undefined) item.contradiction = defaults.contradiction;
  }
  return located;
}

export function readForm(input: DeliveryInput, query: Pairs = []): LocatedRows {
  const text = parseUtf8(input.body);
  if (!text.ok) return { outcome: 'refused', reason: text.reason, detail: text.detail, path: '$' };
  const pairs = parseForm(text.value);
  if (!pairs.ok) return { outcome: 'refused', reason: pairs.reason, detail: pairs.detail, path: '$' };
  return rowsOfPairs([...query, ...pairs.value]);
}

/** Decodes application/x-www-form-urlencoded; refuses broken escapes and bytes that are not UTF-8 with `bad_encoding`. */
export function parseForm(text: string): Outcome<Pairs> {
  const pairs: [string, string][] = [];
  for (const piece of text.trim().split('&')) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = equals < 0 ? piece : piece.slice(0, equals);
    const value = equals < 0 ? '' : piece.slice(equals + 1);
    try {
      pairs.push([
        decodeURIComponent(name.replaceAll('+', ' ')),
        decodeURIComponent(value.replaceAll('+', ' ')),
      ]);
    } catch {
      return refuse('bad_encoding', `"${piece.slice(0, 60)}" is not URL-encoded UTF-8`);
    }
  }
  return accept(pairs);
}

export function rowsOfPairs(pairs: Pairs): LocatedRows {
  if (pairs.length === 0)
    return { outcome: 'refused', reason: 'bad_format', detail: 'the request carries no fields', path: '$' };
  if (pairs.some(isUnreadable)) return UNREADABLE;
  return { outcome: 'rows', rows: [rowOfPairs(pairs)], duplicateKeys: false };
}

const UNREADABLE: LocatedRows = {
  outcome: 'refused',
  reason: 'bad_encoding',
  detail: 'a field is not URL-encoded UTF-8, or holds a character that cannot be stored',
  path: '$',
};

/** U+FFFD is what a decoder puts where bytes were no UTF-8: `%E9` and `%E8` would become one id, and two customers one. */
function isUnreadable([name, value]: readonly [string, string]): boolean {
  return [name, value].some((text) => /[\0\uFFFD]/.test(text) || !text.isWellFormed());
}

function rowOfPairs(pairs: Pairs): LocatedRow {
  const row: Record<string, string> = Object.create(null) as Record<string, string>;
  const located: LocatedRow = { path: '$', row };
  for (const [name, value] of pairs) {
    if (row[name] !== undefined && row[name] !== value) located.contradiction ??= name;
    row[name] = value;
  }
  return located;
}
