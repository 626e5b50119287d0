// The product as a person starts it, on a data folder of the demo's own.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const MAIN = join(ROOT, 'server', 'src', 'main.ts');
const DEFAULT_PORT = 8080;
/** Written into every data folder of a demo: only such a folder is ever emptied. */
const MARK = 'demo.json';
const START_PATIENCE_MS = 90_000;

/** Something that a person has to put right. */
export class DemoProblem extends Error {}

/** How somebody gets in; in the mark, so that other programs on this machine find it too. */
export interface SignIn {
  readonly email: string;
  readonly password: string;
}

/** `plumbline start` as a child, in a process group of its own, so that Ctrl-C reaches the demo first. */
export class Product {
  readonly url: string;
  readonly key: string;
  readonly dataFolder: string;
  readonly signIn: SignIn;
  /** True from the moment when the demo itself stops it. */
  isStopping = false;
  readonly #child: ChildProcess;
  readonly #environment: Record<string, string | undefined>;

  private constructor(parts: {
    url: string;
    key: string;
    dataFolder: string;
    signIn: SignIn;
    environment: Record<string, string | undefined>;
  }) {
    this.url = parts.url;
    this.key = parts.key;
    this.dataFolder = parts.dataFolder;
    this.signIn = parts.signIn;
    this.#environment = parts.environment;
    const log = openSync(join(parts.dataFolder, 'server.log'), 'a');
    // The channel is a leash: when the demo is killed, the product sees it close and stops.
    this.#child = spawn(process.execPath, [MAIN, 'start'], {
      env: parts.environment,
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
  }

  /** Starts on an emptied data folder and waits until it is ready. Throws DemoProblem. */
  static async start(folder: string | undefined): Promise<Product> {
    const dataFolder = resolve(folder ?? join(ROOT, '.plumbline-demo'));
    emptyFolder(dataFolder);
    const port = await choosePort(process.env['PORT']);
    const key = `plk_demo_${randomBytes(18).toString('base64url')}`;
    const signIn = { email: 'demo@plumbline.example', password: `demo-${randomBytes(6).toString('hex')}` };
    const environment = environmentOf({ dataFolder, port, key });
    const host = environment['HOST'] ?? '127.0.0.1';
    const url = `http://${['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host}:${port}`;
    writeFileSync(
      join(dataFolder, MARK),
      `${JSON.stringify({ pid: process.pid, url, key, signIn }, undefined, 2)}\n`,
      { mode: 0o600 },
    );
    const product = new Product({ url, key, dataFolder, signIn, environment });
    await product.#untilReady();
    return product;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves when it ends, asked or not. */
  async ended(): Promise<void> {
    if (!this.hasEnded) await new Promise((done) => this.#child.once('exit', done));
  }

  /** Process id of the worker, which the supervisor keeps; undefined while it is being started again. */
  workerPid(): number | undefined {
    const { stdout } = spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
    for (const line of stdout.split('\n')) {
      const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      if (Number(ppid) === this.#child.pid && args?.trimEnd().endsWith('main.ts worker') === true)
        return Number(pid);
    }
    return undefined;
  }

  /** Runs a command of `plumbline` on this data folder, and gives what it says. */
  async command(...args: readonly string[]): Promise<{ ok: boolean; output: string }> {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const code = await new Promise<number | null>((done) => child.once('close', done));
    return { ok: code === 0, output };
  }

  /** Ctrl-C, and wait until everything has stopped. */
  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.hasEnded) return;
    this.#child.kill('SIGINT');
    await this.ended();
  }

  async #untilReady(): Promise<void> {
    const end = performance.now() + START_PATIENCE_MS;
    while (!(await isReady(this.url)) || !this.#said('Plumbline is ready')) {
      if (this.hasEnded) throw new DemoProblem(`Plumbline did not start:\n${this.#lastWords()}`);
      if (performance.now() > end) {
        await this.stop();
        throw new DemoProblem(
          `Plumbline was not ready after ${START_PATIENCE_MS / 1000} s:\n${this.#lastWords()}`,
        );
      }
      await wait(50);
    }
  }

  #said(words: string): boolean {
    return this.#log().includes(words);
  }

  #lastWords(): string {
    return this.#log().trim().split('\n').slice(-15).join('\n');
  }

  #log(): string {
    return readFileSync(join(this.dataFolder, 'server.log'), 'utf8');
  }
}

/** The surroundings of the demo are not those of a real installation: no outside database, no other data folder, no other key. */
function environmentOf(told: {
  dataFolder: string;
  port: number;
  key: string;
}): Record<string, string | undefined> {
  const environment: Record<string, string | undefined> = { ...process.env };
  for (const name of Object.keys(environment)) if (name.startsWith('PLUMBLINE_')) delete environment[name];
  delete environment['DATABASE_URL'];
  return {
    ...environment,
    PORT: String(told.port),
    PLUMBLINE_DATA: told.dataFolder,
    PLUMBLINE_BOOTSTRAP_KEY: told.key,
  };
}

/** A fresh folder. Refuses one that holds anything but an earlier demo, or a demo that still runs. */
function emptyFolder(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    if (!existsSync(join(folder, MARK))) {
      throw new DemoProblem(
        `${folder} is not empty and not of a demo, so it is not touched. Choose another folder with --data.`,
      );
    }
    const user = userOf(folder);
    if (user !== undefined) {
      throw new DemoProblem(
        `Plumbline is running on ${folder} (process ${user}). Stop it with Ctrl-C there, or choose another folder with --data.`,
      );
    }
    rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true });
}

/** The living process that uses a folder: an earlier demo, or the database of whoever opened its data again. */
function userOf(folder: string): number | undefined {
  const demo = (JSON.parse(readFileSync(join(folder, MARK), 'utf8')) as { pid: number }).pid;
  const lock = join(folder, 'postgres', 'cluster', 'postmaster.pid');
  const database = existsSync(lock) ? Number.parseInt(readFileSync(lock, 'utf8'), 10) : 0;
  return [demo, database].find((pid) => pid > 0 && isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    // Another user's process may not be signalled, and lives all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The wanted port, or 8080 when it is free, or any free one. Throws DemoProblem for one that is wanted and taken. */
async function choosePort(wanted: string | undefined): Promise<number> {
  if (wanted !== undefined && wanted !== '' && wanted !== '0') {
    const port = await freePort(Number(wanted));
    if (port === undefined)
      throw new DemoProblem(`Port ${wanted} is taken or no port. Choose another: PORT=8090 npm run demo`);
    return port;
  }
  const port = (wanted === '0' ? undefined : await freePort(DEFAULT_PORT)) ?? (await freePort(0));
  if (port === undefined) throw new DemoProblem('The system gives no free port.');
  return port;
}

async function freePort(port: number): Promise<number | undefined> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return undefined;
  const server = createServer();
  return new Promise((done) => {
    server.once('error', () => done(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(address === null || typeof address === 'string' ? undefined : address.port));
    });
  });
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
