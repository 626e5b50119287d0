import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';

// Hedged trades are netted over the turns of a day: a new trade may change what others of its day pay.

let api: TestApi;
let world: ToldWorld;
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: world.sub,
    effectiveFrom: null,
    document: {
      currency: 'USD',
      components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: '1' }], minimumDurationSeconds: 0 }],
    },
  });
});
afterAll(() => api.close());

const LOGIN = '7100';
const minute = (n: number): string => new Date(api.context.clock.now() / 1000 + n * 60_000).toISOString();

type Side = 'long' | 'short';
function told(
  id: string,
  entry: 'in' | 'out',
  side: Side,
  { lots, at, position = id, login = LOGIN }: { lots: string; at: string; position?: string; login?: string },
) {
  const base = execution(login, { id: `${id}-${entry}`, at, entry, lots, position }) as { execution: object };
  const isBuy = (side === 'long') === (entry === 'in');
  return { ...base, execution: { ...base.execution, side: isBuy ? 'buy' : 'sell' } };
}

async function tell(...events: object[]): Promise<void> {
  await world.tell(world.mt5, events);
  await world.settle();
}

/** What each position pays now, in cents; hedged ones say so. */
async function standing(prefix = ''): Promise<Record<string, string>> {
  const rows = await api.database.owner<{
    id: string;
    reason: string | null;
    lines: { amountMinor: string; leaf: boolean }[] | null;
  }>(
    `select external_id as id, reason, decision -> 'lines' as lines from placement
     where kind = 'execution' and external_id like $1 and state <> 'withdrawn' order by external_id`,
    [`${prefix}%-out%`],
  );
  return Object.fromEntries(
    rows.map(({ id, reason, lines }) => [
      id.slice(prefix.length).replace('-out', ''),
      reason ?? (lines ?? []).find((line) => line.leaf)?.amountMinor ?? '',
    ]),
  );
}

async function booked(): Promise<number> {
  const { items } = await world.get(
    `/v1/commissions?programId=${world.programId}&partnerId=${world.sub}&limit=100`,
  );
  return (items as { amount: { amount: string } }[]).reduce(
    (sum, { amount }) => sum + Number(amount.amount),
    0,
  );
}

test('a trade of the other side changes what the others of its day pay, and a correction changes it back', async () => {
  const clickId = await world.click();
  await world.tell(world.crm, [registration('hedger', LOGIN, { clickId, occurredAt: minute(0.1) })]);
  await tell(
    told('a', 'in', 'long', { lots: '2', at: minute(1) }),
    told('a', 'out', 'long', { lots: '2', at: minute(2) }),
  );
  expect(await standing()).toEqual({ a: '200' });
  await tell(
    told('b', 'in', 'short', { lots: '1', at: minute(1) }),
    told('b', 'out', 'short', { lots: '1', at: minute(3) }),
  );
  expect(await standing()).toEqual({ a: '200', b: 'trade_hedged' });
  const short = told('c', 'out', 'short', { lots: '3', at: minute(4) });
  await tell(told('c', 'in', 'short', { lots: '3', at: minute(1) }), short);
  expect(await standing()).toEqual({ a: 'trade_hedged', b: '100', c: '300' });
  expect(await booked()).toBe(4);
  // The platform takes the largest one back.
  const cancelled = { ...short, execution: { ...short.execution, cancelled: true } };
  await tell(cancelled);
  expect(await standing()).toEqual({ a: '200', b: 'trade_hedged', c: 'trade_cancelled' });
  expect(await booked()).toBe(2);
});

test('comes to the same however a day is told: at once, one by one, backwards, and with a side corrected in the end', async () => {
  const trades: [id: string, side: Side, lots: string, day: number][] = [
    ['p', 'long', '1', 0],
    ['q', 'long', '2', 0],
    ['r', 'short', '2.5', 0],
    ['s', 'long', '0.5', 0.6],
    ['t', 'short', '1', 0],
    ['u', 'short', '0.4', 0.6],
    ['v', 'long', '3', 0.6],
  ];
  const tellers: Record<string, (events: object[][]) => Promise<void>> = {
    w1: (events) => tell(...events.flat()),
    w2: async (events) => {
      for (const pair of events) await tell(...pair);
    },
    w3: async (events) => {
      for (const event of events.flat().toReversed()) await tell(event);
    },
  };
  const found: Record<string, string>[] = [];
  for (const [index, [prefix, teller]] of Object.entries(tellers).entries()) {
    const login = String(7200 + index);
    await world.tell(world.crm, [
      registration(`hedger ${prefix}`, login, { clickId: await world.click(), occurredAt: minute(0.1) }),
    ]);
    const when = (day: number, n: number): string => minute(day * 24 * 60 + n);
    const events = trades.map(([id, side, lots, day], n) => [
      told(`${prefix}${id}`, 'in', side, { lots, at: when(day, 1 + n), login }),
      told(`${prefix}${id}`, 'out', side, { lots, at: when(day, 20 + n), login }),
    ]);
    await teller(events);
    // The platform says that t was bought after all.
    await tell(told(`${prefix}t`, 'in', 'long', { lots: '1', at: when(0, 5), login }));
    found.push(await standing(prefix));
  }
  expect(found[0]).toEqual({
    p: '100',
    q: '200',
    r: 'trade_hedged',
    s: '50',
    t: '100',
    u: 'trade_hedged',
    v: '300',
  });
  expect(found[1]).toEqual(found[0]);
  expect(found[2]).toEqual(found[0]);
});
