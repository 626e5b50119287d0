import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
export const KEY = 'plk_journey_key_0123456789';

/** `npm start` as a person types it, in a process group of its own, as a terminal would make one. */
export class RunningPlumbline {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #dataFolder: string;
  #output = '';
  /** Nobody who could say more is left, and what was said has come. */
  #isHeard = false;

  private constructor(options: { port: number; dataFolder: string; environment: Record<string, string> }) {
    this.url = `http://127.0.0.1:${options.port}`;
    this.#dataFolder = options.dataFolder;
    this.#process = spawn('npm', ['start'], {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        PORT: String(options.port),
        PLUMBLINE_DATA: options.dataFolder,
        PLUMBLINE_BOOTSTRAP_KEY: KEY,
        ...options.environment,
      },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
    this.#process.once('close', () => {
      this.#isHeard = true;
    });
  }

  /** Starts it without waiting. Without a port, a free one is taken. */
  static async spawn(options: {
    dataFolder: string;
    port?: number;
    environment?: Record<string, string>;
  }): Promise<RunningPlumbline> {
    const port = options.port ?? (await freePort());
    return new RunningPlumbline({ ...options, port, environment: options.environment ?? {} });
  }

  /** Starts it and waits until it says that it is ready, on its page and in its words. */
  static async start(options: { dataFolder: string; port?: number }): Promise<RunningPlumbline> {
    const running = await RunningPlumbline.spawn(options);
    await running.untilReady();
    return running;
  }

  get output(): string {
    return this.#output;
  }

  async untilReady(): Promise<void> {
    await until('it is ready', async () => {
      if (this.#process.exitCode !== null) throw new Error(`it ended before it was ready:\n${this.#output}`);
      return this.#output.includes('Plumbline is ready') && (await this.isReady());
    });
  }

  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }

  /** A signal to the whole process group: what Ctrl-C in a terminal does, and `kill -9` of the tree. */
  signalTree(signal: NodeJS.Signals): void {
    process.kill(-(this.#process.pid ?? 0), signal);
  }

  /** A signal to npm alone. */
  signalNpm(signal: NodeJS.Signals): void {
    process.kill(this.#process.pid ?? 0, signal);
  }

  /** Process ids of one part: `api`, `worker`, or `start` for the supervisor. */
  idsOf(part: 'start' | 'api' | 'worker'): number[] {
    const isPart = new RegExp(`main\\.ts ${part}$`);
    return this.#tree()
      .filter(({ args }) => isPart.test(args))
      .map(({ pid }) => pid);
  }

  /** Everything of this start that still lives, PostgreSQL included, which has a group of its own. */
  survivors(): string[] {
    return this.#tree().map(({ pid, args }) => `${pid} ${args}`);
  }

  /** The exit code of npm. */
  async exitCode(): Promise<number | null> {
    await until(
      'it has ended',
      async () => this.#process.exitCode !== null || this.#process.signalCode !== null,
    );
    return this.#process.exitCode;
  }

  /** Ctrl-C, and wait until nothing is left. */
  async stop(): Promise<void> {
    this.signalTree('SIGINT');
    await this.exitCode();
    await this.untilGone();
  }

  async untilGone(): Promise<void> {
    await until(
      `no process is left of ${this.#dataFolder}, and all that was said is heard`,
      async () => this.survivors().length === 0 && this.#isHeard,
    );
  }

  #tree(): { pid: number; args: string }[] {
    const group = this.#process.pid ?? 0;
    return processes().filter(
      ({ pgid, args }) => pgid === group || args.includes(`-D ${this.#dataFolder}/postgres/cluster`),
    );
  }
}

interface ProcessLine {
  readonly pid: number;
  readonly pgid: number;
  readonly args: string;
}

function processes(): ProcessLine[] {
  const lines = spawnSync('ps', ['-eo', 'pid=,pgid=,stat=,args='], { encoding: 'utf8' }).stdout.split('\n');
  const found: ProcessLine[] = [];
  for (const line of lines) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    // A zombie holds nothing any more; it only waits for its parent to look.
    if (match === null || match[3]?.startsWith('Z')) continue;
    found.push({ pid: Number(match[1]), pgid: Number(match[2]), args: (match[4] ?? '').trimEnd() });
  }
  return found;
}

/** Waits for something to become true, by looking; the limit only ends a run that would never end. */
export async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await wait(50);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}
