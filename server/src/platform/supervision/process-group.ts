import cluster from 'node:cluster';
import type { ChildProcess } from 'node:child_process';
import { KeptChild } from './kept-child.ts';
import type { StartedPart } from './run-part.ts';
import { createRelay } from './siblings.ts';
import type { Member } from './siblings.ts';

export interface ProcessGroupOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** How many processes share the port, at least 2. */
  readonly size: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called with a sentence whenever one of them ended unasked and will be started again. */
  readonly onCrash: (sentence: string) => void;
}

/**
 * Starts several processes behind one port: connections are dealt out in turn, each process is started again when it
 * dies, and the others serve meanwhile. Throws SetupProblem when one of them cannot start; none is left then.
 */
export async function startProcessGroup(options: ProcessGroupOptions): Promise<StartedPart> {
  cluster.setupPrimary({
    exec: options.program,
    args: [...options.args],
    // The address is said once for all; standard error is the log, as everywhere.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  } as unknown as Parameters<typeof cluster.setupPrimary>[0]);
  const relay = createRelay();
  const children = Array.from(
    { length: options.size },
    () =>
      new KeptChild({
        ...options,
        fork: () => {
          const child = cluster.fork({ ...options.environment }).process;
          const member = memberOf(child);
          relay.join(member);
          child.on('message', (message) => relay.hear(member, message));
          child.once('exit', () => relay.leave(member));
          return child;
        },
      }),
  );
  const close = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
  };
  try {
    // The first one finds out whether the port can be had; with any free port the others get the same.
    const address = await children[0]?.start();
    await Promise.all(children.slice(1).map((child) => child.start()));
    return { ...(address === undefined ? {} : { address }), close };
  } catch (error) {
    for (const child of children) child.kill();
    throw error;
  }
}

function memberOf(child: ChildProcess): Member {
  return {
    send(message) {
      if (child.connected) child.send(message, () => undefined);
    },
  };
}
