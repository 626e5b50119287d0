import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keepChild } from '../children.ts';
import type { LoadOrder, LoadResult } from './facts.ts';

const PROGRAM = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Runs one order in a generator process of its own. Throws when a request of a `count` order is refused. */
export async function generateLoad(order: LoadOrder): Promise<LoadResult> {
  const child = keepChild(
    fork(PROGRAM, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] }),
  );
  return new Promise<LoadResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`the load generator ended with code ${String(code)} and no result`)),
    );
    child.once('message', (message: { result?: LoadResult; error?: string }) => {
      if (message.result === undefined) reject(new Error(message.error));
      else resolve(message.result);
    });
    child.send(order);
  });
}
