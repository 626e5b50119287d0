import type { Writes } from './database.ts';
import type { LoadResult } from './load/facts.ts';

/** 12,345/s */
export function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en')}/s`;
}

export function ms(value: number): string {
  return Number.isFinite(value) ? `${value < 10 ? value.toFixed(1) : Math.round(value)} ms` : '-';
}

/** What was reached of what is wanted, as words: every part with its name. */
export function standing(
  parts: readonly {
    readonly name: string;
    readonly got: number;
    readonly want: number;
    readonly less?: boolean;
  }[],
): string {
  const missed = parts.filter(({ got, want, less }) => (less === true ? got >= want : got < want));
  if (missed.length === 0) return 'met';
  return missed
    .map(
      ({ name, got, want, less }) =>
        `${name} ${less === true ? `${(got / want).toFixed(1)} times too slow` : `at ${Math.round((got / want) * 100)} %`}`,
    )
    .join(', ');
}

export function writesPerEvent(
  writes: Writes,
  events: number,
): { writes: string; wal: string; note: string } {
  const rows = (writes.inserted + writes.updated + writes.deleted) / events;
  return {
    writes: rows.toFixed(2),
    wal: Math.round(writes.walBytes / events).toLocaleString('en'),
    note: `row writes: ${Object.entries(writes.tables)
      .map(([table, counts]) => `${table} ${counts}`)
      .join(', ')}`,
  };
}

/** Throws unless every request was taken: a refused request is no throughput. */
export function requireTaken(name: string, result: LoadResult): void {
  const refused = Object.entries(result.statuses).filter(([status]) => Number(status) >= 400);
  if (refused.length > 0) throw new Error(`${name}: answers ${JSON.stringify(result.statuses)}`);
}
