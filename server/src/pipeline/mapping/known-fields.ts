// Which fields of a row the mapping knows, so that new ones are seen. Costs nothing but a look-up where all are known.
import { ExactNumber } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { UnknownField, ValueType } from './facts.ts';
import { spellKey } from './paths.ts';
import type { Path } from './paths.ts';

/** A place in the rows. `whole`: everything below is known. */
export interface KnownField {
  whole: boolean;
  readonly keys: Map<string, KnownField>;
  /** Of a list: what is known of each element. */
  elements: KnownField | undefined;
}

export function newKnownField(): KnownField {
  return { whole: false, keys: new Map(), elements: undefined };
}

/** Remembers what a path of the row itself reads; the end of the path is known with all that is below it. */
export function addKnownPath(root: KnownField, path: Path): void {
  if (path.up > 0) return;
  let at = root;
  for (const step of path.steps) {
    if (step.kind === 'key') {
      at = keyOf(at, step.key);
    } else {
      at.elements ??= newKnownField();
      at = at.elements;
      if (step.kind === 'match') keyOf(at, step.key).whole = true;
    }
  }
  at.whole = true;
}

function keyOf(field: KnownField, key: string): KnownField {
  const found = field.keys.get(key);
  if (found !== undefined) return found;
  const made = newKnownField();
  field.keys.set(key, made);
  return made;
}

/** Knows a field without knowing what is below it, unless nothing below is read (text that holds JSON). */
export function addKnownHolder(root: KnownField, path: Path): void {
  let at = root;
  for (const step of path.steps) if (step.kind === 'key') at = keyOf(at, step.key);
  if (at.keys.size === 0 && at.elements === undefined) at.whole = true;
}

/** Most different unknown paths that one delivery names; the count goes on. */
const MAX_PATHS = 50;
const MAX_SAMPLE = 60;

/** What the rows of one delivery carry beyond what is known. */
export class UnknownFields {
  count = 0;
  #paths: Map<string, UnknownField> | undefined = undefined;

  /** Looks at one row; `item` is the number of the row in the delivery. */
  look(row: JsonObject, known: KnownField, item: number): void {
    this.#walk(row, known, '', item);
  }

  /** One for each path and type, in order of appearance. */
  list(): readonly UnknownField[] {
    return this.#paths === undefined ? [] : [...this.#paths.values()];
  }

  #walk(object: JsonObject, known: KnownField, at: string, item: number): void {
    for (const key in object) {
      const field = known.keys.get(key);
      if (field === undefined) this.#add(join(at, key), object[key], item);
      else if (!field.whole) this.#descend(object[key], field, at, key, item);
    }
  }

  #descend(value: JsonValue | undefined, known: KnownField, at: string, key: string, item: number): void {
    if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return;
    if (!Array.isArray(value)) {
      this.#walk(value as JsonObject, known, join(at, key), item);
      return;
    }
    const { elements } = known;
    if (elements === undefined || elements.whole) return;
    for (const element of value as readonly JsonValue[]) {
      if (typeof element === 'object' && element !== null && !Array.isArray(element))
        this.#walk(element as JsonObject, elements, `${join(at, key)}[*]`, item);
    }
  }

  #add(path: string, value: JsonValue | undefined, item: number): void {
    this.count += 1;
    this.#paths ??= new Map();
    const type = typeOf(value);
    const found = this.#paths.get(`${path} ${type}`);
    if (found !== undefined) {
      found.count += 1;
    } else if (this.#paths.size < MAX_PATHS) {
      const sample = sampleOf(value);
      this.#paths.set(`${path} ${type}`, {
        path,
        type,
        count: 1,
        item,
        ...(sample === undefined ? {} : { sample }),
      });
    }
  }
}

function join(at: string, key: string): string {
  const name = spellKey(key.slice(0, MAX_SAMPLE));
  return at === '' ? name : name.startsWith('[') ? `${at}${name}` : `${at}.${name}`;
}

/** The JSON type of a value in the words of the drift report. */
export function typeOf(value: JsonValue | undefined): ValueType {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number' || value instanceof ExactNumber) return 'number';
  return Array.isArray(value) ? 'list' : 'object';
}

function sampleOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value.slice(0, MAX_SAMPLE);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof ExactNumber ? value.source.slice(0, MAX_SAMPLE) : undefined;
}
