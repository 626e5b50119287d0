// A vendor's sample as rows: what format it has, and where in it the rows stand. Nothing is known about the system yet.
import { isJsonObject, parseJson } from '../../kernel/json.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import { compileMapping } from '../../pipeline/mapping/index.ts';
import { findRoles } from './roles.ts';
import { listFields } from './sample-fields.ts';

export interface Sample {
  readonly format: 'json' | 'jsonl' | 'csv' | 'form';
  /** Where the rows stand, of JSON only. */
  readonly place: string | undefined;
  readonly rows: readonly JsonObject[];
}

/** Rows that are looked at. */
const MOST_ROWS = 500;
const MOST_DEPTH = 3;

/** Reads samples of one system, all of one format. Refuses with `bad_format` what shows no rows. */
export function readSamples(texts: readonly string[]): Outcome<Sample> {
  const [first, ...others] = texts;
  if (first === undefined) return refuse('bad_format', 'there is no sample');
  const sample = readSample(first);
  if (!sample.ok) return sample;
  const { format, place, rows } = sample.value;
  const all = [...rows];
  for (const [index, text] of others.entries()) {
    const more = rowsOf(format, format === 'csv' ? text : text.trim(), place);
    if (!more.ok)
      return refuse('bad_format', `sample ${index + 2} is not built as the first one is: ${more.detail}`);
    all.push(...more.value.rows);
  }
  return accept({ format, place, rows: all.slice(0, MOST_ROWS) });
}

function readSample(text: string): Outcome<Sample> {
  const trimmed = text.trim();
  if (trimmed === '')
    return refuse('bad_format', 'the sample is empty; give the body of one delivery, or a file');
  if (/^[[{]/.test(trimmed)) return readJsonSample(trimmed);
  if (!trimmed.includes('\n') && /^[^=&\s]+=/.test(trimmed)) return rowsOf('form', trimmed, undefined);
  return rowsOf('csv', text, undefined);
}

function readJsonSample(text: string): Outcome<Sample> {
  const whole = parseJson(text);
  if (!whole.ok) {
    const [first = ''] = text.split('\n', 1);
    const isLines = text.includes('\n') && parseJson(first).ok;
    return isLines ? rowsOf('jsonl', text, undefined) : refuse(whole.reason, whole.detail);
  }
  const best = listPlaces(whole.value.value)
    .map((place) => rowsOf('json', text, place))
    .map((sample) => ({ sample, roles: sample.ok ? findRoles(listFields(sample.value.rows)).size : -1 }))
    .toSorted((a, b) => b.roles - a.roles)[0];
  return best?.sample ?? refuse('bad_format', 'the sample holds no object');
}

/** Places where objects stand, outermost first, so that of equal ones the outermost is taken. */
function listPlaces(value: JsonValue): string[] {
  const places: string[] = [];
  const walk = (node: JsonValue, at: string, depth: number): void => {
    if (Array.isArray(node) && isJsonObject((node as readonly JsonValue[])[0])) places.push(`${at}[*]`);
    if (!isJsonObject(node)) return;
    if (depth === 0) places.push('$');
    for (const [key, child] of Object.entries(node))
      if (depth < MOST_DEPTH && /^[\w-]+$/.test(key))
        walk(child, at === '' ? key : `${at}.${key}`, depth + 1);
  };
  walk(value, '', 0);
  return places;
}

function rowsOf(format: Sample['format'], text: string, place: string | undefined): Outcome<Sample> {
  const reader = compileMapping(
    {
      language: 1,
      name: 'sample',
      format,
      ...(place === undefined ? {} : { rows: [place] }),
      rules: [{ name: 'all', ignore: { reason: 'balance_row', detail: 'only looked at' } }],
    },
    {},
  );
  const located = reader.rows({ body: text, receivedAt: 0 });
  if (located.outcome !== 'rows') return refuse('bad_format', located.detail);
  const rows = located.rows.flatMap(({ row }) => (row === undefined ? [] : [row])).slice(0, MOST_ROWS);
  if (rows.length === 0)
    return refuse('bad_format', 'the sample shows no row: a table needs a header and a line, JSON an object');
  return accept({ format, place, rows });
}
