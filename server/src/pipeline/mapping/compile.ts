// Compiles a mapping document with the settings of one source into a function over deliveries.
// Compilation may be slow and says everything that is wrong; mapping a row is on the intake's hot path and never throws.
import { isJsonObject } from '../../kernel/json.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { CANONICAL_FIELDS } from './canonical-fields.ts';
import { CANONICAL_RULES, checkCanonicalKeys, putExtra, putOwnMeasures } from './canonical.ts';
import { bodyPaths } from './body-paths.ts';
import { compileChecks, compileSeverity } from './checks.ts';
import type { SeverityRules } from './checks.ts';
import { quarantine } from './compile-event.ts';
import { compileRules } from './compile-rules.ts';
import type { RowMapper } from './compile-rules.ts';
import { compileCovers } from './covers.ts';
import { mapDelivery, mapLocated } from './delivery.ts';
import type { Variant } from './delivery.ts';
import { Compilation, isNode, isTooLarge } from './document.ts';
import type { Node } from './document.ts';
import { compileEmbedded } from './embedded.ts';
import type { DeliveryInput, MappedDelivery, MappedItem } from './facts.ts';
import { addKnownPath, newKnownField } from './known-fields.ts';
import { InvalidMapping, MAPPING_FORMATS } from './language.ts';
import type { MappingFormat, MappingProblem, PrivacySpec, SourceSettings } from './language.ts';
import { compileStyle } from './number-style.ts';
import { parsePath } from './paths.ts';
import { compilePrivacy } from './privacy.ts';
import { completeReads } from './reads.ts';
import type { ReadField } from './reads.ts';
import { RowScope } from './row.ts';
import { compileRows, rowsPlaces } from './rows.ts';
import type { RowsPlace } from './rows-place.ts';
import type { LocatedRows } from './located.ts';
import type { Envelope } from './rows.ts';
import { compileTable, dialectOf, readHeader, rowOfCells } from './table.ts';
import type { TableFormat, TableHeader } from './table.ts';
import { readSettings } from './settings.ts';
import type { Dialect } from './csv.ts';
import type { Outcome } from '../../kernel/outcome.ts';

/** Where a row stands and when it came, for readers that stream. `receivedAt` in microseconds since the epoch. */
export interface RowPlace {
  readonly path: string;
  readonly receivedAt: number;
  readonly feed?: string | undefined;
}

/** A table of a streamed file: its dialect, its header, and its lines one by one. */
export interface MappedTable {
  /** Column names where the mapping gives them instead of a header line. */
  readonly names: readonly string[] | undefined;
  /** The dialect of a file from its first characters (some KB are enough); lines to leave out before the header. */
  dialect(start: string): Dialect & { readonly skipLines: number };
  /** Refuses with `bad_format` a header that names a column twice, or none that the mapping reads. */
  readHeader(cells: readonly string[]): Outcome<TableHeader>;
  /** What one line of cells tells: always at least one item. */
  mapCells(header: TableHeader, cells: readonly string[], at: RowPlace): readonly MappedItem[];
}

/** What the door needs to know to reduce a body: reads are places in the body, of the document and of all feeds. */
export interface MappingPrivacy extends PrivacySpec {
  readonly rows: readonly string[];
  readonly reads: readonly string[];
  readonly readsWhole: readonly string[];
  /** The forms of tables, each once: of the document, and of feeds that have their own. */
  readonly csv?: readonly TableForm[];
}

interface TableForm {
  readonly delimiter?: string;
  readonly quote: string;
  readonly skipLines: number;
  readonly header?: readonly string[];
  readonly anyCase?: true;
}

/** A mapping ready to run. All of it is pure and total: it never throws, and every row gets an item (one for each event it tells), in order. */
export interface CompiledMapping {
  readonly name: string;
  /** Everything that is read, and what for. */
  readonly reads: readonly ReadField[];
  /** What may be stored of a body, with what is read of it. */
  readonly privacy: MappingPrivacy;
  map(input: DeliveryInput): MappedDelivery;
  /** One row by itself. */
  mapRow(row: JsonValue, at: RowPlace): readonly MappedItem[];
  /** The rows of a delivery as `map` finds them, before any rule: for drift and for the repair of what was quarantined. */
  rows(input: DeliveryInput): LocatedRows;
  formatOf(feed?: string): MappingFormat;
  /** Undefined where the format is not csv. */
  tableOf(feed?: string): MappedTable | undefined;
  /** Canonical fields that the feed tells, such as `amount` and `execution.commission`; null: all. */
  coversOf(feed?: string): readonly string[] | null;
  /** Whether a row tells the whole of its record or one more piece; undefined: not said. */
  rowsAreOf(feed?: string): 'snapshot' | 'delta' | undefined;
  /** Places in the body that the feed's rules read, `[*]` for every element: what must be kept so that the rows read the same. */
  bodyPathsOf(feed?: string): readonly string[];
}

/** Every problem of a document with the settings of a source; empty when it compiles. */
export function checkMapping(document: unknown, settings: SourceSettings): MappingProblem[] {
  return compile(document, settings).problems;
}

/** Throws InvalidMapping with every problem, its JSON path and what to do. `settings` are those of the source. */
export function compileMapping(document: unknown, settings: SourceSettings): CompiledMapping {
  const { problems, mapping } = compile(document, settings);
  if (mapping === undefined || problems.length > 0) throw new InvalidMapping(problems);
  return mapping;
}

/** Keys that a feed may replace. */
const FEED_KEYS = [
  'format',
  'csv',
  'envelope',
  'rows',
  'alsoRows',
  'columns',
  'rules',
  'knownFields',
  'covers',
  'rowsAre',
  'embeddedJson',
  'checks',
];
const DOCUMENT_KEYS = [
  'language',
  'name',
  'description',
  'settings',
  'numbers',
  'severity',
  'feeds',
  'privacy',
  ...FEED_KEYS,
];
const MAX_FEEDS = 50;
/** Fields of a query stand beside the rows of a body. */
const WHOLE_BODY: RowsPlace = { text: '$', steps: [], lists: 0, shown: '$' };

function compile(
  document: unknown,
  settings: SourceSettings,
): { problems: MappingProblem[]; mapping?: CompiledMapping } {
  const c = new Compilation();
  const size = isTooLarge(document);
  if (size !== undefined) c.fail('$', `the document is too large: ${size}`, 'split it into several sources');
  const node = size === undefined ? c.object(document, '$', DOCUMENT_KEYS) : undefined;
  if (node === undefined) return { problems: c.problems };
  if (node['language'] !== 1) c.fail('$.language', 'unknown version of the mapping language', 'write 1');
  const name = c.text(node['name'], '$.name') ?? '';
  if (node['description'] !== undefined && typeof node['description'] !== 'string')
    c.fail('$.description', 'expected a text', 'write a JSON string');
  readSettings(c, node['settings'], settings);
  if (node['numbers'] !== undefined && c.object(node['numbers'], '$.numbers', ['decimal', 'thousands']))
    c.style = compileStyle(c, node['numbers'], '$.numbers');
  const severity = compileSeverity(c, node['severity']);
  const privacy = compilePrivacy(c, node['privacy']);
  const base = compileVariant(c, node, severity, (key) => `$.${key}`);
  const feeds = compileFeeds(c, node, severity);
  if (
    privacy.mode === 'keepRead' &&
    [node, ...Object.values(isNode(node['feeds']) ? node['feeds'] : {})].some(
      (one) => isNode(one) && one['columns'] !== undefined,
    )
  )
    c.fail(
      '$.privacy.mode',
      'what a row that is a list says cannot be told apart before it is stored',
      'use dropListed with a mapping that names columns',
    );
  if (c.problems.length > 0) return { problems: withoutRepeats(c.problems) };
  return { problems: [], mapping: assemble(name, privacy, base, feeds) };
}

function compileFeeds(c: Compilation, node: Node, severity: SeverityRules): Map<string, Variant> {
  const feeds = new Map<string, Variant>();
  const spec = node['feeds'];
  if (spec === undefined) return feeds;
  if (!isNode(spec)) {
    c.fail('$.feeds', 'expected a table of feeds', 'write { "<name of the feed>": { "format": "csv" } }');
    return feeds;
  }
  if (Object.keys(spec).length > MAX_FEEDS)
    c.fail('$.feeds', `more than ${MAX_FEEDS} feeds`, 'leave out the feeds that read as the document says');
  for (const [name, feed] of Object.entries(spec).slice(0, MAX_FEEDS)) {
    const at = `$.feeds.${name}`;
    const own = c.object(feed, at, FEED_KEYS);
    if (own === undefined) continue;
    feeds.set(
      name,
      compileVariant(c, { ...inheritedBy(own, node), ...own }, severity, (key) =>
        Object.hasOwn(own, key) ? `${at}.${key}` : `$.${key}`,
      ),
    );
  }
  return feeds;
}

/** What a feed takes over from the document: where it has a format of its own, only what fits that format. */
function inheritedBy(own: Node, node: Node): Node {
  const { format } = own;
  if (format === undefined) return node;
  const { csv, rows, alsoRows, columns, envelope, rules, checks, ...rest } = node;
  return {
    ...rest,
    ...(format === 'csv' && csv !== undefined ? { csv } : {}),
    ...(format === 'json' || format === 'auto' ? { rows, alsoRows, columns, envelope } : {}),
    ...(format === 'canonical' ? {} : { rules, checks }),
  };
}

/** One way to read deliveries: that of the document, or that of one feed. */
function compileVariant(
  c: Compilation,
  node: Node,
  severity: SeverityRules,
  at: (key: string) => string,
): Variant {
  c.known = newKnownField();
  c.reads = [];
  const format = c.choice(node['format'], at('format'), MAPPING_FORMATS) ?? 'json';
  const run =
    format === 'canonical' ? compileCanonical(c, node, at) : compileRules(c, node['rules'], at('rules'));
  const check = compileChecks(c, node['checks'], at('checks'));
  if (node['knownFields'] !== undefined) addKnownFields(c, node['knownFields'], at('knownFields'));
  const open = compileEmbedded(c, node['embeddedJson'], at('embeddedJson'));
  const envelope = compileEnvelope(c, node['envelope'], at('envelope'));
  if (node['csv'] !== undefined && format !== 'csv')
    c.fail(at('csv'), 'only the format csv has a dialect', 'write "format": "csv", or leave this key out');
  const table = format === 'csv' ? compileTable(c, node['csv'], at('csv'), columnsOf(c.reads)) : undefined;
  const before = c.problems.length;
  const also = node['alsoRows'] === undefined ? [] : rowsPlaces(c, format, node['alsoRows'], at('alsoRows'));
  const columns = compileColumns(c, node, format, at('columns'));
  const readRows = compileRows(c, {
    format,
    rows: node['rows'],
    at: at('rows'),
    envelope,
    table,
    also,
    columns,
  });
  const places = c.problems.length > before ? [] : rowsPlaces(c, format, node['rows'], at('rows'));
  return {
    format,
    run,
    readRows,
    open,
    check,
    table,
    severity,
    known: c.known,
    covers: compileCovers(c, node['covers'], at('covers')),
    rowsAre:
      node['rowsAre'] === undefined
        ? undefined
        : c.choice(node['rowsAre'], at('rowsAre'), ['snapshot', 'delta'] as const),
    reads: completeReads(c.reads, ruleNames(node)),
    bodyPaths: bodyPaths(
      format === 'auto' ? [...places, ...also, WHOLE_BODY] : [...places, ...also],
      [...c.reads.map((read) => read.path), ...knownNames(node)],
      envelope?.path,
    ),
  };
}

/** Names of the elements of rows that are lists, from the document or from a list setting of the source. */
function compileColumns(
  c: Compilation,
  node: Node,
  format: MappingFormat,
  at: string,
): readonly string[] | undefined {
  const spec = node['columns'];
  if (spec === undefined) return undefined;
  if (format !== 'json' && format !== 'auto')
    c.fail(at, `rows of the format ${format} are no lists`, 'leave this key out');
  if (!isNode(spec)) return c.texts(spec, at);
  c.object(spec, at, ['setting']);
  const value = c.settings[c.settingName(spec['setting'], `${at}.setting`)];
  return Array.isArray(value) ? (value as readonly string[]) : undefined;
}

function knownNames(node: Node): readonly string[] {
  const names: unknown = node['knownFields'];
  return Array.isArray(names) ? (names as readonly unknown[]).filter((name) => typeof name === 'string') : [];
}

/** The columns that are read: of a table, the names of a row's own fields. */
function columnsOf(reads: readonly ReadField[]): ReadonlySet<string> {
  return new Set(
    reads.flatMap((read) => {
      const step = read.up === 0 ? parsePath(read.path)?.steps[0] : undefined;
      return step?.kind === 'key' ? [step.key] : [];
    }),
  );
}

function ruleNames(node: Node): (listAt: string, index: number) => string | undefined {
  return (listAt, index) => {
    const list: unknown = node[listAt.endsWith('checks') ? 'checks' : 'rules'];
    const rule: unknown = Array.isArray(list) ? list[index] : undefined;
    return isNode(rule) && typeof rule['name'] === 'string' ? rule['name'] : undefined;
  };
}

function addKnownFields(c: Compilation, node: unknown, at: string): void {
  for (const text of c.texts(node, at) ?? []) {
    const path = parsePath(text.replaceAll('[*]', '[0]'));
    if (path === undefined)
      c.fail(at, `"${text.slice(0, 100)}" is not a field`, 'write a name, a.b, or items[*].sku');
    else addKnownPath(c.known, path);
  }
}

function compileEnvelope(c: Compilation, node: unknown, at: string): Envelope | undefined {
  if (node === undefined) return undefined;
  const spec = c.object(node, at, ['path', 'accept', 'empty']);
  if (spec === undefined) return undefined;
  const known = c.known;
  c.known = newKnownField();
  const path = c.paths(c.text(spec['path'], `${at}.path`) ?? 'retcode', `${at}.path`)[0];
  c.known = known;
  const accept = c.texts(spec['accept'], `${at}.accept`) ?? [];
  const empty = spec['empty'] === undefined ? [] : (c.texts(spec['empty'], `${at}.empty`) ?? []);
  return path === undefined ? undefined : { path, accept, empty };
}

function compileCanonical(c: Compilation, node: Node, at: (key: string) => string): RowMapper {
  for (const key of ['rules', 'rows', 'envelope', 'checks']) {
    if (node[key] !== undefined)
      c.fail(at(key), 'a canonical mapping has its rules built in', 'leave this key out');
  }
  const run = compileRules(c, CANONICAL_RULES, '$.rules');
  for (const field of CANONICAL_FIELDS) {
    const path = parsePath(field);
    if (path !== undefined) addKnownPath(c.known, path);
  }
  return (scope, path, items) => {
    checkCanonicalKeys(scope);
    run(scope, path, items);
    const item = items.at(-1);
    if (item?.outcome === 'event') {
      putOwnMeasures(scope, item);
      putExtra(scope, item);
    }
    if (scope.problem !== undefined) items[items.length - 1] = quarantine(scope.problem, path);
  };
}

let canonical: RowMapper | undefined;

/**
 * Maps one event in our own shape, as POST /v1/events takes it (facts.ts; numbers may be JSON numbers). Unknown keys are quarantined.
 * `receivedAt` in microseconds since the epoch; `path` is where the event stands in the delivery.
 */
export function mapEvent(row: JsonValue, receivedAt: number, path = '$'): MappedItem {
  const bad: MappedItem = {
    outcome: 'quarantined',
    path,
    reason: 'bad_format',
    detail: 'an event must be an object',
  };
  if (!isJsonObject(row)) return bad;
  canonical ??= compileCanonical(new Compilation(), {}, (key) => `$.${key}`);
  const items: MappedItem[] = [];
  canonical(new RowScope(row, receivedAt), path, items);
  return items[0] ?? bad;
}

/** The same rules are compiled again for each feed that does not replace them: their problems are told once. */
function withoutRepeats(problems: readonly MappingProblem[]): MappingProblem[] {
  const seen = new Set<string>();
  return problems.filter((one) => {
    const key = `${one.path}\n${one.problem}`;
    return !seen.has(key) && seen.add(key);
  });
}

function assemble(
  name: string,
  privacy: PrivacySpec,
  base: Variant,
  feeds: ReadonlyMap<string, Variant>,
): CompiledMapping {
  const variantOf = (feed: string | undefined): Variant =>
    feed === undefined ? base : (feeds.get(feed) ?? base);
  const own = [...feeds].flatMap(([feed, variant]) => variant.reads.filter((read) => read.feed === feed));
  const mapRow = (row: JsonValue, at: RowPlace): readonly MappedItem[] => {
    const items: MappedItem[] = [];
    const located = { path: at.path, row: isJsonObject(row) ? row : undefined };
    mapLocated(variantOf(at.feed), located, { receivedAt: at.receivedAt, duplicateKeys: false }, items);
    return items;
  };
  return {
    name,
    privacy: privacyOf(privacy, [base, ...feeds.values()]),
    reads: [...base.reads, ...own],
    map: (input) => {
      const variant = variantOf(input.feed);
      return mapDelivery(variant, variant.readRows(input), input.receivedAt);
    },
    mapRow,
    rows: (input) => variantOf(input.feed).readRows(input),
    formatOf: (feed) => variantOf(feed).format,
    tableOf: (feed) => {
      const variant = variantOf(feed);
      return variant.table === undefined ? undefined : tableOf(variant, variant.table);
    },
    coversOf: (feed) => variantOf(feed).covers,
    rowsAreOf: (feed) => variantOf(feed).rowsAre,
    bodyPathsOf: (feed) => variantOf(feed).bodyPaths,
  };
}

function privacyOf(privacy: PrivacySpec, variants: readonly Variant[]): MappingPrivacy {
  const forms = variants.flatMap(({ table }) => (table === undefined ? [] : [tableFormOf(table)]));
  const csv = [...new Map(forms.map((form) => [JSON.stringify(form), form])).values()];
  return {
    ...privacy,
    rows: ['$'],
    reads: [...new Set(variants.flatMap((variant) => variant.bodyPaths))],
    readsWhole: [],
    ...(csv.length === 0 ? {} : { csv }),
  };
}

function tableFormOf({ quote, skipLines, delimiter, names, anyCase }: TableFormat): TableForm {
  return {
    quote,
    skipLines,
    ...(delimiter === 'auto' ? {} : { delimiter }),
    ...(names === undefined ? {} : { header: names }),
    ...(anyCase ? { anyCase } : {}),
  };
}

function tableOf(variant: Variant, format: TableFormat): MappedTable {
  return {
    names: format.names,
    dialect: (start) => dialectOf(format, start),
    readHeader: (cells) => readHeader(format, cells),
    mapCells: (header, cells, at) => {
      const items: MappedItem[] = [];
      const located = rowOfCells(format, header, cells, at.path);
      mapLocated(variant, located, { receivedAt: at.receivedAt, duplicateKeys: false }, items);
      return items;
    },
  };
}
