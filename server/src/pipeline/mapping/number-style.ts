// How numbers are written in text where they are not plain decimals: decimal comma, thousands, negatives in parentheses.
import { canonicalDecimal } from '../../kernel/decimal.ts';
import { isNode } from './document.ts';
import type { Compilation, NumberStyle } from './document.ts';

const DECIMALS = ['.', ','] as const;
const THOUSANDS = [',', '.', ' ', "'", '’', '_'] as const;

/** The style that `decimal` and `thousands` of a node say, over the style of the document; undefined: plain decimals. */
export function compileStyle(c: Compilation, node: unknown, at: string): NumberStyle | undefined {
  if (!isNode(node) || (node['decimal'] === undefined && node['thousands'] === undefined)) return c.style;
  const decimal =
    node['decimal'] === undefined
      ? (c.style?.decimal ?? '.')
      : (c.choice(node['decimal'], `${at}.decimal`, DECIMALS) ?? '.');
  const thousands =
    node['thousands'] === undefined
      ? c.style?.thousands
      : c.choice(node['thousands'], `${at}.thousands`, THOUSANDS);
  if (decimal === thousands)
    c.fail(
      `${at}.thousands`,
      'the decimal sign cannot also part the thousands',
      'write { "decimal": ",", "thousands": "." } or the other way round',
    );
  return { decimal, thousands };
}

/** What stands for a sign in files: spaces that do not break, the typographic apostrophe, the minus of mathematics. */
const SPACES = /[\u00a0\u2009\u202f]/g;
const APOSTROPHES = /['\u2019]/g;
const MINUS = /^\u2212/;

/**
 * Canonical text of a number in this style; undefined when it is none. `(12.50)` and `12.50-` are negative. Groups must be of
 * three digits: so a point that is the other style's decimal sign is never read as a thousands sign.
 */
export function readStyled(text: string, style: NumberStyle): string | undefined {
  const { decimal, thousands } = style;
  let body = spellPlainly(text, thousands);
  let negative = false;
  if (body.startsWith('(') && body.endsWith(')')) {
    negative = true;
    body = body.slice(1, -1).trim();
  } else if (body.length > 1 && body.endsWith('-')) {
    negative = true;
    body = body.slice(0, -1).trim();
  }
  if (negative && /^[+-]/.test(body)) return undefined;
  if (body.startsWith('-')) negative = true;
  if (/^[+-]/.test(body)) body = body.slice(1);
  const parts = body.split(decimal);
  if (parts.length > 2) return undefined;
  const whole = joinGroups(parts[0] as string, thousands);
  const fraction = parts[1] ?? '';
  if (whole === undefined || !/^\d*$/.test(fraction)) return undefined;
  return canonicalDecimal(`${negative ? '-' : ''}${whole}${parts.length === 2 ? `.${fraction}` : ''}`);
}

function spellPlainly(text: string, thousands: string | undefined): string {
  const signed = text.replace(MINUS, '-');
  if (thousands === ' ') return signed.replace(SPACES, ' ');
  return thousands === "'" || thousands === '’' ? signed.replace(APOSTROPHES, thousands) : signed;
}

function joinGroups(whole: string, thousands: string | undefined): string | undefined {
  if (thousands === undefined || !whole.includes(thousands)) return /^\d*$/.test(whole) ? whole : undefined;
  const [first = '', ...rest] = whole.split(thousands);
  return /^\d{1,3}$/.test(first) && rest.every((group) => /^\d{3}$/.test(group))
    ? first + rest.join('')
    : undefined;
}
