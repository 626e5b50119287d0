// Guesses for people: what an unseen code likely means, which format a value has. A guess is shown as one and never applied by itself.
import { foldName } from './row.ts';

const STATUS_WORDS: Readonly<Record<string, readonly string[]>> = {
  declined: [
    'fail',
    'reject',
    'declin',
    'cancel',
    'expire',
    'void',
    'error',
    'denied',
    'deny',
    'refus',
    'abort',
    'invalid',
    'revers',
    'return',
    'blocked',
    'unsuccess',
  ],
  pending: [
    'pend',
    'wait',
    'process',
    'progress',
    'new',
    'creat',
    'init',
    'review',
    'hold',
    'open',
    'queue',
    'submit',
    'author',
    'partial',
  ],
  approved: [
    'success',
    'complet',
    'approv',
    'settl',
    'paid',
    'confirm',
    'accept',
    'done',
    'ok',
    'captur',
    'finish',
    'execut',
    'clear',
    'valid',
    'credited',
    'final',
  ],
};

const KYC_WORDS: Readonly<Record<string, readonly string[]>> = {
  failed: ['fail', 'reject', 'declin', 'red', 'denied', 'expire'],
  pending: ['pend', 'wait', 'process', 'progress', 'init', 'review', 'hold', 'submit', 'resubmi', 'yellow'],
  passed: ['pass', 'approv', 'accept', 'verif', 'complet', 'green', 'clear', 'ok'],
};

export interface Guess {
  readonly meaning: string;
  /** `words`: the code says so by itself; `alike`: it is written nearly as a known one; `first`: only a place to start from. */
  readonly by: 'words' | 'alike' | 'first';
}

/** The likeliest meaning of a code, among the meanings that a table has (and, for a status, those that exist). */
export function guessMeaning(
  code: string,
  codes: Readonly<Record<string, string>>,
  role: string,
): Guess | undefined {
  const name = foldName(code);
  const same = Object.entries(codes).find(([known]) => foldName(known) === name);
  if (same !== undefined) return { meaning: same[1], by: 'alike' };
  const words = role === 'status' ? STATUS_WORDS : role === 'kyc' ? KYC_WORDS : undefined;
  const said = words === undefined ? undefined : meaningByWords(name, words);
  if (said !== undefined) return { meaning: said, by: 'words' };
  const near = Object.entries(codes)
    .map(([known, meaning]) => ({ meaning, likeness: likenessOf(name, foldName(known)) }))
    .toSorted((a, b) => b.likeness - a.likeness)[0];
  if (near !== undefined && near.likeness >= 0.5) return { meaning: near.meaning, by: 'alike' };
  const first = words === undefined ? Object.values(codes)[0] : 'pending';
  return first === undefined ? undefined : { meaning: first, by: 'first' };
}

function meaningByWords(
  name: string,
  words: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  // What takes money back is asked first: "unsuccessful" and "not_approved" are no success.
  if (/^(?:not|non|un)[_a-z]/.test(name) && !name.startsWith('under')) return Object.keys(words)[0];
  return Object.entries(words).find(([, starts]) =>
    starts.some(
      (start) => name === start || name.split('_').some((part) => part.startsWith(start) && start.length > 2),
    ),
  )?.[0];
}

/** From 0 to 1: the share of pairs of neighbouring letters that two names have in common. */
export function likenessOf(a: string, b: string): number {
  const pairs = (text: string): string[] =>
    Array.from({ length: Math.max(text.length - 1, 0) }, (_, index) => text.slice(index, index + 2));
  const [left, right] = [pairs(a), pairs(b)];
  if (left.length + right.length === 0) return a === b ? 1 : 0;
  const rest = [...right];
  let common = 0;
  for (const pair of left) {
    const found = rest.indexOf(pair);
    if (found < 0) continue;
    rest.splice(found, 1);
    common += 1;
  }
  return (2 * common) / (left.length + right.length);
}

/** The time format that a text is written in, as a mapping says it; undefined when none is known. */
export function guessTimeFormat(text: string): unknown {
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/i.test(text)) return 'iso';
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text)) return 'local';
  if (/^\d{9,11}$/.test(text)) return 'epoch_s';
  if (/^\d{13}$/.test(text)) return 'epoch_ms';
  if (/^\d{16}$/.test(text)) return 'epoch';
  const date = /^(\d{1,4})([./-])(\d{1,2})\2(\d{2,4})(?:[ T](\d{1,2}):(\d\d)(:\d\d)?( ?[AP]M)?)?$/i.exec(
    text,
  );
  if (date === null) return undefined;
  const [, first = '', dot = '', second = '', third = '', hour, , seconds, half] = date;
  const day =
    first.length === 4
      ? ['YYYY', 'MM', 'DD']
      : Number(first) > 12
        ? ['D', 'M', yearOf(third)]
        : dot === '.' || (dot === '-' && Number(second) <= 12)
          ? ['D', 'M', yearOf(third)]
          : ['M', 'D', yearOf(third)];
  const clock =
    hour === undefined
      ? ''
      : ` ${half === undefined ? 'H' : 'h'}:mm${seconds === undefined ? '' : ':ss'}${half === undefined ? '' : half.startsWith(' ') ? ' A' : 'A'}`;
  return { pattern: `${day.join(dot)}${clock}` };
}

function yearOf(text: string): string {
  return text.length === 4 ? 'YYYY' : 'YY';
}

/** The signs that a number is written with, where a plain decimal does not read it: "1.234,50" has a decimal comma. */
export function guessNumberStyle(text: string): { decimal: string; thousands?: string } | undefined {
  const number = text.trim().replace(/^[-+(]|[-)]$/g, '');
  if (/^\d{1,3}(?:\.\d{3})+,\d+$/.test(number)) return { decimal: ',', thousands: '.' };
  if (/^\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?$/.test(number)) return { decimal: ',', thousands: ' ' };
  if (/^\d+,\d{1,2}$/.test(number)) return { decimal: ',' };
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(number)) return { decimal: '.', thousands: ',' };
  return undefined;
}
