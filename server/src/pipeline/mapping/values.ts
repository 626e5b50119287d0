// Compiles value and number expressions of the mapping language into readers.
import {
  canonicalDecimal,
  compareDecimals,
  absDecimal,
  decimal,
  divideDecimals,
  formatDecimal,
  shiftDecimal,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { Compilation, Node } from './document.ts';
import type { NumberUnit } from './language.ts';
import { compilePath, foldName, readText } from './row.ts';
import type { PathReader, RowScope, TextReader } from './row.ts';

const PATH_KEYS = [
  'path',
  'absent',
  'map',
  'fold',
  'otherwise',
  'default',
  'digitsAfter',
  'prefix',
  'mapSetting',
  'cutEndingsSetting',
];
const nothing: TextReader = () => undefined;

/** Reads the first present path as text; `absent` values count as absent. */
export function compileFirstPath(c: Compilation, node: Node, at: string): { read: TextReader; name: string } {
  const paths = c.paths(node['path'], `${at}.path`);
  const absent = node['absent'] === undefined ? undefined : new Set(c.texts(node['absent'], `${at}.absent`));
  const readers: [string, PathReader][] = paths.map((path) => [path, compilePath(path)]);
  const first = readers[0];
  if (readers.length === 1 && first !== undefined && absent === undefined) {
    const [name, read] = first;
    return { name, read: (scope) => readText(scope, read(scope.row), name) };
  }
  const read: TextReader = (scope) => {
    for (const [name, readPath] of readers) {
      const text = readText(scope, readPath(scope.row), name);
      if (text !== undefined && absent?.has(text) !== true) return text;
    }
    return undefined;
  };
  return { name: first?.[0] ?? '', read };
}

/** `reason` is what a value outside its map is quarantined with. */
export function compileValue(
  c: Compilation,
  node: unknown,
  at: string,
  reason: ReasonCode = 'bad_value',
): TextReader {
  if (typeof node === 'string') return compileFirstPath(c, { path: node }, at).read;
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    c.fail(
      at,
      'expected a value expression',
      'write a field name, or an object with path, const, setting, template or first',
    );
    return nothing;
  }
  if ('const' in node) return compileConst(c, node as Node, at);
  if ('setting' in node) return compileSetting(c, node as Node, at);
  if ('template' in node) return compileTemplate(c, node as Node, at);
  if ('first' in node) return compileFirst(c, node as Node, at, reason);
  return compilePathSpec(c, node as Node, at, reason);
}

function compileConst(c: Compilation, node: Node, at: string): TextReader {
  const text = c.object(node, at, ['const']) === undefined ? undefined : c.text(node['const'], `${at}.const`);
  return () => text;
}

function compileSetting(c: Compilation, node: Node, at: string): TextReader {
  c.object(node, at, ['setting']);
  const name = c.text(node['setting'], `${at}.setting`) ?? '';
  const value = c.settings[name];
  return typeof value === 'string' ? () => value : nothing;
}

function compileTemplate(c: Compilation, node: Node, at: string): TextReader {
  c.object(node, at, ['template']);
  const template = c.text(node['template'], `${at}.template`) ?? '';
  const pieces: (string | TextReader)[] = [];
  let fixed = '';
  for (const piece of template.split(/(\{[^{}]*\})/)) {
    const m = /^\{(setting|field)\.([^{}]+)\}$/.exec(piece);
    if (m === null) {
      if (piece.startsWith('{'))
        c.fail(at, `"${piece}" is not a placeholder`, 'write {setting.name} or {field.path}');
      fixed += piece;
    } else if (m[1] === 'setting') {
      const value = c.settings[m[2] as string];
      if (typeof value === 'string') fixed += value;
      else
        c.fail(
          at,
          `the setting ${m[2]} has no value`,
          'declare it in settings, with a default or as required',
        );
    } else {
      if (fixed !== '') pieces.push(fixed);
      fixed = '';
      pieces.push(compileValue(c, m[2], at));
    }
  }
  if (pieces.length === 0) return () => fixed;
  if (fixed !== '') pieces.push(fixed);
  return (scope) => {
    let text = '';
    for (const piece of pieces) {
      const part = typeof piece === 'string' ? piece : piece(scope);
      if (part === undefined) return undefined;
      text += part;
    }
    return text;
  };
}

function compileFirst(c: Compilation, node: Node, at: string, reason: ReasonCode): TextReader {
  c.object(node, at, ['first']);
  if (!Array.isArray(node['first'])) {
    c.fail(`${at}.first`, 'expected a list of value expressions', 'write a JSON array');
    return nothing;
  }
  const readers = node['first'].map((item: unknown, index) =>
    compileValue(c, item, `${at}.first[${index}]`, reason),
  );
  return (scope) => {
    for (const read of readers) {
      const text = read(scope);
      if (text !== undefined) return text;
    }
    return undefined;
  };
}

function compilePathSpec(c: Compilation, node: Node, at: string, reason: ReasonCode): TextReader {
  c.object(node, at, PATH_KEYS);
  const { read, name } = compileFirstPath(c, node, at);
  const change = compileChange(c, node, at, name, reason);
  const fallback = node['default'] === undefined ? undefined : c.text(node['default'], `${at}.default`);
  if (change === undefined && fallback === undefined) return read;
  return (scope) => {
    const text = read(scope);
    if (text === undefined) return scope.problem === undefined ? fallback : undefined;
    return change === undefined ? text : change(scope, text);
  };
}

type Change = (scope: RowScope, text: string) => string | undefined;

/** The steps that change a present value, in a fixed order: digitsAfter, cut endings, tables, prefix. */
function compileChange(
  c: Compilation,
  node: Node,
  at: string,
  name: string,
  reason: ReasonCode,
): Change | undefined {
  const steps: Change[] = [];
  if (node['digitsAfter'] !== undefined) {
    const after = c.text(node['digitsAfter'], `${at}.digitsAfter`) ?? '';
    steps.push((_scope, text) => digitsAfter(text, after));
  }
  const endings =
    node['cutEndingsSetting'] === undefined ? undefined : c.settings[String(node['cutEndingsSetting'])];
  if (Array.isArray(endings)) steps.push((_scope, text) => cutEnding(text, endings as readonly string[]));
  const replacements = node['mapSetting'] === undefined ? undefined : c.settings[String(node['mapSetting'])];
  if (typeof replacements === 'object' && !Array.isArray(replacements)) {
    const table = new Map(Object.entries(replacements as Readonly<Record<string, string>>));
    steps.push((_scope, text) => table.get(text) ?? text);
  }
  if (node['map'] !== undefined) steps.push(compileMap(c, node, at, name, reason));
  if (node['prefix'] !== undefined) {
    const prefix = c.text(node['prefix'], `${at}.prefix`) ?? '';
    steps.push((_scope, text) => prefix + text);
  }
  const only = steps[0];
  if (only === undefined || steps.length === 1) return only;
  return (scope, text) => {
    let value: string | undefined = text;
    for (const step of steps) {
      if (value === undefined) return undefined;
      value = step(scope, value);
    }
    return value;
  };
}

function compileMap(c: Compilation, node: Node, at: string, name: string, reason: ReasonCode): Change {
  const fold = node['fold'] === true;
  const table = new Map(
    [...(c.table(node['map'], `${at}.map`) ?? [])].map(([from, to]) => [fold ? foldName(from) : from, to]),
  );
  const otherwise =
    node['otherwise'] === undefined
      ? undefined
      : c.choice(node['otherwise'], `${at}.otherwise`, ['keep', 'absent'] as const);
  return (scope, text) => {
    const found = table.get(text) ?? (fold ? table.get(foldName(text)) : undefined);
    if (found !== undefined) return found;
    if (otherwise === 'keep') return text;
    return otherwise === 'absent'
      ? undefined
      : scope.fail(reason, name, `"${text.slice(0, 60)}" has no meaning in the mapping`);
  };
}

function digitsAfter(text: string, after: string): string | undefined {
  const start = text.indexOf(after);
  return start < 0 ? undefined : /^\d+/.exec(text.slice(start + after.length))?.[0];
}

function cutEnding(text: string, endings: readonly string[]): string {
  const ending = endings.find((item) => text.length > item.length && text.endsWith(item));
  return ending === undefined ? text : text.slice(0, text.length - ending.length);
}

/** What a number may need to know of the rest of the row. */
export interface NumberContext {
  reason: ReasonCode;
  /** Exponent of the row's currency, for the unit `minor`. */
  exponent?: (scope: RowScope) => number | undefined;
  contractSize?: TextReader;
}

const UNITS: readonly NumberUnit[] = ['whole', 'minor', '1/100', '1/10000', '1/100000000', 'units'];
const NUMBER_KEYS = ['path', 'unit', 'digitsPath', 'sign', 'absent'];

/** Canonical decimal text, or undefined when absent; a malformed number is a problem with `context.reason`. */
export function compileNumber(c: Compilation, node: unknown, at: string, context: NumberContext): TextReader {
  if (typeof node === 'string') return compileOneNumber(c, { path: node }, at, context);
  if (typeof node === 'object' && node !== null && 'first' in node)
    return compileFirstNumber(c, node as Node, at, context);
  const spec = c.object(node, at, NUMBER_KEYS);
  return spec === undefined ? nothing : compileOneNumber(c, spec, at, context);
}

function compileOneNumber(c: Compilation, node: Node, at: string, context: NumberContext): TextReader {
  const { read, name } = compileFirstPath(c, node, at);
  const unit =
    node['unit'] === undefined ? 'whole' : (c.choice(node['unit'], `${at}.unit`, UNITS) ?? 'whole');
  const sign =
    node['sign'] === undefined
      ? 'keep'
      : c.choice(node['sign'], `${at}.sign`, ['keep', 'absolute', 'negate'] as const);
  const digits =
    node['digitsPath'] === undefined ? undefined : compileValue(c, node['digitsPath'], `${at}.digitsPath`);
  const scale =
    digits === undefined ? compileUnit(unit, name, context) : compileDigits(digits, name, context.reason);
  return (scope) => {
    const text = read(scope);
    if (text === undefined) return undefined;
    const number = canonicalDecimal(text);
    if (number === undefined)
      return scope.fail(
        context.reason,
        name,
        `"${text.slice(0, 60)}" is not a decimal number of at most 40 digits`,
      );
    const value = scale === undefined ? number : scale(scope, number);
    if (value === undefined) return undefined;
    if (!isPossibleNumber(value))
      return scope.fail(
        context.reason,
        name,
        `${text.slice(0, 60)} is beyond 18 digits before or after the point`,
      );
    if (sign === 'keep') return value;
    if (sign === 'absolute') return value.startsWith('-') ? value.slice(1) : value;
    return value === '0' ? value : value.startsWith('-') ? value.slice(1) : `-${value}`;
  };
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

function compileFirstNumber(c: Compilation, node: Node, at: string, context: NumberContext): TextReader {
  c.object(node, at, ['first', 'tolerance']);
  const list: unknown = node['first'];
  if (!Array.isArray(list) || list.length === 0) {
    c.fail(`${at}.first`, 'expected a list of numbers', 'write a JSON array');
    return nothing;
  }
  const readers = list.map((item: unknown, index) =>
    compileNumber(c, item, `${at}.first[${index}]`, context),
  );
  const tolerance =
    node['tolerance'] === undefined
      ? undefined
      : (canonicalDecimal(String(node['tolerance'])) ??
        c.fail(`${at}.tolerance`, 'not a decimal', 'write "0.0001"'));
  return (scope) => {
    let first: string | undefined;
    for (const read of readers) {
      const value = read(scope);
      if (value === undefined) continue;
      if (tolerance === undefined) return value;
      if (first === undefined) first = value;
      else if (first !== value && differ(first, value, tolerance)) {
        return scope.fail(
          'contradicting_fields',
          at,
          `two fields tell the same quantity and differ: ${first} and ${value}`,
        );
      }
    }
    return first;
  };
}

function differ(a: string, b: string, tolerance: string): boolean {
  return compareDecimals(absDecimal(subtractDecimals(decimal(a), decimal(b))), decimal(tolerance)) >= 0;
}
