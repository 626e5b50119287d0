import { beginCounting } from '../database.ts';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { ms, rate, requireTaken, standing, writesPerEvent } from '../figures.ts';
import type { LoadResult } from '../load/facts.ts';
import { generateLoad } from '../load/index.ts';
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
  const countRows = await counted.end();
  const memory = product.memory();
  await product.stop();
  const writes = writesPerEvent(await countRows(), ours.perSecond * (run.seconds + WARM_SECONDS));
  const yardstick = await startYardstick('bare-redirect', '');
  const bare = await follow(yardstick.address, pathname);
  await yardstick.stop();
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
        'per visit, the warm-up estimated; every visit is signed, recorded and committed before the redirect is answered',
        `load generator ${ours.cpuSeconds.toFixed(1)} s CPU in ${ours.seconds} s`,
      ],
    },
  ];
}
