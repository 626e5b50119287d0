// The fields of a sample with their values, by path as a mapping writes it.
import { ExactNumber, isJsonObject } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { spellField } from '../../pipeline/mapping/index.ts';

export interface SampleField {
  readonly path: string;
  /** The path in small letters with underscores: `data.transactionId` is `data_transaction_id`. */
  readonly name: string;
  /** How many objects enclose it. */
  readonly depth: number;
  /** Values by number of the row; empty ones are left out. */
  readonly values: ReadonlyMap<number, string>;
}

const MOST_FIELDS = 400;
const MOST_DEPTH = 6;

/** Leaves that hold text, numbers or words; what stands in lists is left out, because it has no one path. */
export function listFields(rows: readonly JsonObject[]): SampleField[] {
  const fields = new Map<string, { keys: readonly string[]; values: Map<number, string> }>();
  const walk = (node: JsonValue, keys: readonly string[], row: number): void => {
    if (isJsonObject(node)) {
      if (keys.length < MOST_DEPTH)
        for (const [key, child] of Object.entries(node)) walk(child, [...keys, key], row);
      return;
    }
    const path = spellField(keys);
    const known = fields.get(path);
    if (known === undefined && fields.size >= MOST_FIELDS) return;
    const field = known ?? { keys, values: new Map<number, string>() };
    fields.set(path, field);
    const text = textOf(node);
    if (text !== undefined) field.values.set(row, text);
  };
  rows.forEach((row, index) => walk(row, [], index));
  return [...fields].map(([path, { keys, values }]) => ({
    path,
    name: nameOf(keys),
    depth: keys.length,
    values,
  }));
}

/** Words of a name in any spelling, as small letters with underscores. */
export function nameOf(keys: readonly string[]): string {
  return keys
    .join('_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

function textOf(value: JsonValue): string | undefined {
  if (value instanceof ExactNumber) return value.source;
  if (value === null || typeof value === 'object') return undefined;
  const text = String(value).trim();
  return text === '' ? undefined : text;
}
