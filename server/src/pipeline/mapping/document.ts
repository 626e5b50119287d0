// Reads a mapping document by hand: every problem with its JSON path and what to do, none of them stops the reading.
import { addKnownPath, newKnownField } from './known-fields.ts';
import type { MappingProblem, SourceSettings } from './language.ts';
import { parsePath, PATH_REMEDY } from './paths.ts';
import type { Path } from './paths.ts';
import type { ReadField } from './reads.ts';

export type Node = Readonly<Record<string, unknown>>;

/** How numbers are written in text; undefined: plain decimals with a point. */
export interface NumberStyle {
  readonly decimal: string;
  readonly thousands: string | undefined;
}

/** What compilation knows besides the node it reads: the settings in force, and where problems, fields and reads are gathered. */
export class Compilation {
  readonly problems: MappingProblem[] = [];
  /** What some reader reads of the rows themselves. */
  known = newKnownField();
  reads: ReadField[] = [];
  settings: SourceSettings = Object.create(null) as SourceSettings;
  /** Names of the settings that the document declares. */
  declared: ReadonlySet<string> = new Set();
  style: NumberStyle | undefined = undefined;

  fail(path: string, problem: string, remedy: string): undefined {
    this.problems.push({ path, problem, remedy });
    return undefined;
  }

  /** An object that has no other keys than `keys`. */
  object(node: unknown, path: string, keys: readonly string[]): Node | undefined {
    if (!isNode(node))
      return this.fail(path, 'expected an object', `write { ${keys.slice(0, 3).join(', ')} ... }`);
    for (const key of Object.keys(node)) {
      if (!keys.includes(key))
        this.fail(`${path}.${key}`, 'this key is not known here', `use one of: ${keys.join(', ')}`);
    }
    return node;
  }

  text(node: unknown, path: string): string | undefined {
    if (typeof node === 'string' && node !== '') return node;
    return this.fail(path, 'expected a text that is not empty', 'write a JSON string');
  }

  flag(node: unknown, path: string): boolean | undefined {
    if (typeof node === 'boolean') return node;
    return this.fail(path, 'expected true or false', 'write true or false, without quotes');
  }

  /** A list of at least one and at most `most` members. */
  list(node: unknown, path: string, most: number, what: string): readonly unknown[] {
    if (!Array.isArray(node) || node.length === 0) {
      this.fail(path, `expected a list of ${what}`, 'write a JSON array that is not empty');
      return [];
    }
    if (node.length > most) this.fail(path, `more than ${most} ${what}`, 'leave out what is not needed');
    return (node as readonly unknown[]).slice(0, most);
  }

  texts(node: unknown, path: string): string[] | undefined {
    if (!Array.isArray(node) || node.length === 0)
      return this.fail(path, 'expected a list that is not empty', 'write a JSON array of strings');
    const list: string[] = [];
    node.forEach((item, index) => {
      if (typeof item === 'string') list.push(item);
      else this.fail(`${path}[${index}]`, 'expected a text', 'write a JSON string');
    });
    return list;
  }

  /** One text or a list of them. */
  oneOrMany(node: unknown, path: string): string[] {
    if (typeof node === 'string' && node !== '') return [node];
    return this.texts(node, path) ?? [];
  }

  choice<T extends string>(node: unknown, path: string, choices: readonly T[]): T | undefined {
    if (typeof node === 'string' && (choices as readonly string[]).includes(node)) return node as T;
    return this.fail(path, `expected one of ${choices.join(', ')}`, 'choose one of them');
  }

  table(node: unknown, path: string): Map<string, string> | undefined {
    if (!isNode(node)) return this.fail(path, 'expected a table of texts', 'write { "from": "to" }');
    const table = new Map<string, string>();
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string') table.set(key, value);
      else this.fail(`${path}.${key}`, 'expected a text', 'write a JSON string');
    }
    return table;
  }

  /** Remembers the fields that paths read, and refuses what cannot be a path. */
  paths(node: unknown, at: string): Path[] {
    const paths: Path[] = [];
    for (const text of this.oneOrMany(node, at)) {
      const path = parsePath(text);
      if (path === undefined) {
        this.fail(at, `"${text.slice(0, 100)}" is not a path`, PATH_REMEDY);
        continue;
      }
      addKnownPath(this.known, path);
      this.reads.push({ path: text, up: path.up, at, type: 'text' });
      paths.push(path);
    }
    return paths;
  }

  /** Says more about what was read since `from`, a former length of `reads`. */
  describe(from: number, more: Omit<Partial<ReadField>, 'path' | 'up' | 'at'>): void {
    for (let i = from; i < this.reads.length; i += 1)
      this.reads[i] = { ...(this.reads[i] as ReadField), ...more };
  }

  /** The table of a setting, or of the document. `at` of the answer is what lacks a code that is not in it. */
  tableOrSetting(node: unknown, at: string): { table: ReadonlyMap<string, string>; at: string } {
    if (!isNode(node) || !('setting' in node)) return { table: this.table(node, at) ?? new Map(), at };
    this.object(node, at, ['setting']);
    const name = this.settingName(node['setting'], `${at}.setting`);
    const value = this.settings[name];
    const table = isNode(value)
      ? new Map(Object.entries(value as Readonly<Record<string, string>>))
      : new Map();
    return { table, at: `settings.${name}` };
  }

  /** The name of a declared setting. */
  settingName(node: unknown, at: string): string {
    const name = this.text(node, at) ?? '';
    if (name !== '' && !this.declared.has(name))
      this.fail(
        at,
        `the mapping declares no setting ${name}`,
        `declare it under settings; declared: ${[...this.declared].join(', ') || 'none'}`,
      );
    return name;
  }
}

export function isNode(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

const MAX_DEPTH = 30;
const MAX_NODES = 50_000;

/** A document that is nested or large beyond sense is refused before anything walks into it. */
export function isTooLarge(document: unknown): string | undefined {
  let level: unknown[] = [document];
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    nodes += level.length;
    if (depth > MAX_DEPTH) return `it is nested more than ${MAX_DEPTH} levels deep`;
    if (nodes > MAX_NODES) return `it has more than ${MAX_NODES} parts`;
    level = level.flatMap((node) => (typeof node === 'object' && node !== null ? Object.values(node) : []));
  }
  return undefined;
}
