// Reduction of texts: pairs (`a=1&b=2`), and as a last resort any text. Offsets count characters of the text as it is given.
import { causeBelow } from './always-dropped.ts';
import type { JudgeName } from './always-dropped.ts';
import type { DropCause } from './facts.ts';
import { findPrivateValues } from './private-values.ts';

/** What is dropped and what is kept, compiled from a mapping. */
export interface ReduceRules {
  readonly judge: JudgeName;
  /** Folded names that the mapping reads somewhere: they decide about names that are dropped unless they are read. */
  readonly readNames: ReadonlySet<string>;
  /** Listed under `privacy.drop`: folded segments from the field upwards (`['email', 'accountinfo']`). */
  readonly listed: readonly (readonly string[])[];
  /** Only with `keepRead`: what may be stored. */
  readonly keep: KeepTree | undefined;
  /** Only with `keepRead`: the same for pairs and columns, by their whole name. */
  readonly keepNames: { has(name: string): boolean } | undefined;
}

/** Fields that may be stored. `whole`: everything below, too. `items`: what holds for each element of a list. */
export interface KeepTree {
  readonly whole: boolean;
  readonly members: ReadonlyMap<string, KeepTree>;
  readonly items: KeepTree | undefined;
}

/** Takes down what is dropped: where, with `[*]` for elements of lists, and why. */
export type Note = (path: string, cause: DropCause) => void;

/** A piece of text that goes; `put` stands in its place. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  readonly put: string;
}

/** The text without what is cut. A cut inside of an earlier, larger one has no effect. */
export function applyCuts(text: string, cuts: readonly Cut[]): string {
  if (cuts.length === 0) return text;
  let out = '';
  let at = 0;
  for (const cut of cuts.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    if (cut.to <= at) continue;
    out += text.slice(at, Math.max(at, cut.from)) + cut.put;
    at = cut.to;
  }
  return out + text.slice(at);
}

/** The cause for which a field of this name goes; `parents` are folded names, the nearest first. */
export function causeOfField(
  rules: ReduceRules,
  name: string,
  parents: readonly string[],
): DropCause | undefined {
  const verdict = rules.judge(name);
  if (verdict.cause !== undefined) return verdict.cause;
  const [parent] = parents;
  if (verdict.byParent && parent !== undefined) {
    const cause = causeBelow(parent, verdict.folded);
    if (cause !== undefined) return cause;
  }
  if (verdict.unlessRead && !rules.readNames.has(verdict.folded)) return 'secret';
  return rules.listed.some(
    (mask) => mask[0] === verdict.folded && mask.slice(1).every((part, i) => parents[i] === part),
  )
    ? 'listed'
    : undefined;
}

/** A note may name fields in any script: back from one character a byte. */
export function utf8Of(text: string): string {
  return /[\u0080-\u00ff]/.test(text) && !/[^\u0000-\u00ff]/.test(text)
    ? Buffer.from(text, 'latin1').toString('utf8')
    : text;
}

const MAX_LABEL = 60;

/** A name as it may be shown: short, and itself without what may not be kept. */
export function shownName(name: string): string {
  if (findPrivateValues(name).length > 0) return '[a private number]';
  return name.length > MAX_LABEL ? `${name.slice(0, MAX_LABEL)}...` : name;
}

/** Reads the value of a field further: embedded JSON. Gives the text to keep, or undefined when it is no JSON. */
export type ReduceEmbedded = (text: string, field: { name: string; path: string }) => string | undefined;

/**
 * Reduces `a=1&b=2` as it is written, without decoding what stays. `place` is put before the names in notes.
 * Broken escapes are judged as they stand.
 */
export function reducePairs(
  text: string,
  options: { rules: ReduceRules; place: string; note: Note; embedded: ReduceEmbedded },
): string {
  const { rules, place, note, embedded } = options;
  const kept: string[] = [];
  const pieces = text.split('&');
  for (const piece of pieces) {
    const equals = piece.indexOf('=');
    const name = decodePiece(equals < 0 ? piece : piece.slice(0, equals));
    const value = equals < 0 ? '' : decodePiece(piece.slice(equals + 1));
    const cause =
      value === '' && findPrivateValues(name).length === 0
        ? undefined
        : causeOfPair(rules, { name, value, ...partsOfName(rules, name) });
    if (cause !== undefined) {
      note(`${place}${shownName(name)}`, cause);
      continue;
    }
    const inside = /^\s*[[{]/.test(value)
      ? embedded(value, { name, path: `${place}${shownName(name)}` })
      : undefined;
    kept.push(
      inside === undefined || inside === value
        ? piece
        : `${piece.slice(0, equals)}=${encodeURIComponent(inside)}`,
    );
  }
  return kept.length === pieces.length && kept.every((piece, i) => piece === pieces[i])
    ? text
    : kept.join('&');
}

/** `user[password]` and `user.password` name a field of an object. */
function partsOfName(rules: ReduceRules, name: string): { last: string; parents: readonly string[] } {
  if (!/[.[]/.test(name)) return { last: name, parents: [] };
  const segments = name.split(/[.[\]]+/).filter((segment) => segment !== '');
  return {
    last: segments.at(-1) ?? name,
    parents: segments.slice(0, -1).map((segment) => rules.judge(segment).folded),
  };
}

function causeOfPair(
  rules: ReduceRules,
  pair: { name: string; last: string; parents: readonly string[]; value: string },
): DropCause | undefined {
  const { name, last, parents, value } = pair;
  if (rules.keepNames?.has(name) === false) return 'not_read';
  const byName =
    causeOfField(rules, last, parents.toReversed()) ??
    (last === name ? undefined : causeOfField(rules, name, []));
  if (byName !== undefined) return byName;
  // JSON inside is looked at field by field; a number in one of them costs that field, not all.
  const inside = /^\s*[[{]/.test(value) ? [] : findPrivateValues(value, rules.judge(last).isId);
  return (
    [...inside, ...findPrivateValues(name)][0]?.cause ?? (hasPrivatePair(value, rules) ? 'secret' : undefined)
  );
}

function decodePiece(piece: string): string {
  if (!/[%+]/.test(piece)) return piece;
  const spaced = piece.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced.replace(/%([0-7][0-9a-fA-F])/g, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
}

const PAIR = /([A-Za-z][\w.\-[\]]{1,63})(?:=|%3[dD])([^&\s"'<>]+)/g;

/** True when a text, such as an address, holds a pair whose name is dropped: `https://x/?password=...`. */
export function hasPrivatePair(text: string, rules: ReduceRules): boolean {
  if (!text.includes('=') && !/%3[dD]/.test(text)) return false;
  return [...text.matchAll(PAIR)].some(([, name = '']) => {
    const last = name.split(/[.[\]]+/).findLast((segment) => segment !== '') ?? name;
    return rules.judge(last).cause !== undefined;
  });
}

/** Names and values in texts that follow no form: broken JSON, XML, `name: value`, multipart. */
const FREE: readonly RegExp[] = [
  /"([^"\\\n]{1,80})"\s*:\s*("(?:[^"\\]|\\.)*"?|[^\s,{}[\]"]+)/g,
  // Also inside of a text that is JSON itself, where quotes are escaped once or more.
  /\b([A-Za-z][\w.-]{1,63})\\*["']?\s*[:=]\s*(\\+["'][^"'\\\n]*|[^\s&,;<>"'{}[\]]+|"[^"\n]*"?|'[^'\n]*'?)/g,
  /<([A-Za-z][\w.:-]{0,63})(?:\s[^<>]*)?>([^<]+)/g,
  /name="([^"\n]{1,80})"[^\n]*\r?\n(?:[A-Za-z-]+:[^\n]*\r?\n)*\r?\n([^\n]*)/g,
];

/** Reduces a text of no known form: what looks like the value of a dropped field, and card and account numbers, are blotted out. */
export function reduceFreeText(text: string, rules: ReduceRules, note: Note): string {
  const cuts: Cut[] = [];
  for (const pattern of FREE) {
    for (const match of text.matchAll(pattern)) {
      const [all, name = '', value = ''] = match;
      const segments = name.split(/[.:[\]]+/).filter((segment) => segment !== '');
      const cause = causeOfField(
        rules,
        segments.at(-1) ?? name,
        segments
          .slice(0, -1)
          .toReversed()
          .map((segment) => rules.judge(segment).folded),
      );
      if (cause === undefined || value === '') continue;
      const from = match.index + all.length - value.length;
      cuts.push({ from, to: from + value.length, put: '[dropped]' });
      note(`text ${shownName(name)}`, cause);
    }
  }
  for (const { from, to, cause } of findPrivateValues(text)) {
    cuts.push({ from, to, put: '[dropped]' });
    note('text', cause);
  }
  return applyCuts(text, cuts);
}
