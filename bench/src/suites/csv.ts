import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { keepChild } from '../children.ts';
import { settleServer, withClient } from '../database.ts';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { rate, standing } from '../figures.ts';
import { cpuOf, cpuOfTree, memoryOf } from '../machine.ts';
import { startProduct } from '../product.ts';
import type { Product } from '../product.ts';

const RUNNER = fileURLToPath(new URL('../import-runner.ts', import.meta.url));
/** Rows of the first import, which warms the process that is measured. */
const WARM_ROWS = 60_000;
/** Rows for each second that the run shall take, at about the target. */
const ROWS_PER_SECOND = 25_000;
const MB = 1 << 20;

/** How the cashier of the import benches writes its payments. */
export const CASHIER_MAPPING = {
  language: 1,
  name: 'cashier',
  format: 'csv',
  csv: { delimiter: ';' },
  rules: [
    {
      name: 'deposit',
      event: {
        kind: { path: 'type', map: { deposit: 'deposit', withdrawal: 'withdrawal' } },
        recordType: { const: 'payment' },
        externalId: 'id',
        occurredAt: { path: 'time', format: 'local', zone: { const: 'Europe/Berlin' } },
        identifiers: [{ namespace: { const: 'customer' }, value: 'player' }],
        amount: 'amount',
        currency: 'currency',
        country: 'country',
      },
      revisionOrder: { kind: 'arrival' },
    },
  ],
};

/** Import of a file with a disposition per row, beside COPY of the very same file into one table. */
export const csvBench: Bench = { name: 'csv', run: measureCsv };

async function measureCsv(run: BenchRun): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-csv-'));
  try {
    // The server of the yardstick reads the file itself, as another user.
    await chmod(folder, 0o755);
    const rows = run.seconds * ROWS_PER_SECOND;
    const warm = join(folder, 'warm.csv');
    const file = join(folder, 'payments.csv');
    await writeRows(warm, { from: 0, rows: WARM_ROWS });
    await writeRows(file, { from: WARM_ROWS, rows });
    const ours = await measureImport(run, { warm, file });
    const copy = await measureCopy(run, file);
    const perSecond = rows / ours.seconds;
    const ratio = perSecond / (rows / copy.seconds);
    return [
      {
        work: 'CSV import with a disposition per row',
        ours: rate(perSecond),
        yardstick: `${rate(rows / copy.seconds)} (COPY into one table)`,
        ratio: ratio.toFixed(2),
        target: '>= 25,000 rows/s, flat memory',
        standing: standing([{ name: 'rate', got: perSecond, want: 25_000 }]),
        writes: '',
        wal: '',
        memory: `imports ${ours.memory} MB`,
        notes: [
          `${rows} rows, ${((await stat(file)).size / MB).toFixed(0)} MB; CPU per row: imports ${((ours.cpu * 1e6) / rows).toFixed(1)} us, PostgreSQL ${((ours.postgres * 1e6) / rows).toFixed(1)} us; COPY: PostgreSQL ${((copy.postgres * 1e6) / rows).toFixed(1)} us`,
          `resident memory after a third of the file ${ours.memoryEarly} MB, highest ${ours.memory} MB`,
        ],
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Payments of numbers `from` on, each in a row of its own; answers when they are on the disk. */
export async function writeRows(file: string, { from, rows }: { from: number; rows: number }): Promise<void> {
  const out = createWriteStream(file, { mode: 0o644 });
  out.write('id;type;player;time;amount;currency;country;note\n');
  for (let index = from; index < from + rows; index += 1) {
    const minute = String(Math.floor(index / 60) % 60).padStart(2, '0');
    const line = `P${index};${index % 9 === 0 ? 'withdrawal' : 'deposit'};${100_000 + (index % 50_000)};2026-02-03 10:${minute}:${String(index % 60).padStart(2, '0')};${(index % 900) + 10}.${String(index % 100).padStart(2, '0')};EUR;DE;"card, ${index % 7}"\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

async function measureImport(run: BenchRun, files: { warm: string; file: string }) {
  const name = 'bench_csv';
  const product = await startProduct(run.server, name, { worker: false });
  const runner = await startRunner(
    product,
    join(run.server.dataFolder, `product-${name}`),
    run.profileFolder,
  );
  const pid = runner.pid ?? 0;
  const program = await product.call('POST', '/v1/programs', { name: 'Bench', vertical: 'forex' });
  await product.call('POST', '/v1/sources', {
    programId: program['id'],
    slug: 'cashier',
    preset: 'generic-s2s',
    registrar: true,
    mapping: CASHIER_MAPPING,
  });
  await importFile(product, files.warm);
  await settleServer(product.databaseUrl);
  const id = await uploadFile(product, files.file);
  const before = { cpu: cpuOf(pid), postgres: cpuOfTree(run.server.pid) };
  const begun = performance.now();
  await product.call('POST', `/v1/sources/cashier/imports/${id}/start`);
  const memoryEarly = await followImport(product, id, pid);
  const seconds = (performance.now() - begun) / 1000;
  const answer = {
    seconds,
    cpu: cpuOf(pid) - before.cpu,
    postgres: cpuOfTree(run.server.pid) - before.postgres,
    memory: memoryOf(pid).peak,
    memoryEarly,
  };
  const gone = once(runner, 'exit');
  runner.kill('SIGTERM');
  await gone;
  for (const line of await run.server.listStatements(name)) run.note(line);
  await product.stop();
  return answer;
}

/** The part of the worker that reads files, in a process of its own. */
export async function startRunner(
  product: Product,
  dataFolder: string,
  profileFolder?: string,
): Promise<ChildProcess> {
  const flags =
    profileFolder === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`, `--cpu-prof-name=imports-${Date.now()}.cpuprofile`];
  const runner = keepChild(
    fork(RUNNER, [], {
      execArgv: flags,
      env: {
        ...process.env,
        DATABASE_URL: product.databaseUrl,
        PLUMBLINE_DATA: dataFolder,
        NODE_ENV: 'production',
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    }),
  );
  await once(runner, 'message');
  return runner;
}

async function importFile(product: Product, file: string): Promise<void> {
  const id = await uploadFile(product, file);
  await product.call('POST', `/v1/sources/cashier/imports/${id}/start`);
  await followImport(product, id, 0);
}

/** Sends a file into the cashier's source; answers with the id of the import. */
export async function uploadFile(product: Product, file: string): Promise<string> {
  const answer = await request(new URL('/v1/sources/cashier/imports', product.address), {
    method: 'POST',
    headers: { ...product.headers, 'content-type': 'text/csv' },
    body: createReadStream(file),
    headersTimeout: 200_000,
  });
  const body = (await answer.body.json()) as { id: string };
  if (answer.statusCode !== 201)
    throw new Error(`the upload was answered ${answer.statusCode}: ${JSON.stringify(body)}`);
  return body.id;
}

/** Waits for the end and checks it: work that was not done is no throughput. Answers with the memory after a third. */
async function followImport(product: Product, id: string, pid: number): Promise<number> {
  let early = 0;
  for (;;) {
    const now = (await product.call('GET', `/v1/sources/cashier/imports/${id}`)) as {
      state: string;
      error: string | null;
      sizeBytes: number;
      progress: { bytes: number; rows: number; counts: Record<string, number> };
    };
    if (early === 0 && pid !== 0 && now.progress.bytes * 3 > now.sizeBytes) early = memoryOf(pid).now;
    if (now.state === 'running') {
      await wait(50);
      continue;
    }
    const { parked = 0, accepted = 0 } = now.progress.counts;
    if (now.state !== 'done' || parked + accepted !== now.progress.rows)
      throw new Error(
        `the import ended ${now.state} with ${JSON.stringify(now.progress.counts)}: ${now.error ?? ''}`,
      );
    return early;
  }
}

/** The yardstick: the server itself reads the file into one table of the same columns, with a key on the first. */
async function measureCopy(run: BenchRun, file: string): Promise<{ seconds: number; postgres: number }> {
  const databaseUrl = await run.server.createDatabase('bench_csv_copy');
  return withClient(databaseUrl, async (client) => {
    await client.query(
      'create table payment (id text primary key, type text, player text, time timestamp, amount numeric, currency text, country text, note text)',
    );
    await settleServer(databaseUrl);
    const before = cpuOfTree(run.server.pid);
    const begun = performance.now();
    await client.query(`copy payment from '${file}' with (format csv, header, delimiter ';')`);
    return { seconds: (performance.now() - begun) / 1000, postgres: cpuOfTree(run.server.pid) - before };
  });
}
