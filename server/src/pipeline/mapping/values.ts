// Compiles value expressions of the mapping language into readers of text.
import type { ReasonCode } from '../../kernel/reason.ts';
import type { Compilation, Node } from './document.ts';
import { compilePath } from './paths.ts';
import type { PathReader } from './paths.ts';
import { readText } from './row.ts';
import type { TextReader } from './row.ts';
import { compileChange, STEP_KEYS } from './text-steps.ts';

const PATH_KEYS = ['path', 'absent', 'default', ...STEP_KEYS];
const nothing: TextReader = () => undefined;

/** The paths of a node with their readers, and the texts that count as absent. */
export function compilePaths(
  c: Compilation,
  node: Node,
  at: string,
): { readers: readonly (readonly [string, PathReader])[]; absent: ReadonlySet<string> | undefined } {
  const paths = c.paths(node['path'], `${at}.path`);
  const absent = node['absent'] === undefined ? undefined : new Set(c.texts(node['absent'], `${at}.absent`));
  return { readers: paths.map((path) => [path.text, compilePath(path)] as const), absent };
}

/** Reads the first present path as text; `absent` values count as absent. */
export function compileFirstPath(c: Compilation, node: Node, at: string): { read: TextReader; name: string } {
  const { readers, absent } = compilePaths(c, node, at);
  const first = readers[0];
  if (readers.length === 1 && first !== undefined && absent === undefined) {
    const [name, read] = first;
    return { name, read: (scope) => readText(scope, read(scope), name) };
  }
  const read: TextReader = (scope) => {
    for (const [name, readPath] of readers) {
      const text = readText(scope, readPath(scope), name);
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
      // A declared setting without a value: the text is absent, as it is where a field is.
      const value = c.settings[c.settingName(m[2], at)];
      if (typeof value === 'string') fixed += value;
      else pieces.push(nothing);
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
    const value = text === undefined || change === undefined ? text : change(scope, text);
    return value === undefined && scope.problem === undefined ? fallback : value;
  };
}
