// The steps that change a present text value, in a fixed order: cut out, letters, digest, endings, tables, prefix.
import { sha256Hex } from '../../kernel/digest.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { isNode } from './document.ts';
import type { Compilation, Node } from './document.ts';
import { foldName } from './row.ts';
import type { RowScope } from './row.ts';

export type Change = (scope: RowScope, text: string) => string | undefined;

export const STEP_KEYS = [
  'digitsAfter',
  'after',
  'before',
  'split',
  'lower',
  'upper',
  'digest',
  'cutEndingsSetting',
  'mapSetting',
  'map',
  'fold',
  'otherwise',
  'prefix',
];

/** Undefined when the node asks for no change. `name` is the path, `reason` what a value outside its map is quarantined with. */
export function compileChange(
  c: Compilation,
  node: Node,
  at: string,
  name: string,
  reason: ReasonCode,
): Change | undefined {
  const steps = compileCuts(c, node, at);
  if (node['cutEndingsSetting'] !== undefined) {
    const endings = c.settings[c.settingName(node['cutEndingsSetting'], `${at}.cutEndingsSetting`)];
    if (Array.isArray(endings)) steps.push((_scope, text) => cutEnding(text, endings as readonly string[]));
  }
  if (node['mapSetting'] !== undefined)
    steps.push(compileMapSetting(c, node['mapSetting'], `${at}.mapSetting`));
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

/** What is cut out of the text, and how it is written. */
function compileCuts(c: Compilation, node: Node, at: string): Change[] {
  const steps: Change[] = [];
  if (node['digitsAfter'] !== undefined) {
    const after = c.text(node['digitsAfter'], `${at}.digitsAfter`) ?? '';
    steps.push((_scope, text) => digitsAfter(text, after));
  }
  if (node['after'] !== undefined) {
    const after = c.text(node['after'], `${at}.after`) ?? '';
    steps.push((_scope, text) => {
      const start = text.indexOf(after);
      return start < 0 ? undefined : trimmed(text.slice(start + after.length));
    });
  }
  if (node['before'] !== undefined) {
    const before = c.text(node['before'], `${at}.before`) ?? '';
    steps.push((_scope, text) => {
      const end = text.indexOf(before);
      return end < 0 ? text : trimmed(text.slice(0, end));
    });
  }
  if (node['split'] !== undefined) steps.push(compileSplit(c, node['split'], `${at}.split`));
  if (node['lower'] !== undefined && c.flag(node['lower'], `${at}.lower`) === true)
    steps.push((_scope, text) => text.toLowerCase());
  if (node['upper'] !== undefined && c.flag(node['upper'], `${at}.upper`) === true)
    steps.push((_scope, text) => text.toUpperCase());
  if (node['digest'] !== undefined && c.flag(node['digest'], `${at}.digest`) === true)
    steps.push((_scope, text) => sha256Hex(text));
  return steps;
}

function compileSplit(c: Compilation, node: unknown, at: string): Change {
  const spec = c.object(node, at, ['by', 'take']) ?? {};
  const by = c.text(spec['by'], `${at}.by`) ?? '-';
  const { take } = spec;
  if (typeof take !== 'number' || !Number.isInteger(take) || Math.abs(take) > 50) {
    c.fail(
      `${at}.take`,
      'expected the number of the part',
      'write 0 for the first part, 1 for the second, -1 for the last',
    );
    return (_scope, text) => text;
  }
  return (_scope, text) => trimmed(text.split(by).at(take) ?? '');
}

function trimmed(text: string): string | undefined {
  const cut = text.trim();
  return cut === '' ? undefined : cut;
}

/** A table of the source: its name alone, or with what becomes of a value that is not in it. */
function compileMapSetting(c: Compilation, node: unknown, at: string): Change {
  const spec: Node =
    typeof node === 'string' ? { name: node } : (c.object(node, at, ['name', 'otherwise']) ?? {});
  const name = c.settingName(spec['name'], typeof node === 'string' ? at : `${at}.name`);
  const otherwise =
    spec['otherwise'] === undefined
      ? 'keep'
      : c.choice(spec['otherwise'], `${at}.otherwise`, ['keep', 'absent'] as const);
  const value = c.settings[name];
  const table = new Map(isNode(value) ? Object.entries(value as Readonly<Record<string, string>>) : []);
  return (_scope, text) => table.get(text) ?? (otherwise === 'keep' ? text : undefined);
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
    if (otherwise === 'absent') return undefined;
    const value = text.slice(0, 60);
    return scope.failCode(reason, `"${value}" has no meaning in the mapping`, {
      path: name,
      value,
      table: `${at}.map`,
    });
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
