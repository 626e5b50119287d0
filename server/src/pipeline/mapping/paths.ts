// Paths of the mapping language: a field of the row, of what encloses the row, or of one element of a list.
import { ExactNumber, numberText } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { RowScope } from './row.ts';

/** One step of a path. `match`: the first element of a list whose field `key` is `text`. */
export type PathStep =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'match'; readonly key: string; readonly text: string };

/** `up` objects outwards from the row, then the steps; the first of them is always a key. */
export interface Path {
  readonly text: string;
  readonly up: number;
  readonly steps: readonly PathStep[];
}

export type PathReader = (scope: RowScope) => JsonValue | undefined;

export const PATH_REMEDY =
  'write keys joined by points, such as account.login, items[0].sku, meta[name=click_id].value, ["a.b"] for a name with a point, or ^.id for what encloses the row';

const MAX_STEPS = 20;
const MAX_UP = 8;
const QUOTED = /\["((?:[^"\\]|\\.){1,200})"\]/y;
const INDEX = /\[(\d{1,6})\]/y;
const MATCH = /\[([^=\]\s"]{1,200})=(?:"((?:[^"\\]|\\.){0,200})"|([^\]"][^\]]{0,199}))\]/y;
const KEY = /[^.\s[\]^"][^.[\]]*/y;

/** The path that a text says; undefined when it says none. */
export function parsePath(text: string): Path | undefined {
  let up = 0;
  let at = 0;
  while (text.startsWith('^.', at) && up <= MAX_UP) {
    up += 1;
    at += 2;
  }
  const steps: PathStep[] = [];
  while (at < text.length) {
    const named = steps.length === 0 || text[at] === '.';
    if (steps.length > 0 && named) at += 1;
    const found = named ? readKey(text, at) : readBracket(text, at);
    if (found === undefined) return undefined;
    steps.push(found.step);
    at = found.end;
  }
  return steps.length === 0 || steps.length > MAX_STEPS || up > MAX_UP ? undefined : { text, up, steps };
}

interface Found {
  readonly step: PathStep;
  readonly end: number;
}

function execAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** A plain name, or one in brackets and quotes. */
function readKey(text: string, at: number): Found | undefined {
  if (text[at] === '[') return readQuoted(text, at);
  const key = execAt(KEY, text, at)?.[0];
  if (key === undefined || key.endsWith(' ')) return undefined;
  return { step: { kind: 'key', key }, end: at + key.length };
}

function readQuoted(text: string, at: number): Found | undefined {
  const m = execAt(QUOTED, text, at);
  return m === null
    ? undefined
    : { step: { kind: 'key', key: unescape(m[1] as string) }, end: at + m[0].length };
}

function readBracket(text: string, at: number): Found | undefined {
  const index = execAt(INDEX, text, at);
  if (index !== null) return { step: { kind: 'index', index: Number(index[1]) }, end: at + index[0].length };
  const match = execAt(MATCH, text, at);
  if (match === null) return readQuoted(text, at);
  const wanted = match[2] === undefined ? (match[3] as string) : unescape(match[2]);
  return { step: { kind: 'match', key: match[1] as string, text: wanted }, end: at + match[0].length };
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}

/** Step by step; undefined when a step is absent or leads into something else. Inherited names are never read. */
export function compilePath(path: Path): PathReader {
  const { up, steps } = path;
  const only = steps[0];
  if (up === 0 && steps.length === 1 && only?.kind === 'key' && !(only.key in Object.prototype)) {
    const { key } = only;
    return (scope) => scope.row[key];
  }
  if (up === 0) return (scope) => followPath(scope.row, steps);
  return (scope) => followPath(scope.parents[up - 1], steps);
}

/** What stands at the end of the steps, or undefined. */
export function followPath(from: JsonValue | undefined, steps: readonly PathStep[]): JsonValue | undefined {
  let value = from;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return undefined;
    if (step.kind === 'key') {
      if (Array.isArray(value) || !Object.hasOwn(value, step.key)) return undefined;
      value = (value as JsonObject)[step.key];
    } else {
      if (!Array.isArray(value)) return undefined;
      const list = value as readonly JsonValue[];
      value = step.kind === 'index' ? list[step.index] : findElement(list, step.key, step.text);
    }
  }
  return value;
}

function findElement(list: readonly JsonValue[], key: string, text: string): JsonValue | undefined {
  return list.find((item) => plainText(followPath(item, [{ kind: 'key', key }])) === text);
}

/** A leaf as text, without a complaint about anything else. */
export function plainText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || value instanceof ExactNumber) return numberText(value);
  return typeof value === 'boolean' ? String(value) : undefined;
}

/** A key as it is written in a path. */
export function spellKey(key: string): string {
  return /^[^.\s[\]^"](?:[^.[\]]*[^.\s[\]])?$/.test(key)
    ? key
    : `["${key.replace(/["\\]/g, (sign) => `\\${sign}`)}"]`;
}

/** The path to a field by its names, from the row inwards. */
export function spellField(keys: readonly string[]): string {
  return keys.reduce((path, key) => {
    const spelled = spellKey(key);
    return path === '' || spelled.startsWith('[') ? path + spelled : `${path}.${spelled}`;
  }, '');
}
