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
  const pause = createPause();
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
    () => pause.end(),
  );
  const loop = async (): Promise<void> => {
    while (!state.stopped) {
      const started = await dispatcher.tick().catch((error: unknown) => {
        context.log.warn({ err: error }, 'due webhooks could not be claimed; tried again');
        return 0;
      });
      if (started === 0 && !state.stopped) await pause.wait(POLL_MS);
    }
  };
  const running = loop();
  const renewal = setInterval(() => {
    dispatcher
      .renew()
      .catch((error: unknown) => context.log.warn({ err: error }, 'claims of webhooks could not be renewed'));
  }, RENEW_MS);
  return {
    async close() {
      state.stopped = true;
      pause.end();
      await running;
      await Promise.race([
        dispatcher.idle(),
        new Promise((resolve) => setTimeout(resolve, FAREWELL_MS).unref()),
      ]);
      clearInterval(renewal);
      dispatcher.abandon();
      await client.close();
      await dispatcher.idle();
    },
  };
}

/** A wait that can be ended early. An end that comes while nobody waits is kept, else a freed place would stay empty until the next poll. */
function createPause(): { wait(ms: number): Promise<void>; end(): void } {
  let ended = false;
  let release: () => void = () => undefined;
  return {
    async wait(ms) {
      if (!ended) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          release = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      ended = false;
    },
    end() {
      ended = true;
      release();
    },
  };
}
