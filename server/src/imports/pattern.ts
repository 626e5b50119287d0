// Which files of a watched place are taken, and when one has come to rest. Pure.

/** A file where others laid it down. */
export interface FoundFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** Milliseconds since the epoch, by the clock of whoever keeps the file. */
  readonly modified: number;
}

/** `*` stands for any text and `?` for one character. Hidden files, and those that writers mark as unfinished, never fit. */
export function fitsPattern(name: string, pattern: string): boolean {
  if (name.startsWith('.') || /\.(part|tmp|filepart|crdownload)$/i.test(name)) return false;
  const form = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${form}$`, 'i').test(name);
}

/** What was seen of the files of a place, to know which ones still change. */
export class RestingFiles {
  readonly #seen = new Map<
    string,
    { readonly size: number; readonly modified: number; readonly since: number }
  >();

  /** The files that have looked the same for so long. `now` in milliseconds that only go forward. */
  settled(files: readonly FoundFile[], settleMs: number, now: number): FoundFile[] {
    const there = new Set(files.map(({ path }) => path));
    for (const path of this.#seen.keys()) if (!there.has(path)) this.#seen.delete(path);
    return files.filter(({ path, size, modified }) => {
      const before = this.#seen.get(path);
      const same = before !== undefined && before.size === size && before.modified === modified;
      if (!same) this.#seen.set(path, { size, modified, since: now });
      return now - (same ? before.since : now) >= settleMs;
    });
  }
}

/**
 * Whether it is time to look again. `lastMs` and `nowMs` since the epoch; times of day are in UTC.
 */
export function isDue(
  schedule: { readonly everySeconds?: number | undefined; readonly dailyAt?: readonly string[] | undefined },
  lastMs: number | undefined,
  nowMs: number,
): boolean {
  const { dailyAt } = schedule;
  if (dailyAt === undefined || dailyAt.length === 0)
    return lastMs === undefined || nowMs - lastMs >= (schedule.everySeconds ?? 60) * 1000;
  const dayMs = 86_400_000;
  const today = Math.floor(nowMs / dayMs) * dayMs;
  const times = dailyAt.flatMap((text) => {
    const [hours = 0, minutes = 0] = text.split(':').map(Number);
    const at = today + (hours * 60 + minutes) * 60_000;
    return at <= nowMs ? [at] : [at - dayMs];
  });
  const latest = Math.max(...times);
  return lastMs === undefined || lastMs < latest;
}
