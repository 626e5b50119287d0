// Reduction at the door (requirements S5, connectors.md 1.8): what must never be stored is taken out before anything is mapped, stored or logged.
// All of it works on text with one character for each byte, so that a cut is a cut of bytes and what stays is what came.
import { sha256Hex } from '../../kernel/digest.ts';
import { parseJson } from '../../kernel/json.ts';
import { storableText } from '../../kernel/storable.ts';
import { createNameJudge, foldFieldName } from './always-dropped.ts';
import { columnKey } from '../mapping/index.ts';
import type { DropCause } from './facts.ts';
import { reduceCsv } from './reduce-csv.ts';
import type { CsvForm } from './read-csv.ts';
import { reduceEmbedded, reduceJson } from './reduce-json.ts';
import { reduceFreeText, reducePairs, utf8Of } from './reduce-text.ts';
import type { KeepTree, Note, ReduceEmbedded, ReduceRules } from './reduce-text.ts';
import { isClean } from './scan-json.ts';

/** A field that was dropped: where (`[*]` for elements of lists) and why. Never its value. */
export interface DroppedField {
  readonly path: string;
  readonly why: DropCause;
  /** How many values of this path; absent when one. */
  readonly count?: number;
}

/** A delivery as it came, or as it may be stored. `query` is raw, without the question mark. */
export interface ReducibleDelivery {
  readonly body: Buffer;
  readonly query: string;
  readonly contentType: string;
}

export interface ReducedDelivery {
  readonly body: Buffer;
  readonly query: string;
  readonly dropped: readonly DroppedField[];
}

/** What a mapping says about personal data, as far as the door needs it. Paths are those of the mapping language. */
export interface PrivacyFacts {
  readonly mode: 'dropListed' | 'keepRead';
  readonly keep: readonly string[];
  readonly drop: readonly string[];
  /** Where the rows are, and what the mapping reads of each; `readsWhole` stand outside of the rows (envelope). */
  readonly rows: readonly string[];
  readonly reads: readonly string[];
  readonly readsWhole: readonly string[];
  /** The forms of tables, when the source sends such; the feeds of one mapping may each have their own. */
  readonly csv?: readonly CsvForm[] | undefined;
}

/** The rules of a source, ready for its deliveries. */
export interface Reduction {
  readonly rules: ReduceRules;
  readonly csv: readonly CsvForm[];
}

const NO_PRIVACY: PrivacyFacts = {
  mode: 'dropListed',
  keep: [],
  drop: [],
  rows: [],
  reads: [],
  readsWhole: [],
};

/** Compiles what a mapping says; without anything, what is always dropped. Do it once for each mapping version. */
export function createReduction(facts: PrivacyFacts = NO_PRIVACY): Reduction {
  const lasts = [...facts.reads, ...facts.readsWhole, ...facts.keep].map(
    (path) => segmentsOf(path).at(-1) ?? '',
  );
  return {
    csv: facts.csv ?? [],
    rules: {
      judge: createNameJudge(),
      readNames: new Set(lasts.map(foldFieldName)),
      listed: facts.drop.map((path) =>
        segmentsOf(path)
          .filter((segment) => segment !== '[*]')
          .map(foldFieldName)
          .toReversed(),
      ),
      keep: facts.mode === 'keepRead' ? keepTreeOf(facts) : undefined,
      keepNames:
        facts.mode === 'keepRead'
          ? namesOf(
              [...facts.reads, ...facts.keep].flatMap((path) => [
                path,
                segmentsOf(path)[0] ?? path,
                fieldOfRow(path),
              ]),
              (facts.csv ?? []).some((form) => form.anyCase === true),
            )
          : undefined,
    },
  };
}

/** Names of fields that stay; of columns in any case where the mapping reads them so. */
function namesOf(names: readonly string[], anyCase: boolean): { has(name: string): boolean } {
  const exact = new Set(names.flatMap((name) => [name, utf8Of(name)]));
  const keys = new Set(anyCase ? [...exact].map(columnKey) : []);
  return {
    has: (name) => {
      if (exact.has(name)) return true;
      const text = utf8Of(name);
      return exact.has(text.normalize('NFC')) || keys.has(columnKey(text));
    },
  };
}

/** `events[*].amount` is also the parameter `amount`: the query of a request tells defaults of its rows. */
function fieldOfRow(path: string): string {
  return path.slice(path.lastIndexOf('[*].') < 0 ? 0 : path.lastIndexOf('[*].') + '[*].'.length);
}

/** Reductions by compiled mapping: each remembers the field names that it has judged. */
const reductions = new WeakMap<object, Reduction>();
const ownShape = createReduction();

/** What the mapping of a source lets through; without one, what may be stored of events in our own shape. */
export function reductionOf(
  mapping: { readonly name: string; readonly privacy?: PrivacyFacts } | undefined,
): Reduction {
  if (mapping === undefined) return ownShape;
  const known = reductions.get(mapping);
  if (known !== undefined) return known;
  const made = createReduction(mapping.privacy);
  reductions.set(mapping, made);
  return made;
}

/** What of a delivery may be mapped, stored and shown, and what was dropped. A delivery without anything to drop keeps its very bytes. */
export function reduceDelivery(delivery: ReducibleDelivery, reduction: Reduction): ReducedDelivery {
  const dropped = new Map<string, { path: string; why: DropCause; count: number }>();
  const note: Note = (path, why) => {
    // The database keeps no NUL and no half of a surrogate pair in JSON, and a field may well be named so.
    const shown = storableText(utf8Of(path));
    const known = dropped.get(`${why} ${shown}`);
    if (known !== undefined) known.count += 1;
    else if (dropped.size < MOST_NOTES) dropped.set(`${why} ${shown}`, { path: shown, why, count: 1 });
  };
  const query = delivery.query === '' ? '' : reduceQuery(delivery.query, reduction, note);
  const body = delivery.body.length === 0 ? delivery.body : reduceBody(delivery, reduction, note);
  return {
    body,
    query,
    dropped: [...dropped.values()].map(({ path, why, count }) =>
      count === 1 ? { path, why } : { path, why, count },
    ),
  };
}

/** Paths that are listed of one delivery; a table of a thousand secret columns is not worth more room. */
const MOST_NOTES = 200;

function reduceQuery(query: string, { rules }: Reduction, note: Note): string {
  return reducePairs(query, { rules, place: 'query.', note, embedded: embeddedIn(rules, note) });
}

/** JSON in the value of a pair: what the mapping reads of it is kept, when it keeps only that. */
function embeddedIn(rules: ReduceRules, note: Note): ReduceEmbedded {
  return (text, { name, path }) => {
    const keep = rules.keep?.members.get(name);
    return reduceEmbedded(text, { rules, place: path, note, keep: keep?.whole === true ? undefined : keep });
  };
}

function reduceBody(delivery: ReducibleDelivery, reduction: Reduction, note: Note): Buffer {
  const { rules } = reduction;
  const text = delivery.body.toString('latin1');
  if (text.includes('\0') && !isCleanWithout(text, delivery.contentType, reduction)) {
    note('$', 'unreadable');
    return noteOf(delivery.body);
  }
  const form = formOf(text, delivery.contentType, reduction);
  if (form === 'json' && isClean(text, rules)) return delivery.body;
  const notes: [string, DropCause][] = [];
  const collect: Note = (path, why) => notes.push([path, why]);
  const reduced = reduceAs(form, text, reduction, collect);
  const unreadable = rules.keep !== undefined && !isReadable(form, delivery.body);
  if (unreadable) {
    note('$', 'unreadable');
    return noteOf(delivery.body);
  }
  for (const [path, why] of notes) note(path, why);
  return reduced === text ? delivery.body : Buffer.from(reduced, 'latin1');
}

/** What stands in the place of a body that may not be kept. */
function noteOf(body: Buffer): Buffer {
  return Buffer.from(`unreadable body not kept: ${body.length} bytes, SHA-256 ${sha256Hex(body)}`);
}

/** No mapping reads a body with a NUL (UTF-16 is full of them), and no name in it is seen: is anything in it that must go? */
function isCleanWithout(text: string, contentType: string, reduction: Reduction): boolean {
  const plain = text.replaceAll('\0', '').replace(/^(?:\u00ff\u00fe|\u00fe\u00ff)/, '');
  return reduceAs(formOf(plain, contentType, reduction), plain, reduction, () => undefined) === plain;
}

type BodyForm = 'json' | 'csv' | 'pairs' | 'text';

/** By what the body looks like; the content type decides only between what looks alike. */
function formOf(text: string, contentType: string, reduction: Reduction): BodyForm {
  const type = contentType.toLowerCase();
  if (/^(?:\u00ef\u00bb\u00bf)?[\s\u001e]*[[{]/.test(text)) return 'json';
  if (reduction.csv.length > 0 || type.includes('csv') || type.includes('tab-separated')) return 'csv';
  if (type.includes('form-urlencoded') || /^[^\s=&<>{}"]+=[^\s<>{}"]*$/.test(text.trim())) return 'pairs';
  return 'text';
}

function reduceAs(form: BodyForm, text: string, reduction: Reduction, note: Note): string {
  const { rules } = reduction;
  if (form === 'csv') {
    const forms = reduction.csv.length === 0 ? [{}] : reduction.csv;
    return forms.reduce((reduced, one) => reduceCsv(reduced, { form: one, rules, note }), text);
  }
  if (form === 'pairs')
    return reducePairs(text, { rules, place: '$.', note, embedded: embeddedIn(rules, note) });
  if (form === 'text') return reduceFreeText(text, rules, note);
  const bom = text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
  const reduced = reduceJson(text.slice(bom), { rules, place: '$', note });
  // What stops being JSON is judged by its looks, all of it: its brackets cannot be trusted.
  return reduced.brokenAt === undefined
    ? text.slice(0, bom) + reduced.text
    : reduceFreeText(
        text.slice(0, bom) + reduced.text,
        { ...rules, keep: undefined, keepNames: undefined },
        note,
      );
}

function isReadable(form: BodyForm, body: Buffer): boolean {
  if (form === 'text') return false;
  if (form !== 'json') return true;
  if (parseJson(body).ok) return true;
  const lines = body
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  return lines.length > 1 && lines.every((line) => parseJson(line).ok);
}

/** `a.b[0].c`, `["a.b"].c`, `[*]` as segments; places in a list are all `[*]`. A condition in brackets also names the field that it compares. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  for (const match of path.matchAll(/\["([^"]*)"\]|\[([^\]]*)\]|([^.[\]]+)/g)) {
    const [, quoted, , plain] = match;
    segments.push(quoted ?? plain ?? '[*]');
  }
  return segments.filter((segment) => segment !== '$');
}

interface WritableTree {
  whole: boolean;
  members: Map<string, WritableTree>;
  items: WritableTree | undefined;
}

function newTree(): WritableTree {
  return { whole: false, members: new Map(), items: undefined };
}

function keepTreeOf(facts: PrivacyFacts): KeepTree {
  const root = newTree();
  for (const path of [...facts.readsWhole, ...facts.keep]) putPath(root, path, segmentsOf(path));
  const rows = facts.rows.length === 0 ? ['$'] : facts.rows;
  for (const row of rows) {
    const base = segmentsOf(row);
    putPath(root, row, base, false);
    for (const path of [...facts.reads, ...facts.keep]) {
      const ups = /^(?:\^\.)+/.exec(path)?.[0].length ?? 0;
      putPath(root, path, [...holderOf(base, ups / 2), ...segmentsOf(path.slice(ups))]);
    }
  }
  return root;
}

/** The place of the row that holds this one, `ups` lists further up. */
function holderOf(base: readonly string[], ups: number): readonly string[] {
  let at = [...base];
  for (let i = 0; i < ups; i += 1) {
    const last = at.lastIndexOf('[*]');
    at = last < 0 ? [] : at.slice(0, last);
    while (at.length > 0 && at.at(-1) !== '[*]') at.pop();
  }
  return at;
}

function putPath(root: WritableTree, path: string, segments: readonly string[], whole = true): void {
  const compared = [...path.matchAll(/\[([^\]="*\d][^\]=]*)=/g)].map((match) => match[1] ?? '');
  let at = root;
  for (const segment of segments) {
    if (segment === '[*]') {
      at.items ??= newTree();
      at = at.items;
      for (const name of compared) at.members.set(name, { ...newTree(), whole: true });
      continue;
    }
    const key = Buffer.from(segment, 'utf8').toString('latin1');
    const next = at.members.get(key) ?? newTree();
    at.members.set(key, next);
    at = next;
  }
  if (whole) at.whole = true;
}
