import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCashier } from '../../test/support/cashier.ts';
import { startSftpServer } from '../../test/support/sftp-server.ts';
import type { TestSftpServer } from '../../test/support/sftp-server.ts';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';
import { startImports } from './index.ts';

let api: TestApi;
let folder: string;
let inbox: string;
let remote: string;
let server: TestSftpServer;
let close: () => Promise<void>;
const keys = (ssh2 as ReturnType<typeof JSON.parse>).utils.generateKeyPairSync('ed25519');

const HEADER = 'id,player,time,amount';
const line = (id: string, amount = '10'): string => `${id},42,2026-02-01T00:00:00Z,${amount}`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-watch-'));
  inbox = join(folder, 'inbox');
  remote = join(folder, 'remote');
  mkdirSync(inbox);
  mkdirSync(join(remote, 'out'), { recursive: true });
  api = await startTestApi({ fence: false });
  await openCashier(api);
  server = await startSftpServer({ folder: remote, user: 'plumb', password: 'line', publicKey: keys.public });
  const imports = await startImports({
    ...api.context,
    config: { ...api.context.config, importFolders: [inbox] },
    clock: { now: () => (Date.now() * 1000) as ReturnType<typeof api.context.clock.now> },
  });
  close = () => imports.close();
});
afterAll(async () => {
  await close();
  await server.close();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

async function makeFeed(name: string, kind: string, files: object, secret?: string) {
  const made = await api.call('POST', '/v1/sources/cashier/feeds', {
    body: {
      name,
      kind,
      verification: { scheme: 'none' },
      settings: { files: { settleSeconds: 0, everySeconds: 1, ...files } },
      ...(secret === undefined ? {} : { secret }),
    },
  });
  expect(made.text).toContain(name);
  expect(made.status).toBe(201);
  return made.body;
}

/** Looks until it is so; the test's own limit ends a run in which it never is. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}

const importsOf = async (feed: string) =>
  (await api.call('GET', '/v1/sources/cashier/imports?limit=200')).body.items.filter(
    (one: { feed: string }) => one.feed === feed,
  );
const lookOf = async (feed: string) =>
  (await api.call('GET', '/v1/sources/cashier/watches')).body.items.find(
    (one: { feed: string }) => one.feed === feed,
  );

test('a file in a watched folder is imported once and put away with its errors beside it', async () => {
  writeFileSync(join(inbox, 'day.csv'), [HEADER, line('f1'), line('f2', 'twelve')].join('\n'));
  writeFileSync(join(inbox, 'notes.txt'), 'not for us');
  writeFileSync(join(inbox, 'half.csv.part'), 'still coming');
  await makeFeed('inbox', 'folder', { path: '.', pattern: '*.csv' });
  await until(
    () => existsSync(join(inbox, 'done/day.csv')) && existsSync(join(inbox, 'done/day.csv.errors.csv')),
  );
  // It is there before it is written to its end.
  await until(() => readFileSync(join(inbox, 'done/day.csv.errors.csv'), 'utf8').includes('3,bad_amount,'));
  await until(async () =>
    (await importsOf('inbox')).every(({ state }: { state: string }) => state === 'done'),
  );
  expect(readdirSync(inbox).toSorted()).toEqual(['done', 'half.csv.part', 'notes.txt']);
  expect(await importsOf('inbox')).toMatchObject([
    { origin: 'folder', name: 'day.csv', state: 'done', progress: { counts: { parked: 1, quarantined: 1 } } },
  ]);

  writeFileSync(join(inbox, 'day.csv'), [HEADER, line('f1'), line('f2', 'twelve')].join('\n'));
  await until(() => !existsSync(join(inbox, 'day.csv')));
  await until(async () => {
    const all = await importsOf('inbox');
    return (
      all.length === 2 && all.every(({ state }: { state: string }) => ['done', 'cancelled'].includes(state))
    );
  });
  expect((await importsOf('inbox'))[0]).toMatchObject({
    state: 'cancelled',
    error: expect.stringContaining('imported before'),
  });
});

test('a file that no mapping can read is put away as failed, with the reason beside it', async () => {
  writeFileSync(join(inbox, 'empty.csv'), '');
  await until(() => existsSync(join(inbox, 'failed/empty.csv.error.txt')));
  expect(readFileSync(join(inbox, 'failed/empty.csv.error.txt'), 'utf8')).toContain('The file is empty');
});

test('a folder outside of the allowed ones is not opened, nor one that a link leads to', async () => {
  await makeFeed('outside', 'folder', { path: '/etc' });
  symlinkSync(remote, join(inbox, 'link'));
  await makeFeed('linked', 'folder', { path: 'link' });
  for (const name of ['outside', 'linked']) {
    await until(async () => typeof (await lookOf(name))?.error === 'string');
    expect((await lookOf(name)).error).toContain('PLUMBLINE_IMPORT_FOLDERS');
  }
});

test('a file on an SFTP server is taken with a password and put away there', async () => {
  writeFileSync(join(remote, 'out/a.csv'), [HEADER, line('s1'), line('s2', 'x')].join('\n'));
  const target = {
    host: '127.0.0.1',
    port: server.port,
    user: 'plumb',
    hostKey: server.hostKey,
    path: '/out',
    pattern: 'a*.csv',
  };
  const feed = await makeFeed('partner', 'sftp', target, 'line');
  expect(JSON.stringify(feed)).not.toContain('"line"');
  await until(() => existsSync(join(remote, 'out/done/a.csv.errors.csv')));
  expect(existsSync(join(remote, 'out/done/a.csv'))).toBe(true);
  expect(await importsOf('partner')).toMatchObject([
    { origin: 'sftp', state: 'done', progress: { counts: { parked: 1, quarantined: 1 } } },
  ]);
});

test('a file that is left where it lies is taken once; with a private key as the secret', async () => {
  writeFileSync(join(remote, 'out/b.csv'), [HEADER, line('l1')].join('\n'));
  const target = {
    host: '127.0.0.1',
    port: server.port,
    user: 'plumb',
    hostKey: server.hostKey,
    path: '/out',
    pattern: 'b*',
    after: 'leave',
  };
  await makeFeed('kept', 'sftp', target, keys.private);
  await until(async () => (await importsOf('kept'))[0]?.state === 'done');
  const seen = (await lookOf('kept')).lookedAt;
  await until(async () => (await lookOf('kept')).lookedAt > seen);
  expect(await importsOf('kept')).toHaveLength(1);
  expect(existsSync(join(remote, 'out/b.csv'))).toBe(true);
});

test.each([
  ['wrong-key', { hostKey: `SHA256:${'A'.repeat(43)}` }, 'line', 'showed the host key SHA256:'],
  ['wrong-password', {}, 'guess', 'does not let plumb in'],
  ['wrong-folder', { path: '/nowhere' }, 'line', 'cannot be read'],
])('%s: the look says what to do, and nothing is taken', async (name, more, secret, words) => {
  const target = {
    host: '127.0.0.1',
    port: server.port,
    user: 'plumb',
    hostKey: server.hostKey,
    path: '/out',
    ...more,
  };
  await makeFeed(name, 'sftp', target, secret);
  await until(async () => typeof (await lookOf(name))?.error === 'string');
  expect((await lookOf(name)).error).toContain(words);
  expect(await importsOf(name)).toEqual([]);
});

test('a feed of files says what it lacks', async () => {
  const made = await api.call('POST', '/v1/sources/cashier/feeds', {
    body: {
      name: 'lacks',
      kind: 'sftp',
      verification: { scheme: 'none' },
      settings: { files: { host: 'x' } },
    },
  });
  expect(made).toMatchObject({ status: 422, body: { errors: [{ path: 'body.settings.files.user' }] } });
});
