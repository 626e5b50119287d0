// One event told by feeds that cover different fields: each field from the latest telling that covers it (rules.md 1.6 and
// "Revisions at the door"). Pure. A feed that covers everything is the common case and never comes here.
import type { CanonicalEvent } from '../mapping/facts.ts';
import { compareOrders } from './classify.ts';

/** Canonical field names that a telling covers; null = all. Sorted, so that two of the same are the same text. */
export type Coverage = readonly string[] | null;

/** What the merge needs of a telling. */
export interface CoveredTelling {
  readonly covers: Coverage;
  readonly order: string | null;
  /** Place in the order of arrival. */
  readonly arrival: number;
  readonly content: CanonicalEvent;
}

/** Members of the content whose own members merge one by one. */
const NESTED: ReadonlySet<string> = new Set(['execution', 'extra', 'measures']);

/** Fields that only make sense from one telling: a status decides the kind, a raw spelling belongs to its value. */
const UNITS: Readonly<Record<string, string>> = {
  kind: 'status',
  rawStatus: 'status',
  occurredAtAssumed: 'occurredAt',
  rawTime: 'occurredAt',
  'execution.rawSymbol': 'execution.symbol',
  'execution.rawReason': 'execution.service',
};

/** The part of the content that names the event: the same in every telling. */
const KEY: ReadonlySet<string> = new Set(['recordType', 'externalId', 'part']);

/** One name per coverage; '*' = all. */
export function coverageKey(covers: Coverage): string {
  return covers === null ? '*' : covers.join(',');
}

/** Sorted and without repetition; null stays null. */
export function coverageOf(names: readonly string[] | null): Coverage {
  return names === null ? null : [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
}

/**
 * The content of the event as all tellings together give it. A field that no feed covers comes from the latest telling that
 * has it. The order of the list has no part in the answer. Throws on an empty list.
 */
export function mergeTellings(tellings: readonly CoveredTelling[]): CanonicalEvent {
  const latestFirst = tellings.toSorted((a, b) => compareTellings(b, a));
  const [latest] = latestFirst;
  if (latest === undefined) throw new RangeError('an event without a telling');
  if (latestFirst.length === 1) return latest.content;
  const flat = latestFirst.map(({ content, covers }) => ({ covers, fields: flatten(content) }));
  const paths = new Set(flat.flatMap(({ fields }) => [...fields.keys()]));
  const merged = new Map<string, unknown>();
  for (const path of [...paths].sort((a, b) => (a < b ? -1 : 1))) {
    const from =
      flat.find(({ covers, fields }) => isCovered(path, covers) && isComplete(path, fields)) ??
      flat.find(({ fields }) => fields.has(path));
    const value = from?.fields.get(path);
    if (value !== undefined) merged.set(path, value);
  }
  return unflatten(merged);
}

/** The covered part of a content, in its comparable order; what a feed does not cover has no part in sameness. */
export function coveredPart(content: CanonicalEvent, covers: Coverage): Readonly<Record<string, unknown>> {
  const part: Record<string, unknown> = {};
  for (const [path, value] of flatten(content)) {
    const isTold = !RAW.has(path) && !(path === 'occurredAt' && content.occurredAtAssumed === true);
    if (isTold && isCovered(path, covers)) part[path] = value;
  }
  return part;
}

/** Spellings, which have no part in sameness (comparableContent). */
const RAW: ReadonlySet<string> = new Set(['rawTime', 'rawStatus', 'occurredAtAssumed']);

function isCovered(path: string, covers: Coverage): boolean {
  if (covers === null || KEY.has(path)) return true;
  const unit = UNITS[path] ?? path;
  if (covers.includes(path) || covers.includes(unit)) return true;
  if (unit === 'status' && covers.includes('kind')) return true;
  const [top] = unit.split('.');
  return top !== undefined && top !== unit && covers.includes(top);
}

/** A telling without an execution says nothing about its parts, and a time that we assumed is not told, whatever the feed covers. */
function isComplete(path: string, fields: ReadonlyMap<string, unknown>): boolean {
  if ((UNITS[path] ?? path) === 'occurredAt') return fields.get('occurredAtAssumed') !== true;
  return !path.startsWith('execution.') || fields.has('execution.account');
}

/**
 * Positive when `a` is the later telling: by order, and where there is none by arrival. At the same place in an order the
 * telling that covers more counts as the later one, so that arrival has no part in it.
 */
function compareTellings(a: CoveredTelling, b: CoveredTelling): number {
  const byOrder = compareOrders(a.order, b.order);
  if (byOrder !== 0) return byOrder;
  if (a.order === null) return a.arrival - b.arrival;
  const [wideA, wideB] = [widthOf(a.covers), widthOf(b.covers)];
  if (wideA !== wideB) return wideA - wideB;
  const [keyA, keyB] = [coverageKey(a.covers), coverageKey(b.covers)];
  return keyA === keyB ? a.arrival - b.arrival : keyA < keyB ? 1 : -1;
}

function widthOf(covers: Coverage): number {
  return covers === null ? Number.POSITIVE_INFINITY : covers.length;
}

function flatten(content: CanonicalEvent): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(content)) {
    if (value === undefined) continue;
    if (!NESTED.has(name)) fields.set(name, value);
    else
      for (const [inner, own] of Object.entries(value as object))
        if (own !== undefined) fields.set(`${name}.${inner}`, own);
  }
  return fields;
}

function unflatten(fields: ReadonlyMap<string, unknown>): CanonicalEvent {
  const content: Record<string, unknown> = {};
  for (const [path, value] of fields) {
    const dot = path.indexOf('.');
    const top = dot < 0 ? path : path.slice(0, dot);
    if (dot < 0 || !NESTED.has(top)) content[path] = value;
    else
      content[top] = {
        ...(content[top] as object | undefined),
        [path.slice(dot + 1)]: value,
      };
  }
  // Every telling has the members of the key and of the unit `status`, so that the merge has them too.
  return content as unknown as CanonicalEvent;
}
