import { platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { openContext } from '../platform/open-context.ts';
import { createClickStoring } from './click-storing.actions.ts';
import { clickMac } from './click-verifier.actions.ts';
import type { StoringAnswer, StoringOrder, StoringThreadParts } from './storing-thread.actions.ts';

/** Of -20 (first) to 19 (last). */
const STORING_PRIORITY = 10;

// Visitors first: rows are made with what they leave of the processor. A priority is a thread's own on Linux alone.
if (platform() === 'linux') setPriority(STORING_PRIORITY);

const { config, databaseUrl, folder } = workerData as StoringThreadParts;
const { context, close } = openContext({
  // One transaction after the other.
  config: { ...config, databaseConnections: 2 },
  databaseUrl,
  process: 'api clicks',
});
const storing = createClickStoring({
  db: context.db,
  log: context.log,
  mac: clickMac(context.secrets),
  folder,
});

async function follow(order: StoringOrder): Promise<void> {
  if (order === 'end') {
    await close();
    parentPort?.close();
    return;
  }
  const answer: StoringAnswer = await storing.store(order.segment).then(
    (stored) => ({ stored }),
    (error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }),
  );
  parentPort?.postMessage(answer);
}

parentPort?.on('message', (order: StoringOrder) => void follow(order));
