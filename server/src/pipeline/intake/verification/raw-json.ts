// JSON with the text of every value kept: signatures are computed over what was written, not over what it means.

/** A value of a document; a scalar is its source text. */
export type RawValue =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly RawValue[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, RawMember> };

export interface RawMember {
  /** The key as it was written, with its quotes. */
  readonly key: string;
  readonly value: RawValue;
}

const TOKEN = /\s*([{}[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}[\],:"]+)/y;
const MAX_DEPTH = 64;

/** Reads a document; undefined when it is no JSON or is nested more than 64 levels deep. Of a key told twice the last one stands. */
export function readRawJson(text: string): RawValue | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return new RawReader(text).read(0);
}

/** The document with its keys sorted at every depth and without spaces; values keep their text. */
export function sortedText(value: RawValue): string {
  if (value.kind === 'scalar') return value.text;
  if (value.kind === 'list') return `[${value.items.map(sortedText).join(',')}]`;
  const names = [...value.members.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const members = names.map((name) => {
    const member = value.members.get(name);
    return member === undefined ? '' : `${member.key}:${sortedText(member.value)}`;
  });
  return `{${members.join(',')}}`;
}

/** The scalar at a path such as `transaction.tid`, as text: a string without quotes, null as nothing; undefined where there is none. */
export function rawText(value: RawValue, path: string): string | undefined {
  let at: RawValue | undefined = value;
  for (const name of path.split('.')) {
    if (at?.kind === 'object') at = at.members.get(name)?.value;
    else if (at?.kind === 'list') at = at.items[Number(name)];
    else return undefined;
  }
  if (at?.kind !== 'scalar') return undefined;
  if (at.text === 'null') return '';
  return at.text.startsWith('"') ? (JSON.parse(at.text) as string) : at.text;
}

/** Reads a text that is known to be well-formed. */
class RawReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  #next(): string {
    TOKEN.lastIndex = this.#at;
    const found = TOKEN.exec(this.#text);
    if (found === null) return '';
    this.#at = TOKEN.lastIndex;
    return found[1] ?? '';
  }

  read(depth: number, token = this.#next()): RawValue | undefined {
    if (depth > MAX_DEPTH) return undefined;
    if (token === '[') return this.#readList(depth);
    if (token === '{') return this.#readObject(depth);
    return { kind: 'scalar', text: token };
  }

  #readList(depth: number): RawValue | undefined {
    const items: RawValue[] = [];
    for (let token = this.#next(); token !== ']'; token = this.#next()) {
      if (token === ',') continue;
      const item = this.read(depth + 1, token);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return { kind: 'list', items };
  }

  #readObject(depth: number): RawValue | undefined {
    const members = new Map<string, RawMember>();
    for (let key = this.#next(); key !== '}'; key = this.#next()) {
      if (key === ',') continue;
      this.#next();
      const value = this.read(depth + 1);
      if (value === undefined) return undefined;
      members.set(JSON.parse(key) as string, { key, value });
    }
    return { kind: 'object', members };
  }
}
