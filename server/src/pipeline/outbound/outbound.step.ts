import { uuidv7 } from 'uuidv7';
import type { Context, RunningPart } from '../../platform/context.ts';
import { createHttpClient } from '../../platform/http-client.ts';
import { openSealed } from '../../platform/seal.ts';
import { createDispatcher } from './dispatcher.step.ts';

const POLL_MS = 200;
const RENEW_MS = 2_000;
/** A receiver that hangs must not hold up the end of the process; what is cut off becomes due again. */
const FAREWELL_MS = 2_000;

/** Starts the delivery of webhooks. Any number of processes may run it at once: each claims what it sends. */
export function startDispatcher(context: Context): RunningPart {
  const client = createHttpClient({ allowPrivate: context.config.allowPrivateDestinations });
  const state = { stopped: false };
  // A wake that comes while nobody waits is kept, else a freed place would stay empty until the next poll.
  let woken = false;
  let endWait: () => void = () => undefined;
  const wake = (): void => {
    woken = true;
    endWait();
  };
  const dispatcher = createDispatcher(
    {
      db: context.db,
      client,
      openSecret: (sealed) => openSealed(context.secrets, 'endpoint_secret', sealed),
      now: () => context.clock.now(),
      random: Math.random,
      newId: uuidv7,
      log: context.log,
    },
    wake,
  );
  const wait = async (): Promise<void> => {
    if (!woken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        endWait = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    woken = false;
  };
  const loop = async (): Promise<void> => {
    while (!state.stopped) {
      const started = await dispatcher.tick().catch((error: unknown) => {
        context.log.warn({ err: error }, 'due webhooks could not be claimed; tried again');
        return 0;
      });
      if (started === 0 && !state.stopped) await wait();
    }
  };
  const running = loop();
  const renewal = setInterval(() => {
    dispatcher.renew().catch((error: unknown) => context.log.warn({ err: error }, 'claims of webhooks could not be renewed'));
  }, RENEW_MS);
  return {
    async close() {
      state.stopped = true;
      wake();
      await running;
      await Promise.race([dispatcher.idle(), new Promise((resolve) => setTimeout(resolve, FAREWELL_MS).unref())]);
      clearInterval(renewal);
      dispatcher.abandon();
      await client.close();
      await dispatcher.idle();
    },
  };
}
