// A document as its author wrote it, JSON or YAML: what it says, and where in the text each part of it stands.
import { Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Node, Pair } from 'yaml';
import { accept, refuse } from '../kernel/outcome.ts';
import type { Outcome } from '../kernel/outcome.ts';

/** Line and column, both from 1, as editors count. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A text that could be read. */
export interface DocumentText {
  readonly document: unknown;
  /**
   * Where the part with this JSON path (`$.rules[0].event.amount`) stands: its value where that is one word, else its key.
   * Of a part that is missing, what it is missing from. `key`: always its key.
   */
  findPlace(path: string, of?: 'value' | 'key'): TextPlace | undefined;
}

/** A text that is no document. */
export interface UnreadableText extends TextPlace {
  readonly detail: string;
}

/** Longest text that is read, in characters. */
export const MAX_DOCUMENT_TEXT = 2_000_000;

/** Reads JSON, else YAML. A key that stands twice in one object is a mistake in both. */
export function parseDocumentText(text: string): Outcome<DocumentText> & { readonly place?: TextPlace } {
  if (text.length > MAX_DOCUMENT_TEXT)
    return refuse('body_too_large', `the document is longer than ${MAX_DOCUMENT_TEXT} characters`);
  const lines = new LineCounter();
  let parsed: ReturnType<typeof parseDocument>;
  let document: unknown;
  try {
    parsed = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      // A warning would write a piece of the sender's text to the standard error of the server.
      logLevel: 'error',
      uniqueKeys: true,
      schema: 'core',
    });
    const [error] = parsed.errors;
    if (error !== undefined)
      return { ...refuse('bad_format', error.message), place: placeAt(lines, error.pos[0]) };
    document = parsed.toJS({ maxAliasCount: 20 }) as unknown;
  } catch (error) {
    return { ...refuse('bad_format', (error as Error).message), place: { line: 1, column: 1 } };
  }
  if (!isStorable(document))
    return {
      ...refuse(
        'bad_encoding',
        'the document holds a character that cannot be stored: NUL, or half of a pair (\\ud800)',
      ),
      place: { line: 1, column: 1 },
    };
  const root = parsed.contents;
  return accept({
    document,
    findPlace: (path, of = 'value') => {
      const offset = isNode(root) ? findOffset(root, path.replace(/^\$/, ''), of) : undefined;
      return offset === undefined ? undefined : placeAt(lines, offset);
    },
  });
}

/** The database keeps no NUL and no half of a surrogate pair in a document, neither in a text nor in a key. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (Array.isArray(value)) return value.every(isStorable);
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([key, part]) => isStorable(key) && isStorable(part));
}

function placeAt(lines: LineCounter, offset: number): TextPlace {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** The offset of the part at the end of the rest of a path; of the part before, where it ends nowhere. */
function findOffset(node: Node, rest: string, of: 'value' | 'key'): number | undefined {
  const start = node.range?.[0];
  if (rest === '') return start;
  if (isSeq(node)) {
    const m = /^\[(\d+)\]/.exec(rest);
    const item: unknown = m === null ? undefined : node.items[Number(m[1])];
    return isNode(item) ? findOffset(item, rest.slice(m?.[0].length), of) : start;
  }
  if (!isMap(node)) return start;
  const pair = findPair(node.items, rest);
  if (pair === undefined) return start;
  const after = rest.slice(1 + keyOf(pair).length);
  const goesOn = after !== '' || (of === 'value' && isScalar(pair.value));
  if (isNode(pair.value) && goesOn) return findOffset(pair.value, after, of);
  return isNode(pair.key) ? pair.key.range?.[0] : start;
}

/** The pair whose key the rest of a path begins with; the longest, because keys may hold points. */
function findPair(pairs: readonly unknown[], rest: string): Pair | undefined {
  let best: Pair | undefined;
  for (const pair of pairs) {
    if (!isPair(pair)) continue;
    const key = keyOf(pair);
    const fits = rest === `.${key}` || rest.startsWith(`.${key}.`) || rest.startsWith(`.${key}[`);
    if (fits && (best === undefined || key.length > keyOf(best).length)) best = pair;
  }
  return best;
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

/**
 * Writes a document as YAML, with remarks as comments above the parts that they are about. A place is a JSON path
 * (`$.rules[0].event.amount`); of a place that is not there, the last part that is.
 */
export function writeDocumentText(
  document: unknown,
  remarks: readonly { readonly at: string; readonly text: string }[],
): string {
  const written = new Document(document);
  for (const { at, text } of remarks) {
    const steps = [...at.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map((m) => m[1] ?? Number(m[2]));
    const target = findRemarked(written.contents, steps) ?? written.contents;
    if (target === null) continue;
    const before = target.commentBefore ?? '';
    target.commentBefore = before === '' ? ` ${text}` : `${before}\n ${text}`;
  }
  return written.toString({ lineWidth: 110, flowCollectionPadding: true });
}

/** The node that carries a comment: the key of a pair, an element of a list. */
function findRemarked(root: unknown, steps: readonly (string | number)[]): Node | undefined {
  let node = root;
  let carrier: Node | undefined;
  for (const step of steps) {
    const pair: unknown = isMap(node) ? node.items.find((one) => keyOf(one as Pair) === step) : undefined;
    const next: unknown = isSeq(node) ? node.items[Number(step)] : isPair(pair) ? pair.value : undefined;
    if (next === undefined) break;
    const named: unknown = isPair(pair) ? pair.key : next;
    if (isNode(named)) carrier = named;
    node = next;
  }
  return carrier;
}
