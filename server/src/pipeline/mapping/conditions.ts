// Compiles conditions: what must hold of a row. A condition never reports a problem; what it cannot read is absent.
import { canonicalDecimal, compareDecimals, decimal } from '../../kernel/decimal.ts';
import { isNode } from './document.ts';
import type { Compilation, Node, NumberStyle } from './document.ts';
import { readStyled } from './number-style.ts';
import { compilePath, plainText } from './paths.ts';
import { foldName, RowScope } from './row.ts';
import type { TextReader } from './row.ts';
import { compileValue } from './values.ts';

export type Test = (scope: RowScope) => boolean;

const KEYS = [
  'path',
  'value',
  'equals',
  'in',
  'inSetting',
  'inField',
  'present',
  'startsWith',
  'endsWith',
  'contains',
  'gt',
  'gte',
  'lt',
  'lte',
  'fold',
];
const GROUPS = ['any', 'all', 'not'] as const;
const MAX_CONDITIONS = 200;

/** A list of conditions, all of which must hold. */
export function compileConditions(c: Compilation, node: unknown, at: string): Test {
  return everyTest(compileList(c, node, at));
}

/** As compileConditions; an empty list holds always. */
export function compileWhen(c: Compilation, node: unknown, at: string): Test | undefined {
  if (node === undefined || (Array.isArray(node) && node.length === 0)) return undefined;
  return compileConditions(c, node, at);
}

function compileList(c: Compilation, node: unknown, at: string): Test[] {
  return c
    .list(node, at, MAX_CONDITIONS, 'conditions')
    .map((item, index) => compileCondition(c, item, `${at}[${index}]`));
}

function everyTest(tests: readonly Test[]): Test {
  const [first, second] = tests;
  if (first !== undefined && second === undefined) return first;
  return (scope) => {
    for (const test of tests) if (!test(scope)) return false;
    return true;
  };
}

function compileCondition(c: Compilation, node: unknown, at: string): Test {
  const group = isNode(node) ? GROUPS.find((name) => name in node) : undefined;
  if (group === undefined || !isNode(node)) return compileComparison(c, node, at);
  c.object(node, at, [group]);
  if (group === 'not') {
    const test = Array.isArray(node['not'])
      ? compileConditions(c, node['not'], `${at}.not`)
      : compileCondition(c, node['not'], `${at}.not`);
    return (scope) => !test(scope);
  }
  const tests = compileList(c, node[group], `${at}.${group}`);
  return group === 'all' ? everyTest(tests) : (scope) => tests.some((test) => test(scope));
}

function compileComparison(c: Compilation, node: unknown, at: string): Test {
  const spec = c.object(node, at, KEYS);
  if (spec === undefined) return () => false;
  const read = compileOperand(c, spec, at);
  const fold = spec['fold'] !== undefined && c.flag(spec['fold'], `${at}.fold`) === true;
  const tests = [
    ...compilePresence(c, spec, at, read),
    ...compileTexts(c, spec, at, fold),
    ...compileOrders(c, spec, at),
  ];
  if (tests.length === 0)
    c.fail(
      at,
      'this condition compares with nothing',
      'give it one of equals, in, inSetting, inField, present, startsWith, endsWith, contains, gt, gte, lt, lte',
    );
  const [only] = tests;
  if (spec['present'] !== undefined && tests.length === 1 && only !== undefined)
    return (scope) => only(scope, '', '');
  return (scope) => {
    const text = read(scope);
    if (text === undefined) return false;
    const compared = fold ? foldName(text) : text;
    for (const test of tests) if (!test(scope, compared, text)) return false;
    return true;
  };
}

/** `text` as it is compared, `raw` as the row has it. */
type Compare = (scope: RowScope, text: string, raw: string) => boolean;

function compileOperand(c: Compilation, spec: Node, at: string): TextReader {
  if (spec['value'] === undefined) {
    const path = c.paths(spec['path'], `${at}.path`)[0];
    if (path === undefined) return () => undefined;
    const read = compilePath(path);
    // A list or an object is absent here and no problem: the rule that reads the field will say so.
    return (scope) => plainText(read(scope)) || undefined;
  }
  if (spec['path'] !== undefined)
    c.fail(`${at}.value`, 'a condition looks at a path or at a value', 'leave one of the two out');
  return quietly(compileValue(c, spec['value'], `${at}.value`));
}

/** A value whose problems stay here: the rule that needs the field will say what is wrong with it. */
function quietly(read: TextReader): TextReader {
  return (scope) => {
    const apart = new RowScope(scope.row, scope.receivedAt, scope.parents);
    const text = read(apart);
    return apart.problem === undefined ? text : undefined;
  };
}

function compilePresence(c: Compilation, spec: Node, at: string, read: TextReader): Compare[] {
  if (spec['present'] === undefined) return [];
  const wanted = c.flag(spec['present'], `${at}.present`) ?? true;
  return [(scope) => (read(scope) !== undefined) === wanted];
}

function compileTexts(c: Compilation, spec: Node, at: string, fold: boolean): Compare[] {
  const tests: Compare[] = [];
  const written = (text: string): string => (fold ? foldName(text) : text);
  if (spec['equals'] !== undefined) {
    const wanted = written(c.text(spec['equals'], `${at}.equals`) ?? '');
    tests.push((_scope, text) => text === wanted);
  }
  if (spec['in'] !== undefined) {
    const values = new Set((c.texts(spec['in'], `${at}.in`) ?? []).map(written));
    tests.push((_scope, text) => values.has(text));
  }
  if (spec['inSetting'] !== undefined) {
    const list = c.settings[c.settingName(spec['inSetting'], `${at}.inSetting`)];
    const fits = compileMasks(Array.isArray(list) ? (list as readonly string[]).map(written) : []);
    tests.push((_scope, text) => fits(text));
  }
  if (spec['inField'] !== undefined) {
    const path = c.paths(spec['inField'], `${at}.inField`)[0];
    const list = path === undefined ? () => undefined : compilePath(path);
    tests.push((scope, text) =>
      (plainText(list(scope)) ?? '')
        .split(',')
        .some((one) => one.trim() !== '' && written(one.trim()) === text),
    );
  }
  for (const key of ['startsWith', 'endsWith', 'contains'] as const) {
    if (spec[key] === undefined) continue;
    const part = written(c.text(spec[key], `${at}.${key}`) ?? '');
    const method = key === 'contains' ? 'includes' : key;
    tests.push((_scope, text) => text[method](part));
  }
  return tests;
}

const ORDERS = {
  gt: (sign: number) => sign > 0,
  gte: (sign: number) => sign >= 0,
  lt: (sign: number) => sign < 0,
  lte: (sign: number) => sign <= 0,
} as const;

/** By exact decimal value; false where one side is no number. */
function compileOrders(c: Compilation, spec: Node, at: string): Compare[] {
  return Object.entries(ORDERS).flatMap(([key, holds]): Compare[] => {
    const node = spec[key];
    if (node === undefined) return [];
    const { style } = c;
    const read = compileBound(c, node, `${at}.${key}`);
    return [
      (scope, _text, raw) => {
        const a = numberOf(style, raw);
        const b = read(scope);
        return a !== undefined && b !== undefined && holds(compareDecimals(decimal(a), decimal(b)));
      },
    ];
  });
}

function compileBound(c: Compilation, node: unknown, at: string): TextReader {
  if (typeof node !== 'string') {
    const { style } = c;
    const read = quietly(compileValue(c, node, at));
    return (scope) => numberOf(style, read(scope));
  }
  const bound = canonicalDecimal(node);
  if (bound === undefined) c.fail(at, 'expected a decimal number as text', 'write "0" or "12.50"');
  return () => bound;
}

function numberOf(style: NumberStyle | undefined, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return (style === undefined ? undefined : readStyled(text, style)) ?? canonicalDecimal(text);
}

/** Masks as MetaTrader writes groups: `*` stands for anything, `!` in front excludes. Only exclusions: everything else fits. */
export function compileMasks(masks: readonly string[]): (text: string) => boolean {
  const excluded = masks.filter((mask) => mask.startsWith('!')).map((mask) => mask.slice(1).split('*'));
  const wanted = masks.filter((mask) => !mask.startsWith('!')).map((mask) => mask.split('*'));
  return (text) =>
    (wanted.length === 0 ? excluded.length > 0 : wanted.some((parts) => fitsMask(text, parts))) &&
    !excluded.some((parts) => fitsMask(text, parts));
}

function fitsMask(text: string, parts: readonly string[]): boolean {
  const first = parts[0] as string;
  const last = parts.at(-1) as string;
  if (parts.length === 1) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
