/** Where the connection to the server's live figures stands. */
type LivePhase = 'connecting' | 'live' | 'reconnecting' | 'paused';

export interface LiveStatus {
  readonly phase: LivePhase;
  /** When the last figures came, in ms since 1970; null before the first. */
  readonly lastAt: number | null;
}

/** How fresh the figures are, in words: `visible` changes each second, `spoken` only when something really changed. */
export interface Freshness {
  readonly visible: string;
  readonly spoken: string;
  readonly isFresh: boolean;
}

/** Says how fresh the figures are. `now` in ms since 1970. */
export function describeFreshness(status: LiveStatus, now: number): Freshness {
  const age = status.lastAt === null ? null : ageInWords(Math.max(0, now - status.lastAt));
  switch (status.phase) {
    case 'connecting':
      return { visible: 'Connecting …', spoken: 'Connecting to live figures', isFresh: false };
    case 'live':
      return { visible: age === null ? 'Live' : `Live · ${age}`, spoken: 'Figures are live', isFresh: true };
    case 'reconnecting':
      return {
        visible: age === null ? 'Reconnecting …' : `Reconnecting · ${age}`,
        spoken: 'The connection was lost; figures are old until it is back',
        isFresh: false,
      };
    case 'paused':
      return {
        visible: age === null ? 'Paused' : `Paused · ${age}`,
        spoken: 'Live figures are paused while the page is hidden',
        isFresh: false,
      };
  }
}

/** An age in at most two words: `now`, `12 s ago`, `3 min ago`, `2 h ago`. */
export function ageInWords(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Pause before the next attempt, in ms: 1 s, 2 s, 4 s … at most 15 s. */
export function pauseBeforeAttempt(failures: number): number {
  return Math.min(15_000, 1000 * 2 ** Math.min(Math.max(failures, 0), 4));
}
