import { beginCounting, settleServer, withClient } from '../database.ts';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { ms, rate, standing, writesPerEvent } from '../figures.ts';
import { cpuOfTree } from '../machine.ts';
import { generateLoad } from '../load/index.ts';
import { startProduct } from '../product.ts';
import type { Product } from '../product.ts';
import { buildScene, DAY, openPositions, SCENE } from '../scene.ts';
import { startYardstick } from '../yardstick.ts';

interface Depth {
  readonly levels: number;
  readonly target: number;
  readonly above: number;
}

export const roadBench: Bench = {
  name: 'road',
  run: (run) => measureRoad(run, { levels: 2, target: 6_000, above: 20 }),
};
export const deepRoadBench: Bench = {
  name: 'road5',
  run: (run) => measureRoad(run, { levels: 5, target: 4_000, above: 20 }),
};

/** Events of a yardstick run: enough for a steady figure at a sixth of our target. */
const YARDSTICK_SHARE = 4;

/** Every measured event closes a position, so each one becomes an accrual with a line for every level. */
async function measureRoad(run: BenchRun, depth: Depth): Promise<Row[]> {
  const events = depth.target * run.seconds;
  const product = await startProduct(run.server, `bench_road${depth.levels}`, {
    worker: true,
    profileFolder: run.profileFolder,
  });
  const scene = await buildScene(product, { ...SCENE, levels: depth.levels, above: depth.above });
  run.note(`opening ${events} positions`);
  await openPositions(product, scene, events);
  const counted = await beginCounting(product.databaseUrl);
  const cpuBefore = { ...product.cpu(), postgres: cpuOfTree(run.server.pid) };
  const begun = performance.now();
  const sent = await generateLoad({
    url: product.address,
    method: 'POST',
    path: '/v1/events/batch',
    headers: product.headers,
    connections: 4,
    batch: 100,
    from: 0,
    bodies: { kind: 'closings', source: scene.platform, customers: scene.customers, at: DAY.closed },
    pace: { kind: 'count', events },
  });
  await product.quiesce();
  const seconds = (performance.now() - begun) / 1000;
  const cpu = { ...product.cpu(), postgres: cpuOfTree(run.server.pid) };
  const countRows = await counted.end();
  await requireBooked(product, events * depth.levels);
  const memory = product.memory();
  await product.stop();
  const writes = writesPerEvent(await countRows(), events);
  for (const line of await run.server.listStatements(`bench_road${depth.levels}`)) run.note(line);
  const queues = await measureQueues(run, depth, Math.ceil(events / YARDSTICK_SHARE));
  const best = Math.max(...queues.map((queue) => queue.perSecond));
  const perSecond = events / seconds;
  return [
    {
      work: `receipt to ledger, per lot, ${depth.levels} levels`,
      ours: rate(perSecond),
      yardstick: rate(best),
      ratio: (perSecond / best).toFixed(2),
      target: `>= ${depth.target.toLocaleString('en')}/s, ratio >= 5`,
      standing: standing([
        { name: 'rate', got: perSecond, want: depth.target },
        { name: 'ratio', got: perSecond / best, want: 5 },
      ]),
      writes: writes.writes,
      wal: writes.wal,
      memory: `api ${memory.api} MB, worker ${memory.worker} MB`,
      notes: [
        writes.note,
        `${events.toLocaleString('en')} events acknowledged in ${sent.seconds.toFixed(1)} s (p99 ${ms(sent.p99)} per batch of 100), all booked after ${seconds.toFixed(1)} s; CPU per event: api ${us(cpu.api - cpuBefore.api, events)}, worker ${us(cpu.worker - cpuBefore.worker, events)}, PostgreSQL ${us(cpu.postgres - cpuBefore.postgres, events)}`,
        ...queues.map((queue) => `yardstick ${queue.name}: ${rate(queue.perSecond)}`),
      ],
    },
  ];
}

function us(seconds: number, events: number): string {
  return `${((seconds * 1e6) / events).toFixed(0)} us`;
}

/** A figure counts only for work that was done: every level of every trade is booked, and the books agree. */
async function requireBooked(product: Product, lines: number): Promise<void> {
  const booked = await withClient(product.databaseUrl, async (client) =>
    Number(
      (
        await client.query<{ n: string }>(
          `select sum(jsonb_array_length(items)) as n from journal where kind = 'accrual'`,
        )
      ).rows[0]?.n,
    ),
  );
  if (booked !== lines) throw new Error(`${booked} lines are booked, and ${lines} should be`);
  const conservation = await product.call('GET', '/v1/conservation');
  if (conservation['holds'] !== true)
    throw new Error(`conservation does not hold: ${JSON.stringify(conservation)}`);
  const check = await product.call('GET', '/v1/ledger/check');
  if (check['ok'] !== true) throw new Error(`the books do not agree: ${JSON.stringify(check)}`);
}

const QUEUES = [
  {
    name: 'graphile-worker, default (1 job at a time)',
    program: 'graphile-worker',
    concurrency: '1',
    share: 4,
  },
  { name: 'graphile-worker, 10 jobs at a time', program: 'graphile-worker', concurrency: '10', share: 1 },
  { name: 'pg-boss, batches of 100', program: 'pg-boss', concurrency: '100', share: 1 },
] as const;

async function measureQueues(
  run: BenchRun,
  depth: Depth,
  events: number,
): Promise<{ name: string; perSecond: number }[]> {
  const results: { name: string; perSecond: number }[] = [];
  for (const [index, queue] of QUEUES.entries()) {
    const databaseUrl = await run.server.createDatabase(`bench_queue${depth.levels}_${index}`);
    const yardstick = await startYardstick(queue.program, databaseUrl, [
      String(depth.levels),
      queue.concurrency,
    ]);
    await yardstick.ask({ events: 200 });
    await settleServer(databaseUrl);
    const count = Math.ceil(events / queue.share);
    const { seconds } = await yardstick.ask<{ seconds: number }>({ events: count });
    await yardstick.stop();
    results.push({ name: queue.name, perSecond: count / seconds });
    run.note(`${queue.name}: ${rate(count / seconds)}`);
  }
  return results;
}
