// Compiles time expressions of the mapping language: many spellings of a time, one instant, and the doubts named.
import {
  formatInstant,
  MICROS_PER_DAY,
  parseEpochMillis,
  parseEpochSeconds,
  parseIsoInstant,
} from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { accept, refuse } from '../../kernel/outcome.ts';
import type { Outcome } from '../../kernel/outcome.ts';
import { parseWall, parseWallText, parseZone, zoneOf } from '../../kernel/zone.ts';
import type { Zone } from '../../kernel/zone.ts';
import { isNode } from './document.ts';
import type { Compilation, Node } from './document.ts';
import type { TimeFormat } from './language.ts';
import type { RowScope, TextReader } from './row.ts';
import { compileTimePattern } from './time-pattern.ts';
import type { WallReader } from './time-pattern.ts';
import { compileFirstPath, compileValue } from './values.ts';

/** An instant with the text it was read from. */
export interface ReadTime {
  instant: Instant;
  raw: string;
}
export type TimeReader = (scope: RowScope) => ReadTime | undefined;

const FORMATS: readonly TimeFormat[] = [
  'iso',
  'local',
  'epoch_s',
  'epoch_ms',
  'epoch',
  'wall_epoch_s',
  'wall_epoch_ms',
];

/** Undefined when absent; a malformed time is a problem `bad_time`. Doubts of daylight saving become warnings. */
export function compileTime(c: Compilation, node: unknown, at: string): TimeReader {
  if (typeof node === 'object' && node !== null && 'first' in node && Array.isArray(node.first)) {
    c.object(node, at, ['first']);
    const readers = (node.first as unknown[]).map((item, index) =>
      compileTime(c, item, `${at}.first[${index}]`),
    );
    return (scope) => {
      for (const read of readers) {
        const time = read(scope);
        if (time !== undefined) return time;
      }
      return undefined;
    };
  }
  const spec = c.object(node, at, ['path', 'value', 'format', 'zone', 'absent']);
  if (spec === undefined) return () => undefined;
  const from = c.reads.length;
  const { read, name } = compileRaw(c, spec, at);
  const formats = compileFormats(c, spec['format'], `${at}.format`);
  const zone = compileZone(c, spec, at, formats);
  c.describe(from, {
    type: 'time',
    format: formats.map((format) => (typeof format === 'string' ? format : format.pattern)).join(', '),
    ...(formats.some(needsZone) ? { zone: zone.name } : {}),
  });
  return (scope) => {
    const raw = read(scope);
    if (raw === undefined) return undefined;
    // What the first form finds wrong: the others are tried for what it is not.
    let refusal: string | undefined;
    for (const format of formats) {
      const instant = readTime(scope, raw, format, zone);
      if (instant.ok) return { instant: instant.value, raw };
      refusal ??= instant.detail;
    }
    return scope.fail('bad_time', name, refusal ?? '');
  };
}

function compileRaw(c: Compilation, spec: Node, at: string): { read: TextReader; name: string } {
  if (spec['value'] === undefined) return compileFirstPath(c, spec, at);
  if (spec['path'] !== undefined)
    c.fail(`${at}.value`, 'a time has a path or a value', 'leave one of the two out');
  const from = c.reads.length;
  const read = compileValue(c, spec['value'], `${at}.value`);
  return { read, name: c.reads[from]?.path ?? 'value' };
}

/** A named format, or a pattern with its reader. */
type Format = TimeFormat | { readonly pattern: string; readonly read: WallReader };

function compileFormats(c: Compilation, node: unknown, at: string): Format[] {
  const list = Array.isArray(node) ? c.list(node, at, 20, 'formats') : [node];
  return list.map((item): Format => {
    if (!isNode(item)) return c.choice(item, at, FORMATS) ?? 'iso';
    const pattern = c.text(c.object(item, at, ['pattern'])?.['pattern'], `${at}.pattern`) ?? '';
    return { pattern, read: compileTimePattern(c, pattern, `${at}.pattern`) };
  });
}

function needsZone(format: Format): boolean {
  return typeof format !== 'string' || format === 'local' || format.startsWith('wall_');
}

function compileZone(c: Compilation, spec: Node, at: string, formats: readonly Format[]): Zone {
  const needed = formats.some(needsZone);
  const name = spec['zone'] === undefined ? undefined : compileValue(c, spec['zone'], `${at}.zone`)(NO_ROW);
  if (name === undefined) {
    if (needed)
      c.fail(
        `${at}.zone`,
        'this time format needs a time zone',
        'give the source the setting that the mapping names, such as Europe/Athens or America/New_York+07:00',
      );
    return zoneOf('UTC');
  }
  const zone = parseZone(name);
  if (zone.ok) return zone.value;
  c.fail(`${at}.zone`, 'not a time zone', zone.detail);
  return zoneOf('UTC');
}

// Zones are constants or settings: their readers never look at a row.
const NO_ROW = { row: {}, receivedAt: 0, problem: undefined, warnings: [] } as unknown as RowScope;

/** A plus that nobody encoded: in an address it reads as a space, and only an offset can stand there. */
const BARE_PLUS = /^(\d{4}-\d\d-\d\dT[\d:.]+) (\d\d:?\d\d)$/;

function readTime(scope: RowScope, raw: string, format: Format, zone: Zone): Outcome<Instant> {
  if (typeof format !== 'string') {
    const wall = format.read(raw);
    return wall.ok ? readWall(scope, wall.value, raw, zone) : wall;
  }
  switch (format) {
    case 'iso':
      return parseIsoInstant(raw.replace(BARE_PLUS, '$1+$2'));
    case 'epoch_s':
      return parseEpochSeconds(raw);
    case 'epoch_ms':
      return parseEpochMillis(raw);
    case 'epoch':
      return readEpochBySize(raw);
    case 'local': {
      const wall = parseWallText(raw);
      return wall.ok ? readWall(scope, wall.value, raw, zone) : wall;
    }
    case 'wall_epoch_s':
    case 'wall_epoch_ms': {
      const wall = format === 'wall_epoch_s' ? parseEpochSeconds(raw) : parseEpochMillis(raw);
      return wall.ok ? readWall(scope, wall.value, raw, zone) : wall;
    }
  }
}

function readEpochBySize(raw: string): Outcome<Instant> {
  const whole = /^\d+/.exec(raw)?.[0].length ?? 0;
  if (whole <= 11) return parseEpochSeconds(raw);
  if (whole <= 14) return parseEpochMillis(raw);
  return /^\d{15,16}$/.test(raw)
    ? parseEpochMillis(`${raw.slice(0, -3)}.${raw.slice(-3)}`)
    : refuse('bad_time', `"${raw.slice(0, 60)}" is not a time since the epoch`);
}

function readWall(scope: RowScope, wall: number, raw: string, zone: Zone): Outcome<Instant> {
  const reading = parseWall(wall, zone);
  if (!reading.ok) return reading;
  if (reading.value.ambiguous)
    scope.warn('ambiguous_local_time', `${raw} exists twice in ${zone.name}; the first was taken`);
  if (reading.value.skipped)
    scope.warn('skipped_local_time', `${raw} does not exist in ${zone.name}; moved forward by the gap`);
  return accept(reading.value.instant);
}

/** The start of 1990: no system of this market is older, and a time before it is a missing time in disguise. */
const EARLIEST = Date.UTC(1990, 0, 1) * 1000;

/** Canonical text of an instant that may be an `occurredAt`; otherwise a problem `bad_time` or `future_event` (rules.md 5). */
export function checkOccurredAt(scope: RowScope, instant: Instant, path: string): string | undefined {
  if (instant < EARLIEST) return scope.fail('bad_time', path, `${formatInstant(instant)} lies before 1990`);
  if (instant > scope.receivedAt + MICROS_PER_DAY) {
    const detail = `${formatInstant(instant)} is more than 24 hours after ${formatInstant(scope.receivedAt as Instant)}, when it was received`;
    if (!scope.doubt('future_event', path, detail)) return undefined;
  }
  return formatInstant(instant);
}
