import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import type { ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { settleServer, withClient } from '../database.ts';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { ms, rate, requireTaken } from '../figures.ts';
import type { LoadResult } from '../load/facts.ts';
import { generateLoad } from '../load/index.ts';
import { cpuOf, cpuOfTree, memoryOf } from '../machine.ts';
import { startProduct } from '../product.ts';
import type { Product } from '../product.ts';
import { DAY } from '../scene.ts';
import { CASHIER_MAPPING, startRunner, uploadFile, writeRows } from './csv.ts';

const NAME = 'bench_csv_large';
const MB = 1 << 20;
/** What a row of `writeRows` takes, nearly. */
const ROW_BYTES = 78;
const LOOK_MS = 1_000;
const LIMIT_MB = 600;
/** Between the second and the last tenth of the file; a heap sways by some tens of megabytes. */
const FLAT_MB = 60;
/** Single events a second beside the file: what a sender expects of a quiet door. */
const DOOR_RATE = 200;
const DOOR_SECONDS = 20;
/** How much slower a single event may be beside a file before it counts as starved. */
const FAIR_TIMES = 5;

/** A file of some hundred megabytes: memory while it is read, kill -9 in the middle of it, and the door of single events beside it. */
export const largeCsvBench: Bench = { name: 'csv-large', run: measureLarge };

async function measureLarge(run: BenchRun): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-csv-large-'));
  const product = await startProduct(run.server, NAME, { worker: false });
  try {
    await chmod(folder, 0o755);
    const rows = Math.round((run.megabytes * MB) / ROW_BYTES);
    const file = join(folder, 'payments.csv');
    await writeRows(file, { from: 0, rows });
    const quiet = await openSources(product).then(() => askDoor(product, 0));
    const id = await uploadFile(product, file);
    await settleServer(product.databaseUrl);
    const read = await readWithKill(run, product, { id, rows });
    const effect = await requireOnce(product, { id, rows, singles: quiet.sent + read.door.sent });
    return [rowOf({ run, rows, quiet: quiet.load, read, effect })];
  } finally {
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function openSources(product: Product): Promise<void> {
  const program = await product.call('POST', '/v1/programs', { name: 'Bench', vertical: 'forex' });
  const source = { programId: program['id'], preset: 'generic-s2s', registrar: true };
  await product.call('POST', '/v1/sources', { ...source, slug: 'cashier', mapping: CASHIER_MAPPING });
  await product.call('POST', '/v1/sources', { ...source, slug: 'crm' });
}

interface Asked {
  readonly load: LoadResult;
  /** Events that were told, those of the warm-up too. */
  readonly sent: number;
}

/** Single events in an open loop, from number `from` on. */
async function askDoor(product: Product, from: number): Promise<Asked> {
  const warmSeconds = 5;
  const load = await generateLoad({
    url: product.address,
    method: 'POST',
    path: '/v1/events',
    headers: product.headers,
    connections: 32,
    batch: 1,
    from,
    bodies: { kind: 'deposits', source: 'crm', customers: 2_000, at: DAY.closed },
    pace: { kind: 'open', rate: DOOR_RATE, warmSeconds, seconds: DOOR_SECONDS },
  });
  requireTaken('single events', load);
  return { load, sent: Math.round(DOOR_RATE * (warmSeconds + DOOR_SECONDS)) };
}

interface Progress {
  readonly state: string;
  readonly error: string | null;
  readonly progress: { readonly rows: number; readonly counts: Readonly<Record<string, number>> };
}

async function progressOf(product: Product, id: string): Promise<Progress> {
  return (await product.call('GET', `/v1/sources/cashier/imports/${id}`)) as unknown as Progress;
}

interface ReadOutcome {
  readonly seconds: number;
  readonly cpu: number;
  readonly postgres: number;
  readonly door: Asked;
  /** Resident memory of the reading process after each tenth of the file, in MB. */
  readonly tenths: readonly number[];
  readonly peak: number;
  readonly apiPeak: number;
  /** Rows whose progress was kept when the reader was killed, and the seconds until another one had gone on. */
  readonly killedAt: number;
  readonly resumedAfter: number;
}

/** Reads the file; the reader is killed on half the way, and a second one goes on. */
async function readWithKill(
  run: BenchRun,
  product: Product,
  { id, rows }: { id: string; rows: number },
): Promise<ReadOutcome> {
  const data = join(run.server.dataFolder, `product-${NAME}`);
  let runner = await startRunner(product, data);
  const before = cpuOfTree(run.server.pid);
  const begun = performance.now();
  await product.call('POST', `/v1/sources/cashier/imports/${id}/start`);
  const door = askDoor(product, DOOR_RATE * (DOOR_SECONDS + 5));
  const tenths: number[] = [];
  let [peak, cpu, killedAt, resumedAfter, killedTime] = [0, 0, 0, Number.NaN, 0];
  for (;;) {
    const now = await progressOf(product, id);
    const done = now.progress.rows;
    const memory = memoryOf(runner.pid ?? 0);
    peak = Math.max(peak, memory.peak);
    while (tenths.length < Math.floor((done * 10) / rows)) {
      tenths.push(memory.now);
      run.note(`${done} of ${rows} rows, reader ${memory.now} MB, api ${product.memoryNow().api} MB`);
    }
    if (now.state !== 'running') {
      if (now.state !== 'done') throw new Error(`the import ended ${now.state}: ${now.error ?? ''}`);
      break;
    }
    if (killedAt === 0 && done * 2 >= rows) {
      cpu += cpuOf(runner.pid ?? 0);
      await kill(runner);
      [killedAt, killedTime] = [done, performance.now()];
      runner = await startRunner(product, data);
    } else if (Number.isNaN(resumedAfter) && killedAt > 0 && done > killedAt) {
      resumedAfter = (performance.now() - killedTime) / 1000;
    }
    await wait(LOOK_MS);
  }
  const seconds = (performance.now() - begun) / 1000;
  cpu += cpuOf(runner.pid ?? 0);
  const postgres = cpuOfTree(run.server.pid) - before;
  const asked = await door;
  const gone = once(runner, 'exit');
  runner.kill('SIGTERM');
  await gone;
  return {
    seconds,
    cpu,
    postgres,
    door: asked,
    tenths,
    peak,
    apiPeak: product.memory().api,
    killedAt,
    resumedAfter,
  };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Every row had its effect, and had it once: as the import counted it, as the events are there, and as the deliveries tell. */
async function requireOnce(
  product: Product,
  { id, rows, singles }: { id: string; rows: number; singles: number },
): Promise<string> {
  const { counts } = (await progressOf(product, id)).progress;
  const { parked = 0, accepted = 0, duplicate = 0 } = counts;
  const [events, items] = await withClient(product.databaseUrl, async (client) => {
    const told = await client.query<{ n: string }>('select count(*) as n from event');
    const came = await client.query<{ n: string }>('select sum(items) as n from delivery_chunk');
    return [Number(told.rows[0]?.n), Number(came.rows[0]?.n)];
  });
  const told = rows + singles;
  if (events !== told || items !== told || parked + accepted !== rows || duplicate !== 0)
    throw new Error(
      `of ${rows} rows and ${singles} single events ${events} events and ${items} items came to be; the import counts ${JSON.stringify(counts)}`,
    );
  return `${events} events and ${items} items for ${rows} rows and ${singles} single events`;
}

interface Measured {
  readonly run: BenchRun;
  readonly rows: number;
  readonly quiet: LoadResult;
  readonly read: ReadOutcome;
  readonly effect: string;
}

function rowOf({ run, rows, quiet, read, effect }: Measured): Row {
  const beside = read.door.load;
  const growth = (read.tenths.at(-1) ?? 0) - Math.max(...read.tenths.slice(1, 3));
  const faults = [
    ...(read.peak < LIMIT_MB ? [] : [`reader ${read.peak - LIMIT_MB} MB too much`]),
    ...(growth < FLAT_MB ? [] : [`grows by ${growth} MB`]),
    ...(beside.p99 <= Math.max(50, quiet.p99 * FAIR_TIMES) ? [] : ['the door of single events starves']),
  ];
  return {
    work: `CSV import of ${run.megabytes} MB, killed on half the way, single events beside it`,
    ours: `${rate(rows / read.seconds)}, single events p50 ${ms(beside.p50)}, p99 ${ms(beside.p99)}`,
    yardstick: `single events without the file p50 ${ms(quiet.p50)}, p99 ${ms(quiet.p99)}`,
    ratio: '-',
    target: `< ${LIMIT_MB} MB, flat; nothing twice, nothing lost; p99 beside the file at most 50 ms or ${FAIR_TIMES} times`,
    standing: faults.length === 0 ? 'met' : faults.join(', '),
    writes: '-',
    wal: '-',
    memory: `imports ${read.peak} MB, api ${read.apiPeak} MB`,
    notes: [
      `${rows} rows; CPU per row: imports ${((read.cpu * 1e6) / rows).toFixed(1)} us, PostgreSQL ${((read.postgres * 1e6) / rows).toFixed(1)} us, that of the single events with it`,
      `resident memory of the reader after each tenth: ${read.tenths.join(', ')} MB`,
      `killed with 9 at row ${read.killedAt}; another process had gone on after ${read.resumedAfter.toFixed(1)} s; ${effect}`,
    ],
  };
}
