import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRESETS } from '../../connectors/index.ts';
import { isReasonCode } from '../../kernel/reason.ts';
import { checkMapping, compileMapping, InvalidMapping } from './index.ts';

// Whatever a document looks like: it compiles, or every problem names a place and what to do; and what compiles maps any body.
const SEED = 20_261_121;
const RECEIVED = Date.UTC(2024, 6, 3) * 1000;

const WORDS = [
  'path',
  'value',
  'const',
  'setting',
  'template',
  'first',
  'sum',
  'when',
  'any',
  'all',
  'not',
  'equals',
  'in',
  'present',
  'gt',
  'fold',
  'map',
  'split',
  'by',
  'take',
  'digest',
  'absent',
  'default',
  'unit',
  'minor',
  'times',
  'divideBy',
  'scaleBy',
  'table',
  'key',
  'negativeWhen',
  'format',
  'pattern',
  'zone',
  'iso',
  'csv',
  'jsonl',
  'json',
  'rows',
  'rules',
  'event',
  'events',
  'ignore',
  'reason',
  'unwanted_row',
  'checks',
  'severity',
  'warn',
  'feeds',
  'covers',
  'numbers',
  'decimal',
  'thousands',
  ',',
  '.',
  'measures',
  'payout',
  'privacy',
  'embeddedJson',
  'a[0].b',
  'a[x=1].c',
  '^.a',
  '["a.b"]',
  '$',
  '[*]',
  'a[*].b[*]',
  'M/D/YYYY',
  '{field.a}',
  '{setting.b}',
  '100',
  '-1',
  '__proto__',
  'constructor',
  '',
] as const;
const leaf = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const { node } = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...WORDS), tie('node'), { maxKeys: 4 }),
  ),
}));

type Json = unknown;

/** The places of a document, as keys from the top. */
function placesOf(value: Json, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, member]) => placesOf(member, [...at, key]))];
}

/** The document with another value at one place; `undefined` takes it out. */
function changed(value: Json, place: readonly string[], by: Json): Json {
  const [key, ...rest] = place;
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...(value as Json[])] : { ...(value as object) }) as Record<
    string,
    Json
  >;
  const member = changed(copy[key], rest, by);
  if (member === undefined && Array.isArray(copy)) copy.splice(Number(key), 1);
  else if (member === undefined) delete copy[key];
  else copy[key] = member;
  return copy;
}

const BODIES = [
  '[{"type":"x","amount":"1.5","a":[{"b":"1","x":1,"c":"2"}]},7]',
  '{"rows":[{"a":{"b":[1,2]}}],"event":"deposit","Action":"0"}',
  'a;b;c\n1;2;3\n"x";"y"\n',
  'event=deposit&amount=1%2C5',
  '',
];

/** What is wrong with how a document was judged. */
function faultsOf(document: Json): string[] {
  const problems = checkMapping(document, {});
  const vague = problems.filter((one) => one.path === '' || one.problem === '' || one.remedy === '');
  if (problems.length > 0) return vague.map((one) => `a vague problem: ${JSON.stringify(one)}`);
  const mapping = compileMapping(document, {});
  return BODIES.flatMap((body) => {
    const mapped = mapping.map({ body, query: [['amount', '1']], receivedAt: RECEIVED });
    if (mapped.outcome !== 'items') return isReasonCode(mapped.reason) ? [] : [`the reason ${mapped.reason}`];
    return mapped.items.flatMap((item) =>
      item.outcome === 'event' || (isReasonCode(item.reason) && item.detail !== '')
        ? []
        : [JSON.stringify(item)],
    );
  });
}

test('a document of any shape is judged, and never breaks the judge', () => {
  const whole = fc.record({
    language: fc.constant(1),
    name: fc.constant('x'),
    format: fc.constantFrom('json', 'csv', 'auto'),
    rules: node,
  });
  fc.assert(
    fc.property(fc.oneof(node, whole), (document) => {
      expect(faultsOf(document)).toEqual([]);
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

for (const preset of PRESETS) {
  const places = placesOf(preset.document);
  test(`${preset.name}: changed at any place, it compiles or says where it does not`, () => {
    const change = fc.tuple(fc.constantFrom(...places), fc.oneof(node, fc.constant(undefined)));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const document = changes.reduce<Json>((at, [place, by]) => {
          const reachable = placesOf(at).some((known) => known.join('\n') === place.join('\n'));
          return reachable ? changed(at, place, by) : at;
        }, preset.document);
        expect(faultsOf(document)).toEqual([]);
      }),
      { seed: SEED, numRuns: 30 },
    );
  });
}

test('a document that is too deep or too large is refused and not walked into', () => {
  let deep: Json = 'x';
  for (let depth = 0; depth < 50_000; depth += 1) deep = { not: deep };
  expect(
    checkMapping({ language: 1, name: 'x', format: 'json', rules: [{ when: [deep] }] }, {}),
  ).toMatchObject([{ path: '$' }]);
  const many = Array.from({ length: 60_000 }, () => 'x');
  expect(checkMapping({ language: 1, name: 'x', format: 'json', knownFields: many }, {})).toMatchObject([
    { path: '$' },
  ]);
  expect(() => compileMapping(null, {})).toThrow(InvalidMapping);
});
