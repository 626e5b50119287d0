import { useSyncExternalStore } from 'react';

// One clock for all that shows an age: a page with a hundred ages still wakes once a second.
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const tell of listeners) tell();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Now, in ms since 1970; moves once a second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
