import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import type { FailpointName } from '../../src/platform/failpoint.ts';
import { findEmbeddedPostgres } from '../../src/platform/postgres/index.ts';
import { goFile, orderFile, struckFile } from './strike.ts';
import type { StrikeOrder } from './strike.ts';

const SERVER = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PROGRAM = join(SERVER, 'src', 'main.ts');
export const KEY = 'plk_drill_key_0123456789';

export interface TreeOptions {
  /** An empty folder of the drill; data, orders and the output of the processes go there. */
  readonly folder: string;
  readonly port: number;
  /** A module that makes the product wrong on purpose, loaded like strike.ts. */
  readonly control?: 'acknowledge-early' | 'cursor-first' | 'hop-cursor-first';
}

/** `plumbline start` with its own PostgreSQL, in a process group of its own, and the means to hit it anywhere. */
export class Tree {
  readonly url: string;
  readonly dataFolder: string;
  readonly #options: TreeOptions;
  readonly #orders: string;
  #process: ChildProcess | undefined;
  readonly #extras = new Set<ChildProcess>();

  constructor(options: TreeOptions) {
    this.#options = options;
    this.url = `http://127.0.0.1:${options.port}`;
    this.dataFolder = join(options.folder, 'data');
    this.#orders = join(options.folder, 'orders');
    mkdirSync(this.#orders, { recursive: true });
  }

  /** Starts it and waits until it answers that it is ready. */
  async start(): Promise<void> {
    this.#process = this.#spawn(['start'], {});
    const child = this.#process;
    await until('Plumbline is ready', async () => {
      if (child.exitCode !== null)
        throw new Error(`plumbline start ended with code ${child.exitCode}:\n${this.output().slice(-3_000)}`);
      return this.isReady();
    });
  }

  /** Another worker on the same database, which nobody starts again. */
  startWorker(failpoints?: string): ChildProcess {
    const environment = {
      DATABASE_URL: this.databaseUrl(),
      ...(failpoints === undefined ? {} : { PLUMBLINE_FAILPOINTS: failpoints }),
    };
    const worker = this.#spawn(['worker'], environment);
    this.#extras.add(worker);
    worker.once('exit', () => this.#extras.delete(worker));
    return worker;
  }

  /** Runs a command of `plumbline` to its end. */
  run(args: readonly string[]): { status: number | null; output: string } {
    const { NODE_OPTIONS: _, ...environment } = this.#environment({});
    const run = spawnSync(process.execPath, [PROGRAM, ...args], {
      env: environment,
      encoding: 'utf8',
      timeout: 120_000,
    });
    return { status: run.status, output: `${run.stdout}${run.stderr}` };
  }

  async isReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
    } catch {
      return false;
    }
  }

  async untilReady(): Promise<void> {
    await until('Plumbline is ready again', () => this.isReady());
  }

  databaseUrl(): string {
    const found = findEmbeddedPostgres(this.dataFolder);
    if (found === undefined) throw new Error('the database of the drill does not run');
    return found.url;
  }

  /** The process id of one part now; waits while it is being started again. */
  async pidOf(part: 'api' | 'worker' | 'postgres'): Promise<number> {
    let pid: number | undefined;
    await until(`${part} runs`, async () => {
      pid =
        part === 'postgres'
          ? findEmbeddedPostgres(this.dataFolder)?.pid
          : this.#children().find(({ args }) => args.endsWith(`main.ts ${part}`))?.pid;
      return pid !== undefined;
    });
    return pid ?? 0;
  }

  /** kill -9 of one part, and wait until it is gone. The supervisor starts it again. */
  async kill(part: 'api' | 'worker' | 'postgres'): Promise<number> {
    const pid = await this.pidOf(part);
    process.kill(pid, 'SIGKILL');
    await until(`${part} is dead`, async () => isGone(pid));
    return pid;
  }

  /** kill -9 of everything in one moment: supervisor, API, worker, other workers and the postmaster. */
  async killAll(): Promise<void> {
    const postmaster = findEmbeddedPostgres(this.dataFolder)?.pid;
    const pids = [
      this.#process?.pid,
      ...this.#children().map(({ pid }) => pid),
      ...[...this.#extras].map(({ pid }) => pid),
      postmaster,
    ];
    // One after the other without a look in between: whoever sees another one die must not have the time to act on it.
    for (const pid of pids) if (pid !== undefined) killHard(pid);
    for (const pid of pids) if (pid !== undefined) await until('everything is dead', async () => isGone(pid));
    await this.#untilGone();
  }

  /** Gives an order to strike; the answer is the file that the struck process leaves. */
  order(name: FailpointName, order: StrikeOrder): void {
    rmSync(goFile(this.#orders), { force: true });
    const draft = join(this.#orders, 'draft');
    writeFileSync(draft, JSON.stringify(order));
    renameSync(draft, orderFile(this.#orders, name));
  }

  /** The process that was struck, or undefined while nobody has come by. */
  struck(name: FailpointName): number | undefined {
    const prefix = struckFile('', name, 0).slice(0, -1).replace(/^\//, '');
    const found = readdirSync(this.#orders).find((file) => file.startsWith(prefix));
    return found === undefined ? undefined : Number(found.slice(prefix.length));
  }

  /** Withdraws an order and its traces. */
  withdraw(name: FailpointName): void {
    rmSync(orderFile(this.#orders, name), { force: true });
    const pid = this.struck(name);
    if (pid !== undefined) rmSync(struckFile(this.#orders, name, pid), { force: true });
  }

  /** Lets a process that stands at a failpoint go on. */
  letGo(): void {
    writeFileSync(goFile(this.#orders), '');
  }

  /** Everything that the processes have printed. */
  output(): string {
    return readFileSync(join(this.#options.folder, 'output.log'), 'utf8');
  }

  #spawn(args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
    const log = openSync(join(this.#options.folder, 'output.log'), 'a');
    return spawn(process.execPath, [PROGRAM, ...args], {
      stdio: ['ignore', log, log],
      env: this.#environment(environment),
      detached: true,
    });
  }

  #environment(more: Readonly<Record<string, string>>): Record<string, string | undefined> {
    const preloads = [new URL('strike.ts', import.meta.url).href];
    if (this.#options.control !== undefined)
      preloads.push(new URL(`controls/${this.#options.control}.ts`, import.meta.url).href);
    return {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: String(this.#options.port),
      PLUMBLINE_DATA: this.dataFolder,
      PLUMBLINE_BOOTSTRAP_KEY: KEY,
      PLUMBLINE_ALLOW_PRIVATE_DESTINATIONS: '1',
      DRILL_FOLDER: this.#orders,
      NODE_OPTIONS: preloads.map((url) => `--import=${url}`).join(' '),
      ...more,
    };
  }

  #children(): { pid: number; args: string }[] {
    const supervisor = this.#process?.pid;
    return processes().filter(({ ppid }) => ppid === supervisor);
  }

  async #untilGone(): Promise<void> {
    const pid = this.#process?.pid ?? 0;
    const cluster = `-D ${this.dataFolder}/postgres/cluster`;
    await until(
      'nothing is left of the tree',
      async () =>
        isGone(pid) && !processes().some(({ args, pgid }) => pgid === pid || args.includes(cluster)),
    );
  }
}

interface ProcessLine {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly args: string;
}

/** All living processes. A zombie holds nothing any more; it only waits for its parent to look. */
function processes(): ProcessLine[] {
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,pgid=,stat=,args='], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (match === null || match[4]?.startsWith('Z')) return [];
    return [
      {
        pid: Number(match[1]),
        ppid: Number(match[2]),
        pgid: Number(match[3]),
        args: (match[5] ?? '').trimEnd(),
      },
    ];
  });
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return true;
  }
  return !processes().some((line) => line.pid === pid);
}

/** Waits for something to become true, by looking; the limit only ends a drill that would never end. */
export async function until(what: string, isTrue: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await wait(20);
  }
}
