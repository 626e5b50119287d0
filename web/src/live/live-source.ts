import { pauseBeforeAttempt } from './freshness.ts';
import type { LiveStatus } from './freshness.ts';

export interface LiveHandlers {
  readonly onStatus: (status: LiveStatus) => void;
  /** Each message is a whole snapshot, so a lost one costs nothing. */
  readonly onSnapshot: (snapshot: unknown) => void;
}

/**
 * Keeps one event stream open: opens it again after any failure, closes it while the page is hidden, and opens it at once
 * when the page is shown or the network is back. Call the returned function to end it.
 */
export function openLiveSource(address: string, handlers: LiveHandlers): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let lastAt: number | null = null;
  let isEnded = false;
  const tell = (phase: LiveStatus['phase']): void => handlers.onStatus({ phase, lastAt });

  const close = (): void => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const open = (): void => {
    if (isEnded || document.hidden) return;
    close();
    tell(lastAt === null && failures === 0 ? 'connecting' : 'reconnecting');
    source = new EventSource(address, { withCredentials: true });
    source.addEventListener('open', () => {
      failures = 0;
      tell('live');
    });
    source.addEventListener('road', (message: MessageEvent<string>) => {
      lastAt = Date.now();
      handlers.onSnapshot(JSON.parse(message.data));
      tell('live');
    });
    // Nothing changed since the last figures: they are as fresh as this sign of life.
    source.addEventListener('beat', () => {
      lastAt = Date.now();
      tell('live');
    });
    source.addEventListener('error', () => {
      // The browser itself gives up on an answer that is no stream; so the next attempt is always ours.
      close();
      tell('reconnecting');
      timer = setTimeout(open, pauseBeforeAttempt(failures++));
    });
  };
  const onVisibility = (): void => {
    if (!document.hidden) return open();
    close();
    tell('paused');
  };
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('online', open);
  open();
  return () => {
    isEnded = true;
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('online', open);
    close();
  };
}
