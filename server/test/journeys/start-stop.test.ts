import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findEmbeddedPostgres } from '../../src/platform/postgres/index.ts';
import { KEY, RunningPlumbline, until } from './running-plumbline.ts';

describe('npm start', () => {
  let dataFolder = '';
  let running: RunningPlumbline | undefined;

  beforeEach(() => {
    dataFolder = join(realpathSync(mkdtempSync(join(tmpdir(), 'plumbline-journey-'))), 'data');
  });

  afterEach(async () => {
    if (running !== undefined && running.survivors().length > 0) {
      running.signalTree('SIGKILL');
      await running.untilGone();
    }
    running = undefined;
    rmSync(join(dataFolder, '..'), { recursive: true, force: true });
  });

  const start = async (port?: number): Promise<RunningPlumbline> => {
    running = await RunningPlumbline.start({ dataFolder, ...(port === undefined ? {} : { port }) });
    return running;
  };

  it('says where it is, where the data is and where the docs are', async () => {
    const plumbline = await start();
    expect(plumbline.output).toContain(`Plumbline is ready at ${plumbline.url}`);
    expect(plumbline.output).toContain(`${plumbline.url}/docs`);
    expect(plumbline.output).toContain(dataFolder);
  });

  it('stops everything at Ctrl-C, says so, ends well, and a second start finds the data', async () => {
    const first = await start();
    await remember('before the stop');
    first.signalTree('SIGINT');
    expect(await first.exitCode()).toBe(0);
    await first.untilGone();
    expect(first.output).toContain('Stopped. All data is kept.');
    await start();
    expect(await remembered()).toEqual(['before the stop']);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('obeys a single %s to npm alone', async (signal) => {
    const plumbline = await start();
    plumbline.signalNpm(signal);
    await plumbline.untilGone();
    expect(plumbline.output).toContain('Stopped. All data is kept.');
  });

  it('leaves no orphan when the whole tree is killed with -9, and finds the data again', async () => {
    const first = await start();
    await remember('before the kill');
    first.signalTree('SIGKILL');
    await first.untilGone();
    await start();
    expect(await remembered()).toEqual(['before the kill']);
  });

  it('leaves no orphan when only npm is killed with -9', async () => {
    const plumbline = await start();
    plumbline.signalNpm('SIGKILL');
    await plumbline.untilGone();
  });

  it('leaves no orphan when only the supervisor is killed with -9', async () => {
    const plumbline = await start();
    for (const pid of plumbline.idsOf('start')) process.kill(pid, 'SIGKILL');
    await plumbline.untilGone();
  });

  it('finds the data again when PostgreSQL itself is killed with -9 in the same moment', async () => {
    const first = await start();
    await remember('before the kill');
    const server = findEmbeddedPostgres(dataFolder);
    first.signalTree('SIGKILL');
    process.kill(server?.pid ?? 0, 'SIGKILL');
    await first.untilGone();
    await start();
    expect(await remembered()).toEqual(['before the kill']);
  });

  it.each(['api', 'worker'] as const)('starts the %s again when it is killed', async (part) => {
    const plumbline = await start();
    const [before = 0] = plumbline.idsOf(part);
    process.kill(before, 'SIGKILL');
    await until('another one is there', async () => {
      const ids = plumbline.idsOf(part);
      return ids.length === 1 && ids[0] !== before && (await plumbline.isReady());
    });
  });

  it('shares the port between processes: what one wrote every one knows, and one that dies is missed by nobody', async () => {
    const plumbline = await RunningPlumbline.spawn({
      dataFolder,
      environment: { PLUMBLINE_API_PROCESSES: '3' },
    });
    running = plumbline;
    await plumbline.untilReady();
    // The one that keeps them, and three that serve.
    const before = plumbline.idsOf('api');
    expect(before).toHaveLength(4);
    const program = await tellAlone(plumbline.url, 'POST', '/v1/programs', {
      slug: 'shared-port',
      name: 'Shared port',
      vertical: 'forex',
      baseCurrency: 'USD',
      zone: 'UTC',
    });
    const partner = await tellAlone(plumbline.url, 'POST', '/v1/partners', {
      programId: program['id'],
      name: 'Partner',
    });
    const link = await tellAlone(plumbline.url, 'POST', '/v1/links', {
      partnerId: partner['id'],
      landingUrl: 'https://broker.example/start',
    });
    const source = { programId: program['id'], slug: 'crm', preset: 'generic-s2s', registrar: true };
    await tellAlone(plumbline.url, 'POST', '/v1/sources', source);
    for (let count = 0; count < 6; count += 1) {
      const told = (kind: string, more: object): Promise<Record<string, string>> =>
        tellAlone(plumbline.url, 'POST', '/v1/events', {
          source: 'crm',
          kind,
          externalId: `${kind}-${count}`,
          occurredAt: '2026-03-02T10:00:00Z',
          identifiers: [{ namespace: 'customer', value: `c${count}` }],
          ...more,
        });
      await told('registration', {});
      expect(await told('deposit', { amount: '10', currency: 'USD' })).toMatchObject({
        disposition: 'accepted',
      });
    }
    // Links are looked up again every 100 ms; whoever has just been answered must not meet what stood before.
    for (const active of [false, true, false, true, false]) {
      await tellAlone(plumbline.url, 'PATCH', `/v1/links/${link['id']}`, { active });
      const visits = Array.from({ length: 9 }, () =>
        fetch(link['url'] ?? '', { redirect: 'manual', headers: { connection: 'close' } }),
      );
      const statuses = (await Promise.all(visits)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([active ? 302 : 404]));
    }
    process.kill(before.at(-1) ?? 0, 'SIGKILL');
    await until('another one is there', async () => {
      const ids = plumbline.idsOf('api');
      return ids.length === 4 && ids.some((id) => !before.includes(id)) && (await plumbline.isReady());
    });
    plumbline.signalTree('SIGINT');
    expect(await plumbline.exitCode()).toBe(0);
    await plumbline.untilGone();
  });

  it('starts the worker again when it is killed before it is ready', async () => {
    const plumbline = await RunningPlumbline.spawn({ dataFolder });
    running = plumbline;
    await until('the worker is there', async () => plumbline.idsOf('worker').length === 1);
    for (const pid of plumbline.idsOf('worker')) process.kill(pid, 'SIGKILL');
    await plumbline.untilReady();
    expect(plumbline.output).toContain('The worker process was ended by SIGKILL before it was ready.');
  });

  it('starts PostgreSQL again where its clients look for it when it is killed', async () => {
    const plumbline = await start();
    const before = findEmbeddedPostgres(dataFolder);
    process.kill(before?.pid ?? 0, 'SIGKILL');
    await until('another one is there', async () => {
      const now = findEmbeddedPostgres(dataFolder);
      return now !== undefined && now.pid !== before?.pid && (await plumbline.isReady());
    });
    expect(findEmbeddedPostgres(dataFolder)?.url).toBe(before?.url);
  });

  it('refuses a busy port in one plain sentence and leaves nothing running', async () => {
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo;
    running = await RunningPlumbline.spawn({ dataFolder, port });
    expect(await running.exitCode()).toBe(1);
    expect(running.output).toContain(`Port ${port} on 127.0.0.1 is taken by another program.`);
    expect(running.output).not.toMatch(/^\s+at /m);
    await running.untilGone();
    await new Promise((resolve) => stranger.close(resolve));
  });

  it('refuses a data folder that another Plumbline uses, and leaves that one alone', async () => {
    const first = await start();
    const second = await RunningPlumbline.spawn({ dataFolder });
    expect(await second.exitCode()).toBe(1);
    expect(second.output).toContain('already uses this data folder');
    expect(await first.isReady()).toBe(true);
  });

  it('names a wrong setting and starts nothing', async () => {
    running = await RunningPlumbline.spawn({ dataFolder, environment: { DATABASE_URL: 'mysql://nowhere' } });
    expect(await running.exitCode()).toBe(1);
    expect(running.output).toContain('DATABASE_URL must be an address like postgres://');
  });

  async function remember(word: string): Promise<void> {
    await ask('create table if not exists remembered (word text)');
    await ask('insert into remembered values ($1)', [word]);
  }

  async function remembered(): Promise<string[]> {
    const rows = await ask('select word from remembered');
    return rows.map((row) => row.word);
  }

  async function ask(text: string, values: string[] = []): Promise<{ word: string }[]> {
    const client = new pg.Client({ connectionString: findEmbeddedPostgres(dataFolder)?.url });
    await client.connect();
    try {
      return (await client.query<{ word: string }>(text, values)).rows;
    } finally {
      await client.end();
    }
  }
});

/** A request on a connection of its own, so that any of the processes may get it. */
async function tellAlone(
  url: string,
  method: string,
  path: string,
  body: object,
): Promise<Record<string, string>> {
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Record<string, string>;
}
