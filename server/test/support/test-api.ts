import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets } from '../../src/platform/secrets.ts';
import { parseConfig } from '../../src/platform/config.ts';
import type { Context } from '../../src/platform/context.ts';
import { createLog } from '../../src/platform/log.ts';
import type { Log } from '../../src/platform/log.ts';
import { instantFromIso } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { startApi } from '../../src/api/server.ts';
import { ensureBootstrapKey } from '../../src/registry/access/index.ts';
import { createTestDatabase } from './test-database.ts';
import type { TestDatabase, TestDatabaseOptions } from './test-database.ts';

/** What came back: status, headers, and the body as JSON where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Tests look into many shapes; a wrong guess fails the test, which is what it is for. */
  readonly body: ReturnType<typeof JSON.parse>;
}

export interface CallOptions {
  /** Sent as JSON, unless it is a string or bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** null = without an API key. */
  readonly key?: string | null;
}

/** The real HTTP server on a database of its own and a clock that stands where the test puts it. */
export interface TestApi {
  readonly context: Context;
  readonly database: TestDatabase;
  readonly address: string;
  readonly key: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  setNow(iso: string): void;
  close(): Promise<void>;
}

const KEY = 'test-key-with-all-scopes';
const SECRET = '42'.repeat(32);

/** Starts it on a free loopback port. */
export async function startTestApi(
  options: TestDatabaseOptions & { readonly log?: Log } = {},
): Promise<TestApi> {
  const database = await createTestDatabase(options);
  await ensureBootstrapKey(database.db, KEY);
  let now: Instant = instantFromIso('2026-03-01T12:00:00Z');
  const dataFolder = join(tmpdir(), `plumbline-api-${randomUUID()}`);
  const config = parseConfig(
    { PORT: '0', PLUMBLINE_SECRET: SECRET, PLUMBLINE_LOG_LEVEL: 'fatal', PLUMBLINE_DATA: dataFolder },
    '/nowhere',
  );
  const context: Context = {
    config,
    databaseUrl: database.url,
    db: database.db,
    log: options.log ?? createLog({ level: 'fatal', process: 'test' }),
    secrets: openSecrets({ dataFolder: '/nowhere', secret: SECRET }),
    clock: { now: () => now },
  };
  const api = await startApi(context);
  return {
    context,
    database,
    address: api.address,
    key: KEY,
    call: (method, path, call = {}) => send(`${api.address}${path}`, method, call),
    setNow: (iso) => void (now = instantFromIso(iso)),
    async close() {
      await api.close();
      await database.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

async function send(url: string, method: string, { body, headers, key = KEY }: CallOptions): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: /json/.test(type) && text !== '' ? JSON.parse(text) : undefined,
  };
}
