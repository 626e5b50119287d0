// Compiles a mapping document with the settings of one source into a function over deliveries.
// Compilation may be slow and says everything that is wrong; mapping a row is on the intake's hot path and never throws.
import { isJsonObject } from '../../kernel/json.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { isReasonCode } from '../../kernel/reason.ts';
import { CANONICAL_FIELDS, CANONICAL_RULES, checkCanonicalKeys, putExtra } from './canonical.ts';
import { compileEvent, quarantine } from './compile-event.ts';
import { Compilation, readSettings } from './document.ts';
import type { Node } from './document.ts';
import type { DeliveryInput, MappedDelivery, MappedItem } from './facts.ts';
import { InvalidMapping } from './language.ts';
import type { Condition, EnvelopeSpec, MappingDocument, MappingProblem, SourceSettings } from './language.ts';
import { compilePath, foldName, readText, RowScope } from './row.ts';
import { compileRows } from './rows.ts';
import type { LocatedRow, LocatedRows } from './rows.ts';

/** A mapping ready to run. `map` is pure and total: it never throws, and every row gets exactly one item, in order. */
export interface CompiledMapping {
  readonly name: string;
  map(input: DeliveryInput): MappedDelivery;
  /** The rows of a delivery as `map` finds them, before any rule: for drift and for the repair of what was quarantined. */
  rows(input: DeliveryInput): LocatedRows;
}

type RowMapper = (scope: RowScope, path: string) => MappedItem;
type Test = (scope: RowScope) => boolean;
interface Rule {
  tests: readonly Test[];
  run: RowMapper;
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

const DOCUMENT_KEYS = [
  'language',
  'name',
  'description',
  'format',
  'settings',
  'envelope',
  'rows',
  'rules',
  'knownFields',
];
const FORMATS: readonly MappingDocument['format'][] = ['json', 'form', 'query', 'auto', 'canonical'];

function compile(
  document: unknown,
  settings: SourceSettings,
): { problems: MappingProblem[]; mapping?: CompiledMapping } {
  const c = new Compilation();
  const node = c.object(document, '$', DOCUMENT_KEYS);
  if (node === undefined) return { problems: c.problems };
  if (node['language'] !== 1) c.fail('$.language', 'unknown version of the mapping language', 'write 1');
  const name = c.text(node['name'], '$.name') ?? '';
  const format = c.choice(node['format'], '$.format', FORMATS) ?? 'json';
  readSettings(c, node['settings'], settings);
  const run = format === 'canonical' ? compileCanonical(c, node) : compileRules(c, node['rules']);
  if (node['knownFields'] !== undefined)
    for (const field of c.texts(node['knownFields'], '$.knownFields') ?? []) c.fields.add(field);
  const readRows = compileRows(c, format, node['rows'], compileEnvelope(c, node['envelope']));
  if (c.problems.length > 0) return { problems: c.problems };
  const known: ReadonlySet<string> = c.fields;
  return {
    problems: [],
    mapping: { name, map: (input) => mapDelivery(input, readRows(input), run, known), rows: readRows },
  };
}

function compileCanonical(c: Compilation, node: Node): RowMapper {
  for (const key of ['rules', 'rows', 'envelope']) {
    if (node[key] !== undefined)
      c.fail(`$.${key}`, 'a canonical mapping has its rules built in', 'leave this key out');
  }
  const run = compileRules(c, CANONICAL_RULES);
  for (const field of CANONICAL_FIELDS) c.fields.add(field);
  return (scope, path) => {
    checkCanonicalKeys(scope);
    const item = run(scope, path);
    if (item.outcome === 'event') putExtra(scope, item);
    return scope.problem === undefined ? item : quarantine(scope.problem, path);
  };
}

let canonical: RowMapper | undefined;

/**
 * Maps one event in our own shape, as POST /v1/events takes it (facts.ts; numbers may be JSON numbers). Unknown keys are quarantined.
 * `receivedAt` in microseconds since the epoch; `path` is where the event stands in the delivery.
 */
export function mapEvent(row: JsonValue, receivedAt: number, path = '$'): MappedItem {
  if (!isJsonObject(row))
    return { outcome: 'quarantined', path, reason: 'bad_format', detail: 'an event must be an object' };
  canonical ??= compileCanonical(new Compilation(), {});
  return canonical(new RowScope(row, receivedAt), path);
}

function mapDelivery(
  input: DeliveryInput,
  located: ReturnType<ReturnType<typeof compileRows>>,
  run: RowMapper,
  known: ReadonlySet<string>,
): MappedDelivery {
  if (located.outcome !== 'rows') return located;
  const items: MappedItem[] = [];
  let unknownFields = 0;
  for (const row of located.rows) {
    items.push(mapRow(row, input.receivedAt, run, located.duplicateKeys));
    if (row.row === undefined) continue;
    for (const field in row.row) if (!known.has(field)) unknownFields += 1;
  }
  return { outcome: 'items', items, unknownFields };
}

function mapRow(located: LocatedRow, receivedAt: number, run: RowMapper, duplicateKeys: boolean): MappedItem {
  if (located.row === undefined)
    return {
      outcome: 'quarantined',
      path: located.path,
      reason: 'bad_format',
      detail: 'a row must be an object',
    };
  const scope = new RowScope(located.row, receivedAt);
  if (located.contradiction !== undefined) {
    return {
      outcome: 'quarantined',
      path: located.path,
      reason: 'contradicting_fields',
      detail: `the parameter ${located.contradiction} is given twice with different values`,
    };
  }
  if (duplicateKeys)
    scope.warn('duplicate_json_keys', 'an object of the delivery names a key twice; the last one was taken');
  return run(scope, located.path);
}

function compileEnvelope(c: Compilation, node: unknown): EnvelopeSpec | undefined {
  if (node === undefined) return undefined;
  const spec = c.object(node, '$.envelope', ['path', 'accept', 'empty']);
  if (spec === undefined) return undefined;
  return {
    path: c.text(spec['path'], '$.envelope.path') ?? '',
    accept: c.texts(spec['accept'], '$.envelope.accept') ?? [],
    empty: c.texts(spec['empty'], '$.envelope.empty') ?? [],
  };
}

function compileRules(c: Compilation, node: unknown): RowMapper {
  if (!Array.isArray(node) || node.length === 0) {
    c.fail(
      '$.rules',
      'expected a list of rules',
      'write at least one rule with a name and an event or an ignore',
    );
    return unknownRow;
  }
  const rules = node.map((item: unknown, index) => compileRule(c, item, `$.rules[${index}]`));
  return (scope, path) => {
    for (const rule of rules) {
      if (rule.tests.every((test) => test(scope))) return rule.run(scope, path);
    }
    return unknownRow(scope, path);
  };
}

function unknownRow(_scope: RowScope, path: string): MappedItem {
  return {
    outcome: 'quarantined',
    path,
    reason: 'unknown_event',
    detail: 'no rule of the mapping knows this row',
  };
}

function compileRule(c: Compilation, node: unknown, at: string): Rule {
  const spec = c.object(node, at, ['name', 'when', 'ignore', 'event', 'revisionOrder']);
  if (spec === undefined) return { tests: [], run: unknownRow };
  c.text(spec['name'], `${at}.name`);
  const when: unknown = spec['when'] ?? [];
  if (!Array.isArray(when)) c.fail(`${at}.when`, 'expected a list of conditions', 'write a JSON array');
  const tests = (Array.isArray(when) ? when : []).map((item: unknown, index) =>
    compileCondition(c, item, `${at}.when[${index}]`),
  );
  if ((spec['ignore'] === undefined) === (spec['event'] === undefined)) {
    c.fail(
      at,
      'a rule either ignores a row or makes an event of it',
      'give it exactly one of ignore and event',
    );
    return { tests, run: unknownRow };
  }
  const run =
    spec['ignore'] === undefined
      ? compileEvent(c, spec['event'], spec['revisionOrder'], at)
      : compileIgnore(c, spec['ignore'], `${at}.ignore`);
  return { tests, run };
}

function compileIgnore(c: Compilation, node: unknown, at: string): RowMapper {
  const spec = c.object(node, at, ['reason', 'detail']);
  const reason = c.text(spec?.['reason'], `${at}.reason`) ?? '';
  const detail = c.text(spec?.['detail'], `${at}.detail`) ?? '';
  if (!isReasonCode(reason)) {
    c.fail(
      `${at}.reason`,
      `"${reason}" is not a reason code`,
      'use a code of the registry, such as balance_row or unwanted_row',
    );
    return unknownRow;
  }
  return (_scope, path) => ({ outcome: 'ignored', path, reason, detail });
}

function compileCondition(c: Compilation, node: unknown, at: string): Test {
  const spec = c.object(node, at, ['path', 'equals', 'in', 'present', 'fold']) as Condition | undefined;
  if (spec === undefined) return () => false;
  const path = c.paths(spec.path, `${at}.path`)[0] ?? '';
  const read = compilePath(path);
  if (spec.present !== undefined) {
    const wanted = spec.present;
    return (scope) => (readQuietly(scope, read(scope.row)) !== undefined) === wanted;
  }
  const list =
    spec.equals === undefined ? c.texts(spec.in, `${at}.in`) : [c.text(spec.equals, `${at}.equals`) ?? ''];
  const fold = spec.fold === true;
  const values = new Set((list ?? []).map((value) => (fold ? foldName(value) : value)));
  return (scope) => {
    const text = readQuietly(scope, read(scope.row));
    return text !== undefined && values.has(fold ? foldName(text) : text);
  };
}

/** A condition on a list or an object is false and no problem: the rule that reads the field will say so. */
function readQuietly(scope: RowScope, value: Parameters<typeof readText>[1]): string | undefined {
  if (typeof value === 'object' && value !== null && (Array.isArray(value) || !('source' in value)))
    return undefined;
  return readText(scope, value, '');
}
