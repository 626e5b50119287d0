// Days and months of a time zone. Instants are milliseconds since 1970.

interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  /** Milliseconds since the midnight before, by the clock on the wall. */
  readonly time: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallOf(at: number, zone: string): Wall {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const seconds = part('hour') * 3600 + part('minute') * 60 + part('second');
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    time: seconds * 1000 + (((at % 1000) + 1000) % 1000),
  };
}

/** The instant at which the clock on the wall shows this; the first of two; a time that does not exist is moved forward by the gap. */
function instantOf(wall: Wall, zone: string): number {
  const plain = Date.UTC(wall.year, wall.month - 1, wall.day) + wall.time;
  const offsets = [plain - 86_400_000, plain + 86_400_000].map((near) => near - plainOf(wallOf(near, zone)));
  const candidates = offsets
    .map((offset) => plain + offset)
    .filter((at) => plainOf(wallOf(at, zone)) === plain);
  if (candidates.length > 0) return Math.min(...candidates);
  return plain + Math.max(...offsets);
}

const plainOf = (wall: Wall): number => Date.UTC(wall.year, wall.month - 1, wall.day) + wall.time;

const two = (n: number): string => String(n).padStart(2, '0');

/** "2026-01-31" of the zone. */
export function dayOf(at: number, zone: string): string {
  const { year, month, day } = wallOf(at, zone);
  return `${year}-${two(month)}-${two(day)}`;
}

/** "2026-01" of the zone. */
export function monthOf(at: number, zone: string): string {
  return dayOf(at, zone).slice(0, 7);
}

/** The same time on the wall so many days later (rules.md 5 "CPA"). */
export function addDays(at: number, days: number, zone: string): number {
  const wall = wallOf(at, zone);
  const moved = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
  return instantOf(
    {
      year: moved.getUTCFullYear(),
      month: moved.getUTCMonth() + 1,
      day: moved.getUTCDate(),
      time: wall.time,
    },
    zone,
  );
}

/** The same day of the month and time on the wall so many months later; the last day where the month is shorter. */
export function addMonths(at: number, months: number, zone: string): number {
  const wall = wallOf(at, zone);
  const first = new Date(Date.UTC(wall.year, wall.month - 1 + months, 1));
  const [year, month] = [first.getUTCFullYear(), first.getUTCMonth() + 1];
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return instantOf({ year, month, day: Math.min(wall.day, last), time: wall.time }, zone);
}

/** The midnight with which the day of the zone began. */
export const dayStart = (at: number, zone: string): number =>
  instantOf({ ...wallOf(at, zone), time: 0 }, zone);

/** The first instant of a month. */
export function startOfMonth(month: string, zone: string): number {
  const [year, number] = month.split('-').map(Number);
  return instantOf({ year: year ?? 0, month: number ?? 1, day: 1, time: 0 }, zone);
}

export function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number);
  const next = new Date(Date.UTC(year ?? 0, number ?? 1, 1));
  return `${next.getUTCFullYear()}-${two(next.getUTCMonth() + 1)}`;
}

/** All months from the first to the last one, both included. */
export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = nextMonth(month)) months.push(month);
  return months;
}
