// What one word of a person sets in motion: a link that releases a hundred thousand parked events, and ten thousand customers who go
// to another partner. Neither has a yardstick: no queue does this. Counted from the call until nothing is on the road.
import { withClient } from '../database.ts';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { rate } from '../figures.ts';
import { generateLoad } from '../load/index.ts';
import { startProduct } from '../product.ts';
import type { Product } from '../product.ts';
import { buildScene, DAY, SCENE } from '../scene.ts';

const PARKED = 100_000;
const REASSIGNED = 10_000;
const PER_BATCH = 500;
const NAMESPACE = 'mt5:live';
const LOGIN = '424242';

export const releaseBench: Bench = { name: 'release', run: measureRelease };
export const reassignBench: Bench = { name: 'reassign', run: measureReassign };

/** Withdrawals of a login that nobody claims, and then the fact that it is one customer's. */
async function measureRelease(run: BenchRun): Promise<Row[]> {
  const product = await startProduct(run.server, 'bench_release', {
    worker: true,
    profileFolder: run.profileFolder,
  });
  try {
    const scene = await buildScene(product, { ...SCENE, levels: 1, leaves: 1, customers: 10 });
    run.note(`release: ${PARKED.toLocaleString('en')} events are parked`);
    for (let at = 0; at < PARKED; at += PER_BATCH)
      await product.call(
        'POST',
        '/v1/events/batch',
        Array.from({ length: PER_BATCH }, (_, index) => withdrawal(scene.crm, at + index)),
      );
    await product.quiesce();
    await expectCount(product, 'select count(*)::int as n from parked', PARKED);
    const measured = await measure(product, () =>
      product.call('POST', '/v1/identifiers', {
        programId: scene.programId,
        namespace: NAMESPACE,
        value: LOGIN,
        customer: { value: 'c0' },
      }),
    );
    await expectCount(product, 'select count(*)::int as n from parked', 0);
    for (const line of await run.server.listStatements('bench_release')) run.note(line);
    return [rowOf(`release of ${PARKED.toLocaleString('en')} parked events by one link`, PARKED, measured)];
  } finally {
    await product.stop();
  }
}

function withdrawal(source: string, i: number): object {
  return {
    source,
    kind: 'withdrawal',
    externalId: `w${i}`,
    occurredAt: DAY.opened,
    amount: '10.00',
    currency: 'USD',
    identifiers: [{ namespace: NAMESPACE, value: LOGIN }],
  };
}

/** Everybody of a hundred partners has deposited, and goes to one of them. */
async function measureReassign(run: BenchRun): Promise<Row[]> {
  const product = await startProduct(run.server, 'bench_reassign', {
    worker: true,
    profileFolder: run.profileFolder,
  });
  try {
    const scene = await buildScene(product, { ...SCENE, levels: 1, customers: REASSIGNED });
    await generateLoad({
      url: product.address,
      method: 'POST',
      path: '/v1/events/batch',
      headers: product.headers,
      connections: 4,
      batch: 200,
      from: 0,
      bodies: { kind: 'deposits', source: scene.crm, customers: REASSIGNED, at: DAY.opened },
      pace: { kind: 'count', events: REASSIGNED },
    });
    await product.quiesce();
    const measured = await measure(product, () =>
      product.call('POST', '/v1/reassignments', {
        programId: scene.programId,
        reason: 'a new desk',
        effectiveFrom: '2026-03-02T13:00:00.000Z',
        partner: scene.partnerIds[0],
        rows: Array.from({ length: REASSIGNED }, (_, i) => ({ customer: `c${i}` })),
      }),
    );
    await expectCount(product, `select count(*)::int as n from fact where kind = 'attribution'`, REASSIGNED);
    for (const line of await run.server.listStatements('bench_reassign')) run.note(line);
    return [rowOf(`reassignment of ${REASSIGNED.toLocaleString('en')} customers`, REASSIGNED, measured)];
  } finally {
    await product.stop();
  }
}

interface Measured {
  readonly seconds: number;
  /** Until the call was answered. */
  readonly answered: number;
  readonly api: number;
  readonly worker: number;
  readonly memory: { readonly api: number; readonly worker: number };
}

async function measure(product: Product, call: () => Promise<unknown>): Promise<Measured> {
  const before = product.cpu();
  const begun = performance.now();
  await call();
  const answered = (performance.now() - begun) / 1000;
  await product.quiesce();
  const after = product.cpu();
  return {
    seconds: (performance.now() - begun) / 1000,
    answered,
    api: after.api - before.api,
    worker: after.worker - before.worker,
    memory: product.memory(),
  };
}

function rowOf(work: string, count: number, measured: Measured): Row {
  const { seconds, answered, api, worker, memory } = measured;
  const each = (cpu: number): string => ((cpu * 1e6) / count).toFixed(0);
  return {
    work,
    ours: `${rate(count / seconds)}, ${seconds.toFixed(1)} s`,
    yardstick: '-',
    ratio: '-',
    target: '-',
    standing: '-',
    writes: '-',
    wal: '-',
    memory: `api ${memory.api} MB, worker ${memory.worker} MB`,
    notes: [
      `answered after ${answered.toFixed(1)} s, nothing on the road after ${seconds.toFixed(1)} s; CPU for each: api ${each(api)} us, worker ${each(worker)} us`,
    ],
  };
}

/** Work that was not done is no throughput. */
async function expectCount(product: Product, statement: string, wanted: number): Promise<void> {
  await withClient(product.databaseUrl, async (client) => {
    const { rows } = await client.query<{ n: number }>(statement);
    if (rows[0]?.n !== wanted) throw new Error(`${statement}: ${rows[0]?.n ?? 'nothing'}, not ${wanted}`);
  });
}
