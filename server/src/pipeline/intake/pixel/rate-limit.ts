// How often one address may tell something: counted in whole minutes, in memory.

export interface RateLimit {
  /** False when this address has had its share of this minute. `at` in milliseconds. */
  take(address: string, at: number, perMinute: number): boolean;
}

const MINUTE = 60_000;

/** Remembers at most `most` addresses of the current minute; when there are more, newcomers share one count. */
export function createRateLimit(most = 20_000): RateLimit {
  let minute = -1;
  const counts = new Map<string, number>();
  return {
    take(address, at, perMinute) {
      const now = Math.floor(at / MINUTE);
      if (now !== minute) {
        minute = now;
        counts.clear();
      }
      const key = counts.has(address) || counts.size < most ? address : '';
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count <= perMinute;
    },
  };
}
