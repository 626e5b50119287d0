import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CASHIER_MAPPING } from '../support/mapping-documents.ts';
import { KEY, RunningPlumbline } from './running-plumbline.ts';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

let folder: string;
let plumbline: RunningPlumbline;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-import-'));
  plumbline = await RunningPlumbline.start({ dataFolder: folder });
  const call = async (path: string, body: object) => {
    const answer = await fetch(`${plumbline.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(201);
    return (await answer.json()) as { id: string };
  };
  const { id } = await call('/v1/programs', { name: 'Files', vertical: 'forex' });
  await call('/v1/sources', {
    programId: id,
    slug: 'cashier',
    preset: 'generic-s2s',
    mapping: CASHIER_MAPPING,
  });
});
afterAll(async () => {
  await plumbline.stop();
  rmSync(folder, { recursive: true, force: true });
});

function plumb(...args: string[]): { code: number | null; out: string; said: string } {
  const run = spawnSync(process.execPath, [join(ROOT, 'server/src/main.ts'), ...args], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      PLUMBLINE_DATA: folder,
      PLUMBLINE_URL: plumbline.url,
      PLUMBLINE_KEY: KEY,
    },
  });
  return { code: run.status, out: run.stdout, said: run.stderr };
}

test('a file is looked at, tried, imported, corrected and verified from the command line', () => {
  const file = join(folder, 'day.csv');
  const errors = join(folder, 'errors.csv');
  const rows = Array.from({ length: 2_500 }, (_, index) => `r${index},42,2026-02-01T00:00:00Z,10`);
  writeFileSync(file, ['id,player,time,amount', ...rows, 'bad,42,2026-02-01T00:00:00Z,ten'].join('\n'));

  const preview = plumb('import', file, '--source', 'cashier', '--preview');
  expect(preview).toMatchObject({
    code: 0,
    out: expect.stringContaining('row 2  parked  deposit r0  10 EUR'),
  });
  const tried = plumb('import', file, '--source', 'cashier', '--dry-run');
  expect(tried).toMatchObject({ code: 2, out: expect.stringContaining('nothing was stored') });
  const done = plumb('import', file, '--source', 'cashier', '--errors', errors);
  expect(done).toMatchObject({ code: 2, out: expect.stringContaining('2,500 parked, 1 quarantined') });
  expect(done.said).toContain('importing 100%');

  writeFileSync(errors, readFileSync(errors, 'utf8').replaceAll(',ten', ',10'));
  const corrected = plumb('import', errors, '--source', 'cashier', '--json');
  expect(corrected.code).toBe(0);
  expect(JSON.parse(corrected.out)).toMatchObject({ state: 'done', progress: { counts: { parked: 1 } } });
  expect(plumb('import', file, '--source', 'nowhere')).toMatchObject({
    code: 1,
    said: expect.stringContaining('no source'),
  });
  expect(plumb('import', join(folder, 'none.csv'), '--source', 'cashier').code).toBe(1);
  const verified = plumb('verify');
  expect([verified.code, verified.out + verified.said]).toEqual([0, expect.any(String)]);
});
