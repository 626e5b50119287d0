import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { SetupProblem } from '../setup-problem.ts';
import { isChildMessage } from './messages.ts';
import type { ChildMessage, StopMessage } from './messages.ts';

export interface KeptChildOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Called with a sentence whenever the child ended unasked and will be started again. */
  readonly onCrash: (sentence: string) => void;
  /** Starts the process in another way than as a plain child, with a channel. */
  readonly fork?: () => ChildProcess;
}

/** How long a child may take until it says that it is ready. */
const READY_PATIENCE_MS = 60_000;
/** How long a child may take to finish its requests or its turn when it is stopped. */
const STOP_PATIENCE_MS = 20_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A child that lived this long had a good start; the next pause begins small again. */
const GOOD_LIFE_MS = 30_000;
/** How often a first start is tried in all when somebody kills the child before it has said a word. */
const FIRST_STARTS = 5;

/**
 * A child process that is started again when it dies, with growing pauses. The channel to it is its leash: when
 * this process is gone the channel closes, and the child ends itself.
 */
export class KeptChild {
  readonly #options: KeptChildOptions;
  #child: ChildProcess | undefined;
  #exit: Promise<void> = Promise.resolve();
  #isStopping = false;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(options: KeptChildOptions) {
    this.#options = options;
  }

  /**
   * Starts the child and waits until it is ready. Returns the address that it serves, if it serves one. A child that is
   * killed before that is started again: it had no problem of its own. Throws SetupProblem when it does not start.
   */
  async start(): Promise<string | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#startOnce();
      } catch (error) {
        const isKilled = error instanceof KilledAtStart;
        if (!isKilled || this.#isStopping || attempt === FIRST_STARTS) throw error;
        this.#options.onCrash(`${error.message} Starting it again in ${FIRST_PAUSE_MS} ms.`);
        await wait(FIRST_PAUSE_MS);
      }
    }
  }

  async #startOnce(): Promise<string | undefined> {
    const startedAt = performance.now();
    const child = (this.#options.fork ?? forkPlainly(this.#options))();
    this.#child = child;
    this.#exit = new Promise((resolve) => child.once('exit', () => resolve()));
    const message = await firstMessage(child);
    if (message === undefined || message.kind === 'problem') {
      const signal = child.signalCode;
      child.kill('SIGKILL');
      await this.#exit;
      if (signal !== null) throw new KilledAtStart(this.#options.name, signal);
      throw new SetupProblem(message?.sentence ?? `The ${this.#options.name} process did not start.`);
    }
    child.once('exit', (code, signal) => {
      void this.#startAgain(`${this.#options.name} ended (${signal ?? `code ${code}`})`, startedAt);
    });
    return message.address;
  }

  /** Lets the child finish; when it does not within 20 s it is killed, which every write of ours survives. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const stop: StopMessage = { kind: 'stop' };
    if (child.connected) child.send(stop, () => undefined);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
    await this.#exit;
    clearTimeout(timer);
  }

  kill(): void {
    this.#isStopping = true;
    this.#child?.kill('SIGKILL');
  }

  async #startAgain(what: string, startedAt: number): Promise<void> {
    if (performance.now() - startedAt > GOOD_LIFE_MS) this.#pauseMs = FIRST_PAUSE_MS;
    let sentence = what;
    while (!this.#isStopping) {
      this.#options.onCrash(`${sentence}; starting it again in ${this.#pauseMs} ms.`);
      await wait(this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      // Stopped during the pause.
      if (this.#isStopping) return;
      try {
        await this.start();
        return;
      } catch (error) {
        sentence = error instanceof Error ? error.message : String(error);
      }
    }
  }
}

function forkPlainly({ program, args, environment }: KeptChildOptions): () => ChildProcess {
  return () =>
    fork(program, [...args], {
      env: { ...environment },
      // The flags of this process are its own.
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
}

/** Somebody else ended the child before it was ready. */
class KilledAtStart extends SetupProblem {
  constructor(name: string, signal: string) {
    super(`The ${name} process was ended by ${signal} before it was ready.`);
  }
}

/** The child's first word; undefined when it ended or stayed silent too long. */
async function firstMessage(child: ChildProcess): Promise<ChildMessage | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), READY_PATIENCE_MS);
    const settle = (message: ChildMessage | undefined): void => {
      clearTimeout(timer);
      resolve(message);
    };
    child.once('exit', () => settle(undefined));
    child.once('error', () => settle(undefined));
    child.on('message', (message) => {
      if (isChildMessage(message)) settle(message);
    });
  });
}
