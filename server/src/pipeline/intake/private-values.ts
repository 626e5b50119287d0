// Values that are private whatever their field is called: card numbers and bank accounts, found by their check digits.
import type { DropCause } from './facts.ts';

/** Lengths of IBANs by country (ISO 13616). */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 ' +
    'GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 ' +
    'MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 ' +
    'TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const DIGITS = /\d+(?:[ -]\d+)*/g;
const IBAN_START = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}/g;

/** Where a private value stands in a text, half-open. */
export interface PrivateSpan {
  readonly from: number;
  readonly to: number;
  readonly cause: DropCause;
}

/**
 * Finds card numbers (issuer's first digits, length and check digit) and IBANs (country's length and check digits).
 * `isId`: the text is the value of a field that ends like an id; then a bare number counts as a card only with the 15 or 16
 * digits that nearly all cards have, because one number in ten has a right check digit.
 */
export function findPrivateValues(text: string, isId = false): PrivateSpan[] {
  const found: PrivateSpan[] = [];
  if (text.length < 13) return found;
  for (const match of text.matchAll(DIGITS)) {
    if (match[0].length >= 13) found.push(...findCards(text, match[0], match.index, isId));
  }
  for (const match of text.matchAll(IBAN_START)) {
    const to = endOfIban(match[0]);
    if (to !== undefined) found.push({ from: match.index, to: match.index + to, cause: 'bank_account' });
  }
  return found;
}

interface Group {
  readonly text: string;
  readonly at: number;
}

function findCards(text: string, run: string, start: number, isId: boolean): PrivateSpan[] {
  const groups: Group[] = [...run.matchAll(/\d+/g)].map((match) => ({
    text: match[0],
    at: start + match.index,
  }));
  const found: PrivateSpan[] = [];
  for (let first = 0; first < groups.length; first += 1) {
    let digits = '';
    for (let last = first; last < groups.length; last += 1) {
      const group = groups[last] as Group;
      digits += group.text;
      if (digits.length > 19) break;
      const from = groups[first]?.at ?? 0;
      const to = group.at + group.text.length;
      if (!isCardNumber(digits) || (isId && digits.length !== 15 && digits.length !== 16)) continue;
      if (isPartOfWord(text, from, to)) continue;
      found.push({ from, to, cause: 'card_number' });
      first = last;
      break;
    }
  }
  return found;
}

const CARD_WORD = /(?:card|pan|cc|visa|amex|mastercard|number|nr|no)[_-]?$/i;

/** Digits inside of a longer word, behind a plus (phone) or beside a point (decimal) are no card number. */
function isPartOfWord(text: string, from: number, to: number): boolean {
  const before = text.slice(Math.max(0, from - 12), from);
  if (/\+$|\d\.$/.test(before) || /^\.\d/.test(text.slice(to, to + 2))) return true;
  if (/^[A-Za-z]/.test(text.charAt(to))) return true;
  return /[A-Za-z_]$/.test(before) && !CARD_WORD.test(before);
}

/** True for a number that an issuer could have put on a card: known first digits, a length that fits them, check digit. */
export function isCardNumber(digits: string): boolean {
  return fitsIssuer(digits) && hasLuhnDigit(digits);
}

function fitsIssuer(digits: string): boolean {
  const length = digits.length;
  if (length < 13 || length > 19) return false;
  const two = Number(digits.slice(0, 2));
  const four = Number(digits.slice(0, 4));
  if (digits.startsWith('4')) return length === 13 || length === 16 || length === 19;
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length === 16;
  if (two === 34 || two === 37) return length === 15;
  if ((four >= 3000 && four <= 3059) || four === 3095 || two === 36 || two === 38 || two === 39)
    return length === 14 || length === 16;
  if (four >= 3528 && four <= 3589) return length >= 16;
  if (four >= 2200 && four <= 2204) return length >= 16;
  if (two === 50 || (two >= 56 && two <= 58) || two === 67 || four === 6304 || four === 6390) return true;
  if (two >= 60 && two <= 65) return length >= 16;
  return (two === 81 || two === 82 || four === 9792) && length === 16;
}

function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let i = digits.length - 1, double = false; i >= 0; i -= 1, double = !double) {
    const digit = digits.charCodeAt(i) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}

/** Characters of the text that are an IBAN, counted from its start; undefined when they are none. */
function endOfIban(text: string): number | undefined {
  const length = IBAN_LENGTHS[text.slice(0, 2).toUpperCase()];
  if (length === undefined) return undefined;
  let compact = '';
  let at = 0;
  for (; at < text.length && compact.length < length; at += 1) {
    if (text.charAt(at) !== ' ') compact += text.charAt(at).toUpperCase();
  }
  if (compact.length < length || /^[A-Za-z0-9]/.test(text.charAt(at))) return undefined;
  let rest = 0;
  for (const char of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1 ? at : undefined;
}
