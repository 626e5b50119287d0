import { setTimeout as wait } from 'node:timers/promises';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { ms, rate, requireTaken } from '../figures.ts';
import { generateLoad } from '../load/index.ts';
import { startProduct } from '../product.ts';
import type { Product } from '../product.ts';
import { buildScene, DAY, SCENE } from '../scene.ts';

/** Events each second, one in a request: well below what fits, so that what grows is memory and not a queue. */
const EVENTS_PER_SECOND = 500;
const CONNECTIONS = 32;
const LOOK_MS = 1_000;
const LOOKS_PER_MINUTE = 60;
const LIMIT_MB = 600;
/** A slope below this is flat: half a gigabyte would take four hours, and the figures of a garbage-collected heap sway by more. */
const FLAT_MB_PER_MINUTE = 2;

export const memoryBench: Bench = { name: 'memory', run: (run) => watchMemory(run) };

/** API and worker in a steady load for some minutes: the least that each held in every minute, and how that grows. */
async function watchMemory(run: BenchRun): Promise<Row[]> {
  const product = await startProduct(run.server, 'bench_memory', {
    worker: true,
    profileFolder: run.profileFolder,
  });
  const scene = await buildScene(product, { ...SCENE, levels: 2 });
  await product.quiesce();
  const looking = lookAt(product, run);
  const before = product.cpu();
  const load = await generateLoad({
    url: product.address,
    method: 'POST',
    path: '/v1/events',
    headers: product.headers,
    connections: CONNECTIONS,
    batch: 1,
    from: 0,
    bodies: { kind: 'deposits', source: scene.crm, customers: scene.customers, at: DAY.closed },
    pace: { kind: 'open', rate: EVENTS_PER_SECOND, warmSeconds: 1, seconds: run.minutes * 60 },
  });
  const { minutes, most } = await looking.stop();
  await product.quiesce();
  const peak = product.memory();
  const rested = product.memoryNow();
  const after = product.cpu();
  const each = (part: 'api' | 'worker'): string =>
    (((after[part] - before[part]) * 1e6) / ((run.minutes * 60 + 1) * EVENTS_PER_SECOND)).toFixed(0);
  await product.stop();
  requireTaken('memory', load);
  const slopes = {
    api: slopeOf(minutes.map(({ api }) => api)),
    worker: slopeOf(minutes.map(({ worker }) => worker)),
  };
  return [
    {
      work: `memory in a load of ${run.minutes} minutes`,
      ours: `together ${most} MB at their highest, shared pages once; api ${peak.api} MB, worker ${peak.worker} MB`,
      yardstick: '-',
      ratio: '-',
      target: `together < ${LIMIT_MB} MB, flat`,
      standing: judge(most, slopes),
      writes: '-',
      wal: '-',
      memory: `api ${peak.api} MB, worker ${peak.worker} MB`,
      notes: [
        `the least of each minute: api ${minutes.map(({ api }) => api).join(', ')} MB; worker ${minutes.map(({ worker }) => worker).join(', ')} MB; together ${minutes.map(({ both }) => both).join(', ')} MB`,
        `slope of the second half: api ${slopes.api.toFixed(1)} and worker ${slopes.worker.toFixed(1)} MB per minute; when all was booked they held ${rested.api} and ${rested.worker} MB`,
        `${rate(load.events / load.seconds)} of ${rate(EVENTS_PER_SECOND)} wanted, one event in a request, acknowledged after p50 ${ms(load.p50)}, p99 ${ms(load.p99)}; CPU per event: api ${each('api')} us, worker ${each('worker')} us`,
      ],
    },
  ];
}

interface Held {
  readonly api: number;
  readonly worker: number;
  /** Of both, what they share counted once. */
  readonly both: number;
}

/** Looks every second until it is stopped; answers with the least of each whole minute. */
function lookAt(
  product: Product,
  run: BenchRun,
): { stop(): Promise<{ readonly minutes: readonly Held[]; readonly most: number }> } {
  const minutes: Held[] = [];
  let most = 0;
  let stopped = false;
  const loop = (async () => {
    let looks: Held[] = [];
    while (!stopped) {
      const held = { ...product.memoryNow(), both: product.memoryTogether() };
      looks.push(held);
      most = Math.max(most, held.both);
      if (looks.length === LOOKS_PER_MINUTE) {
        const least = leastOf(looks);
        minutes.push(least);
        run.note(
          `minute ${minutes.length}: api ${least.api} MB, worker ${least.worker} MB, together ${least.both} MB`,
        );
        looks = [];
      }
      await wait(LOOK_MS);
    }
  })();
  return {
    async stop() {
      stopped = true;
      await loop;
      return { minutes, most };
    },
  };
}

function leastOf(looks: readonly Held[]): Held {
  return {
    api: Math.min(...looks.map(({ api }) => api)),
    worker: Math.min(...looks.map(({ worker }) => worker)),
    both: Math.min(...looks.map(({ both }) => both)),
  };
}

/** MB per minute over the second half, by least squares; 0 for less than two minutes. */
function slopeOf(figures: readonly number[]): number {
  const half = figures.slice(Math.floor(figures.length / 2));
  const middle = (half.length - 1) / 2;
  const mean = half.reduce((sum, one) => sum + one, 0) / half.length;
  const spread = half.reduce((sum, _one, i) => sum + (i - middle) ** 2, 0);
  if (spread === 0) return 0;
  return half.reduce((sum, one, i) => sum + (i - middle) * (one - mean), 0) / spread;
}

function judge(most: number, slopes: { readonly api: number; readonly worker: number }): string {
  const parts = [
    ...(most < LIMIT_MB ? [] : [`${most - LIMIT_MB} MB too much`]),
    ...(['api', 'worker'] as const).flatMap((part) =>
      slopes[part] < FLAT_MB_PER_MINUTE ? [] : [`${part} grows by ${slopes[part].toFixed(1)} MB per minute`],
    ),
  ];
  return parts.length === 0 ? 'met' : parts.join(', ');
}
