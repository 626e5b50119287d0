import { expect, test, vi } from 'vitest';
import { parseDocumentText } from './document-text.ts';

function placeOf(text: string, path: string): string {
  const parsed = parseDocumentText(text);
  if (!parsed.ok) return `${parsed.place?.line}:${parsed.place?.column} ${parsed.detail}`;
  const place = parsed.value.findPlace(path);
  return `${place?.line}:${place?.column}`;
}

const JSON_TEXT = `{
\t"rules": [
\t\t{ "name": "x", "event": { "map": { "a.b": 7, "a": { "b": 8 } } } }
\t]
}`;
const YAML_TEXT = `# a mapping
rules:
  - name: x
    event:
      amount: { path: a, unit: dozen }
`;

test.each([
  [JSON_TEXT, '$.rules[0].name', '3:13'],
  [JSON_TEXT, '$.rules[0].event.map.a.b', '3:45'],
  [JSON_TEXT, '$.rules[0].event.map', '3:29'],
  [JSON_TEXT, '$.rules[0].event.amount', '3:27'],
  [JSON_TEXT, '$.rules[9].event', '2:11'],
  [JSON_TEXT, '$', '1:1'],
  [YAML_TEXT, '$.rules[0].event.amount.unit', '5:32'],
  [YAML_TEXT, '$.rules[0].event.kind', '5:7'],
])('%# %s: %s', (text, path, place) => {
  expect(placeOf(text, path)).toBe(place);
});

test('a key that should not be there is shown itself, not its value', () => {
  const parsed = parseDocumentText(JSON_TEXT);
  expect(parsed.ok && parsed.value.findPlace('$.rules[0].name', 'key')).toEqual({ line: 3, column: 5 });
});

test('a text that is no document says where', () => {
  expect(placeOf('{ "a": 1,\n  "a": 2 }', '$')).toMatch(/^2:3 /);
  expect(placeOf('{ "a": [1,\n', '$')).toMatch(/^2:1 /);
  expect(placeOf('a: 1\n b: 2\n', '$')).toMatch(/^\d:\d /);
  expect(parseDocumentText('x'.repeat(3_000_000)).ok).toBe(false);
});

test('JSON and YAML give the document, and texts stay what they are', () => {
  const json = parseDocumentText(JSON_TEXT);
  expect(json.ok && json.value.document).toEqual(JSON.parse(JSON_TEXT));
  const yaml = parseDocumentText('map: { "0": yes, no: "1" }\nwhen: 2024-01-01\n');
  expect(yaml.ok && yaml.value.document).toEqual({ map: { '0': 'yes', no: '1' }, when: '2024-01-01' });
});

test('aliases cannot blow a text up', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefgh'].map((key, i) => `${key}: &${key} [${Array.from({ length: 9 }, () => `*${'abcdefgh'[i]}`).join(', ')}]`).join('\n')}\n`;
  expect(parseDocumentText(bomb)).toMatchObject({ ok: false, reason: 'bad_format' });
});

test.each(['{"name":"a\\u0000"}', '{"list":["\\ud800"]}', '{"a\\u0000":1}', 'name: "a\\0"'])(
  'a document with a character that no database keeps is refused: %s',
  (text) => {
    expect(parseDocumentText(text)).toMatchObject({ ok: false, reason: 'bad_encoding' });
  },
);

test('a key that is no text is read as its text, and the process says nothing of it on its own', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const parsed = parseDocumentText('path: { { click_id }: 1 }');
  expect(parsed.ok && parsed.value.document).toEqual({ path: { '{ click_id }': 1 } });
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});
