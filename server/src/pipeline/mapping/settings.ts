// The settings of a source against what its mapping declares.
import { parseCurrency } from '../../kernel/money.ts';
import { parseZone } from '../../kernel/zone.ts';
import type { Compilation } from './document.ts';
import type { SettingSpec, SettingValue, SourceSettings } from './language.ts';

const SETTING_KEYS = ['type', 'description', 'required', 'default'];
const SETTING_TYPES = ['text', 'zone', 'currency', 'table', 'list'] as const;

/** The settings of the source checked against what the document declares, with defaults filled in. */
export function readSettings(c: Compilation, declared: unknown, given: SourceSettings): void {
  const specs = declared === undefined ? {} : declared;
  if (typeof specs !== 'object' || specs === null || Array.isArray(specs)) {
    c.fail('$.settings', 'expected an object', 'name each setting with its type and description');
    return;
  }
  c.declared = new Set(Object.keys(specs));
  const settings = Object.create(null) as Record<string, SettingValue>;
  for (const [name, node] of Object.entries(specs)) {
    const at = `$.settings.${name}`;
    const spec = c.object(node, at, SETTING_KEYS) as SettingSpec | undefined;
    if (spec === undefined) continue;
    const type = c.choice(spec.type, `${at}.type`, SETTING_TYPES);
    const value = Object.hasOwn(given, name) ? (given[name] ?? spec.default) : spec.default;
    if (value === undefined) {
      if (spec.required === true)
        c.fail(
          `settings.${name}`,
          'this setting of the source is required',
          typeof spec.description === 'string' ? spec.description : 'give it a value',
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
