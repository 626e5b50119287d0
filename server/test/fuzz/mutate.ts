// Payloads as somebody's broken, hostile or changed system would send them. All choices follow from the seed.
import type { Random } from '../drill/random.ts';

/** Texts that have broken readers before. */
const NASTY = [
  '',
  'null',
  'undefined',
  'NaN',
  '0',
  '-0',
  '1e309',
  '-1',
  '1,234.56',
  '1.234,56',
  '99999999999999999999999999999999999999999',
  '0.0000000000000000000000000001',
  '\u0000',
  '\ud800',
  '\uffff',
  '🙂'.repeat(40),
  'x'.repeat(5_000),
  '9999-12-31T23:59:59Z',
  '2026-02-30T25:61:61Z',
  '0001-01-01',
  '{{click_id}}',
  "'; drop table event; --",
  '../../etc/passwd',
  '<script>',
  '=1+1',
  '4111111111111111',
  '__proto__',
  'constructor',
];

const NASTY_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  2 ** 53,
  0.1,
  [],
  {},
  [[[[]]]],
  { a: { b: { c: {} } } },
  ...NASTY,
];

const NASTY_TEXTS = [
  'null',
  '{}',
  '[]',
  '""',
  '{',
  '[1,',
  '\ufeff{}',
  '{"a":1}{"a":2}',
  '{"a":1,"a":2}',
  'a=1&a=2&=&&%',
  '%zz',
  '['.repeat(200),
  '"',
  '\n\n\n',
  '\u001e{"kind":"deposit"}\n',
  'a;b;c\n1;2\n',
  '"a","b"\n"1',
];

/** One payload, changed in one to four ways. Most stay near to what a system sends, because far ones end at the first check. */
export function mutate(random: Random, body: string): Uint8Array {
  let text = body;
  const rounds = 1 + random.below(4);
  for (let round = 0; round < rounds; round += 1) text = mutateOnce(random, text);
  const bytes = Buffer.from(text, 'utf8');
  return random.chance(8) ? flipBytes(random, bytes) : bytes;
}

function mutateOnce(random: Random, text: string): string {
  if (random.chance(5)) return random.pick(NASTY_TEXTS);
  if (/^\s*[[{]/.test(text) && random.chance(75)) return mutateJson(random, text);
  if (text.includes('\n') && random.chance(60)) return mutateLines(random, text);
  return mutateText(random, text);
}

function mutateJson(random: Random, text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return mutateText(random, text);
  }
  return JSON.stringify(mutateValue(random, value, 0));
}

function mutateValue(random: Random, value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return mutateList(random, value, depth);
  if (value !== null && typeof value === 'object')
    return mutateObject(random, value as Record<string, unknown>, depth);
  if (random.chance(30)) return random.pick(NASTY_VALUES);
  if (typeof value === 'number') return random.pick([String(value), value + 1, -value, value * 1e6, [value]]);
  if (typeof value === 'string')
    return random.pick([
      `${value}x`,
      value.slice(1),
      Number(value),
      [value],
      value.toUpperCase(),
      ` ${value} `,
    ]);
  return random.pick(NASTY_VALUES);
}

function mutateList(random: Random, value: readonly unknown[], depth: number): unknown {
  if (value.length === 0 || random.chance(15))
    return random.pick<unknown>([
      {},
      [value],
      [...value, ...value],
      [...value, 'test', null],
      value[0] ?? null,
    ]);
  const at = random.below(value.length);
  return value.map((item, index) => (index === at ? mutateValue(random, item, depth + 1) : item));
}

function mutateObject(random: Random, value: Record<string, unknown>, depth: number): unknown {
  const names = Object.keys(value);
  if (names.length === 0 || random.chance(6))
    return random.pick<unknown>([[value], null, '{}', { ...value, zzz: 1 }]);
  const name = random.pick(names);
  const rest = Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
  if (random.chance(12)) return rest;
  if (random.chance(10)) return { ...rest, [name.toUpperCase()]: value[name] };
  if (random.chance(10)) return { ...value, [random.pick(NASTY) || 'new']: random.pick(NASTY_VALUES) };
  return { ...value, [name]: mutateValue(random, value[name], depth + 1) };
}

function mutateLines(random: Random, text: string): string {
  const lines = text.split('\n');
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const changed = random.pick<readonly string[]>([
    [line, line],
    [],
    [mutateText(random, line)],
    [line.replaceAll(',', ';')],
    [`${line},extra,"unclosed`],
    [lines[0] ?? '', line],
  ]);
  return [...lines.slice(0, at), ...changed, ...lines.slice(at + 1)].join(random.chance(10) ? '\r\n' : '\n');
}

function mutateText(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + random.below(12));
  return random.pick([
    text.slice(0, at),
    text.slice(0, at) + text.slice(to),
    text.slice(0, at) + random.pick(NASTY) + text.slice(at),
    text.slice(0, at) + text.slice(at, to) + text.slice(at),
    text.replace(/\d+/, random.pick(NASTY)),
    text.replaceAll('"', random.pick(["'", '', '""'])),
  ]);
}

function flipBytes(random: Random, bytes: Buffer): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let count = 1 + random.below(4); count > 0 && copy.length > 0; count -= 1)
    copy[random.below(copy.length)] = random.below(256);
  return copy;
}

/** A content type that fits, one that does not, or none. */
export function mutateContentType(random: Random, usual: string): string | undefined {
  if (random.chance(80)) return usual;
  return random.pick([
    undefined,
    'application/json; charset=utf-16',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/x-ndjson',
    'text/csv',
    'multipart/form-data; boundary=x',
    'x'.repeat(300),
  ]);
}

/** A query string as somebody's template engine would leave it. */
export function mutateQuery(random: Random, query: string): string {
  if (random.chance(40)) return query;
  const pairs = query.split('&');
  const at = random.below(pairs.length);
  return random.pick([
    pairs.filter((_, index) => index !== at).join('&'),
    [...pairs, pairs[at]].join('&'),
    `${query}&${encodeURIComponent(random.pick(NASTY).toWellFormed())}=${encodeURIComponent(random.pick(NASTY).toWellFormed())}`,
    query.replace(/=[^&]*/, `=${encodeURIComponent(random.pick(NASTY).toWellFormed())}`),
    `${query}&amount=%zz&%=%`,
    query.replaceAll('&', ';'),
  ]);
}
