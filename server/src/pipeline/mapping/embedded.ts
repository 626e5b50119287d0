// Text that holds JSON, as some systems send it: read before the rules, so that paths lead into it.
import { isJsonObject, parseJson } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { Compilation } from './document.ts';
import { addKnownHolder } from './known-fields.ts';
import { parsePath } from './paths.ts';

/** The row with its texts opened; the row itself is not changed. */
export type Opener = (row: JsonObject) => JsonObject;

const MAX_TEXT_LENGTH = 1_000_000;
const MAX_DEPTH = 32;

/** Undefined when the mapping names no such field. */
export function compileEmbedded(c: Compilation, node: unknown, at: string): Opener | undefined {
  if (node === undefined) return undefined;
  const paths = (c.texts(node, at) ?? []).flatMap((text, index) => {
    const path = parsePath(text);
    if (path === undefined || path.up > 0 || path.steps.some((step) => step.kind !== 'key')) {
      c.fail(
        `${at}[${index}]`,
        `"${text.slice(0, 100)}" does not name a field`,
        'write keys joined by points',
      );
      return [];
    }
    addKnownHolder(c.known, path);
    return [path.steps.map((step) => (step.kind === 'key' ? step.key : ''))];
  });
  return (row) => paths.reduce((opened, keys) => openAt(opened, keys, 0), row);
}

/** Copies only the objects on the way to the text. Text that is no JSON stays text. */
function openAt(object: JsonObject, keys: readonly string[], depth: number): JsonObject {
  const key = keys[depth] as string;
  if (!Object.hasOwn(object, key)) return object;
  const value = object[key];
  if (depth < keys.length - 1)
    return isJsonObject(value) ? { ...object, [key]: openAt(value, keys, depth + 1) } : object;
  const opened = openText(value);
  return opened === undefined ? object : { ...object, [key]: opened };
}

function openText(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH || !/^\s*[[{]/.test(value))
    return undefined;
  const parsed = parseJson(value, { maxDepth: MAX_DEPTH });
  return parsed.ok ? parsed.value.value : undefined;
}
