// A quick look at a JSON body, on the hot path: does it certainly hold nothing that is dropped? Most bodies do not.
import type { JudgeName } from './always-dropped.ts';
import { findPrivateValues } from './private-values.ts';
import type { ReduceRules } from './reduce-text.ts';

/**
 * True when nothing in the text needs a closer look: then the bytes stay as they are. False means "look", not "drop".
 * One pass; a field name costs one look into a table of those seen before. Escapes in names, texts that hold JSON or an
 * address with parameters, names that are dropped below some parents: all of that is looked at.
 */
export function isClean(text: string, rules: ReduceRules): boolean {
  if (rules.keep !== undefined) return false;
  // A byte order mark, as its three bytes.
  let name = '';
  let naming = false;
  // A parent stands before what it holds: names that are dropped only below some need a look only behind such a one.
  let parentSeen = false;
  for (let i = text.charCodeAt(0) === 0xef ? 3 : 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 34) {
      const end = endOfString(text, i + 1);
      if (end < 0) return false;
      const after = afterSpace(text, end + 1);
      if (text.charCodeAt(after) === 58) {
        name = text.slice(i + 1, end);
        const verdict = rules.judge(name);
        if (verdict.isParent) parentSeen = true;
        if (needsLook(verdict, rules, parentSeen) || name.includes('\\') || name.length > 60) return false;
        naming = verdict.naming;
        i = after;
      } else {
        if (naming && namesDropped(text.slice(i + 1, end), rules)) return false;
        if (!isCleanText(text, i + 1, end, { rules, name })) return false;
        i = end;
      }
    } else if (code >= 48 && code <= 57) {
      const end = endOfDigits(text, i);
      if (end - i >= 13 && findPrivateValues(text.slice(i, end), rules.judge(name).isId).length > 0)
        return false;
      i = end - 1;
    } else if (!isJsonCode(code)) {
      return false;
    }
  }
  return true;
}

function needsLook(verdict: ReturnType<JudgeName>, rules: ReduceRules, parentSeen: boolean): boolean {
  return (
    verdict.cause !== undefined ||
    (verdict.byParent && parentSeen) ||
    verdict.unlessRead ||
    verdict.longNumber ||
    (rules.listed.length > 0 && rules.listed.some((mask) => mask[0] === verdict.folded))
  );
}

function namesDropped(text: string, rules: ReduceRules): boolean {
  return text.includes('\\') || needsLook(rules.judge(text), rules, true);
}

/** A text without long runs of digits, without the beginning of an IBAN, without JSON or parameters inside. */
function isCleanText(
  text: string,
  from: number,
  to: number,
  field: { rules: ReduceRules; name: string },
): boolean {
  const first = text.charCodeAt(afterSpace(text, from));
  if (to > from && (first === 123 || first === 91 || first === 92)) return false;
  let run = 0;
  let doubtful = false;
  for (let i = from; i < to; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      run += 1;
      if (run === 13) doubtful = true;
    } else if (code === 61 || code === 37) {
      return false;
    } else if (code === 92 && text.charCodeAt(i + 1) === 117) {
      return false;
    } else if (code !== 32 && code !== 45) {
      run = 0;
      if (isLetter(code) && to - i >= 15 && isIbanStart(text, i, from)) doubtful = true;
    }
  }
  return (
    !doubtful || findPrivateValues(text.slice(from, to), field.rules.judge(field.name).isId).length === 0
  );
}

/** Brackets, commas, colons, spaces, signs, and the letters of true, false, null and exponents. */
const JSON_CODES = new Uint8Array(128);
for (const char of '{}[],: \n\r\t\u001e+-.eEtrufalsn') JSON_CODES[char.charCodeAt(0)] = 1;

function isJsonCode(code: number): boolean {
  return JSON_CODES[code] === 1;
}

/** Two letters at the beginning of a word, then two digits. */
function isIbanStart(text: string, at: number, from: number): boolean {
  return (
    isDigit(text.charCodeAt(at + 2)) &&
    isDigit(text.charCodeAt(at + 3)) &&
    isLetter(text.charCodeAt(at + 1)) &&
    (at === from || !isWord(text.charCodeAt(at - 1)))
  );
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function isWord(code: number): boolean {
  return isDigit(code) || isLetter(code);
}

/** Index of the closing quote; -1 when the text is not closed. */
function endOfString(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 34) return i;
    if (code === 92) i += 1;
  }
  return -1;
}

function endOfDigits(text: string, from: number): number {
  let i = from;
  while (isDigit(text.charCodeAt(i))) i += 1;
  return i;
}

function afterSpace(text: string, from: number): number {
  let i = from;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break;
    i += 1;
  }
  return i;
}
