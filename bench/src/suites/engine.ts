// What the commission engine costs beyond trades: a CPA for each customer, a share of revenue in steps, and how the cost of an event
// grows with what is there already: with a partner's customers, with a customer's trades, with the events of a program.
import { beginCounting, withClient } from '../database.ts';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { ms, rate, standing, writesPerEvent } from '../figures.ts';
import { generateLoad } from '../load/index.ts';
import type { Bodies } from '../load/bodies.ts';
import { cpuOfTree } from '../machine.ts';
import { startProduct } from '../product.ts';
import type { Product } from '../product.ts';
import { buildScene, DAY, SCENE, registerMore } from '../scene.ts';
import type { Scene, SceneSize } from '../scene.ts';

/** Customers who qualify, one deposit each. */
const QUALIFIED = 20_000;
/** Bets and wins that settle into months. */
const PLAYED = 40_000;
/** What is brought between two looks at the clock. */
const CHUNK = 50_000;
/** The last chunk may cost so many times the first (stack.md, cost per event). */
const GROWTH = 1.25;

const CPA = {
  currency: 'USD',
  components: [
    {
      id: 'cpa',
      kind: 'cpa',
      amount: '100',
      minimumDeposit: '20',
      windowDays: 60,
      windowFrom: 'registration',
      holdDays: 30,
    },
  ],
};

const NGR = {
  currency: 'USD',
  components: [
    {
      id: 'revshare',
      kind: 'revshare',
      base: 'ggr',
      items: [
        { name: 'payment fees', percent: '3', of: 'deposits' },
        { name: 'platform', percent: '15', of: 'subtotal' },
      ],
      tiers: {
        metric: 'base',
        bands: [{ upTo: '10000', rate: '25' }, { upTo: '50000', rate: '30' }, { rate: '35' }],
      },
      carry: { policy: 'base' },
    },
  ],
};

export const cpaBench: Bench = { name: 'cpa', run: measureCpa };
export const ngrBench: Bench = { name: 'ngr', run: measureNgr };
export const manyCustomersBench: Bench = { name: 'many-customers', run: measureManyCustomers };
export const manyTradesBench: Bench = { name: 'many-trades', run: measureManyTrades };
export const growthBench: Bench = { name: 'growth', run: measureGrowth };

async function measureCpa(run: BenchRun): Promise<Row[]> {
  return withScene(run, 'cpa', { size: { ...SCENE, levels: 1, customers: QUALIFIED }, deal: CPA }, (stage) =>
    measureOnce(stage, {
      work: 'CPA qualification, receipt to ledger',
      events: QUALIFIED,
      bodies: { kind: 'deposits', source: stage.scene.crm, customers: QUALIFIED, at: DAY.opened },
      requireDone: async () => {
        const lines = await countOf(
          stage.product,
          `select coalesce(sum(jsonb_array_length(items)), 0)::int as n from journal where kind = 'accrual'`,
        );
        if (lines !== QUALIFIED) throw new Error(`${lines} CPAs are booked, and ${QUALIFIED} should be`);
      },
    }),
  );
}

async function measureNgr(run: BenchRun): Promise<Row[]> {
  const size = { ...SCENE, levels: 1, vertical: 'igaming' } as const;
  return withScene(run, 'ngr', { size, deal: NGR }, (stage) =>
    measureOnce(stage, {
      work: 'share of net revenue in steps, receipt to ledger',
      events: PLAYED,
      bodies: { kind: 'bets', source: stage.scene.platform, customers: size.customers, at: DAY.opened },
      requireDone: () => requireCounted(stage.product, PLAYED),
    }),
  );
}

/** One partner whose customers become ever more; each of them bets once. */
async function measureManyCustomers(run: BenchRun): Promise<Row[]> {
  const size = { above: 0, levels: 1, leaves: 1, customers: CHUNK, vertical: 'igaming' } as const;
  return withScene(run, 'many_customers', { size, deal: NGR }, async (stage) => {
    const chunks = await growBy(stage, async (from) => {
      if (from > 0) await registerMore(stage.product, stage.scene, { from, count: CHUNK });
      return { kind: 'bets', source: stage.scene.platform, customers: from + CHUNK, at: DAY.opened };
    });
    await requireCounted(stage.product, run.millions * 1_000_000);
    return [growthRow(`one partner with ${run.millions} million customers`, stage, chunks)];
  });
}

/** One customer whose closed trades become ever more. */
async function measureManyTrades(run: BenchRun): Promise<Row[]> {
  const size = { above: 0, levels: 1, leaves: 1, customers: 1 };
  return withScene(run, 'many_trades', { size }, async (stage) => {
    const chunks = await growBy(stage, async (from) => {
      await sendAll(stage.product, {
        from,
        events: CHUNK,
        bodies: { kind: 'openings', source: stage.scene.platform, customers: 1, at: DAY.opened },
      });
      await stage.product.quiesce();
      return { kind: 'closings', source: stage.scene.platform, customers: 1, at: DAY.closed };
    });
    return [growthRow(`one customer with ${run.millions} million trades`, stage, chunks)];
  });
}

/** Many partners and customers; only the number of stored events grows. */
async function measureGrowth(run: BenchRun): Promise<Row[]> {
  const size = { ...SCENE, levels: 2 };
  return withScene(run, 'growth', { size }, async (stage) => {
    const chunks = await growBy(stage, async (from) => {
      await sendAll(stage.product, {
        from,
        events: CHUNK,
        bodies: { kind: 'openings', source: stage.scene.platform, customers: size.customers, at: DAY.opened },
      });
      await stage.product.quiesce();
      return { kind: 'closings', source: stage.scene.platform, customers: size.customers, at: DAY.closed };
    });
    return [growthRow(`${run.millions * 2} million stored events`, stage, chunks)];
  });
}

interface Stage {
  readonly run: BenchRun;
  readonly product: Product;
  readonly scene: Scene;
}

/** A product of its own with its scene; with `deal`, every partner has these terms. */
async function withScene(
  run: BenchRun,
  name: string,
  wanted: { readonly size: SceneSize; readonly deal?: object },
  measure: (stage: Stage) => Promise<Row[]>,
): Promise<Row[]> {
  const product = await startProduct(run.server, `bench_${name}`, {
    worker: true,
    profileFolder: run.profileFolder,
  });
  try {
    const scene = await buildScene(product, wanted.size);
    if (wanted.deal !== undefined)
      for (const partnerId of scene.partnerIds)
        await product.call('POST', '/v1/deals', {
          programId: scene.programId,
          partnerId,
          document: wanted.deal,
        });
    await product.quiesce();
    return await measure({ run, product, scene });
  } finally {
    await product.stop();
  }
}

async function sendAll(
  product: Product,
  load: { readonly from: number; readonly events: number; readonly bodies: Bodies },
): Promise<{ seconds: number; p99: number }> {
  return generateLoad({
    url: product.address,
    method: 'POST',
    path: '/v1/events/batch',
    headers: product.headers,
    connections: 4,
    batch: 100,
    from: load.from,
    bodies: load.bodies,
    pace: { kind: 'count', events: load.events },
  });
}

async function measureOnce(
  { run, product }: Stage,
  work: {
    readonly work: string;
    readonly events: number;
    readonly bodies: Bodies;
    requireDone(): Promise<void>;
  },
): Promise<Row[]> {
  const counted = await beginCounting(product.databaseUrl);
  const before = { ...product.cpu(), postgres: cpuOfTree(run.server.pid) };
  const begun = performance.now();
  const sent = await sendAll(product, { from: 0, events: work.events, bodies: work.bodies });
  await product.quiesce();
  const seconds = (performance.now() - begun) / 1000;
  const after = { ...product.cpu(), postgres: cpuOfTree(run.server.pid) };
  const countRows = await counted.end();
  await work.requireDone();
  await requireSound(product);
  const memory = product.memory();
  const writes = writesPerEvent(await countRows(), work.events);
  const each = (part: 'api' | 'worker' | 'postgres'): string =>
    `${(((after[part] - before[part]) * 1e6) / work.events).toFixed(0)} us`;
  return [
    {
      work: work.work,
      ours: rate(work.events / seconds),
      yardstick: '-',
      ratio: '-',
      target: '-',
      standing: '-',
      writes: writes.writes,
      wal: writes.wal,
      memory: `api ${memory.api} MB, worker ${memory.worker} MB`,
      notes: [
        writes.note,
        `${work.events.toLocaleString('en')} events acknowledged in ${sent.seconds.toFixed(1)} s (p99 ${ms(sent.p99)} per batch of 100), nothing on the road after ${seconds.toFixed(1)} s; CPU per event: api ${each('api')}, worker ${each('worker')}, PostgreSQL ${each('postgres')}`,
      ],
    },
  ];
}

interface Chunk {
  readonly stored: number;
  readonly perSecond: number;
  /** CPU of API, worker and PostgreSQL for each event, in microseconds: what a shared machine leaves comparable. */
  readonly cpu: number;
}

/** Brings chunk after chunk until there are as many as the run wants; `prepare` makes what a chunk needs, and is not measured. */
async function growBy({ run, product }: Stage, prepare: (from: number) => Promise<Bodies>): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  const total = run.millions * 1_000_000;
  const cpuNow = (): number => {
    const { api, worker } = product.cpu();
    return api + worker + cpuOfTree(run.server.pid);
  };
  for (let from = 0; from < total; from += CHUNK) {
    const bodies = await prepare(from);
    await product.quiesce();
    const cpu = cpuNow();
    const begun = performance.now();
    await sendAll(product, { from, events: CHUNK, bodies });
    await product.quiesce();
    const seconds = (performance.now() - begun) / 1000;
    chunks.push({
      stored: from + CHUNK,
      perSecond: CHUNK / seconds,
      cpu: ((cpuNow() - cpu) * 1e6) / CHUNK,
    });
    run.note(`${(from + CHUNK).toLocaleString('en')}: ${rate(CHUNK / seconds)}`);
  }
  await requireSound(product);
  return chunks;
}

function growthRow(work: string, { product }: Stage, chunks: readonly Chunk[]): Row {
  // The first one warms the processes up.
  const [, first = chunks[0]] = chunks;
  const last = chunks.at(-1);
  if (first === undefined || last === undefined) throw new Error('nothing was measured');
  const growth = last.cpu / first.cpu;
  const memory = product.memory();
  return {
    work,
    ours: `${rate(last.perSecond)}, ${last.cpu.toFixed(0)} us of CPU`,
    yardstick: `at ${first.stored.toLocaleString('en')}: ${rate(first.perSecond)}, ${first.cpu.toFixed(0)} us`,
    ratio: `cost ${growth.toFixed(2)}`,
    target: `cost <= ${GROWTH} (named for 10^7 against 10^5 events)`,
    standing: standing([{ name: 'cost', got: growth, want: GROWTH, less: true }]),
    writes: '-',
    wal: '-',
    memory: `api ${memory.api} MB, worker ${memory.worker} MB`,
    notes: [
      `after ${chunks.map(({ stored, perSecond, cpu }) => `${stored / 1000}k ${rate(perSecond)} ${cpu.toFixed(0)} us`).join(', ')}`,
    ],
  };
}

/** Every one of the events stands in the sums of its month. */
async function requireCounted(product: Product, events: number): Promise<void> {
  const counted = await countOf(
    product,
    `select (select count(*) from event where kind in ('bet', 'win'))::int as n`,
  );
  const customers = await countOf(
    product,
    'select count(distinct customer_id)::int as n from period_input where measures <> $${}$$',
  );
  if (counted !== events || customers === 0)
    throw new Error(`${counted} of ${events} events are stored, and ${customers} customers count`);
}

async function countOf(product: Product, statement: string): Promise<number> {
  return withClient(product.databaseUrl, async (client) =>
    Number((await client.query<{ n: number }>(statement)).rows[0]?.n),
  );
}

/** Work that left the books wrong is no throughput. */
async function requireSound(product: Product): Promise<void> {
  const check = await product.call('GET', '/v1/ledger/check');
  if (check['ok'] !== true) throw new Error(`the books do not agree: ${JSON.stringify(check)}`);
}
