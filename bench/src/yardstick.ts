import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keepChild } from './children.ts';

/** A yardstick in a process of its own. */
export interface RunningYardstick {
  /** Address that it listens on, where it does. */
  readonly address: string;
  readonly pid: number;
  /** Sends a message and waits for the answer. */
  ask<Answer>(message: object): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts yardsticks/<name>.ts. */
export async function startYardstick(
  name: string,
  databaseUrl: string,
  args: readonly string[] = [],
): Promise<RunningYardstick> {
  const program = fileURLToPath(new URL(`../yardsticks/${name}.ts`, import.meta.url));
  const env = { ...process.env, DATABASE_URL: databaseUrl, NODE_ENV: 'production' };
  const child = keepChild(
    fork(program, args, { execArgv: [], env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  const { address } = await nextMessage<{ address: string }>(child, name);
  return {
    address,
    pid: child.pid ?? 0,
    ask: (message) => {
      const answer = nextMessage<never>(child, name);
      child.send(message);
      return answer;
    },
    async stop() {
      const gone = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
    },
  };
}

function nextMessage<Answer>(child: ChildProcess, name: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`the yardstick ${name} ended with code ${String(code)}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message as Answer);
    });
  });
}
