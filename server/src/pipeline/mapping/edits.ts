// Changes of a mapping document as data, as JSON Patch (RFC 6902) writes them: what is proposed can be shown, tried and applied.
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';

/** One change of a document. `path` is a JSON Pointer (RFC 6901). */
export interface MappingEdit {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

type Node = Record<string, unknown>;

/** `$.rules[0].event["a.b"]`, as problems and readings name a place, as a JSON Pointer. */
export function pointerOf(at: string): string {
  const steps = at.replace(/^\$/, '').matchAll(/\.([^.[\]]+)|\[(\d+)\]|\["([^"]+)"\]/g);
  return [...steps]
    .map(([, name, index, quoted]) => `/${escapeStep(name ?? index ?? quoted ?? '')}`)
    .join('');
}

/** A pointer to a member of what stands at a place. */
export function memberPointer(at: string, member: string): string {
  return `${pointerOf(at)}/${escapeStep(member)}`;
}

function escapeStep(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The document with the changes in it; the given one stays as it is. Refuses a change whose place does not exist. */
export function applyEdits(document: unknown, edits: readonly MappingEdit[]): Outcome<unknown> {
  const copy: unknown = structuredClone(document);
  for (const edit of edits) {
    const steps = edit.path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop();
    let at: unknown = copy;
    for (const step of steps) at = isHolder(at) ? (at as Node)[step] : undefined;
    if (last === undefined || !isHolder(at) || !changeAt(at as Node | unknown[], last, edit))
      return refuse('bad_value', `the document has no place ${edit.path}`);
  }
  return accept(copy);
}

function isHolder(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function changeAt(holder: Node | unknown[], step: string, edit: MappingEdit): boolean {
  // A document comes from outside: a step named like an inherited property must not reach one.
  if (step === '__proto__') return false;
  if (Array.isArray(holder)) {
    const index = step === '-' ? holder.length : Number(step);
    if (!Number.isInteger(index) || index < 0 || index > holder.length) return false;
    if (edit.op === 'add') holder.splice(index, 0, edit.value);
    else if (index === holder.length) return false;
    else if (edit.op === 'replace') holder[index] = edit.value;
    else holder.splice(index, 1);
    return true;
  }
  if (edit.op !== 'add' && !Object.hasOwn(holder, step)) return false;
  if (edit.op === 'remove') delete holder[step];
  else holder[step] = edit.value;
  return true;
}

/** One difference between two versions of a document, in words. */
export interface DocumentChange {
  /** Place in the document, `$.rules[0].event.status.map.SETTLED`. */
  readonly at: string;
  readonly sentence: string;
}

/** What a later version of a document changed, in words, in the order of the document. At most 200. */
export function describeChanges(before: unknown, after: unknown): DocumentChange[] {
  const changes: DocumentChange[] = [];
  compare({ before, after, at: '$', words: 'the document' }, changes);
  return changes.slice(0, 200);
}

interface Pair {
  readonly before: unknown;
  readonly after: unknown;
  readonly at: string;
  readonly words: string;
}

function compare(pair: Pair, changes: DocumentChange[]): void {
  const { before, after, at, words } = pair;
  if (Array.isArray(before) && Array.isArray(after)) return compareLists(pair, before, after, changes);
  if (isTable(before) && isTable(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const child = {
        before: before[key],
        after: after[key],
        at: `${at}.${key}`,
        words: sayPlace(words, key),
      };
      if (at.endsWith('.map') || at.endsWith('.ranks')) changes.push(...compareCode(child, key, words));
      else compare(child, changes);
    }
    return;
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return;
  const sentence =
    before === undefined
      ? `${words} was added: ${short(after)}`
      : after === undefined
        ? `${words} was taken out (was ${short(before)})`
        : `${words} changed from ${short(before)} to ${short(after)}`;
  changes.push({ at, sentence });
}

function compareCode({ before, after, at }: Pair, code: string, table: string): DocumentChange[] {
  if (before === after) return [];
  const sentence =
    before === undefined
      ? `in ${table}, "${code}" now means ${short(after)}`
      : after === undefined
        ? `in ${table}, "${code}" has no meaning any more (meant ${short(before)})`
        : `in ${table}, "${code}" means ${short(after)} (meant ${short(before)})`;
  return [{ at, sentence }];
}

function compareLists(
  { at, words }: Pair,
  before: readonly unknown[],
  after: readonly unknown[],
  changes: DocumentChange[],
): void {
  if ([...before, ...after].every((item) => typeof item === 'string')) {
    const added = after.filter((item) => !before.includes(item));
    const gone = before.filter((item) => !after.includes(item));
    if (added.length > 0) changes.push({ at, sentence: `${words}: added ${added.map(short).join(', ')}` });
    if (gone.length > 0) changes.push({ at, sentence: `${words}: took out ${gone.map(short).join(', ')}` });
    if (added.length + gone.length === 0 && before.join('\n') !== after.join('\n'))
      changes.push({ at, sentence: `${words}: the order changed` });
    return;
  }
  // Rules have names: a rule that moved is the same rule.
  const isNamed = [...before, ...after].every((item) => isTable(item) && typeof item['name'] === 'string');
  const keyOf = (item: unknown, index: number): string =>
    isNamed && isTable(item) ? String(item['name']) : String(index + 1);
  const befores = new Map(before.map((item, index) => [keyOf(item, index), item]));
  const afters = new Map(after.map((item, index) => [keyOf(item, index), { item, index }]));
  for (const [key, { item, index }] of afters)
    compare(
      { before: befores.get(key), after: item, at: `${at}[${index}]`, words: `${oneOf(words)} "${key}"` },
      changes,
    );
  for (const key of befores.keys())
    if (!afters.has(key)) changes.push({ at, sentence: `${oneOf(words)} "${key}" was taken out` });
}

function oneOf(words: string): string {
  return words === 'rules' ? 'rule' : words;
}

function sayPlace(words: string, key: string): string {
  if (words === 'the document') return key;
  return key === 'map' || key === 'event' ? words : `${words}, ${key}`;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
