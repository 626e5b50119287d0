import { Worker } from 'node:worker_threads';
import type { Config } from '../platform/config.ts';
import type { Log } from '../platform/log.ts';
import type { ClickStoring, StoredSegment } from './click-storing.actions.ts';

/** What the thread is begun with: it opens its own log, keys and connections. */
export interface StoringThreadParts {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly folder: string;
}

/** What the thread says of a segment that it was given. */
export type StoringAnswer = { readonly stored: StoredSegment } | { readonly failed: string };

/** What the thread is told: a segment, or that it may end. */
export type StoringOrder = { readonly segment: string } | 'end';

const END_MS = 5_000;

/**
 * Stores visits in a thread of its own, so that visitors do not wait while rows are made (a quarter more visits were answered with
 * it). It begins with the first segment, and again with the next one when it died: segments stay on the disk until they are stored.
 */
export function startStoringThread(parts: StoringThreadParts & { readonly log: Log }): ClickStoring {
  let thread: Worker | undefined;

  const begin = (): Worker => {
    const { config, databaseUrl, folder } = parts;
    const workerData: StoringThreadParts = { config, databaseUrl, folder };
    const begun = new Worker(new URL('click-storing.thread.ts', import.meta.url), { workerData });
    // It works for segments that are awaited; by itself it keeps no process alive.
    begun.unref();
    begun.once('exit', () => {
      if (thread === begun) thread = undefined;
    });
    begun.on('error', (error) => parts.log.error({ err: error }, 'the thread that stores visits ended'));
    return begun;
  };

  return {
    store(segment) {
      thread ??= begin();
      return ask(thread, segment);
    },
    async close() {
      const ending = thread;
      if (ending === undefined) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.postMessage('end' satisfies StoringOrder);
      const late = setTimeout(() => void ending.terminate(), END_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Segments are given one after the other, so the next answer is the one to this. */
function ask(thread: Worker, segment: string): Promise<StoredSegment> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      thread.off('message', onAnswer);
      thread.off('exit', onExit);
      act();
    };
    const onAnswer = (answer: StoringAnswer): void =>
      settle(() => ('stored' in answer ? resolve(answer.stored) : reject(new Error(answer.failed))));
    const onExit = (): void => settle(() => reject(new Error('the thread that stores visits ended')));
    thread.on('message', onAnswer);
    thread.once('exit', onExit);
    thread.postMessage({ segment } satisfies StoringOrder);
  });
}
