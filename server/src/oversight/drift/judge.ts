// From what was seen to what changed. Pure.
import { knownFieldsOf, listReadings } from '../../pipeline/mapping/index.ts';
import type { FieldStand, ShapeType, Signal } from './facts.ts';
import type { ShapeBook } from './observe.ts';

/** A field counts as usual when so many rows in a row carried it, and as missing when so many then did not. */
export const USUAL = { rows: 20, share: 0.95 } as const;

/** True for a function that knows the fields which a document reads or names as known, for one feed. */
export function createKnownFields(document: unknown, feed: string): (path: string) => boolean {
  const names = [
    ...listReadings(document).flatMap((reading) =>
      reading.feed === null || reading.feed === feed ? [...reading.paths, ...embedded(reading.spec)] : [],
    ),
    ...knownFieldsOf(document, feed),
    ...(hasList(document, 'embeddedJson') ? document.embeddedJson : []),
  ].map(normalPath);
  const known = new Set(names);
  return (path) => {
    const steps = normalPath(path).split('.');
    return steps.some((_, index) => known.has(steps.slice(0, index + 1).join('.')));
  };
}

function hasList<K extends string>(value: unknown, key: K): value is Record<K, readonly string[]> {
  return (
    typeof value === 'object' &&
    value !== null &&
    key in value &&
    Array.isArray((value as Record<K, unknown>)[key])
  );
}

/** Fields that a number or an identifier names beside its path. */
function embedded(spec: unknown): string[] {
  if (typeof spec !== 'object' || spec === null) return [];
  const digits = (spec as { digitsPath?: unknown }).digitsPath;
  return typeof digits === 'string' ? [digits] : [];
}

/** True for a function that knows the fields which are read as plain text: an id may be a number today and a word tomorrow. */
export function createTextFields(document: unknown, feed: string): (path: string) => boolean {
  const readings = listReadings(document).filter(
    (one) => one.type !== 'condition' && (one.feed === null || one.feed === feed),
  );
  const texts = new Set(
    readings.filter((one) => one.type === 'text').flatMap((one) => one.paths.map(normalPath)),
  );
  for (const other of readings.filter((one) => one.type !== 'text'))
    for (const path of other.paths) texts.delete(normalPath(path));
  return (path) => texts.has(normalPath(path));
}

/** `a[0].b`, `a[name=x].b` and `a[*].b` are one path. */
function normalPath(path: string): string {
  return path.replaceAll(/\[[^\]]*\]/g, '[*]').replaceAll(/(^|\.)\d+(?=\.|$)/g, '$1*');
}

/** What the looked-at rows of one feed and record type show that the mapping does not expect. `before`: the book before these rows. */
export function judgeShapes(
  record: string,
  { before, now }: { before: ReadonlyMap<string, FieldStand>; now: ShapeBook },
  isKnown: (path: string) => boolean,
  isText: (path: string) => boolean = () => false,
): Signal[] {
  return [...now.fields.values()].flatMap((field): Signal[] => {
    const known = before.get(field.path);
    const added = field.seen - (known?.seen ?? 0);
    const signals: Signal[] = [];
    const common = { path: field.path, record, samples: field.samples };
    if (added > 0 && !isKnown(field.path))
      signals.push({ ...common, kind: 'new_field', value: '', count: added });
    if (isMissing(field, now.rows))
      signals.push({ ...common, kind: 'missing_field', value: '', count: now.rows - field.lastRow });
    const types = known === undefined || isText(field.path) ? undefined : retypedOf(known, field);
    if (types !== undefined)
      signals.push({ ...common, kind: 'retyped_field', value: types.to, count: types.count });
    return signals;
  });
}

/** It was in nearly every row, and is not any more. */
function isMissing(field: FieldStand, rows: number): boolean {
  const span = field.lastRow - field.firstRow + 1;
  return field.seen >= USUAL.rows && field.seen / span >= USUAL.share && rows - field.lastRow >= USUAL.rows;
}

/** Nearly always of one type until now, and of another since. */
function retypedOf(before: FieldStand, now: FieldStand): { to: ShapeType; count: number } | undefined {
  const counts = Object.entries(before.types) as [ShapeType, number][];
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const [usual] = counts.toSorted((a, b) => b[1] - a[1]);
  if (usual === undefined || total < USUAL.rows || usual[1] / total < USUAL.share) return undefined;
  const others = (Object.entries(now.types) as [ShapeType, number][])
    .map(([type, count]) => ({ to: type, count: count - (before.types[type] ?? 0) }))
    .filter(({ to, count }) => to !== usual[0] && count > 0 && !isSameToReader(usual[0], to));
  return others.toSorted((a, b) => b.count - a.count)[0];
}

/** A number and the same number as text are read alike. */
function isSameToReader(a: ShapeType, b: ShapeType): boolean {
  return (a === 'number' && b === 'digits') || (a === 'digits' && b === 'number');
}
