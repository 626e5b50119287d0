// Plain JavaScript for Node 20: runs the real program as a child and dies with it, and it with us.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from './newer-node.mjs';

/** Environment in which `node` is the newer one for everything that is started from here. */
export function newerEnvironment() {
  const bin = join(ROOT, 'node_modules', '.bin');
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
}

/**
 * Runs a program in the foreground and ends this process with its code. Signals are handed on. With `leash` the
 * child has a channel to this process and sees when it is gone, even by kill -9.
 */
export function runAndExit(command, args, { leash = false } = {}) {
  const child = spawn(command, args, {
    stdio: leash ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
    env: newerEnvironment(),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (leash) dieWithNpm(child);
  child.on('error', (error) => {
    console.error(`${command} cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** npm killed with -9 cannot tell anyone; its child sees it only by having another parent. */
function dieWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 500).unref();
}
