// Reduction of JSON on its text: what stays is byte for byte what came, so numbers, repeated keys and spaces survive.
import { causeOfField, hasPrivatePair, shownName, applyCuts } from './reduce-text.ts';
import type { Cut, KeepTree, Note, ReduceRules } from './reduce-text.ts';
import type { DropCause } from './facts.ts';
import { findPrivateValues } from './private-values.ts';

/** Deeper nesting is not read as JSON: the mapping refuses it anyway (kernel/json.ts reads 64 levels). */
const MAX_DEPTH = 100;
/** JSON in a text in JSON in a text: deeper is judged as free text. */
const MAX_EMBEDDED = 4;

export interface JsonReduction {
  readonly text: string;
  /** Where reading ended early because the text is no JSON; undefined when all of it was read. */
  readonly brokenAt: number | undefined;
}

/** Reduces JSON, one document or several behind each other (JSON lines). */
export function reduceJson(
  text: string,
  options: { rules: ReduceRules; place: string; note: Note; depth?: number },
): JsonReduction {
  const reader = new Reader(text, options);
  const complete = reader.readAll(options.place);
  return { text: applyCuts(text, reader.cuts), brokenAt: complete ? undefined : reader.at };
}

interface Holder {
  readonly path: string;
  /** Folded names of what holds this place, the nearest first. */
  readonly parents: readonly string[];
  readonly keep: KeepTree | undefined;
  readonly level: number;
}

/** One value that was read: where it stands, its raw text when it is a text or a number, and why it must go. */
interface Read {
  readonly from: number;
  readonly to: number;
  readonly cause: DropCause | undefined;
  /** The value as text, for texts only. */
  readonly text: string | undefined;
}

interface Member {
  readonly from: number;
  readonly name: string;
  readonly read: Read;
}

class Reader {
  readonly cuts: Cut[] = [];
  at = 0;
  readonly #text: string;
  readonly #rules: ReduceRules;
  readonly #note: Note;
  readonly #depth: number;

  constructor(text: string, options: { rules: ReduceRules; note: Note; depth?: number }) {
    this.#text = text;
    this.#rules = options.rules;
    this.#note = options.note;
    this.#depth = options.depth ?? 0;
  }

  /** False when the text stops being JSON; `at` then stands before what could not be read. */
  readAll(place: string): boolean {
    this.#skipSpace();
    while (this.at < this.#text.length) {
      const before = this.at;
      const read = this.#value({ path: place, parents: [], keep: this.#rules.keep, level: 0 }, '');
      if (read === undefined) {
        this.at = before;
        return false;
      }
      if (read.cause !== undefined) this.#drop(read, 'null', place, read.cause);
      this.#skipSpace();
    }
    return true;
  }

  #value(holder: Holder, name: string): Read | undefined {
    const from = this.at;
    const code = this.#text.charCodeAt(from);
    if (code === 123) return this.#object(holder) ? this.#read(from) : undefined;
    if (code === 91) return this.#list(holder, name) ? this.#read(from) : undefined;
    return code === 34 ? this.#string(holder, name) : this.#scalar(holder, name);
  }

  #read(from: number): Read {
    return { from, to: this.at, cause: undefined, text: undefined };
  }

  /** Members that go take their comma with them; the last one takes the comma before it. */
  #object(holder: Holder): boolean {
    if (holder.level > MAX_DEPTH) return false;
    this.at += 1;
    const members: Member[] = [];
    let keptComma: number | undefined;
    for (;;) {
      this.#skipSpace();
      if (this.#take('}')) return this.#closeObject(holder, members);
      const from = this.at;
      const name = this.#name();
      if (name === undefined) return false;
      const firstCut = this.cuts.length;
      const read = this.#member(holder, name);
      if (read === undefined) return false;
      const end = this.at;
      this.#skipSpace();
      const comma = this.at;
      const more = this.#take(',');
      if (!more && this.#text.charAt(this.at) !== '}') return false;
      if (read.cause === undefined) {
        members.push({ from, name, read });
        if (more) keptComma = comma;
        continue;
      }
      this.cuts.length = firstCut;
      if (more) this.#skipSpace();
      this.cuts.push(more ? { from, to: this.at, put: '' } : { from: keptComma ?? from, to: end, put: '' });
    }
  }

  #member(holder: Holder, name: string): Read | undefined {
    const rules = this.#rules;
    const path = `${holder.path}.${shownName(name)}`;
    const keep = holder.keep?.whole === true ? holder.keep : holder.keep?.members.get(name);
    const cause =
      holder.keep !== undefined && keep === undefined
        ? 'not_read'
        : (causeOfField(rules, name, holder.parents) ?? findPrivateValues(name)[0]?.cause);
    if (cause !== undefined) {
      const from = this.at;
      const holdsNothing = this.#isEmptyOrFlag();
      if (!this.#skipValue()) return undefined;
      if (holdsNothing && cause !== 'not_read') return this.#read(from);
      this.#note(path, cause);
      return { from, to: this.at, cause, text: undefined };
    }
    const inner: Holder = {
      path,
      parents: [rules.judge(name).folded, ...holder.parents],
      keep,
      level: holder.level + 1,
    };
    const noted = this.#value(inner, name);
    if (noted?.cause !== undefined) this.#note(path, noted.cause);
    return noted;
  }

  /** `null`, `true`, `false`, an empty text, list or object tell nothing private, and show the shape. */
  #isEmptyOrFlag(): boolean {
    return /^(?:null|true|false|""|\[\s*\]|\{\s*\})(?=[\s,}\]]|$)/.test(
      this.#text.slice(this.at, this.at + 16),
    );
  }

  /** `{ "name": "password", "value": "..." }`: the value goes when the name of what it is says so. */
  #closeObject(holder: Holder, members: readonly Member[]): boolean {
    const { judge } = this.#rules;
    for (const { name, read } of members) {
      if (read.text === undefined || read.text.length > 100 || !judge(name).naming) continue;
      const cause = causeOfField(this.#rules, read.text, holder.parents);
      if (cause === undefined) continue;
      for (const other of members.filter((member) => judge(member.name).named)) {
        if (other.read.to - other.read.from < 3 && other.read.text !== undefined) continue;
        this.#drop(
          other.read,
          'null',
          `${holder.path}.${shownName(other.name)} (${shownName(read.text)})`,
          cause,
        );
      }
      return true;
    }
    return true;
  }

  #list(holder: Holder, name: string): boolean {
    if (holder.level > MAX_DEPTH) return false;
    this.at += 1;
    const keep = holder.keep?.whole === true ? holder.keep : holder.keep?.items;
    const kept = holder.keep === undefined ? undefined : (keep ?? KEEP_NOTHING);
    const inner: Holder = { ...holder, path: `${holder.path}[*]`, keep: kept, level: holder.level + 1 };
    for (;;) {
      this.#skipSpace();
      if (this.#take(']')) return true;
      const read = this.#value(inner, name);
      if (read === undefined) return false;
      if (read.cause !== undefined) this.#drop(read, 'null', inner.path, read.cause);
      this.#skipSpace();
      if (!this.#take(',') && this.#text.charAt(this.at) !== ']') return false;
    }
  }

  #drop(read: { from: number; to: number }, put: string, path: string, cause: DropCause): void {
    this.cuts.push({ from: read.from, to: read.to, put });
    this.#note(path, cause);
  }

  #string(holder: Holder, name: string): Read | undefined {
    const from = this.at;
    if (!this.#skipString()) return undefined;
    const raw = this.#text.slice(from + 1, this.at - 1);
    const text = raw.includes('\\') ? unescape(raw) : raw;
    const to = this.at;
    const { keep } = holder;
    const readInside = keep?.whole === false && (keep.members.size > 0 || keep.items !== undefined);
    if (keep?.whole === false && !(readInside && /^\s*[[{]/.test(text)))
      return { from, to, cause: 'not_read', text };
    if (/^\s*[[{]/.test(text) && this.#depth < MAX_EMBEDDED) {
      const put = reduceEmbedded(text, {
        rules: this.#rules,
        place: holder.path,
        note: this.#note,
        depth: this.#depth + 1,
        keep: keep?.whole === true ? undefined : keep,
      });
      if (put !== undefined) {
        if (put !== text) this.cuts.push({ from, to, put: JSON.stringify(put) });
        return { from, to, cause: undefined, text };
      }
    }
    if (readInside) return { from, to, cause: 'not_read', text };
    const found = findPrivateValues(text, this.#rules.judge(name).isId)[0]?.cause;
    return { from, to, cause: found ?? (hasPrivatePair(text, this.#rules) ? 'secret' : undefined), text };
  }

  #scalar(holder: Holder, name: string): Read | undefined {
    const from = this.at;
    if (!this.#skipScalar()) return undefined;
    const text = this.#text.slice(from, this.at);
    const cause = findPrivateValues(text, this.#rules.judge(name).isId)[0]?.cause;
    const unread = holder.keep?.whole === false && !/^(?:null|true|false)$/.test(text);
    return { from, to: this.at, cause: unread ? 'not_read' : cause, text: undefined };
  }

  /** The name of a member with its colon. */
  #name(): string | undefined {
    const from = this.at;
    if (this.#text.charCodeAt(from) !== 34 || !this.#skipString()) return undefined;
    const raw = this.#text.slice(from + 1, this.at - 1);
    this.#skipSpace();
    if (!this.#take(':')) return undefined;
    this.#skipSpace();
    return raw.includes('\\') ? unescape(raw) : raw;
  }

  /** Past one value of any kind, without looking into it. */
  #skipValue(): boolean {
    let depth = 0;
    do {
      this.#skipSpace();
      const code = this.#text.charCodeAt(this.at);
      if (code === 34) {
        if (!this.#skipString()) return false;
      } else if (code === 123 || code === 91) {
        depth += 1;
        this.at += 1;
      } else if (code === 125 || code === 93) {
        depth -= 1;
        this.at += 1;
      } else if (depth > 0 && (code === 44 || code === 58)) {
        this.at += 1;
      } else if (!this.#skipScalar()) return false;
    } while (depth > 0);
    return true;
  }

  #skipString(): boolean {
    for (let i = this.at + 1; i < this.#text.length; i += 1) {
      const code = this.#text.charCodeAt(i);
      if (code === 34) {
        this.at = i + 1;
        return true;
      }
      if (code === 92) i += 1;
    }
    return false;
  }

  #skipScalar(): boolean {
    const from = this.at;
    while (this.at < this.#text.length && isScalarCode(this.#text.charCodeAt(this.at))) this.at += 1;
    return this.at > from;
  }

  #take(char: string): boolean {
    if (this.#text.charAt(this.at) !== char) return false;
    this.at += 1;
    return true;
  }

  #skipSpace(): void {
    while (this.at < this.#text.length && isSpace(this.#text.charCodeAt(this.at))) this.at += 1;
  }
}

const KEEP_NOTHING: KeepTree = { whole: false, members: new Map(), items: undefined };

/** Reduces JSON inside of a text; undefined when the text is no JSON. */
export function reduceEmbedded(
  text: string,
  options: {
    rules: ReduceRules;
    place: string;
    note: Note;
    depth?: number;
    /** What the mapping reads inside, when it keeps only that. */
    keep?: KeepTree | undefined;
  },
): string | undefined {
  const notes: [string, DropCause][] = [];
  const rules = { ...options.rules, keep: options.keep };
  const reduced = reduceJson(text, { ...options, rules, note: (path, cause) => notes.push([path, cause]) });
  if (reduced.brokenAt !== undefined) return undefined;
  for (const [path, cause] of notes) options.note(path, cause);
  return reduced.text;
}

/** The text behind escapes, again with one character for each of its UTF-8 bytes (see reduce.ts). */
function unescape(raw: string): string {
  try {
    const text = JSON.parse(`"${Buffer.from(raw, 'latin1').toString('utf8')}"`) as string;
    return Buffer.from(text, 'utf8').toString('latin1');
  } catch {
    return raw;
  }
}

/** Digits, letters, signs: whatever a number or a word of JSON is made of. */
function isScalarCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    code === 45 ||
    code === 43 ||
    code === 46
  );
}

/** Space as JSON knows it, and the record separator of JSON text sequences. */
function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9 || code === 30;
}
