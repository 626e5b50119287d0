import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { keepChild } from './children.ts';
import { createDb } from '../../server/src/platform/db.ts';
import { migrate } from '../../server/src/platform/migrations.ts';
import { LEAN_ENVIRONMENT } from '../../server/src/platform/supervision/index.ts';
import { ensureBootstrapKey } from '../../server/src/registry/access/index.ts';
import type { BenchServer } from './database.ts';
import { cpuOfTree, memoryOfTree, ownMemoryOfTree } from './machine.ts';

/** Plumbline's real processes on a database of their own. */
export interface Product {
  readonly databaseUrl: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Calls the API; throws unless it answers 2xx. */
  call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Waits until nothing is on the road; answers with how much is left, which is nothing. */
  quiesce(): Promise<void>;
  /** Resident memory in MB, highest so far. */
  memory(): { readonly api: number; readonly worker: number };
  /** Resident memory in MB at this moment. */
  memoryNow(): { readonly api: number; readonly worker: number };
  /** Resident memory in MB of API and worker together at this moment, shared pages counted once. */
  memoryTogether(): number;
  /** Kills the API with 9 and starts another one, on another port. */
  restartApi(): Promise<void>;
  /** CPU seconds so far. */
  cpu(): { readonly api: number; readonly worker: number };
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const KEY = 'plk_bench_0123456789abcdef0123456789';
const QUIESCE_PATIENCE_MS = 600_000;
/** Each look counts rows in the database that is measured, so it must be rare beside the work. */
const LOOK_MS = 100;
const STOP_PATIENCE_MS = 20_000;

export interface ProductOptions {
  readonly worker: boolean;
  /** Folder for CPU profiles of the processes. */
  readonly profileFolder?: string | undefined;
}

/** Migrates a fresh database and starts the API on it, and the worker when asked. */
export async function startProduct(
  server: BenchServer,
  name: string,
  options: ProductOptions,
): Promise<Product> {
  const databaseUrl = await server.createDatabase(name);
  await migrate(databaseUrl);
  const db = createDb({ url: databaseUrl });
  await ensureBootstrapKey(db, KEY);
  await db.close();
  const dataFolder = join(server.dataFolder, `product-${name}`);
  mkdirSync(dataFolder, { recursive: true });
  const environment = {
    // As `npm start` does.
    ...LEAN_ENVIRONMENT,
    ...process.env,
    DATABASE_URL: databaseUrl,
    PLUMBLINE_DATA: dataFolder,
    PORT: '0',
    HOST: '127.0.0.1',
    NODE_ENV: 'production',
  };
  const start = (part: 'api' | 'worker'): Promise<Part> =>
    startPart(part, environment, options.profileFolder);
  const api = await start('api');
  const worker = options.worker ? await start('worker') : undefined;
  return productOf({ databaseUrl, firstApi: api, worker, startApi: () => start('api') });
}

interface Part {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly address: string;
}

async function startPart(
  part: 'api' | 'worker',
  env: NodeJS.ProcessEnv,
  profileFolder: string | undefined,
): Promise<Part> {
  const flags =
    profileFolder === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`, `--cpu-prof-name=${part}-${Date.now()}.cpuprofile`];
  const child = keepChild(
    spawn(process.execPath, [...flags, PROGRAM, part], { env, stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.once('exit', (code) =>
      reject(new Error(`plumbline ${part} ended with code ${String(code)}: ${said}`)),
    );
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const ready = /is ready(?:: (\S+))?/.exec(said);
      if (ready !== null) resolve(ready[1] ?? '');
    });
  });
  return { child, pid: child.pid ?? 0, address };
}

function productOf({
  databaseUrl,
  firstApi,
  worker,
  startApi,
}: {
  databaseUrl: string;
  firstApi: Part;
  worker: Part | undefined;
  startApi: () => Promise<Part>;
}): Product {
  let api = firstApi;
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const call: Product['call'] = async (method, path, body) => {
    const answer = await request(new URL(path, api.address), {
      method,
      headers,
      headersTimeout: 200_000,
      bodyTimeout: 200_000,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300)
      throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text.slice(0, 1000)}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  return {
    databaseUrl,
    get address() {
      return api.address;
    },
    headers,
    call,
    async quiesce() {
      const begun = performance.now();
      while (performance.now() - begun < QUIESCE_PATIENCE_MS) {
        if ((await call('POST', '/v1/quiesce', { timeoutSeconds: 10 }))['drained'] === true) return;
        await wait(LOOK_MS);
      }
      throw new Error('the lanes were not drained in ten minutes');
    },
    memory: () => ({
      api: memoryOfTree(api.pid).peak,
      worker: worker === undefined ? 0 : memoryOfTree(worker.pid).peak,
    }),
    memoryNow: () => ({
      api: memoryOfTree(api.pid).now,
      worker: worker === undefined ? 0 : memoryOfTree(worker.pid).now,
    }),
    memoryTogether: () => ownMemoryOfTree(api.pid) + (worker === undefined ? 0 : ownMemoryOfTree(worker.pid)),
    async restartApi() {
      const gone = once(api.child, 'exit');
      api.child.kill('SIGKILL');
      await gone;
      api = await startApi();
    },
    cpu: () => ({ api: cpuOfTree(api.pid), worker: worker === undefined ? 0 : cpuOfTree(worker.pid) }),
    async stop() {
      for (const part of [api, worker]) if (part !== undefined) await stopPart(part);
    },
  };
}

async function stopPart({ child }: Part): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
  await gone;
  clearTimeout(timer);
}
