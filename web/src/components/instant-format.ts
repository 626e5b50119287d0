// Times as people read them. Pure: the zone comes from the formatter, now comes in.

const DAY_MS = 86_400_000;

/** Date and time to the second in the given zone (default: the reader's), 24 hours. */
export function localTime(iso: string, zone?: string): string {
  return formatter(
    {
      year: 'numeric',
      month: 'short',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    },
    zone,
  ).format(new Date(iso));
}

/** Time of day when it was today, else day and time; in few characters, for lists. */
export function shortTime(iso: string, now: number, zone?: string): string {
  const date = new Date(iso);
  const day = formatter({ year: 'numeric', month: 'short', day: '2-digit' }, zone);
  if (day.format(date) === day.format(now))
    return formatter({ hour: '2-digit', minute: '2-digit', second: '2-digit' }, zone).format(date);
  const isNear = Math.abs(now - date.getTime()) < 300 * DAY_MS;
  return formatter(
    isNear
      ? { month: 'short', day: '2-digit', hour: '2-digit', minute: '2-digit' }
      : { year: 'numeric', month: 'short', day: '2-digit' },
    zone,
  ).format(date);
}

/** The same instant in UTC to the millisecond, as it stands in the evidence. */
export function utcTime(iso: string): string {
  return `${new Date(iso).toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** How long, in at most two units: `45 s`, `3 min 20 s`, `2 h 5 min`, `4 d`. Seconds in, never negative out. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86_400)} d`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions, zone: string | undefined): Intl.DateTimeFormat {
  const key = JSON.stringify([options, zone]);
  const known =
    formatters.get(key) ??
    new Intl.DateTimeFormat('en-GB', {
      ...options,
      hour12: false,
      ...(zone === undefined ? {} : { timeZone: zone }),
    });
  formatters.set(key, known);
  return known;
}
