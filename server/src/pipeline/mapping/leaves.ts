// The fields of a row as a flat list, for what looks at rows without a rule: drift, and the repair of what was quarantined.
import { ExactNumber, isJsonObject } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';

/** Fields of one row that are looked at: a row with more is a table in disguise. */
const MOST_FIELDS = 300;
const MOST_DEPTH = 6;

/** The leaves of a row by path, `[*]` for every element of a list (the first one is taken), steps of digits as `*`. */
export function listLeaves(row: JsonObject): Map<string, JsonValue> {
  const leaves = new Map<string, JsonValue>();
  const walk = (value: JsonValue, path: string, depth: number): void => {
    if (leaves.size >= MOST_FIELDS) return;
    if (isJsonObject(value) && depth < MOST_DEPTH) {
      for (const [key, child] of Object.entries(value)) {
        const step = /^\d+$/.test(key) ? '*' : key.slice(0, 80);
        walk(child, path === '' ? step : `${path}.${step}`, depth + 1);
      }
      return;
    }
    if (Array.isArray(value) && depth < MOST_DEPTH && isJsonObject((value as readonly JsonValue[])[0])) {
      walk((value as readonly JsonValue[])[0] ?? null, `${path}[*]`, depth + 1);
      return;
    }
    if (!leaves.has(path)) leaves.set(path, value);
  };
  walk(row, '', 0);
  return leaves;
}

/** The leaves that are text, numbers or words, as text. */
export function listLeafTexts(row: JsonObject): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [path, value] of listLeaves(row)) {
    if (value === null || value === '') continue;
    if (value instanceof ExactNumber) texts.set(path, value.source);
    else if (typeof value !== 'object') texts.set(path, String(value));
  }
  return texts;
}
