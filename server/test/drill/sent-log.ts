import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Item } from './traffic.ts';

/**
 * What the sender knows, line by line. `try` before a request leaves; `ack` when the answer was read, on the disk before
 * it counts; `lost` when no answer came, so that nobody knows what became of it.
 */
export type LogLine =
  | { readonly is: 'try'; readonly n: number; readonly items: readonly Item[] }
  | { readonly is: 'ack'; readonly n: number; readonly dispositions: readonly string[] }
  | { readonly is: 'lost'; readonly n: number; readonly why: string }
  | { readonly is: 'refused'; readonly n: number; readonly answer: string };

/** Opens the log for appending. */
export function openSentLog(file: string): { write(line: LogLine): void; close(): void } {
  const handle = openSync(file, 'a');
  return {
    write(line) {
      writeSync(handle, `${JSON.stringify(line)}\n`);
      if (line.is === 'ack') fsyncSync(handle);
    },
    close: () => closeSync(handle),
  };
}

/** Reads the whole log back. */
export function readSentLog(file: string): LogLine[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine);
}
