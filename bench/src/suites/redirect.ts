import { setTimeout as wait } from 'node:timers/promises';
import { createDb } from '../../../server/src/platform/db.ts';
import { beginCounting } from '../database.ts';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { ms, rate, requireTaken, standing, writesPerEvent } from '../figures.ts';
import type { LoadResult } from '../load/facts.ts';
import { generateLoad } from '../load/index.ts';
import { cpuOf, cpuOfTree } from '../machine.ts';
import { startProduct } from '../product.ts';
import { buildScene, SCENE } from '../scene.ts';
import { startYardstick } from '../yardstick.ts';

const WARM_SECONDS = 2;
const CONNECTIONS = 64;
const HEADERS = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };

export const redirectBench: Bench = { name: 'redirect', run: measureRedirect };

async function measureRedirect(run: BenchRun): Promise<Row[]> {
  const product = await startProduct(run.server, 'bench_redirect', {
    worker: false,
    profileFolder: run.profileFolder,
  });
  const scene = await buildScene(product, { ...SCENE, levels: 1, leaves: 10, customers: 10 });
  const { pathname } = new URL(scene.links[0] ?? '', product.address);
  const counted = await beginCounting(product.databaseUrl);
  const cpuBefore = product.cpu().api;
  const pgBefore = cpuOfTree(run.server.pid);
  const follow = (url: string, path: string): Promise<LoadResult> =>
    generateLoad({
      url,
      path,
      method: 'GET',
      headers: HEADERS,
      connections: CONNECTIONS,
      batch: 1,
      from: 0,
      bodies: { kind: 'none' },
      pace: { kind: 'closed', warmSeconds: WARM_SECONDS, seconds: run.seconds },
    });
  const ours = await follow(product.address, `${pathname}?sub1=a&sub2=b`);
  const cpu = product.cpu().api - cpuBefore;
  const stored = await untilStored(product.databaseUrl);
  const cpuStored = product.cpu().api - cpuBefore;
  const postgres = cpuOfTree(run.server.pid) - pgBefore;
  const countRows = await counted.end();
  const memory = product.memory();
  await product.stop();
  const writes = writesPerEvent(await countRows(), stored.visits);
  const yardstick = await startYardstick('bare-redirect', '');
  const bareBefore = cpuOf(yardstick.pid);
  const bare = await follow(yardstick.address, pathname);
  const bareCpu = cpuOf(yardstick.pid) - bareBefore;
  await yardstick.stop();
  // The warm-up is in the CPU time, so it is estimated at the measured rate for both.
  const perVisit = (seconds: number, load: LoadResult): number =>
    (seconds * 1e6) / (load.perSecond * (run.seconds + WARM_SECONDS));
  requireTaken('redirect', ours);
  requireTaken('bare redirect', bare);
  const ratio = ours.perSecond / bare.perSecond;
  return [
    {
      work: `click redirect, ${CONNECTIONS} connections`,
      ours: `${rate(ours.perSecond)}, p50 ${ms(ours.p50)}, p99 ${ms(ours.p99)}`,
      yardstick: `${rate(bare.perSecond)}, p50 ${ms(bare.p50)}, p99 ${ms(bare.p99)}`,
      ratio: ratio.toFixed(2),
      target: '>= 12,000/s, ratio >= 0.5',
      standing: standing([
        { name: 'rate', got: ours.perSecond, want: 12_000 },
        { name: 'ratio', got: ratio, want: 0.5 },
      ]),
      writes: writes.writes,
      wal: writes.wal,
      memory: `api ${memory.api} MB`,
      notes: [
        'every visit is signed and handed to the spool before the redirect is answered, and stored by the same process beside it',
        `CPU of the serving process per visit, the warm-up estimated: ours ${perVisit(cpu, ours).toFixed(0)} us while serving and ${perVisit(cpuStored, ours).toFixed(0)} us with all storing (and ${perVisit(postgres, ours).toFixed(0)} us of PostgreSQL), bare ${perVisit(bareCpu, bare).toFixed(0)} us: ratio ${(perVisit(bareCpu, bare) / perVisit(cpu, ours)).toFixed(2)}`,
        `${stored.visits} visits stored, the last one ${stored.seconds.toFixed(1)} s after the load ended`,
        `load generator ${ours.cpuSeconds.toFixed(1)} s CPU in ${ours.seconds} s`,
      ],
    },
  ];
}

/** Waits until nothing more is stored; answers with how many visits are, and how long after the call the last one came. */
async function untilStored(databaseUrl: string): Promise<{ visits: number; seconds: number }> {
  const db = createDb({ url: databaseUrl });
  const count = (): Promise<number> =>
    db.acrossLanes('views', async (tx) => (await tx.one<{ n: number }>('select count(*) as n from click')).n);
  const begun = performance.now();
  let lastAt = begun;
  try {
    for (let visits = await count(); ;) {
      await wait(500);
      const now = await count();
      // Three seconds without a new one: a batch is stored ten times a second while there are any.
      if (now === visits && performance.now() - lastAt > 3_000)
        return { visits, seconds: (lastAt - begun) / 1000 };
      if (now !== visits) lastAt = performance.now();
      visits = now;
    }
  } finally {
    await db.close();
  }
}
