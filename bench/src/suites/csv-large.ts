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

/**
 * A file of some hundred megabytes: memory while it is read, kill -9 of its reader in the middle of it and of the API later on, the door of
 * single events beside it; then the same file once more, which must change nothing.
 */
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
    const singles = quiet.sent + read.door.sent;
    const effect = await requireOnce(product, { id, rows, singles });
    const again = await readAgain(run, product, { file, rows, singles });
    return [rowOf({ run, rows, quiet: quiet.load, read, effect: `${effect}; ${again}` })];
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

/** How far it is. A machine that stands still for others may leave the API without its database for a moment: asked again for a minute. */
async function progressOf(product: Product, id: string): Promise<Progress> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await product.call('GET', `/v1/sources/cashier/imports/${id}`)) as unknown as Progress;
    } catch (error) {
      if (attempt === 60) throw error;
      await wait(LOOK_MS);
    }
  }
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
  /** The same of the API. */
  readonly apiKilledAt: number;
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
  let apiPeak = 0;
  let [peak, cpu, killedAt, resumedAfter, killedTime, apiKilledAt] = [0, 0, 0, Number.NaN, 0, 0];
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
    } else if (apiKilledAt === 0 && done * 4 >= rows * 3) {
      apiKilledAt = done;
      // The generator of single events would count what it cannot reach as refused.
      await door;
      apiPeak = product.memory().api;
      await product.restartApi();
      run.note(`API killed with 9 at row ${done}`);
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
    apiPeak: Math.max(apiPeak, product.memory().api),
    killedAt,
    apiKilledAt,
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
  const held = await countHeld(product);
  const told = rows + singles;
  if (
    held.events !== told ||
    held.items !== told ||
    held.taken !== told ||
    parked + accepted !== rows ||
    duplicate !== 0 ||
    held.cents !== centsOf(rows)
  )
    throw new Error(
      `of ${rows} rows with ${centsOf(rows)} cents and ${singles} single events came ${JSON.stringify(held)}; the import counts ${JSON.stringify(counts)}`,
    );
  return `${held.events} events and ${held.items} items, each with one disposition, for ${rows} rows and ${singles} single events, and the file's sum to the cent`;
}

/** The same file a second time: each row a duplicate, and nothing else changed. */
async function readAgain(
  run: BenchRun,
  product: Product,
  { file, rows, singles }: { file: string; rows: number; singles: number },
): Promise<string> {
  const runner = await startRunner(product, join(run.server.dataFolder, `product-${NAME}`));
  const id = await uploadFile(product, file);
  await product.call('POST', `/v1/sources/cashier/imports/${id}/start`);
  const begun = performance.now();
  let now = await progressOf(product, id);
  for (; now.state === 'running'; now = await progressOf(product, id)) await wait(LOOK_MS);
  const seconds = (performance.now() - begun) / 1000;
  const { peak } = memoryOf(runner.pid ?? 0);
  const gone = once(runner, 'exit');
  runner.kill('SIGTERM');
  await gone;
  const held = await countHeld(product);
  const { duplicate = 0 } = now.progress.counts;
  const told = rows + singles;
  if (
    now.state !== 'done' ||
    duplicate !== rows ||
    held.events !== told ||
    held.taken !== told ||
    held.items !== told + rows ||
    held.cents !== centsOf(rows)
  )
    throw new Error(
      `the same file again ended ${now.state}: ${JSON.stringify(now.progress.counts)}, then ${JSON.stringify(held)}: ${now.error ?? ''}`,
    );
  return `the same file again: ${duplicate} duplicates and nothing else, ${rate(rows / seconds)}, reader at most ${peak} MB`;
}

/** What `writeRows` writes as amounts, in cents. */
function centsOf(rows: number): number {
  let sum = 0;
  for (let index = 0; index < rows; index += 1) sum += ((index % 900) + 10) * 100 + (index % 100);
  return sum;
}

interface Held {
  readonly events: number;
  /** Items of all deliveries; and those of them that were accepted or parked. */
  readonly items: number;
  readonly taken: number;
  /** Sum of the amounts that the file's events hold. */
  readonly cents: number;
}

async function countHeld(product: Product): Promise<Held> {
  return withClient(product.databaseUrl, async (client) => {
    const ask = async (text: string): Promise<number> =>
      Number((await client.query<{ n: string }>(text)).rows[0]?.n);
    return {
      events: await ask('select count(*) as n from event'),
      items: await ask('select sum(items) as n from delivery_chunk'),
      taken: await ask(
        `select sum(one.value::bigint) as n from delivery_chunk c, jsonb_each(c.tally) s, jsonb_each_text(s.value) one
         where one.key in ('accepted', 'parked')`,
      ),
      cents: await ask(
        `select round(sum((e.content ->> 'amount')::numeric) * 100) as n
         from event e join source s on s.id = e.source_id where s.slug = 'cashier'`,
      ),
    };
  });
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
    work: `CSV import of ${run.megabytes} MB, reader and API killed on the way, single events beside it`,
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
      `reader killed with 9 at row ${read.killedAt}, another process had gone on after ${read.resumedAfter.toFixed(1)} s; API killed with 9 at row ${read.apiKilledAt}; ${effect}`,
    ],
  };
}
