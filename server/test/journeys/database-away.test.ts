import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDb } from '../../src/platform/db.ts';
import { migrate } from '../../src/platform/migrations.ts';
import { startEmbeddedPostgres } from '../../src/platform/postgres/index.ts';
import type { EmbeddedPostgres } from '../../src/platform/postgres/index.ts';
import { ensureBootstrapKey } from '../../src/registry/access/index.ts';

// A real PostgreSQL that is stopped and started, and real API processes, one of them killed.

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const KEY = 'plk_journey_key_0123456789';
const SECRET = '17'.repeat(32);
const HEADERS = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };

const folder = mkdtempSync(join(tmpdir(), 'plumbline-away-'));
const data = join(folder, 'data');
let postgres: EmbeddedPostgres;
const children: ChildProcess[] = [];

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'database') });
  await migrate(postgres.url);
  const db = createDb({ url: postgres.url });
  await ensureBootstrapKey(db, KEY);
  await db.close();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An `api` process of its own, when it says that it is ready. */
async function startProcess(): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [PROGRAM, 'api'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      PLUMBLINE_DATA: data,
      PLUMBLINE_SECRET: SECRET,
      PLUMBLINE_LOG_LEVEL: 'fatal',
      DATABASE_URL: postgres.url,
    },
  });
  children.push(child);
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const found = /is ready: (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`it ended before it was ready: ${output}`)));
  });
  return { url, child };
}

async function call(url: string, method: string, path: string, body?: object) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect([path, Math.floor(answer.status / 100)]).toEqual([path, 2]);
  return (await answer.json()) as {
    id: string;
    url: string;
    items: { clickId: string }[];
    nextCursor: string | null;
  };
}

/** Follows a link and answers with the click ids that the landing page gets. */
async function visit(url: string, path: string, times: number): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: times }, () => fetch(`${url}${path}`, { redirect: 'manual', headers: HEADERS })),
  );
  return answers.map((answer) => {
    expect(answer.status).toBe(302);
    return new URL(answer.headers.get('location') ?? '').searchParams.get('click_id') ?? '';
  });
}

async function storedClickIds(url: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Awaited<ReturnType<typeof call>> = await call(
      url,
      'GET',
      `/v1/clicks?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    ids.push(...page.items.map((item) => item.clickId));
    cursor = page.nextCursor;
  }
  return ids;
}

function linesOnDisk(): number {
  const files = readdirSync(join(data, 'clicks'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.clicks'))
    .reduce((sum, file) => sum + readFileSync(join(data, 'clicks', file), 'utf8').split('\n').length - 1, 0);
}

test('redirects go on while the database is away, from a killed and a fresh process too, and every visit is stored once', async () => {
  const first = await startProcess();
  const { id: programId } = await call(first.url, 'POST', '/v1/programs', {
    name: 'Acme',
    vertical: 'forex',
  });
  const { id: partnerId } = await call(first.url, 'POST', '/v1/partners', { programId, name: 'Ann' });
  const link = await call(first.url, 'POST', '/v1/links', {
    partnerId,
    landingUrl: 'https://broker.example/',
  });
  const path = new URL(link.url).pathname;
  const handedOut = await visit(first.url, path, 20);
  await vi.waitFor(async () => expect(await storedClickIds(first.url)).toHaveLength(20), { timeout: 20_000 });

  const { port } = postgres;
  await postgres.stop();
  handedOut.push(...(await visit(first.url, path, 50)));
  await vi.waitFor(() => expect(linesOnDisk()).toBe(50), { timeout: 20_000 });
  first.child.kill('SIGKILL');

  // Nobody tells this one about the link but the file in the data folder.
  const second = await startProcess();
  handedOut.push(...(await visit(second.url, path, 30)));

  postgres = await startEmbeddedPostgres({ dataFolder: join(folder, 'database'), port });
  await vi.waitFor(
    async () => expect((await storedClickIds(second.url)).length).toBeGreaterThanOrEqual(100),
    {
      timeout: 60_000,
      interval: 250,
    },
  );
  expect((await storedClickIds(second.url)).toSorted()).toEqual(handedOut.toSorted());
  expect(linesOnDisk()).toBe(0);
});
