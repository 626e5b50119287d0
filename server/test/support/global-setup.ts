import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../src/platform/migrations.ts';
import { startEmbeddedPostgres } from '../../src/platform/postgres/index.ts';
import { raiseFence } from './raise-fence.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The maintenance database of the server under test. */
    postgresUrl: string;
    /** A migrated database with the lane fence up, to be cloned. */
    templateName: string;
    /** A migrated database without the fence, as in production, to be cloned. */
    openTemplateName: string;
  }
}

/** The server that the tests run on. */
interface TestServer {
  readonly url: string;
  readonly description: string;
  stop(): Promise<void>;
}

/**
 * What a server for tests is told: nothing here has to survive a power cut, so nothing waits for the disk.
 * The rest is as in production.
 */
const TEST_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '200',
  shared_buffers: '128MB',
};

/**
 * Starts one PostgreSQL for the whole run and makes the databases that the tests clone. Which server:
 * TEST_DATABASE_URL (an existing one), TEST_POSTGRES_BIN (a folder of server programs), else the embedded one.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const run = randomUUID().slice(0, 8);
  const open = `plumbline_open_${run}`;
  const fenced = `plumbline_fenced_${run}`;
  try {
    await withClient(server.url, (client) => client.query(`create database ${open}`));
    await migrate(urlOf(server.url, open));
    await withClient(server.url, (client) => client.query(`create database ${fenced} template ${open}`));
    await withClient(urlOf(server.url, fenced), raiseFence);
    await announce(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('postgresUrl', server.url);
  project.provide('templateName', fenced);
  project.provide('openTemplateName', open);
  return async () => {
    await withClient(server.url, async (client) => {
      for (const name of [open, fenced]) await client.query(`drop database if exists ${name} with (force)`);
    });
    await server.stop();
  };
}

async function startServer(): Promise<TestServer> {
  const existing = process.env['TEST_DATABASE_URL'];
  if (existing)
    return { url: existing, description: 'the server of TEST_DATABASE_URL', stop: async () => undefined };
  const binFolder = process.env['TEST_POSTGRES_BIN'];
  const dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-test-'));
  // The server runs as another user when the tests run as root, and that user must be able to pass.
  chmodSync(dataFolder, 0o755);
  const options = { dataFolder, settings: TEST_SETTINGS };
  const server = await startEmbeddedPostgres(binFolder ? { ...options, binFolder } : options);
  return {
    url: server.url,
    description: binFolder ? `the programs in ${binFolder}` : 'the embedded server',
    async stop() {
      await server.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

async function announce(server: TestServer): Promise<void> {
  const version = await withClient(server.url, async (client) => {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'of unknown version';
  });
  process.stdout.write(`database tests on PostgreSQL ${version}: ${server.description}\n`);
  if (!process.env['CITUS_URL'])
    process.stdout.write('database tests on Citus: not run, CITUS_URL is not set\n');
}

function urlOf(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
