// A mapping as a page for people: each field with what it means, and each version with what it changed. Pure.
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import {
  compileMapping,
  describeChanges,
  knownFieldsOf,
  listIgnored,
  listReadings,
} from '../../pipeline/mapping/index.ts';
import type { ReadField, SourceSettings } from '../../pipeline/mapping/index.ts';

export interface SeenField {
  readonly feed: string;
  readonly path: string;
  readonly seen: number;
  readonly samples: readonly string[];
  /** ISO. */
  readonly lastSeenAt: string;
}

export interface DocumentedField {
  readonly role: string;
  readonly meaning: string;
  /** In order of preference. */
  readonly paths: readonly string[];
  readonly rule: string;
  readonly feed: string | null;
  readonly type: 'text' | 'number' | 'time';
  /** Format of a time, unit of a number, zone; in words. */
  readonly format: string;
  /** For an amount: where its currency comes from. */
  readonly currency: string | null;
  /** For an identifier: the namespace in which it names somebody. */
  readonly identifier: string | null;
  readonly codes: readonly { readonly code: string; readonly meaning: string }[];
  readonly otherwise: string | null;
  readonly seen: number;
  readonly lastSeenAt: string | null;
  readonly samples: readonly string[];
}

type Node = Readonly<Record<string, unknown>>;

/** The fields that a mapping reads. A document that does not compile gives what can be said without its settings. */
export function describeFields(
  document: unknown,
  settings: SourceSettings,
  seen: readonly SeenField[],
): DocumentedField[] {
  const tables = new Map(listReadings(document).map((one) => [one.at, one]));
  // A reading names the very key that holds the path; a field is the part of the document around it.
  const byPlace = Map.groupBy(readsOf(document, settings), (read) =>
    read.at.replace(/\.path(?:\[\d+\])?$/, ''),
  );
  return [...byPlace].flatMap(([at, reads]) => {
    const first = reads[0];
    if (first === undefined) return [];
    const reading = tables.get(at);
    const paths = [...new Set(reads.map((read) => read.path))];
    const found = seen.filter(
      (one) => paths.includes(one.path) && (first.feed === undefined || first.feed === one.feed),
    );
    const role = reading?.role === undefined || reading.role === '' ? (first.role ?? '') : reading.role;
    return [
      {
        role,
        meaning: first.meaning ?? '',
        paths,
        rule: first.rule ?? '',
        feed: first.feed ?? null,
        type: first.type,
        format: formatOf(first),
        currency: role === 'amount' ? sayValue(siblingOf(document, at, 'currency')) : null,
        identifier: role.startsWith('identifiers') ? sayValue(siblingOf(document, at, 'namespace')) : null,
        codes: Object.entries(reading?.table?.codes ?? {}).map(([code, meaning]) => ({ code, meaning })),
        otherwise: reading?.table === undefined ? null : OTHERWISE[reading.table.otherwise],
        seen: found.reduce((sum, one) => sum + one.seen, 0),
        lastSeenAt:
          found
            .map((one) => one.lastSeenAt)
            .toSorted()
            .at(-1) ?? null,
        samples: [...new Set(found.flatMap((one) => one.samples))].slice(0, 3),
      },
    ];
  });
}

function readsOf(document: unknown, settings: SourceSettings): readonly ReadField[] {
  try {
    return compileMapping(document, settings).reads;
  } catch {
    return listReadings(document).flatMap((one) =>
      one.paths.map((path) => ({
        path,
        up: 0,
        at: one.at,
        type: one.type === 'condition' ? 'text' : one.type,
        role: one.role,
        rule: one.rule,
        ...(one.feed === null ? {} : { feed: one.feed }),
      })),
    );
  }
}

const OTHERWISE = {
  quarantine: 'any other value is quarantined',
  keep: 'any other value is kept as it is',
  absent: 'any other value counts as absent',
} as const;

function formatOf(read: ReadField): string {
  const parts = [
    ...(read.format === undefined ? [] : [`written as ${read.format}`]),
    ...(read.zone === undefined ? [] : [`zone ${read.zone}`]),
    ...(read.unit === undefined ? [] : [UNITS[read.unit] ?? `unit ${read.unit}`]),
  ];
  return parts.length === 0 ? (read.type === 'number' ? 'a decimal number' : '') : parts.join(', ');
}

const UNITS: Readonly<Record<string, string>> = {
  whole: 'whole units',
  minor: 'minor units of the currency, such as cents',
  units: 'units, divided by the contract size of the row',
};

/** What stands beside a place under another name: the currency of an amount, the namespace of an identifier's value. */
function siblingOf(document: unknown, at: string, name: string): unknown {
  const steps = [...at.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)].map((step) => step[1] ?? step[2] ?? '');
  for (let depth = steps.length - 1; depth > 0; depth -= 1) {
    const holder = steps
      .slice(0, depth)
      .reduce<unknown>(
        (node, step) => (isNode(node) || Array.isArray(node) ? (node as Node)[step] : undefined),
        document,
      );
    if (isNode(holder) && holder[name] !== undefined) return holder[name];
  }
  return undefined;
}

/** Where a value comes from, in words. */
export function sayValue(spec: unknown): string | null {
  if (spec === undefined) return null;
  if (typeof spec === 'string') return `the field ${spec}`;
  if (!isNode(spec)) return null;
  if (typeof spec['const'] === 'string') return `always ${spec['const']}`;
  if (typeof spec['setting'] === 'string') return `the setting ${spec['setting']}`;
  if (typeof spec['template'] === 'string') return `made as ${spec['template']}`;
  if (Array.isArray(spec['first']))
    return spec['first']
      .map(sayValue)
      .filter((one) => one !== null)
      .join(', else ');
  const path = spec['path'];
  const field = Array.isArray(path) ? path.join(', else ') : typeof path === 'string' ? path : undefined;
  const fallback = typeof spec['default'] === 'string' ? `, else ${spec['default']}` : '';
  return field === undefined ? null : `the field ${field}${fallback}`;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function describeIgnored(document: unknown) {
  return listIgnored(document).map((one) => ({
    ...one,
    sentence: isReasonCode(one.reason) ? reasonSentence(one.reason, 'operator') : one.detail,
  }));
}

export function describeSettings(document: unknown, values: SourceSettings) {
  const specs = isNode(document) && isNode(document['settings']) ? document['settings'] : {};
  return Object.entries(specs).map(([name, spec]) => {
    const node = isNode(spec) ? spec : {};
    const value = values[name] ?? node['default'];
    return {
      name,
      type: textOf(node['type']),
      description: textOf(node['description']),
      required: node['required'] === true,
      value: value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value),
    };
  });
}

export function headOf(document: unknown) {
  const node = isNode(document) ? document : {};
  const feeds = isNode(node['feeds']) ? Object.keys(node['feeds']) : [];
  return {
    name: textOf(node['name']),
    description: textOf(node['description']),
    format: textOf(node['format']),
    rowsAre: textOf(node['rowsAre']) === '' ? null : textOf(node['rowsAre']),
    rows: Array.isArray(node['rows']) ? node['rows'].map(String) : ['$'],
    knownFields: knownFieldsOf(document, null),
    feeds,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export interface StoredVersion {
  readonly version: number;
  readonly document: unknown;
  /** ISO. */
  readonly createdAt: string;
  readonly createdBy: string;
  readonly reason: string | null;
}

/** Versions, the newest first, each with what it changed against the one before. */
export function describeVersions(versions: readonly StoredVersion[]) {
  const sorted = versions.toSorted((a, b) => b.version - a.version);
  return sorted.map(({ document, ...version }, index) => {
    const before = sorted[index + 1];
    return {
      ...version,
      changes:
        before === undefined
          ? ['the first version']
          : describeChanges(before.document, document).map((change) => change.sentence),
    };
  });
}
