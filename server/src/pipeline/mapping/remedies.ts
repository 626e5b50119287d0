// For everything that a mapping could not read: what to do in plain words, and where it can be said, the change of the document.
import { memberPointer, pointerOf } from './edits.ts';
import type { MappingEdit } from './edits.ts';
import { guessMeaning, guessNumberStyle, guessTimeFormat, likenessOf } from './likely.ts';
import { listReadings } from './readings.ts';
import type { FieldReading } from './readings.ts';
import { foldName } from './row.ts';

/** What is known of an item that could not be read. */
export interface Trouble {
  readonly document: unknown;
  readonly feed: string | null;
  readonly reason: string;
  readonly detail: string;
  /** Where it failed, inside the delivery: `$.events[3].status`. */
  readonly path: string;
  /** Fields of the row as text, by dotted path; empty when the row cannot be found again. */
  readonly fields: ReadonlyMap<string, string>;
}

export interface Remedy {
  /** Plain words: what happened and what to do. */
  readonly words: string;
  /** Changes of the mapping in force; empty where no change of the mapping helps. */
  readonly edits: readonly MappingEdit[];
  /** True when the change is a guess that a person must look at. */
  readonly isGuess: boolean;
}

/** The field of the row at which it failed, as far as the place names one: a path inside the row, and its text. */
export function findTroubledField(trouble: Trouble): { path: string; value: string | undefined } | undefined {
  const reading = findReading(trouble);
  const candidates = [...suffixesOf(trouble.path), ...(reading?.paths ?? [])];
  const present = candidates.find((path) => trouble.fields.has(path));
  if (present !== undefined) return { path: present, value: trouble.fields.get(present) };
  const first = reading?.paths[0];
  return first === undefined ? undefined : { path: first, value: undefined };
}

/** What to do about an item that could not be read. Always an answer: where nothing is known, the words say where to look. */
export function suggestRemedy(trouble: Trouble): Remedy {
  const reading = findReading(trouble);
  const field = findTroubledField(trouble);
  const found = BY_REASON[trouble.reason]?.(trouble, reading, field);
  return found ?? { words: WORDS[trouble.reason] ?? OTHERWISE, edits: [], isGuess: false };
}

type Field = { path: string; value: string | undefined } | undefined;
type Maker = (trouble: Trouble, reading: FieldReading | undefined, field: Field) => Remedy | undefined;

const OTHERWISE =
  'Read the detail and the raw row, correct the mapping or ask the source to correct what it sends, then re-drive.';

const WORDS: Readonly<Record<string, string>> = {
  bad_format:
    'The rows are not where the mapping looks for them. Compare the raw delivery with "rows" and "format" of the mapping; add the place where the rows are.',
  bad_json: 'The body is not well-formed JSON. The source must send it again; a mapping cannot mend it.',
  bad_encoding: 'The body is not UTF-8. The source must send it again in UTF-8.',
  future_event:
    'The time lies more than 24 hours after the receipt. Most often the time zone or the unit of the time is wrong: check "zone" and "format" of occurredAt.',
  contradicting_fields:
    'Two fields tell the same fact differently. Decide which one is right: let the mapping read only that one, or give it a tolerance.',
  bad_row:
    'The row has another number of cells than the header. Look for a delimiter or a quote inside a text.',
  inexact_number:
    'A division does not end within 18 digits. Check the divisor (lot size, contract size) of this row.',
  check_failed:
    'A check of the mapping did not hold for this row. Its message says which; correct the row at the source or the check.',
  unknown_event:
    'No rule of the mapping knows this row. Add a rule that reads it, or one that ignores it with a reason.',
  missing_field:
    'A field that this kind of event needs is missing. Add the name under which the source sends it.',
  missing_key: 'The row has no key of its own. Name the field that identifies the record under externalId.',
  bad_identifier:
    'The row names no customer. Name the field that holds the customer, account or click id under identifiers.',
  bad_currency:
    'The currency is missing or unknown. Map the spelling to an ISO 4217 code, or give a default.',
};

const BY_REASON: Readonly<Record<string, Maker>> = {
  unknown_status: remedyOfCode,
  bad_value: remedyOfCode,
  unknown_event: (trouble, reading, field) =>
    remedyOfCode(trouble, reading, field) ?? remedyOfUnknownRow(trouble),
  bad_currency: remedyOfCurrency,
  bad_amount: remedyOfNumber,
  bad_quantity: remedyOfNumber,
  bad_time: remedyOfTime,
  missing_field: remedyOfName,
  missing_key: (trouble) => remedyOfKey(trouble),
  bad_identifier: (trouble) => remedyOfIdentifier(trouble),
};

function remedyOfCode(trouble: Trouble, reading: FieldReading | undefined, field: Field): Remedy | undefined {
  const { table } = reading ?? {};
  const value = field?.value ?? /^"(.*)" has no meaning/.exec(trouble.detail)?.[1];
  if (reading === undefined || table === undefined || value === undefined) return undefined;
  if (Object.hasOwn(table.codes, value)) return undefined;
  return remedyOfUnseenCode(reading, value);
}

/** A code that the table of a reading does not have. */
export function remedyOfUnseenCode(reading: FieldReading, value: string): Remedy | undefined {
  const { table } = reading;
  if (table === undefined) return undefined;
  const guess = guessMeaning(value, table.codes, reading.role);
  if (guess === undefined) return undefined;
  const code = table.fold ? foldName(value) : value;
  const add = `"${value}" is not in the table of ${reading.role}. Add it`;
  return {
    words:
      guess.by === 'first'
        ? `${add} with the meaning that the vendor tells: nothing in its name says one, and "${guess.meaning}" is only a place to start.`
        : `${add}; likely it means "${guess.meaning}" (${guess.by === 'words' ? 'its word says so' : 'it is written like a known one'}).`,
    edits: [{ op: 'add', path: memberPointer(table.at, code), value: guess.meaning }],
    isGuess: guess.by === 'first',
  };
}

/** No rule knows the row: an ignore by the field that the other rules look at, which a person may turn into an event. */
function remedyOfUnknownRow({ document, fields }: Trouble): Remedy | undefined {
  const condition = listReadings(document).find(
    (one) => one.type === 'condition' && one.paths.some((path) => fields.has(path)),
  );
  const path = condition?.paths.find((one) => fields.has(one));
  if (condition === undefined || path === undefined) return undefined;
  const value = fields.get(path) ?? '';
  const rules = condition.at.replace(/\.rules\[.*$/, '.rules');
  return {
    words: `No rule knows rows with ${path} "${value.slice(0, 60)}". If nobody needs them, ignore them with a reason; else write a rule that reads them.`,
    edits: [
      {
        op: 'add',
        path: `${pointerOf(rules)}/-`,
        value: {
          name: `${path} ${value.slice(0, 60)}`,
          when: [{ path, equals: value }],
          ignore: {
            reason: 'unwanted_row',
            detail: `rows with ${path} ${value.slice(0, 60)} are not wanted`,
          },
        },
      },
    ],
    isGuess: true,
  };
}

const CURRENCY_SIGNS: Readonly<Record<string, string>> = {
  $: 'USD',
  US$: 'USD',
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'JPY',
  RUR: 'RUB',
  EURO: 'EUR',
  DOLLAR: 'USD',
};

function remedyOfCurrency(
  _trouble: Trouble,
  reading: FieldReading | undefined,
  field: Field,
): Remedy | undefined {
  if (reading === undefined) return undefined;
  const value = field?.value;
  const spec = specOf(reading);
  if (value === undefined) {
    return {
      words: 'The row has no currency. Give the mapping a default, or a setting of the source that holds it.',
      edits: [{ op: 'replace', path: pointerOf(reading.at), value: { ...spec, default: 'USD' } }],
      isGuess: true,
    };
  }
  const code = CURRENCY_SIGNS[value.toUpperCase()] ?? 'USD';
  return {
    words: `"${value.slice(0, 20)}" is no currency code. Map it to one; ${code} is ${CURRENCY_SIGNS[value.toUpperCase()] === undefined ? 'only a place to start' : 'likely'}.`,
    edits:
      reading.table === undefined
        ? [
            {
              op: 'replace',
              path: pointerOf(reading.at),
              value: { ...spec, map: { [value]: code }, otherwise: 'keep' },
            },
          ]
        : [{ op: 'add', path: memberPointer(reading.table.at, value), value: code }],
    isGuess: CURRENCY_SIGNS[value.toUpperCase()] === undefined,
  };
}

function remedyOfNumber(
  trouble: Trouble,
  reading: FieldReading | undefined,
  field: Field,
): Remedy | undefined {
  if (reading === undefined) return undefined;
  if (field?.value === undefined) return remedyOfName(trouble, reading, field);
  const style = guessNumberStyle(field.value);
  if (style === undefined) {
    return {
      words: `"${field.value.slice(0, 40)}" in ${field.path} is no decimal number. If it stands for "none", name it under absent; else the source must correct it.`,
      edits: [
        {
          op: 'replace',
          path: pointerOf(reading.at),
          value: { ...specOf(reading), absent: [...absentOf(reading), field.value] },
        },
      ],
      isGuess: true,
    };
  }
  const said = style.thousands === undefined ? 'a decimal comma' : `"${style.thousands}" between thousands`;
  return {
    words: `"${field.value.slice(0, 40)}" is written with ${said}. Say so where the mapping reads ${field.path}.`,
    edits: [{ op: 'replace', path: pointerOf(reading.at), value: { ...specOf(reading), ...style } }],
    isGuess: false,
  };
}

function remedyOfTime(trouble: Trouble, reading: FieldReading | undefined, field: Field): Remedy | undefined {
  if (reading === undefined) return undefined;
  if (field?.value === undefined) return remedyOfName(trouble, reading, field);
  return remedyOfTimeFormat(reading, field.value);
}

/** A time that comes in another format than the mapping says. */
export function remedyOfTimeFormat(reading: FieldReading, value: string): Remedy | undefined {
  const format = guessTimeFormat(value);
  if (format === undefined) return undefined;
  const spec = specOf(reading);
  const now = spec['format'];
  const formats: unknown[] = Array.isArray(now) ? now : now === undefined ? [] : [now];
  if (formats.some((one) => JSON.stringify(one) === JSON.stringify(format))) return undefined;
  const needsZone = format === 'local' || typeof format === 'object';
  const isPattern = [...formats, format].some((one) => typeof one === 'object');
  return {
    words: `"${value.slice(0, 40)}" is written as ${typeof format === 'string' ? format : JSON.stringify(format)}, which the mapping does not read here. Add the format${needsZone ? '; check the zone, and where a date could be read two ways, the order of day and month' : ''}.`,
    edits: [
      {
        op: 'replace',
        path: pointerOf(reading.at),
        value: {
          ...spec,
          format: isPattern ? format : [...formats, format],
          ...(needsZone && spec['zone'] === undefined ? { zone: { const: 'UTC' } } : {}),
        },
      },
    ],
    isGuess: needsZone,
  };
}

/** A field that is missing, where the row has one of a similar name that nothing reads. */
function remedyOfName(
  trouble: Trouble,
  reading: FieldReading | undefined,
  _field: Field,
): Remedy | undefined {
  if (reading === undefined) return undefined;
  const found = findSimilarName(reading, [...trouble.fields.keys()], trouble.document);
  if (found === undefined) return undefined;
  return remedyOfRename(reading, found);
}

/** A field that now comes under another name: both names are read. */
export function remedyOfRename(reading: FieldReading, name: string): Remedy {
  return {
    words: `${reading.paths[0] ?? reading.role} is missing, and the row has ${name}. If it is the same, let the mapping read both names.`,
    edits: [
      {
        op: 'replace',
        path: pointerOf(reading.at),
        value: { ...specOf(reading), path: [...reading.paths, name] },
      },
    ],
    isGuess: true,
  };
}

/** Among names that nothing reads, the one most like the missing one. */
export function findSimilarName(
  reading: FieldReading,
  names: readonly string[],
  document: unknown,
): string | undefined {
  const read = new Set(listReadings(document).flatMap((one) => one.paths));
  const wanted = [...reading.paths, reading.role].map((one) => foldName(lastStep(one)));
  return names
    .filter((name) => !read.has(name))
    .map((name) => ({
      name,
      likeness: Math.max(...wanted.map((one) => likenessOf(one, foldName(lastStep(name))))),
    }))
    .filter((one) => one.likeness >= 0.45)
    .toSorted((a, b) => b.likeness - a.likeness)[0]?.name;
}

const KEY_NAMES = /(?:^|[._])(?:id|uuid|guid|ticket|txn_?id|transaction_?id|order_?id|reference|ref|deal)$/i;
const CUSTOMER_NAMES =
  /(?:^|[._])(?:customer|client|user|player|trader|account|login|click|lead)[._]?(?:id|no|number|login|uuid)?$/i;

function remedyOfKey(trouble: Trouble): Remedy | undefined {
  const name = [...trouble.fields.keys()].find((one) => KEY_NAMES.test(one) && !CUSTOMER_NAMES.test(one));
  const reading = listReadings(trouble.document).find((one) => one.role === 'externalId');
  return name === undefined || reading === undefined || reading.paths.includes(name)
    ? undefined
    : {
        ...remedyOfRename(reading, name),
        words: `The row has no key where the mapping looks; ${name} may be it. Let externalId read it too.`,
      };
}

function remedyOfIdentifier(trouble: Trouble): Remedy | undefined {
  const readings = listReadings(trouble.document).filter((one) => one.role.startsWith('identifiers'));
  const read = new Set(readings.flatMap((one) => one.paths));
  const name = [...trouble.fields.keys()].find((one) => CUSTOMER_NAMES.test(one) && !read.has(one));
  const reading = readings.find((one) => one.role.endsWith('.value'));
  return name === undefined || reading === undefined
    ? undefined
    : {
        ...remedyOfRename(reading, name),
        words: `The row names nobody where the mapping looks; ${name} may be the customer. Check its namespace before you apply.`,
      };
}

function lastStep(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function absentOf(reading: FieldReading): string[] {
  const list = specOf(reading)['absent'];
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
}

/** The part of the document as an object, so that keys can be added: a plain name is short for `{ path }`. */
function specOf(reading: FieldReading): Readonly<Record<string, unknown>> {
  return typeof reading.spec === 'object' && reading.spec !== null
    ? (reading.spec as Readonly<Record<string, unknown>>)
    : { path: reading.paths.length === 1 ? reading.paths[0] : reading.paths };
}

/** `$.a.b[2].status` ends in `status`; `$.a.b` in `a.b` and `b`. Longest first. */
function suffixesOf(path: string): string[] {
  const inRow = path.slice(path.lastIndexOf(']') + 1).replace(/^\$?\.?/, '');
  const steps = inRow.split('.').filter((step) => step !== '');
  return steps.map((_, index) => steps.slice(index).join('.'));
}

/** The reading at which an item failed: by the field that its path ends in, or by what the field is for. */
function findReading({ document, feed, path, reason }: Trouble): FieldReading | undefined {
  const readings = listReadings(document)
    .filter((one) => one.type !== 'condition' && (one.feed === null || one.feed === feed))
    .toSorted((a, b) => Number(b.feed === feed) - Number(a.feed === feed));
  const role = reason === 'bad_currency' ? 'currency' : undefined;
  for (const suffix of suffixesOf(path)) {
    const fits = readings.filter(
      (one) => one.paths.includes(suffix) || one.role === suffix || one.role.endsWith(`.${suffix}`),
    );
    const found =
      fits.find((one) => one.role === role) ?? fits.find((one) => one.table !== undefined) ?? fits[0];
    if (found !== undefined) return found;
  }
  return role === undefined ? undefined : readings.find((one) => one.role === role);
}
