// Reads a mapping document by hand: every problem with its JSON path and what to do, none of them stops the reading.
import { parseCurrency } from '../../kernel/money.ts';
import { parseZone } from '../../kernel/zone.ts';
import type { MappingProblem, SettingSpec, SettingValue, SourceSettings } from './language.ts';

export type Node = Readonly<Record<string, unknown>>;

/** What compilation knows besides the node it reads: the settings in force, and where problems and field names are gathered. */
export class Compilation {
  readonly problems: MappingProblem[] = [];
  /** Top-level field names that some reader reads. */
  readonly fields = new Set<string>();
  settings: SourceSettings = {};

  fail(path: string, problem: string, remedy: string): undefined {
    this.problems.push({ path, problem, remedy });
    return undefined;
  }

  /** An object that has no other keys than `keys`. */
  object(node: unknown, path: string, keys: readonly string[]): Node | undefined {
    if (typeof node !== 'object' || node === null || Array.isArray(node))
      return this.fail(path, 'expected an object', `write { ${keys.slice(0, 3).join(', ')} ... }`);
    for (const key of Object.keys(node)) {
      if (!keys.includes(key))
        this.fail(`${path}.${key}`, 'this key is not known here', `use one of: ${keys.join(', ')}`);
    }
    return node as Node;
  }

  text(node: unknown, path: string): string | undefined {
    if (typeof node === 'string' && node !== '') return node;
    return this.fail(path, 'expected a text that is not empty', 'write a JSON string');
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
    if (typeof node !== 'object' || node === null || Array.isArray(node))
      return this.fail(path, 'expected a table of texts', 'write { "from": "to" }');
    const table = new Map<string, string>();
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string') table.set(key, value);
      else this.fail(`${path}.${key}`, 'expected a text', 'write a JSON string');
    }
    return table;
  }

  /** Remembers the fields that a path reads, and refuses what cannot be a path. */
  paths(node: unknown, path: string): string[] {
    const list = this.oneOrMany(node, path);
    for (const item of list) {
      if (!/^[^.\s[\]]+(?:\.[^.\s[\]]+)*$/.test(item))
        this.fail(path, `"${item}" is not a path`, 'write keys joined by points, such as account.login');
      this.fields.add(item.split('.')[0] as string);
    }
    return list;
  }
}

const SETTING_KEYS = ['type', 'description', 'required', 'default'];
const SETTING_TYPES = ['text', 'zone', 'currency', 'table', 'list'] as const;

/** The settings of the source checked against what the document declares, with defaults filled in. */
export function readSettings(c: Compilation, declared: unknown, given: SourceSettings): void {
  const specs = declared === undefined ? {} : declared;
  if (typeof specs !== 'object' || specs === null || Array.isArray(specs)) {
    c.fail('$.settings', 'expected an object', 'name each setting with its type and description');
    return;
  }
  const settings: Record<string, SettingValue> = {};
  for (const [name, node] of Object.entries(specs)) {
    const at = `$.settings.${name}`;
    const spec = c.object(node, at, SETTING_KEYS) as SettingSpec | undefined;
    if (spec === undefined) continue;
    const type = c.choice(spec.type, `${at}.type`, SETTING_TYPES);
    const value = given[name] ?? spec.default;
    if (value === undefined) {
      if (spec.required === true)
        c.fail(
          `settings.${name}`,
          'this setting of the source is required',
          String(spec.description ?? 'give it a value'),
        );
      continue;
    }
    if (type !== undefined && checkSetting(c, `settings.${name}`, type, value)) settings[name] = value;
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name))
      c.fail(
        `settings.${name}`,
        'the mapping declares no such setting',
        `use one of: ${Object.keys(specs).join(', ') || 'none'}`,
      );
  }
  c.settings = settings;
}

function checkSetting(c: Compilation, at: string, type: SettingSpec['type'], value: SettingValue): boolean {
  const before = c.problems.length;
  if (type === 'table') c.table(value, at);
  else if (type === 'list') c.texts(value, at);
  else if (c.text(value, at) !== undefined) checkTextSetting(c, at, type, value as string);
  return c.problems.length === before;
}

function checkTextSetting(c: Compilation, at: string, type: SettingSpec['type'], value: string): void {
  if (type === 'zone') {
    const zone = parseZone(value);
    if (!zone.ok) c.fail(at, 'not a time zone', zone.detail);
  }
  if (type === 'currency' && !parseCurrency(value).ok)
    c.fail(at, `"${value}" is not a currency`, 'use an ISO 4217 code such as USD');
}
