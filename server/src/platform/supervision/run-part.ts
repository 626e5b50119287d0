import type { Log } from '../log.ts';
import type { RunningPart } from '../context.ts';
import { SetupProblem } from '../setup-problem.ts';
import { isStopMessage } from './messages.ts';
import type { ChildMessage } from './messages.ts';
import { onStopSignals } from './stop-signals.ts';

/** A part that may serve an address, for example http://127.0.0.1:8080. */
export interface StartedPart extends RunningPart {
  readonly address?: string;
}

/** When the supervisor was killed, the database is going away too: a part gets this long and no more. */
const ORPHAN_PATIENCE_MS = 2_000;

/**
 * Runs one part of the program (API or worker) until it is told to stop, and ends the process.
 * Alone it obeys Ctrl-C and SIGTERM. Under a supervisor it obeys the channel and leaves signals to the
 * supervisor, which stops the parts in order; when the channel closes it ends, so that it is never an orphan.
 */
export async function runPart(log: Log, start: () => Promise<StartedPart>): Promise<void> {
  const stopWish = Promise.withResolvers<'asked' | 'orphaned'>();
  if (process.send === undefined) {
    onStopSignals(
      () => stopWish.resolve('asked'),
      () => process.exit(130),
    );
  } else {
    onStopSignals(
      () => undefined,
      () => undefined,
    );
    process.on('message', (message) => {
      if (isStopMessage(message)) stopWish.resolve('asked');
    });
    process.on('disconnect', () => {
      setTimeout(() => process.exit(1), ORPHAN_PATIENCE_MS).unref();
      stopWish.resolve('orphaned');
    });
  }
  const part = await startOrTell(start);
  tell({ kind: 'ready', ...(part.address === undefined ? {} : { address: part.address }) });
  const reason = await stopWish.promise;
  if (reason === 'orphaned') log.warn('the supervisor is gone; ending');
  await part.close();
}

async function startOrTell(start: () => Promise<StartedPart>): Promise<StartedPart> {
  try {
    return await start();
  } catch (error) {
    // Under a supervisor the sentence is said by it, once; alone, it is printed by main.
    if (!(error instanceof SetupProblem) || process.send === undefined) throw error;
    await new Promise<void>((resolve) => tell({ kind: 'problem', sentence: error.message }, resolve));
    process.exit(1);
  }
}

function tell(message: ChildMessage, done: () => void = () => undefined): void {
  // Nobody listens any more when the supervisor is gone; the disconnect handler deals with that.
  if (process.connected && process.send !== undefined)
    process.send(message, undefined, undefined, () => done());
  else done();
}
