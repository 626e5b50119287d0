// Compiles number expressions of the mapping language: one reading, the first of several, or a sum.
import {
  absDecimal,
  addDecimals,
  canonicalDecimal,
  compareDecimals,
  decimal,
  divideDecimals,
  formatDecimal,
  shiftDecimal,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { ADJUST_KEYS, compileAdjust, compileSigns } from './adjust.ts';
import { isNode } from './document.ts';
import type { Compilation, Node } from './document.ts';
import type { NumberUnit } from './language.ts';
import { compileStyle, readStyled } from './number-style.ts';
import { readText } from './row.ts';
import type { RowScope, TextReader } from './row.ts';
import type { Change } from './text-steps.ts';
import { compileFirstPath, compilePaths, compileValue } from './values.ts';

const nothing: TextReader = () => undefined;

/** What a number may need to know of the rest of the row. */
export interface NumberContext {
  reason: ReasonCode;
  /** Exponent of the row's currency, for the unit `minor`. */
  exponent?: (scope: RowScope) => number | undefined;
  contractSize?: TextReader;
}

const UNITS: readonly NumberUnit[] = ['whole', 'minor', '1/100', '1/10000', '1/100000000', 'units'];
const NUMBER_KEYS = [
  'path',
  'value',
  'unit',
  'digitsPath',
  'sign',
  'absent',
  'decimal',
  'thousands',
  'required',
  ...ADJUST_KEYS,
];
const SUM_KEYS = ['sum', 'sign', 'required', ...ADJUST_KEYS];

/** Canonical decimal text, or undefined when absent; a malformed number is a problem with `context.reason`. */
export function compileNumber(c: Compilation, node: unknown, at: string, context: NumberContext): TextReader {
  if (typeof node === 'string') return compileOneNumber(c, { path: node }, at, context);
  if (isNode(node) && 'first' in node) return compileFirstNumber(c, node, at, context);
  if (isNode(node) && 'sum' in node) return compileSum(c, node, at, context);
  const spec = c.object(node, at, NUMBER_KEYS);
  return spec === undefined ? nothing : compileOneNumber(c, spec, at, context);
}

/** Whether a number that is absent is a problem. */
function isRequired(c: Compilation, node: Node, at: string): boolean {
  return node['required'] !== undefined && c.flag(node['required'], `${at}.required`) === true;
}

function compileOneNumber(c: Compilation, node: Node, at: string, context: NumberContext): TextReader {
  const from = c.reads.length;
  const { read, name, style } = compileRaw(c, node, at, context.reason);
  const unit =
    node['unit'] === undefined ? 'whole' : (c.choice(node['unit'], `${at}.unit`, UNITS) ?? 'whole');
  c.describe(from, { type: 'number', unit });
  const digits =
    node['digitsPath'] === undefined ? undefined : compileValue(c, node['digitsPath'], `${at}.digitsPath`);
  const scale =
    digits === undefined ? compileUnit(unit, name, context) : compileDigits(digits, name, context.reason);
  const adjust = compileAdjust(c, node, at, { name, reason: context.reason });
  const sign = compileSigns(c, node, at);
  const required = isRequired(c, node, at);
  return (scope) => {
    const text = read(scope);
    if (text === undefined) return required ? missing(scope, name) : undefined;
    const number = style === undefined ? canonicalDecimal(text) : text;
    if (number === undefined) return malformed(scope, context.reason, name, text);
    let value = scale === undefined ? number : scale(scope, number);
    if (value !== undefined && adjust !== undefined) value = adjust(scope, value);
    if (value === undefined) return undefined;
    if (!isPossibleNumber(value))
      return scope.fail(
        context.reason,
        name,
        `${text.slice(0, 60)} is beyond 18 digits before or after the point`,
      );
    return sign === undefined ? value : sign(scope, value);
  };
}

function missing(scope: RowScope, name: string): undefined {
  return scope.problem === undefined
    ? scope.fail('missing_field', name, 'the row does not carry this number, which the mapping requires')
    : undefined;
}

function malformed(scope: RowScope, reason: ReasonCode, name: string, text: string): undefined {
  return scope.fail(reason, name, `"${text.slice(0, 60)}" is not a decimal number of at most 40 digits`);
}

interface Raw {
  read: TextReader;
  name: string;
  /** Defined: `read` gives canonical text already. */
  style: true | undefined;
}

/** The text of a number as the row has it; with a style, numbers of JSON stay what they are and only text is read by the style. */
function compileRaw(c: Compilation, node: Node, at: string, reason: ReasonCode): Raw {
  const style = compileStyle(c, node, at);
  if (node['value'] !== undefined) {
    if (node['path'] !== undefined)
      c.fail(`${at}.value`, 'a number has a path or a value', 'leave one of the two out');
    const value = compileValue(c, node['value'], `${at}.value`, reason);
    const name = c.reads.at(-1)?.path ?? 'value';
    if (style === undefined) return { read: value, name, style };
    const read: TextReader = (scope) => {
      const text = value(scope);
      if (text === undefined) return undefined;
      return readStyled(text, style) ?? malformed(scope, reason, name, text);
    };
    return { read, name, style: true };
  }
  if (style === undefined) return { ...compileFirstPath(c, node, at), style };
  const { readers, absent } = compilePaths(c, node, at);
  const read: TextReader = (scope) => {
    for (const [name, readPath] of readers) {
      const raw = readPath(scope);
      const text = readText(scope, raw, name);
      if (text === undefined || absent?.has(text) === true) continue;
      if (typeof raw !== 'string') return canonicalDecimal(text) ?? malformed(scope, reason, name, text);
      return readStyled(text, style) ?? malformed(scope, reason, name, text);
    }
    return undefined;
  };
  return { read, name: readers[0]?.[0] ?? '', style: true };
}

const SHIFTS: Readonly<Partial<Record<NumberUnit, number>>> = {
  '1/100': -2,
  '1/10000': -4,
  '1/100000000': -8,
};
const UNITS_SCALE = 12;

function compileUnit(unit: NumberUnit, name: string, context: NumberContext): Change | undefined {
  const places = SHIFTS[unit];
  if (places !== undefined) return (_scope, number) => shiftSafely(number, places);
  if (unit === 'minor') {
    return (scope, number) => {
      const exponent = context.exponent?.(scope);
      return exponent === undefined
        ? scope.fail('bad_currency', name, 'minor units need a currency')
        : shiftSafely(number, -exponent);
    };
  }
  if (unit === 'whole') return undefined;
  return (scope, number) => {
    const size = context.contractSize?.(scope);
    if (size === undefined || size === '0')
      return scope.fail(context.reason, name, 'units need a contract size that is not zero');
    return formatDecimal(divideDecimals(decimal(number), decimal(size), UNITS_SCALE, 'half_even'));
  };
}

function compileDigits(digits: TextReader, name: string, reason: ReasonCode): Change {
  return (scope, number) => {
    const text = digits(scope);
    if (text === undefined || !/^\d{1,2}$/.test(text))
      return scope.fail(reason, name, 'the number of digits after the point is missing');
    return shiftSafely(number, -Number(text));
  };
}

/** Text so long that shifting could pass 40 digits is beyond the range of every field anyway: it stays and fails there. */
function shiftSafely(number: string, places: number): string {
  return number.length - places > 38 ? '9'.repeat(40) : shiftDecimal(number, places);
}

/** At most 18 digits on each side of the point: every amount of every currency, and no number that is a mistake. */
export function isPossibleNumber(canonical: string): boolean {
  if (canonical.length <= 18) return true;
  const dot = canonical.indexOf('.');
  const whole = (dot < 0 ? canonical.length : dot) - (canonical.startsWith('-') ? 1 : 0);
  return whole <= 18 && (dot < 0 || canonical.length - dot - 1 <= 18);
}

const MAX_READINGS = 20;

function compileFirstNumber(c: Compilation, node: Node, at: string, context: NumberContext): TextReader {
  c.object(node, at, ['first', 'tolerance']);
  const from = c.reads.length;
  const readers = c
    .list(node['first'], `${at}.first`, MAX_READINGS, 'numbers')
    .map((item, index) => compileNumber(c, item, `${at}.first[${index}]`, context));
  const name = c.reads[from]?.path ?? 'first';
  const tolerance =
    node['tolerance'] === undefined
      ? undefined
      : ((typeof node['tolerance'] === 'string' ? canonicalDecimal(node['tolerance']) : undefined) ??
        c.fail(`${at}.tolerance`, 'not a decimal', 'write "0.0001"'));
  return (scope) => {
    let first: string | undefined;
    for (const read of readers) {
      const value = read(scope);
      if (value === undefined) continue;
      if (tolerance === undefined) return value;
      if (first === undefined) first = value;
      else if (first !== value && differ(first, value, tolerance)) {
        const detail = `two fields tell the same quantity and differ: ${first} and ${value}`;
        return scope.doubt('contradicting_fields', name, detail) ? first : undefined;
      }
    }
    return first;
  };
}

function differ(a: string, b: string, tolerance: string): boolean {
  return compareDecimals(absDecimal(subtractDecimals(decimal(a), decimal(b))), decimal(tolerance)) >= 0;
}

/** Members that are absent are zero; all absent is absent. */
function compileSum(c: Compilation, node: Node, at: string, context: NumberContext): TextReader {
  const spec = c.object(node, at, SUM_KEYS) ?? {};
  const from = c.reads.length;
  const readers = c
    .list(spec['sum'], `${at}.sum`, MAX_READINGS, 'numbers')
    .map((item, index) => compileNumber(c, item, `${at}.sum[${index}]`, context));
  const name = c.reads[from]?.path ?? 'sum';
  const adjust = compileAdjust(c, spec, at, { name, reason: context.reason });
  const sign = compileSigns(c, spec, at);
  const required = isRequired(c, spec, at);
  return (scope) => {
    let sum = ZERO;
    let any = false;
    for (const read of readers) {
      const value = read(scope);
      if (scope.problem !== undefined) return undefined;
      if (value === undefined) {
        if (required) return missing(scope, name);
        continue;
      }
      any = true;
      sum = addDecimals(sum, decimal(value));
    }
    if (!any) return undefined;
    let value: string | undefined = formatDecimal(sum);
    if (adjust !== undefined) value = adjust(scope, value);
    if (value === undefined) return undefined;
    if (!isPossibleNumber(value))
      return scope.fail(context.reason, name, 'the sum is beyond 18 digits before or after the point');
    return sign === undefined ? value : sign(scope, value);
  };
}
