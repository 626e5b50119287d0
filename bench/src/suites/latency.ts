import { getValue } from '../../../server/src/kernel/outcome.ts';
import { parseWireId } from '../../../server/src/kernel/ids.ts';
import { laneOf } from '../../../server/src/kernel/lane.ts';
import { beginCounting } from '../database.ts';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { ms, requireTaken, standing, writesPerEvent } from '../figures.ts';
import { generateLoad } from '../load/index.ts';
import { startProduct } from '../product.ts';
import { buildScene, DAY, openPositions, SCENE } from '../scene.ts';
import { watchJournal } from '../watcher.ts';

const WARM_SECONDS = 3;
const LEVELS = 2;
const RATES = [200, 1_000] as const;

export const latencyBench: Bench = {
  name: 'latency',
  async run(run) {
    const rows: Row[] = [];
    for (const rate of RATES) rows.push(await measureLatency(run, rate));
    return rows;
  },
};

/** From the instant at which an event was due to be sent until a reader of the journal sees the line of its last level. */
async function measureLatency(run: BenchRun, rate: number): Promise<Row> {
  const product = await startProduct(run.server, `bench_latency${rate}`, {
    worker: true,
    profileFolder: run.profileFolder,
  });
  const scene = await buildScene(product, { ...SCENE, levels: LEVELS });
  await openPositions(product, scene, rate * (WARM_SECONDS + run.seconds));
  const counted = await beginCounting(product.databaseUrl);
  const lanes = [
    ...new Set(scene.partnerIds.map((id) => laneOf('partner', getValue(parseWireId('prt', id))))),
  ];
  const watcher = await watchJournal(product.databaseUrl, lanes);
  const sent = await generateLoad({
    url: product.address,
    method: 'POST',
    path: '/v1/events',
    headers: product.headers,
    connections: 128,
    batch: 1,
    from: 0,
    bodies: { kind: 'closings', source: scene.platform, customers: scene.customers, at: DAY.closed },
    pace: { kind: 'open', rate, warmSeconds: WARM_SECONDS, seconds: run.seconds },
  });
  await product.quiesce();
  await watcher.stop();
  const countRows = await counted.end();
  const memory = product.memory();
  await product.stop();
  const writes = writesPerEvent(await countRows(), rate * (WARM_SECONDS + run.seconds));
  requireTaken('open loop', sent);
  const latencies = sent.sent
    .map(
      ({ eventId, dueAt }) =>
        (watcher.seenAt.get(getValue(parseWireId('evt', eventId))) ?? Number.NaN) - dueAt,
    )
    .toSorted((a, b) => a - b);
  if (latencies.some(Number.isNaN) || latencies.length < rate * run.seconds)
    throw new Error(`${sent.sent.length} events were answered, and not all of them were seen in the journal`);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  const isTarget = rate === 1_000;
  return {
    work: `receipt to commission visible, open loop at ${rate.toLocaleString('en')}/s`,
    ours: `p50 ${ms(at(0.5))}, p90 ${ms(at(0.9))}, p99 ${ms(at(0.99))}, max ${ms(latencies.at(-1) ?? Number.NaN)}`,
    yardstick: '-',
    ratio: '-',
    target: isTarget ? 'p50 < 60 ms, p99 < 250 ms' : '-',
    standing: isTarget
      ? standing([
          { name: 'p50', got: at(0.5), want: 60, less: true },
          { name: 'p99', got: at(0.99), want: 250, less: true },
        ])
      : '-',
    writes: writes.writes,
    wal: writes.wal,
    memory: `api ${memory.api} MB, worker ${memory.worker} MB`,
    notes: [
      writes.note,
      `acknowledged after p50 ${ms(sent.p50)}, p99 ${ms(sent.p99)}; counted from the instant at which each event was due; the reader looks every 5 ms`,
    ],
  };
}
