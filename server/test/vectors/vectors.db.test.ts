import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../support/test-api.ts';
import type { TestApi } from '../support/test-api.ts';
import { verifyTold } from '../support/verify-told.ts';
import { ask, decideAll, makePartners, ORDERS, payVector, tellAfterwards, tellVector } from './play.ts';
import type { Played } from './play.ts';
import { REFUSED } from './trading.ts';
import { LEAF } from './vector.ts';
import type { Month } from './vector.ts';
import { EXAMPLES } from './vectors.ts';

// The golden vectors of semantics.md 13, and hybrids that have none: from raw deliveries through the public API to the balance, and to an explanation of every amount
// and every zero; each told in canonical, reversed and shuffled order. All are told first and decided together, which is quicker.

const SEED = Number(process.env['VECTOR_SEED'] ?? 20_260_301);

/** Vectors that are told side by side: what they wait for is the same group commits. */
const AT_ONCE = 6;

const MOST_EXPLAINED = 60;
const MOST_ROWS = 10;

/** A busy machine takes its time over thousands of requests. */
const PATIENCE_MS = 300_000;

let api: TestApi;
const played = new Map<string, Played>();

beforeAll(async () => {
  api = await startTestApi({ lanesPerTransaction: 1024 });
  api.setNow('2026-05-25T12:00:00Z');
  const told = EXAMPLES.flatMap((vector, index) =>
    ORDERS.map((order) => async (): Promise<void> => {
      played.set(`${vector.id} ${order}`, await tellVector(api, vector, { order, seed: SEED + index }));
    }),
  );
  await Promise.all(Array.from({ length: AT_ONCE }, () => takeTurns(told)));
  await decideAll(api);

  const paid = [...played.values()].filter(({ vector }) => vector.pays !== undefined);
  for (const one of paid) await payVector(api, one);
  await decideAll(api);
  for (const [index, vector] of EXAMPLES.entries())
    for (const order of ORDERS)
      if (vector.afterwards !== undefined)
        await tellAfterwards(api, playedAs(vector.id, order), { order, seed: SEED + index });
  await decideAll(api);

  // Every hold is over now.
  api.setNow('2026-09-01T12:00:00Z');
  await decideAll(api);
}, PATIENCE_MS);
afterAll(() => api.close());

async function takeTurns(waiting: (() => Promise<void>)[]): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
}

function playedAs(id: string, order: string): Played {
  const found = played.get(`${id} ${order}`);
  if (found === undefined) throw new Error(`${id} was not told`);
  return found;
}

const idOf = (one: Played, partner: string): string => one.partners.get(partner) ?? '';

/** Totals of all partners by name; who has nothing is left out. */
async function balances(
  one: Played,
): Promise<Record<'total' | 'approved', Readonly<Record<string, string>>>> {
  const total: Record<string, string> = {};
  const approved: Record<string, string> = {};
  for (const [name, id] of one.partners) {
    const [balance] = (await ask(api, 'GET', `/v1/partners/${id}/balance`)).balances;
    if (balance === undefined || balance.total.amount === '0.00') continue;
    total[name] = balance.total.amount;
    approved[name] = balance.approved.amount;
  }
  return { total, approved };
}

async function settlement(one: Played, { partner = LEAF, component, month }: Month) {
  const query = `period=${month}${component === undefined ? '' : `&component=${component}`}`;
  const { items } = await ask(api, 'GET', `/v1/partners/${idOf(one, partner)}/settlements?${query}`);
  const { carry, ...found } = items[0];
  // Whose it is has another name in each program.
  const ringfenced = Object.values<string>(carry.ringfenced ?? {}).toSorted();
  return { ...found, carry: { ...carry, ...(ringfenced.length === 0 ? {} : { ringfenced }) } };
}

/** 'partner amount' of each line, the top first, and the reason of a zero. */
async function outcome(one: Played, externalId: string): Promise<string[]> {
  const explained = await ask(api, 'GET', `/v1/events/${one.events.get(externalId)}/explain`);
  const lines = explained.lines.toReversed() as { partnerName: string; booked: { amount: string } }[];
  return lines.length > 0
    ? lines.map((line) => `${line.partnerName} ${line.booked.amount}`)
    : [explained.reason?.code];
}

describe.each(ORDERS)('told in %s order', (order) => {
  test.each(EXAMPLES.map((vector) => [vector.id, vector] as const))(
    `%s (seed ${SEED})`,
    async (id, vector) => {
      const one = playedAs(id, order);
      const { total, approved } = await balances(one);
      expect(total).toEqual(vector.earns);
      expect(approved).toMatchObject(vector.approved ?? {});
      for (const month of vector.months ?? [])
        expect(await settlement(one, month)).toMatchObject({
          amount: { amount: month.pays },
          ...(month.reason === undefined ? {} : { reason: month.reason }),
          ...(month.carry === undefined ? {} : { carry: month.carry }),
        });
      for (const [externalId, lines] of Object.entries(vector.events ?? {}))
        expect([externalId, ...(await outcome(one, externalId))]).toEqual([externalId, ...lines]);
    },
  );
});

interface Said {
  readonly operator: readonly string[];
  readonly partner: readonly string[];
}
interface Line {
  readonly naturalKey: string;
  readonly desired: { readonly amount: string } | null;
  readonly booked: { readonly amount: string };
  readonly sentences: Said;
  readonly postings: readonly { readonly amount: { readonly amount: string } }[];
}

const cents = (money: { readonly amount: string } | null): number =>
  Math.round(Number(money?.amount ?? 0) * 100);
const sumOf = (amounts: readonly ({ readonly amount: string } | null)[]): number =>
  amounts.reduce((sum, money) => sum + cents(money), 0);

/** What is wrong with an explained line: its bookings sum to what it is worth, and it is said to both audiences. */
function faultsOf(line: Line): string[] {
  const isWhole =
    cents(line.desired) === cents(line.booked) &&
    sumOf(line.postings.map(({ amount }) => amount)) === cents(line.booked);
  return [
    ...(isWhole ? [] : [`${line.naturalKey}: its bookings do not sum to it`]),
    ...(line.sentences.operator.length > 0 && line.sentences.partner.length > 0
      ? []
      : [`${line.naturalKey}: nothing is said`]),
  ];
}

/** All events; of very many, that are alike, every tenth and those that are asked about. */
function sampleOf({ events, vector }: Played): (readonly [string, string])[] {
  const asked = new Set((vector.explains ?? []).map(([of]) => of));
  return [...events].filter(
    ([externalId], index) => events.size <= MOST_EXPLAINED || index % 10 === 0 || asked.has(externalId),
  );
}

/** Explanations of every event, of every month and of every commission row. */
async function explainAll(one: Played): Promise<{
  faults: string[];
  words: Map<string, string>;
}> {
  const faults: string[] = [];
  const words = new Map<string, string>();
  for (const [externalId, id] of sampleOf(one)) {
    const event = await ask(api, 'GET', `/v1/events/${id}/explain`);
    const said: Said = event.sentences;
    faults.push(...event.lines.flatMap(faultsOf));
    if (sumOf(event.amounts) !== sumOf(event.lines.map((line: Line) => line.desired)))
      faults.push(`${externalId}: its amounts are not the sum of its lines`);
    if (event.lines.length === 0 && event.brings.length === 0 && event.reason === null)
      faults.push(`${externalId}: pays nothing, and nobody knows why`);
    if (said.operator.length === 0 || said.partner.length === 0)
      faults.push(`${externalId}: nothing is said`);
    words.set(externalId, [event.summary, ...said.operator, ...said.partner].join('\n'));
  }
  for (const [name, id] of one.partners) {
    for (const { period, component, amount } of (await ask(api, 'GET', `/v1/partners/${id}/settlements`))
      .items) {
      const month = await ask(api, 'GET', `/v1/partners/${id}/settlements/${period}/${component}`);
      faults.push(...faultsOf(month.line));
      if (cents(month.amount) !== cents(amount)) faults.push(`${component} ${period}: another amount`);
      if (cents(amount) === 0 && month.reason === null)
        faults.push(`${component} ${period}: a zero without a reason`);
      words.set(
        `${name} ${component} ${period}`,
        [month.summary, ...month.sentences.operator, ...month.sentences.partner].join('\n'),
      );
    }
    const query = `programId=${one.programId}&partnerId=${id}&limit=200`;
    const { items } = await ask(api, 'GET', `/v1/commissions?${query}`);
    for (const row of items.slice(0, MOST_ROWS)) {
      const commission = await ask(api, 'GET', `/v1/commissions/${row.id}/explain`);
      faults.push(...faultsOf(commission.line));
      if (commission.amount.amount !== row.amount.amount) faults.push(`${row.id}: another amount`);
    }
  }
  return { faults, words };
}

describe('every amount and every zero is explained', () => {
  test.each(EXAMPLES.map((vector) => [vector.id, vector] as const))('%s', async (id, vector) => {
    const { faults, words } = await explainAll(playedAs(id, 'canonical'));
    expect(faults).toEqual([]);
    for (const [of, expected] of vector.explains ?? []) expect(words.get(of)).toMatch(expected);
  });
});

test('V-ML-9b: levels that could earn more than the revenue are refused when they are written', async () => {
  const { programId, partners } = await makePartners(api, { chain: REFUSED.chain });
  for (const [name, document] of Object.entries(REFUSED.above))
    await ask(api, 'POST', '/v1/deals', {
      programId,
      partnerId: partners.get(name),
      effectiveFrom: null,
      document,
    });
  const refused = await api.call('POST', '/v1/deals', {
    body: { programId, partnerId: partners.get(LEAF), effectiveFrom: null, document: REFUSED.leaf },
  });
  expect([refused.status, refused.body.code]).toEqual([422, 'levels_exceed_revenue']);
});

test(
  'the books are what the evidence gives',
  async () => {
    expect((await verifyTold(api)).differences).toEqual([]);
    expect(await ask(api, 'GET', '/v1/ledger/check')).toMatchObject({ ok: true });
  },
  PATIENCE_MS,
);
