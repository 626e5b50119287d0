import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, ExactNumber, isJsonObject, isSameJson, numberText, parseJson } from './json.ts';
import type { JsonValue } from './json.ts';
import { getValue } from './outcome.ts';

function valueOf(text: string): JsonValue {
  return getValue(parseJson(text)).value;
}

test.each([
  ['1.50', '1.5'],
  ['0.1', '0.1'],
  ['123456789012345', '123456789012345'],
  ['12345678901234567890', '12345678901234567890'],
  ['0.1234567890123456789', '0.1234567890123456789'],
  ['9007199254740993', '9007199254740993'],
  ['1e-7', '0.0000001'],
  ['0.0000001', '0.0000001'],
  ['1E+3', '1000'],
  ['-0', '0'],
  ['-12345678901234567.5', '-12345678901234567.5'],
])('the number %s stays %s, alone and inside', (source, text) => {
  for (const value of [
    valueOf(source),
    (valueOf(`[${source}]`) as JsonValue[])[0],
    (valueOf(`{ "a" : ${source} }`) as { a: JsonValue }).a,
  ]) {
    if (typeof value !== 'number' && !(value instanceof ExactNumber)) throw new Error('not a number');
    expect(numberText(value)).toBe(text);
  }
});

test('long digits inside texts change nothing', () => {
  expect(valueOf('{"id":"12345678901234567890","e":"1e5"}')).toEqual({
    id: '12345678901234567890',
    e: '1e5',
  });
});

test.each([
  ['{"a":1,"a":2}', true],
  ['{"a":1,"b":{"a":2}}', false],
  ['[{"a":1},{"a":1}]', false],
  ['{"a":{"b":1,"b":1}}', true],
  ['{"a:":":","b":"\\":"}', false],
  ['{"__proto__":1}', false],
  ['{"__proto__":1,"__proto__":2}', true],
])('%s names a key twice: %s', (text, twice) => {
  expect(getValue(parseJson(text)).duplicateKeys).toBe(twice);
});

test('of a key that is named twice the last value counts', () => {
  expect(valueOf('{"a":1,"a":2}')).toEqual({ a: 2 });
});

test.each([
  ['{', 'bad_json'],
  ['', 'bad_json'],
  ['{"a":NaN}', 'bad_json'],
  ["{'a':1}", 'bad_json'],
  ['{"a":1,}', 'bad_json'],
  ['{"a":01}', 'bad_json'],
  ['"\u0001"', 'bad_json'],
  ['{"a":"\\u0000"}', 'bad_encoding'],
  ['{"\\u0000":1}', 'bad_encoding'],
  ['["\\ud800"]', 'bad_encoding'],
  ['["\ud800"]', 'bad_encoding'],
  [`${'['.repeat(65)}${']'.repeat(65)}`, 'too_deep'],
  ['['.repeat(1_000_000), 'too_deep'],
])('refuses %j', (text, reason) => {
  expect(parseJson(text)).toMatchObject({ ok: false, reason });
});

test('what only looks like a NUL or a lone surrogate is fine', () => {
  expect(valueOf('["\\\\u0000","\\ud83d\\ude00"]')).toEqual(['\\u0000', '😀']);
});

test('bytes must be UTF-8; a byte order mark is dropped', () => {
  expect(parseJson(new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject({ ok: false, reason: 'bad_encoding' });
  expect(getValue(parseJson(new Uint8Array([0xef, 0xbb, 0xbf, 0x31]))).value).toBe(1);
});

test('a body longer than the limit is refused before it is read', () => {
  expect(parseJson('"aaaa"', { maxLength: 5 })).toMatchObject({ ok: false, reason: 'body_too_large' });
});

test('canonical JSON sorts keys, drops undefined members and writes numbers one way', () => {
  expect(canonicalJson({ b: 1, a: [1.5, null, { d: undefined, c: 'é' }], z: undefined })).toBe(
    '{"a":[1.5,null,{"c":"é"}],"b":1}',
  );
  expect(canonicalJson(valueOf('{"x":1e2,"y":12345678901234567890.10}'))).toBe(
    '{"x":100,"y":12345678901234567890.1}',
  );
  expect(() => canonicalJson([Number.NaN])).toThrow(TypeError);
});

test('any JSON reads as the parser of the language reads it, and its canonical text reads back to the same', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const parsed = parseJson(text);
      if (!parsed.ok) return;
      const canonical = canonicalJson(parsed.value.value);
      expect(canonicalJson(valueOf(canonical))).toBe(canonical);
      // The round trip through the platform's writer turns -0 into 0, as ours does.
      expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(JSON.parse(text))));
    }),
    { seed: 20_241_121 },
  );
});

test('an object is neither a list nor a number', () => {
  expect([
    isJsonObject({}),
    isJsonObject([]),
    isJsonObject(null),
    isJsonObject(new ExactNumber('1')),
  ]).toEqual([true, false, false, false]);
});

test('two values are the same JSON when their canonical texts are', () => {
  const plain = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value ?? null)));
  const scalar = fc.constantFrom(null, undefined, true, 0, 1, -1.5, Infinity, NaN, '', '0', 'a');
  const { value: any } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', '0', 'toString'), tie('value'), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(any, any, (a, b) => {
      expect(isSameJson(a, b)).toBe(plain(a) === plain(b));
      expect(isSameJson(a, JSON.parse(JSON.stringify(a ?? null)))).toBe(true);
    }),
    { seed: 20_241_121, numRuns: 3_000 },
  );
});

test('a date is not the same as an object without members, nor as another date', () => {
  expect(isSameJson(new Date(0), {})).toBe(false);
  expect(isSameJson({ at: new Date(0) }, { at: new Date(1) })).toBe(false);
});
