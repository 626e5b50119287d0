import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCashier } from '../../test/support/cashier.ts';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const ROWS = 9_000;

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({ fence: false });
  await openCashier(api);
});
afterAll(() => api.close());

/** The worker as it is started in production, on the test's database and data folder; answers with the signal that ended it. */
async function runWorker(
  failpoints: string | undefined,
  isOver: () => Promise<boolean>,
): Promise<string | null> {
  const child = spawn(process.execPath, [MAIN, 'worker'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: api.database.url,
      PLUMBLINE_DATA: api.context.config.dataFolder,
      PLUMBLINE_SECRET: '42'.repeat(32),
      ...(failpoints === undefined ? {} : { PLUMBLINE_FAILPOINTS: failpoints }),
    },
  });
  const gone = new Promise<string | null>((resolve) =>
    child.once('exit', (_code, signal) => resolve(signal)),
  );
  let isGone = false;
  void gone.then(() => (isGone = true));
  while (!isGone && !(await isOver())) await new Promise((resolve) => setImmediate(resolve));
  if (!isGone) child.kill('SIGTERM');
  return gone;
}

test('a worker that is killed in the middle of a file leaves nothing lost and nothing doubled', async () => {
  const rows = Array.from({ length: ROWS }, (_, index) => `k${index},42,2026-02-01T00:00:00Z,10`);
  const made = await api.call('POST', '/v1/sources/cashier/imports?start=true', {
    body: ['id,player,time,amount', ...rows].join('\n'),
    headers: { 'content-type': 'text/csv' },
  });
  const path = `/v1/sources/cashier/imports/${made.body.id}`;
  const stateOf = async () => (await api.call('GET', path)).body;
  const hasEnded = async (): Promise<boolean> => (await stateOf()).state !== 'running';

  // Between the commit of a slice and the note that it is stored: the slice will be sent again.
  expect(await runWorker('imports:before-progress=kill:2', hasEnded)).toBe('SIGKILL');
  const first = await stateOf();
  expect(first.state).toBe('running');
  expect(first.progress.rows).toBe(2_000);
  // Right after the note.
  expect(await runWorker('imports:after-progress=kill:1', hasEnded)).toBe('SIGKILL');
  expect((await stateOf()).progress.rows).toBeGreaterThan(first.progress.rows);
  expect(await runWorker(undefined, hasEnded)).not.toBe('SIGKILL');

  const done = await stateOf();
  expect(done).toMatchObject({ state: 'done', progress: { rows: ROWS } });
  // Each row was told once, so each is counted as new: also those of the slice that was sent twice.
  const { accepted = 0, parked = 0, ...others } = done.progress.counts;
  expect([accepted + parked, others]).toEqual([ROWS, {}]);
  const [stored] = await api.database.owner<{ events: number; told: number }>(
    `select (select count(*)::int from event) as events, (select sum(items)::int from delivery_chunk) as told`,
  );
  expect(stored).toEqual({ events: ROWS, told: ROWS });
}, 120_000);
