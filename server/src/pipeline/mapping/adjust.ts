// What may be done to a number once it is read: scaled by a code of the row, multiplied, divided exactly, given a sign.
import {
  canonicalDecimal,
  compareDecimals,
  decimal,
  divideDecimals,
  formatDecimal,
  isZero,
  multiplyDecimals,
  parseDecimal,
} from '../../kernel/decimal.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { compileConditions } from './conditions.ts';
import { isNode } from './document.ts';
import type { Compilation, Node } from './document.ts';
import type { RowScope, TextReader } from './row.ts';
import type { Change } from './text-steps.ts';
import { compileValue } from './values.ts';

export const ADJUST_KEYS = ['scaleBy', 'times', 'divideBy', 'negativeWhen'];

interface About {
  readonly name: string;
  readonly reason: ReasonCode;
}

/** scaleBy, times, divideBy, in this order; undefined when the node has none of them. */
export function compileAdjust(c: Compilation, node: Node, at: string, about: About): Change | undefined {
  const steps: Change[] = [];
  if (node['scaleBy'] !== undefined) {
    const factor = compileScale(c, node['scaleBy'], `${at}.scaleBy`, about);
    steps.push((scope, number) => withFactor(factor(scope), (text) => multiply(number, text)));
  }
  if (node['times'] !== undefined) {
    const factor = compileFactor(c, node['times'], `${at}.times`, about);
    steps.push((scope, number) => withFactor(factor(scope), (text) => multiply(number, text)));
  }
  if (node['divideBy'] !== undefined) {
    const divisor = compileDivisor(c, node['divideBy'], `${at}.divideBy`, about);
    steps.push((scope, number) =>
      withFactor(divisor(scope), (text) => divideExactly(scope, number, text, about)),
    );
  }
  if (steps.length === 0) return undefined;
  return (scope, number) => {
    let value: string | undefined = number;
    for (const step of steps) {
      if (value === undefined) return undefined;
      value = step(scope, value);
    }
    return value;
  };
}

/** No possible number: the range check says so. */
const TOO_LONG = '9'.repeat(40);

function withFactor(
  factor: string | undefined,
  apply: (factor: string) => string | undefined,
): string | undefined {
  return factor === undefined ? undefined : apply(factor);
}

function multiply(number: string, factor: string): string {
  const a = parseDecimal(number);
  return a.ok ? formatDecimal(multiplyDecimals(a.value, decimal(factor))) : TOO_LONG;
}

const EXACT_DIGITS = 18;

/** The quotient where it ends within 18 digits after the point: a rounded lot size would pay another amount. */
function divideExactly(scope: RowScope, number: string, divisor: string, about: About): string | undefined {
  const parsed = parseDecimal(number);
  if (!parsed.ok) return TOO_LONG;
  const a = parsed.value;
  const b = decimal(divisor);
  if (isZero(b)) return scope.fail(about.reason, about.name, 'cannot be divided by zero');
  const quotient = divideDecimals(a, b, EXACT_DIGITS, 'down');
  if (compareDecimals(multiplyDecimals(quotient, b), a) !== 0)
    return scope.fail(
      'inexact_number',
      about.name,
      `${number} divided by ${divisor} does not end within ${EXACT_DIGITS} digits after the point`,
    );
  return formatDecimal(quotient);
}

/** A decimal in the document, or a value of the row. */
function compileFactor(c: Compilation, node: unknown, at: string, about: About): TextReader {
  if (typeof node === 'string') {
    const text = constantOf(c, node, at);
    return () => text;
  }
  const read = compileValue(c, node, at, about.reason);
  return (scope) => asDecimal(scope, read(scope), about);
}

function constantOf(c: Compilation, node: unknown, at: string): string | undefined {
  const text = typeof node === 'string' && node.length <= 40 ? canonicalDecimal(node) : undefined;
  return text ?? c.fail(at, 'expected a decimal number as text', 'write "100" or "0.01"');
}

function asDecimal(scope: RowScope, text: string | undefined, about: About): string | undefined {
  if (text === undefined) {
    if (scope.problem !== undefined) return undefined;
    return scope.fail(about.reason, about.name, 'the number to calculate it with is missing');
  }
  const number = text.length <= 40 ? canonicalDecimal(text) : undefined;
  return number ?? scope.fail(about.reason, about.name, `"${text.slice(0, 60)}" is not a decimal number`);
}

function compileDivisor(c: Compilation, node: unknown, at: string, about: About): TextReader {
  if (!isNode(node) || !('table' in node)) {
    const read = compileValue(c, node, at, about.reason);
    return (scope) => asDecimal(scope, read(scope), about);
  }
  return compileLookup(c, c.object(node, at, ['table', 'key', 'default']) ?? {}, at, 'key', about);
}

function compileScale(c: Compilation, node: unknown, at: string, about: About): TextReader {
  return compileLookup(c, c.object(node, at, ['value', 'table', 'default']) ?? {}, at, 'value', about);
}

/** A decimal by a code of the row. A code that the table lacks, and no default: quarantined, with the code named. */
function compileLookup(
  c: Compilation,
  spec: Node,
  at: string,
  keyName: 'key' | 'value',
  about: About,
): TextReader {
  const from = c.reads.length;
  const readKey = compileValue(c, spec[keyName], `${at}.${keyName}`, about.reason);
  const path = c.reads[from]?.path ?? about.name;
  const { table, at: tableAt } = c.tableOrSetting(spec['table'], `${at}.table`);
  for (const [key, value] of table) constantOf(c, value, `${tableAt}.${key}`);
  const fallback =
    spec['default'] === undefined ? undefined : constantOf(c, spec['default'], `${at}.default`);
  return (scope) => {
    const key = readKey(scope);
    const found = key === undefined ? undefined : table.get(key);
    if (found !== undefined) return canonicalDecimal(found);
    if (fallback !== undefined && scope.problem === undefined) return fallback;
    if (key === undefined)
      return scope.problem === undefined
        ? scope.fail(about.reason, path, 'the row does not say by what the number is scaled')
        : undefined;
    const value = key.slice(0, 60);
    return scope.failCode(about.reason, `"${value}" has no number in the table`, {
      path,
      value,
      table: tableAt,
    });
  };
}

/** sign and negativeWhen, last of all; undefined when the number stays as it is. */
export function compileSigns(c: Compilation, node: Node, at: string): Change | undefined {
  const sign =
    node['sign'] === undefined
      ? 'keep'
      : c.choice(node['sign'], `${at}.sign`, ['keep', 'absolute', 'negate'] as const);
  const isNegative =
    node['negativeWhen'] === undefined
      ? undefined
      : compileConditions(c, node['negativeWhen'], `${at}.negativeWhen`);
  if (isNegative === undefined && sign === 'keep') return undefined;
  return (scope, value) => {
    const bare = value.startsWith('-') ? value.slice(1) : value;
    const signed = sign === 'absolute' ? bare : sign === 'negate' ? negated(value) : value;
    return isNegative?.(scope) === true ? negated(bare) : signed;
  };
}

function negated(value: string): string {
  return value === '0' ? value : value.startsWith('-') ? value.slice(1) : `-${value}`;
}
