// Dates and times in the order in which a report writes them: M/D/YYYY, DD.MM.YYYY HH:mm.
import { fractionMicros, isYear, microsOfFields, outsideYears } from '../../kernel/instant.ts';
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import type { Compilation } from './document.ts';

/** Text to the microseconds of a wall clock; refuses with `bad_time`. */
export type WallReader = (text: string) => Outcome<number>;

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(\\d{4})',
  YY: '(\\d\\d)',
  MM: '(\\d\\d)',
  M: '(\\d{1,2})',
  DD: '(\\d\\d)',
  D: '(\\d{1,2})',
  HH: '(\\d\\d)',
  H: '(\\d{1,2})',
  hh: '(\\d\\d)',
  h: '(\\d{1,2})',
  mm: '(\\d\\d)',
  m: '(\\d{1,2})',
  ss: '(\\d\\d)',
  s: '(\\d{1,2})',
  SSS: '(\\d{1,9})',
  A: '([AaPp]\\.?[Mm]\\.?)',
};
const TOKEN = /YYYY|YY|MM?|DD?|HH?|hh?|mm?|ss?|SSS|A|[\s\S]/g;

/** The field that a token fills: all of them but A by their first letter, where H and h differ. */
function fieldOf(token: string): string {
  return token.startsWith('S') ? 'S' : (token[0] as string);
}

/** Reads times in the order of the pattern. Other characters stand for themselves; spaces for one or more. */
export function compileTimePattern(c: Compilation, pattern: string, at: string): WallReader {
  const fields: string[] = [];
  let source = '';
  for (const token of pattern.slice(0, 100).match(TOKEN) ?? []) {
    const part = TOKENS[token];
    if (part !== undefined) fields.push(fieldOf(token));
    source += part ?? (token === ' ' ? '\\s+' : token.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  }
  const missing = ['Y', 'M', 'D'].filter((field) => !fields.includes(field));
  const twice = fields.filter((field, index) => fields.indexOf(field) !== index);
  const half = fields.includes('h') !== fields.includes('A');
  if (missing.length > 0 || twice.length > 0 || half)
    c.fail(
      at,
      half
        ? 'hours of a half day (h) and the sign of the half day (A) go together'
        : 'a pattern says year, month and day, each once',
      'use YYYY YY MM M DD D HH H hh h mm m ss s SSS A, such as M/D/YYYY or DD.MM.YYYY HH:mm:ss',
    );
  const expression = new RegExp(`^${source}$`);
  return (text) => {
    const m = text.length > 100 ? null : expression.exec(text);
    if (m === null) return refuse('bad_time', `"${text.slice(0, 60)}" is not a time written as ${pattern}`);
    return readFields(text, fields, m.slice(1));
  };
}

function readFields(text: string, fields: readonly string[], values: readonly string[]): Outcome<number> {
  const of = (field: string): string | undefined => values[fields.indexOf(field)];
  const shortYear = Number(of('Y'));
  const year = (of('Y') ?? '').length === 2 ? shortYear + (shortYear < 70 ? 2000 : 1900) : shortYear;
  if (!isYear(year)) return outsideYears(text);
  const micros = microsOfFields({
    year,
    month: Number(of('M')),
    day: Number(of('D')),
    hour: hourOf(of('H'), of('h'), of('A')),
    minute: Number(of('m') ?? 0),
    second: Number(of('s') ?? 0),
    micros: fractionMicros(of('S')),
  });
  return micros === undefined
    ? refuse('bad_time', `"${text.slice(0, 60)}" is a date or time that does not exist`)
    : accept(micros);
}

/** 12 AM is midnight, 12 PM is noon. */
function hourOf(hour: string | undefined, half: string | undefined, sign: string | undefined): number {
  if (half === undefined) return Number(hour ?? 0);
  const number = Number(half);
  if (number < 1 || number > 12) return 24;
  return (number % 12) + (/^p/i.test(sign ?? '') ? 12 : 0);
}
