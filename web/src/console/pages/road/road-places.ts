import type { RoadFigures } from '../../../api/types.ts';

type Stage = RoadFigures['stages'][number];
export type RowsBehind = Stage['rows'];

/** The address of the rows behind a number of the road; the lists take the same names as the API. */
export function placeOfRows({ list, query }: RowsBehind): string {
  const text = new URLSearchParams(query).toString();
  return text === '' ? `/${list}` : `/${list}?${text}`;
}

/** A reason code as words for a narrow place: `trade_open_missing` is `trade open missing`. */
export function wordsOfReason(code: string): string {
  return code.replaceAll('_', ' ');
}

/** The oldest of all that is on the road, in seconds; null when nothing is. */
export function oldestOnRoad(stages: readonly Pick<Stage, 'oldestAgeSeconds'>[]): number | null {
  const ages = stages.flatMap(({ oldestAgeSeconds }) =>
    oldestAgeSeconds === null ? [] : [oldestAgeSeconds],
  );
  return ages.length === 0 ? null : Math.max(...ages);
}

/** An age in few characters that hardly change their width: `0.4 s`, `12 s`, `3 min`, `2 h`, `5 d`. */
export function shortAge(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A latency as a number and its unit: 84 ms, 1.2 s, 3.0 min. */
export function latencyParts(ms: number | null): { readonly value: string; readonly unit?: string } {
  if (ms === null) return { value: '–' };
  if (ms < 1000) return { value: String(Math.round(ms)), unit: 'ms' };
  if (ms < 60_000) return { value: (ms / 1000).toFixed(1), unit: 's' };
  return { value: (ms / 60_000).toFixed(1), unit: 'min' };
}
