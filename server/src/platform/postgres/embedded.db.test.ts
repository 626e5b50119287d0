import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examineOrphan } from '../doctor/machine.ts';
import { clusterFolderOf, findEmbeddedPostgres, findPostmaster, startEmbeddedPostgres } from './index.ts';

const QUICK = { fsync: 'off', shared_buffers: '16MB' };

describe('startEmbeddedPostgres', () => {
  let dataFolder = '';
  beforeEach(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-embedded-'));
  });
  afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

  const start = (warnings: string[] = []) =>
    startEmbeddedPostgres({
      dataFolder,
      settings: QUICK,
      log: { info: () => undefined, warn: (text) => warnings.push(text) },
    });

  it('makes a database in UTF-8 that sorts by code point, and finds it again', async () => {
    const first = await start();
    await ask(first.url, `create table word as select * from unnest(array['b', 'B', 'ä', 'a']) as text`);
    await first.stop();
    const second = await start();
    try {
      const rows = await ask(second.url, 'select string_agg(text, null order by text) as answer from word');
      expect(rows).toEqual([{ answer: 'Babä' }]);
    } finally {
      await second.stop();
    }
  });

  it('lets nobody in without the password, which only its owner can read', async () => {
    const server = await start();
    try {
      const url = new URL(server.url);
      url.password = 'guessed';
      await expect(ask(url.href, 'select 1')).rejects.toThrow(/password authentication failed/);
      expect(statSync(join(dataFolder, 'postgres', 'password')).mode & 0o777).toBe(0o600);
    } finally {
      await server.stop();
    }
  });

  it('refuses a second start on the same folder while the first runs', async () => {
    const server = await start();
    await expect(start()).rejects.toThrow(/already uses this data folder/);
    expect(findEmbeddedPostgres(dataFolder)?.url).toBe(server.url);
    await server.stop();
    expect(findEmbeddedPostgres(dataFolder)).toBeUndefined();
  });

  it('refuses data of another major version and leaves it as it is', async () => {
    const server = await start();
    await server.stop();
    const file = join(clusterFolderOf(dataFolder), 'PG_VERSION');
    writeFileSync(file, '14\n');
    await expect(start()).rejects.toThrow(/written by PostgreSQL 14/);
    expect(readFileSync(file, 'utf8')).toBe('14\n');
  });

  it('begins anew when the first start was killed half way', async () => {
    mkdirSync(join(dataFolder, 'postgres', 'cluster.unfinished', 'base'), { recursive: true });
    const server = await start();
    await server.stop();
  });

  it('starts over a postmaster.pid whose process id belongs to somebody else now', async () => {
    const server = await start();
    await server.stop();
    const file = join(clusterFolderOf(dataFolder), 'postmaster.pid');
    // This test's own process is alive and is no PostgreSQL.
    writeFileSync(file, `${process.pid}\n${clusterFolderOf(dataFolder)}\n0\n5432\n\n127.0.0.1\n\nready   \n`);
    const again = await start();
    await again.stop();
  });

  it('stops a server that was left over where the death signal does not exist', async () => {
    const orphan = await leaveOrphan(dataFolder);
    expect(findPostmaster(clusterFolderOf(dataFolder))?.pid).toBe(orphan);
    expect(examineOrphan(dataFolder)).toMatchObject({
      state: 'wrong',
      found: expect.stringContaining(`${orphan}`),
    });
    const warnings: string[] = [];
    const server = await start(warnings);
    try {
      expect(examineOrphan(dataFolder).state).toBe('ok');
      expect(server.pid).not.toBe(orphan);
      expect(warnings).toEqual(['stopped a PostgreSQL left over from an earlier run']);
    } finally {
      await server.stop();
    }
  });

  it('dies with its parent, however that dies', async () => {
    const parent = await spawnParent(dataFolder, process.env['PATH'] ?? '');
    expect(findPostmaster(clusterFolderOf(dataFolder))).toBeDefined();
    parent.kill('SIGKILL');
    // Looks until it is gone; a server that stays makes the test run out of time.
    while (findPostmaster(clusterFolderOf(dataFolder)) !== undefined) await wait(20);
  });
});

/** A Plumbline that cannot find setpriv, killed: its PostgreSQL stays. Returns the server's process id. */
async function leaveOrphan(dataFolder: string): Promise<number> {
  const programs = join(dataFolder, 'programs');
  mkdirSync(programs);
  for (const name of ['sh', 'unshare'])
    symlinkSync(name === 'sh' ? '/bin/sh' : '/usr/bin/unshare', join(programs, name));
  const parent = await spawnParent(dataFolder, programs);
  const server = findEmbeddedPostgres(dataFolder);
  parent.kill('SIGKILL');
  await new Promise((resolve) => parent.once('exit', resolve));
  return server?.pid ?? 0;
}

async function spawnParent(dataFolder: string, path: string) {
  const launcher = new URL('./index.ts', import.meta.url).href;
  const script = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(launcher)});
    await startEmbeddedPostgres(${JSON.stringify({ dataFolder, settings: QUICK })});
    console.log('running');
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: { PATH: path },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    parent.stdout.once('data', () => resolve());
    parent.once('exit', (code) => reject(new Error(`the parent ended with ${code}`)));
  });
  parent.removeAllListeners('exit');
  return parent;
}

async function ask(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
