/**
 * One Ctrl-C arrives up to three times: from the terminal, from npm and from the script that npm started.
 * Repetitions within this time are the same wish.
 */
const SAME_PRESS_MS = 400;

/**
 * Calls `stop` at the first SIGINT, SIGTERM or SIGHUP, and `force` at the next one that is not an echo.
 * Returns the function that takes the handlers off again.
 */
export function onStopSignals(stop: () => void, force: () => void): () => void {
  let firstAt: number | undefined;
  const handle = (): void => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      stop();
    } else if (now - firstAt > SAME_PRESS_MS) {
      force();
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}
