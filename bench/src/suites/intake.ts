import { beginCounting, settleServer, withClient } from '../database.ts';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { ms, rate, requireTaken, standing, writesPerEvent } from '../figures.ts';
import type { LoadOrder, LoadResult } from '../load/facts.ts';
import { generateLoad } from '../load/index.ts';
import { cpuOf, cpuOfTree } from '../machine.ts';
import { startProduct } from '../product.ts';
import { buildScene, DAY, SCENE } from '../scene.ts';
import { startYardstick } from '../yardstick.ts';

/**
 * Before the measured time, for both alike: a fresh process spends its first seconds on compiling what it runs often, on
 * the cores that are measured.
 */
const WARM_SECONDS = 8;

interface Door {
  readonly work: string;
  readonly path: string;
  readonly yardstickPath: string;
  readonly connections: number;
  readonly batch: number;
  /** How the events are sent to the product; the yardstick always gets them as a plain JSON list. */
  readonly sent?: Pick<LoadOrder, 'form' | 'gzip'> & { readonly headers: Readonly<Record<string, string>> };
  readonly name: string;
  readonly target: string;
  judge(ours: LoadResult, ratio: number): string;
}

const SINGLE: Door = {
  name: 'intake',
  work: 'single-event intake, 64 connections',
  path: '/v1/events',
  yardstickPath: '/one',
  connections: 64,
  batch: 1,
  target: '>= 7,000/s, p99 < 50 ms, ratio >= 0.5',
  judge: (ours, ratio) =>
    standing([
      { name: 'rate', got: ours.perSecond, want: 7_000 },
      { name: 'p99', got: ours.p99, want: 50, less: true },
      { name: 'ratio', got: ratio, want: 0.5 },
    ]),
};

const BATCH: Door = {
  name: 'batch',
  work: 'batch intake (100), 8 connections',
  path: '/v1/events/batch',
  yardstickPath: '/many',
  connections: 8,
  batch: 100,
  target: '>= 25,000/s, ratio >= 0.4',
  judge: (ours, ratio) =>
    standing([
      { name: 'rate', got: ours.perSecond, want: 25_000 },
      { name: 'ratio', got: ratio, want: 0.4 },
    ]),
};

const LINES: Door = {
  ...BATCH,
  name: 'lines',
  work: 'JSON lines (100 in a request), 8 connections',
  sent: { form: 'lines', headers: { 'content-type': 'application/x-ndjson' } },
};

const GZIP: Door = {
  ...BATCH,
  name: 'gzip',
  work: 'batch intake (100), gzip, 8 connections',
  sent: { gzip: true, headers: { 'content-encoding': 'gzip' } },
};

export const intakeBench = benchOf(SINGLE);
export const batchBench = benchOf(BATCH);
export const linesBench = benchOf(LINES);
export const gzipBench = benchOf(GZIP);

function benchOf(door: Door): Bench {
  return { name: door.name, run: (run) => measureDoor(run, door) };
}

/** The API alone, as the target names it: receipt up to the durable acknowledgement. The road behind it has its own lines. */
async function measureDoor(run: BenchRun, door: Door): Promise<Row[]> {
  const name = `bench_${door.name}`;
  const { headers, ...form } = door.sent ?? { headers: {} };
  const product = await startProduct(run.server, name, { worker: false, profileFolder: run.profileFolder });
  const pace = { kind: 'closed', warmSeconds: WARM_SECONDS, seconds: run.seconds } as const;
  const bodies = { kind: 'deposits', source: 'crm', customers: SCENE.customers, at: DAY.closed } as const;
  const common = {
    method: 'POST',
    connections: door.connections,
    batch: door.batch,
    from: 0,
    bodies,
    pace,
  } as const;
  await buildScene(product, { ...SCENE, levels: 1, leaves: 10 });
  const counted = await beginCounting(product.databaseUrl);
  const cpuBefore = { api: product.cpu().api, postgres: cpuOfTree(run.server.pid) };
  const ours = await generateLoad({
    ...common,
    ...form,
    url: product.address,
    path: door.path,
    headers: { ...product.headers, ...headers },
  });
  const cpu = {
    api: product.cpu().api - cpuBefore.api,
    postgres: cpuOfTree(run.server.pid) - cpuBefore.postgres,
  };
  const stored = await withClient(product.databaseUrl, async (client) =>
    Number(
      (await client.query<{ n: string }>(`select count(*) as n from event where kind = 'deposit'`)).rows[0]
        ?.n,
    ),
  );
  const countRows = await counted.end();
  const memory = product.memory();
  await product.stop();
  const writes = writesPerEvent(await countRows(), stored);
  requireTaken(door.work, ours);
  for (const line of await run.server.listStatements(name)) run.note(line);
  const bare = await measureYardstick(run, door, { ...common, name });
  const ratio = ours.perSecond / bare.perSecond;
  return [
    {
      work: door.work,
      ours: `${rate(ours.perSecond)}, p50 ${ms(ours.p50)}, p99 ${ms(ours.p99)}`,
      yardstick: `${rate(bare.perSecond)}, p50 ${ms(bare.p50)}, p99 ${ms(bare.p99)}`,
      ratio: ratio.toFixed(2),
      target: door.target,
      standing: door.judge(ours, ratio),
      writes: writes.writes,
      wal: writes.wal,
      memory: `api ${memory.api} MB`,
      notes: [
        writes.note,
        `CPU: api ${((cpu.api * 1e6) / stored).toFixed(0)} us and PostgreSQL ${((cpu.postgres * 1e6) / stored).toFixed(0)} us per event, load generator ${ours.cpuSeconds.toFixed(1)} s in ${ours.seconds} s; yardstick (bare Fastify, one unnest insert of the same bytes, group committed): ${bare.cpu.node.toFixed(0)} us and PostgreSQL ${bare.cpu.postgres.toFixed(0)} us`,
      ],
    },
  ];
}

async function measureYardstick(
  run: BenchRun,
  door: Door,
  common: Omit<Parameters<typeof generateLoad>[0], 'url' | 'path' | 'headers'> & { name: string },
): Promise<LoadResult & { cpu: { node: number; postgres: number } }> {
  const { name, ...order } = common;
  const databaseUrl = await run.server.createDatabase(`${name}_bare`);
  const yardstick = await startYardstick('bare-intake', databaseUrl);
  await settleServer(databaseUrl);
  const before = { node: cpuOf(yardstick.pid), postgres: cpuOfTree(run.server.pid) };
  const result = await generateLoad({
    ...order,
    url: yardstick.address,
    path: door.yardstickPath,
    headers: { 'content-type': 'application/json' },
  });
  const used = {
    node: cpuOf(yardstick.pid) - before.node,
    postgres: cpuOfTree(run.server.pid) - before.postgres,
  };
  const stored = await withClient(databaseUrl, async (client) =>
    Number((await client.query<{ n: string }>('select count(*) as n from bare_event')).rows[0]?.n),
  );
  await yardstick.stop();
  requireTaken('bare intake', result);
  return {
    ...result,
    cpu: { node: (used.node * 1e6) / stored, postgres: (used.postgres * 1e6) / stored },
  };
}
