import type pg from 'pg';
import { getValue } from '../../../server/src/kernel/outcome.ts';
import { parseWireId } from '../../../server/src/kernel/ids.ts';
import { instantFromIso } from '../../../server/src/kernel/instant.ts';
import { listChain } from '../../../server/src/registry/facts.ts';
import { createDb } from '../../../server/src/platform/db.ts';
import { createRegistryCache } from '../../../server/src/registry/index.ts';
import { withClient } from '../database.ts';
import type { Bench, BenchRun, Row } from '../facts.ts';
import { rate } from '../figures.ts';
import { startProduct } from '../product.ts';
import type { Product } from '../product.ts';

const PARTNERS = 100_000;
/** Partner i stands below partner i / 2.61, which makes 12 levels of 100,000. */
const SPREAD = 2.61;
/** Looks that one yardstick statement after the other answers. */
const LOOKS = 2_000;
const MOVES = 20;

export const treeBench: Bench = { name: 'tree', run: measureTree };

const idOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** The yardstick of a look upwards: one recursive statement by key. */
const CHAIN = `with recursive above as (
    select $1::uuid as id, 1 as step
    union all
    select e.parent_id, a.step + 1 from above a cross join lateral (select f.parent_id from partner_edge f
      where f.child_id = a.id and f.retracted_at is null and f.effective_from <= $2 order by f.effective_from desc limit 1) e
    where e.parent_id is not null
  ) select id from above`;

/** The yardstick of a move: who stands below, by one recursive statement, and a row. */
const BELOW = `with recursive below as (
    select $1::uuid as id union select e.child_id from partner_edge e join below b on e.parent_id = b.id where e.retracted_at is null
  ) select id from below`;

async function measureTree(run: BenchRun): Promise<Row[]> {
  const product = await startProduct(run.server, 'bench_tree', {
    worker: false,
    profileFolder: run.profileFolder,
  });
  const program = await product.call('POST', '/v1/programs', {
    name: 'Tree',
    vertical: 'forex',
    sandbox: true,
  });
  const programId = getValue(parseWireId('prg', String(program['id'])));
  await withClient(product.databaseUrl, (client) => fill(client, programId));
  const db = createDb({ url: product.databaseUrl });
  try {
    return [...(await measureLooks(run, product, db, programId)), await measureMoves(product, db, programId)];
  } finally {
    await db.close();
    await product.stop();
  }
}

async function fill(client: pg.Client, programId: string): Promise<void> {
  const id = (n: string): string => `('00000000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
  await client.query(
    `insert into partner (id, program_id, name, status, created_at)
     select ${id('i')}, $1, 'Partner ' || i, 'active', now() from generate_series(1, ${PARTNERS}) as i`,
    [programId],
  );
  await client.query(
    `insert into partner_edge (id, program_id, child_id, parent_id, effective_from, recorded_at, recorded_by)
     select ${id('i')}, $1, ${id('i')}, case when floor(i / ${SPREAD}) < 1 then null else ${id(`floor(i / ${SPREAD})::int`)} end, '-infinity', now(), 'bench'
     from generate_series(1, ${PARTNERS}) as i`,
    [programId],
  );
  await client.query(
    `insert into tracking_link (id, program_id, partner_id, campaign, creative, landing_url, click_param, active, created_at)
     select ${id('i')}, $1, ${id('i')}, '', '', 'https://example.com/open', 'click_id', true, now() from generate_series(1, ${PARTNERS}) as i`,
    [programId],
  );
  // As the product's own writers stamp what they write.
  for (const table of ['partner', 'partner_edge'])
    await client.query(`update ${table} set registry_version = 1`);
  await client.query('analyze');
}

type Db = ReturnType<typeof createDb>;

/** What turns and redirects do: a chain from the leaf to the top, a link by its id; beside them one statement each. */
async function measureLooks(
  run: BenchRun,
  product: Product,
  db: Db,
  programId: string,
): Promise<readonly Row[]> {
  const registry = createRegistryCache(db, { checkEveryMs: 60_000 });
  const loaded = await timed(() => registry.getProgram(programId));
  const snapshot = loaded.answer;
  const at = instantFromIso('2026-03-01T00:00:00Z');
  const leaf = (n: number): string => idOf(PARTNERS - ((n * 7_919) % 50_000));
  const deepest = listChain(snapshot, idOf(PARTNERS), at).length;
  const seconds = Math.min(run.seconds, 3);
  const chains = perSecond(seconds, (n) => void listChain(snapshot, leaf(n), at));
  const links = await perSecondAsync(seconds, (n) => registry.findLink(leaf(n)));
  const yardstick = await withClient(product.databaseUrl, async (client) => ({
    chains: await asked(client, { name: 'chain', text: CHAIN }, (n) => [leaf(n), '2026-03-01T00:00:00Z']),
    links: await asked(client, { name: 'link', text: 'select * from tracking_link where id = $1' }, (n) => [
      leaf(n),
    ]),
  }));
  const note = `the first load of ${PARTNERS} partners, edges and links takes ${Math.round(loaded.ms)} ms`;
  const row = (work: string, ours: number, theirs: number): Row => ({
    work: `${work}, tree of ${PARTNERS} partners`,
    ours: rate(ours),
    yardstick: rate(theirs),
    ratio: (ours / theirs).toFixed(1),
    target: '',
    standing: '',
    writes: '',
    wal: '',
    memory: '',
    notes: [note],
  });
  return [
    row(`chain of ${deepest} levels`, chains, yardstick.chains),
    row('link look-up', links, yardstick.links),
  ];
}

/** A move until it is answered, and what a cache then reads. */
async function measureMoves(product: Product, db: Db, programId: string): Promise<Row> {
  const registry = createRegistryCache(db);
  await registry.getProgram(programId);
  let [moved, moveMs, loadMs, statementMs] = [0, 0, 0, 0];
  for (let n = 0; n < MOVES; n += 1) {
    // Of the fifth level: some 800 partners below each.
    const child = 60 + n;
    const begun = await timed(() =>
      product.call('POST', `/v1/partners/prt_${idOf(child).replaceAll('-', '')}/moves`, {
        parentId: `prt_${idOf(n % 2 === 0 ? 2 : 3).replaceAll('-', '')}`,
        effectiveFrom: '2026-02-01T00:00:00Z',
        reason: 'bench',
      }),
    );
    moveMs += begun.ms;
    moved += Number(begun.answer['partners']);
    loadMs += (await timed(() => registry.getProgram(programId))).ms;
    statementMs += await withClient(
      product.databaseUrl,
      async (client) => (await timed(() => client.query(BELOW, [idOf(child)]))).ms,
    );
  }
  const each = (ms: number): string => `${(ms / MOVES).toFixed(1)} ms`;
  return {
    work: `move of a sub-tree of ${Math.round(moved / MOVES)} partners in one of ${PARTNERS}`,
    ours: each(moveMs),
    yardstick: `${each(statementMs)} (only reading who is below)`,
    ratio: (moveMs / statementMs).toFixed(1),
    target: '',
    standing: '',
    writes: '',
    wal: '',
    memory: '',
    notes: [`a cache that knows the tree knows the move after another ${each(loadMs)}`],
  };
}

async function timed<T>(work: () => Promise<T>): Promise<{ readonly answer: T; readonly ms: number }> {
  const begun = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - begun };
}

function perSecond(seconds: number, work: (n: number) => void): number {
  const begun = performance.now();
  let n = 0;
  while (performance.now() - begun < seconds * 1_000) for (let k = 0; k < 1_000; k += 1) work((n += 1));
  return (n * 1_000) / (performance.now() - begun);
}

async function perSecondAsync(seconds: number, work: (n: number) => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  let n = 0;
  while (performance.now() - begun < seconds * 1_000) for (let k = 0; k < 1_000; k += 1) await work((n += 1));
  return (n * 1_000) / (performance.now() - begun);
}

/** How many of a prepared statement one connection gets answered per second. */
async function asked(
  client: pg.Client,
  statement: { readonly name: string; readonly text: string },
  valuesOf: (n: number) => unknown[],
): Promise<number> {
  const begun = performance.now();
  for (let n = 0; n < LOOKS; n += 1) await client.query({ ...statement, values: valuesOf(n) });
  return (LOOKS * 1_000) / (performance.now() - begun);
}
