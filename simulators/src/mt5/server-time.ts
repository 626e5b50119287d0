// The platform writes its own wall clock as if it were UTC. Most brokers follow the trading day of New York: seven hours
// ahead of it, which is EET with the daylight saving of the United States.

/** The zone setting of a source that reads this server. */
export const SERVER_ZONE = 'America/New_York+07:00';

const HOURS_AHEAD = 7;

const newYork = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** Milliseconds of the server's clock for an instant in milliseconds since 1970 UTC. */
export function serverMillis(atMs: number): number {
  const parts = Object.fromEntries(
    newYork.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second) + (((atMs % 1000) + 1000) % 1000);
  return wall + HOURS_AHEAD * 3_600_000;
}

/** The same in whole seconds, as `from`, `to` and the field Time have it. */
export function serverSeconds(atMs: number): number {
  return Math.floor(serverMillis(atMs) / 1000);
}
