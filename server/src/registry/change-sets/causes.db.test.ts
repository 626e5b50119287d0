// Whatever passes the gate of change sets and moves money lands held for the review of its set, told in one summary (rules.md 2.16).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drainLanes } from '../../../test/support/drain-lanes.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, execution } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { createDeliveryReader, ROAD_RULES, verifyBooks } from '../../oversight/verify/index.ts';
import { checkLedger } from '../../pipeline/ledger/index.ts';
import { createClickVerifier } from '../../tracking/index.ts';

let api: TestApi;
let world: ToldWorld;
let ann = '';
let ben = '';
let told = 0;

beforeAll(async () => {
  api = await startTestApi();
  api.setNow('2026-03-20T00:00:00Z');
});
afterAll(() => api.close());

beforeEach(async () => {
  world = await createToldWorld(api);
  const { programId, post } = world;
  await post('/v1/endpoints', {
    programId,
    url: 'https://crm.example/hook',
    eventTypes: ['commission.restated'],
  });
  ann = (await post('/v1/partners', { programId, name: 'Ann' })).id;
  ben = (await post('/v1/partners', { programId, name: 'Ben' })).id;
});

/** Both earn the same, and nobody anything above them. */
async function dealAlike(): Promise<void> {
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: null,
    effectiveFrom: '2020-01-01T00:00:00Z',
    document: {
      currency: 'USD',
      components: [
        { id: 'cpa', kind: 'cpa', amount: '100', minimumDeposit: '50' },
        { id: 'lots', kind: 'per_lot', rates: [{ rate: '8' }], minimumDurationSeconds: 0 },
      ],
    },
  });
}

/** A customer registered on a day of March, of a partner from the beginning. */
async function customer(value: string, day: string, partnerId: string | null): Promise<string> {
  await tell(world.crm, event('registration', value, day));
  await drainLanes(api);
  const { id } = (await world.get(`/v1/customers?search=${value}&programId=${world.programId}`)).items[0];
  if (partnerId !== null)
    await world.post(`/v1/customers/${id}/attributions`, {
      partnerId,
      effectiveFrom: null,
      reason: 'as it was',
    });
  await drainLanes(api);
  return id;
}

const event = (kind: string, value: string, day: string, more: object = {}): object => {
  told += 1;
  const identifiers = [
    { namespace: 'customer', value },
    ...(kind === 'registration' ? [{ namespace: 'mt5:live', value: `7${value}` }] : []),
  ];
  return { kind, externalId: `e${told}`, occurredAt: `2026-03-${day}T08:00:00Z`, identifiers, ...more };
};

async function tell(source: string, ...events: object[]): Promise<void> {
  const taken = await world.tell(source, events);
  expect(taken.map((one) => one.disposition)).toEqual(events.map(() => 'accepted'));
}

const deposit = (value: string, day: string): Promise<void> =>
  tell(world.crm, event('deposit', value, day, { amount: '100', currency: 'USD' }));

/** A lot closed on a day of March. */
const trade = (value: string, day: string): Promise<void> => {
  told += 2;
  const position = { position: `p${told}`, lots: '1' };
  return tell(
    world.mt5,
    execution(`7${value}`, { ...position, id: `${told}`, at: `2026-03-${day}T08:00:00Z`, entry: 'in' }),
    execution(`7${value}`, { ...position, id: `${told + 1}`, at: `2026-03-${day}T09:00:00Z`, entry: 'out' }),
  );
};

interface Standing {
  readonly reviewed: number;
  readonly other: number;
}

/** What a partner has, in what waits for a review and in what does not. */
async function standing(partnerId: string): Promise<Standing> {
  const items: { state: string; reason: string | null; amount: { amount: string } }[] = (
    await world.get(`/v1/commissions?partnerId=${partnerId}&limit=200`)
  ).items;
  const sum = (own: typeof items): number => own.reduce((total, one) => total + Number(one.amount.amount), 0);
  const isReviewed = (one: (typeof items)[number]): boolean => one.reason === 'restatement_review';
  return { reviewed: sum(items.filter(isReviewed)), other: sum(items.filter((one) => !isReviewed(one))) };
}

/** Of each summary that was told: to whom, what it added, what it took. */
async function summaries(): Promise<string[]> {
  const rows = await api.database.owner<{ payload: { data: { partnerId: string; totals: object[] } } }>(
    `select payload from outbox where event_type = 'commission.restated' and payload -> 'data' ->> 'programId' = $1 order by id`,
    [world.programId],
  );
  return rows
    .map(({ payload: { data } }) => {
      const totals = data.totals as { added: string; taken: string }[];
      const sum = (of: 'added' | 'taken'): number => totals.reduce((all, one) => all + Number(one[of]), 0);
      const name = new Map([
        [ann, 'ann'],
        [ben, 'ben'],
        [world.master, 'mira'],
      ]).get(data.partnerId);
      return `${name ?? data.partnerId} +${sum('added')} -${sum('taken')}`;
    })
    .toSorted();
}

async function expectWhole(): Promise<void> {
  const report = await verifyBooks({
    db: api.database.db,
    rules: ROAD_RULES,
    readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
  });
  expect(report.differences).toEqual([]);
  const { checks } = await checkLedger(api.database.db);
  expect(checks.filter((check) => check.differences > 0)).toEqual([]);
}

async function release(changeSetId: string): Promise<void> {
  await world.post(`/v1/change-sets/${changeSetId}/release`, { note: 'looked at' });
  await drainLanes(api);
}

async function undo(changeSetId: string): Promise<string> {
  const { id } = await world.post(`/v1/change-sets/${changeSetId}/undo`, { note: 'it was right before' });
  await drainLanes(api);
  return id;
}

const newestSet = async (): Promise<string> =>
  (await world.get(`/v1/change-sets?programId=${world.programId}`)).items[0].id;

describe('a reassignment in the past', () => {
  beforeEach(dealAlike);

  it('takes at once, holds what it brings until it is released, and the undoing is held the same way', async () => {
    const id = await customer('1', '02', ann);
    await trade('1', '05');
    await drainLanes(api);
    expect(await standing(ann)).toEqual({ reviewed: 0, other: 8 });
    const from = '2026-03-03T00:00:00Z';
    await world.post(`/v1/customers/${id}/attributions`, {
      partnerId: ben,
      effectiveFrom: from,
      reason: 'his',
    });
    await drainLanes(api);
    expect([await standing(ann), await standing(ben)]).toEqual([
      { reviewed: 0, other: 0 },
      { reviewed: 8, other: 0 },
    ]);
    expect(await summaries()).toEqual(['ann +0 -8', 'ben +8 -0']);
    const set = await newestSet();
    await trade('1', '06');
    await drainLanes(api);
    expect(await standing(ben)).toEqual({ reviewed: 8, other: 8 });
    const inverse = await undo(set);
    expect([await standing(ann), await standing(ben)]).toEqual([
      { reviewed: 16, other: 0 },
      { reviewed: 0, other: 0 },
    ]);
    await release(inverse);
    expect(await standing(ann)).toEqual({ reviewed: 0, other: 16 });
    await expectWhole();
  });

  it('is released to where its rows belong, and what it moved is taken back from there when it is undone', async () => {
    const id = await customer('2', '02', ann);
    await trade('2', '05');
    await drainLanes(api);
    const from = '2026-03-03T00:00:00Z';
    await world.post(`/v1/customers/${id}/attributions`, {
      partnerId: ben,
      effectiveFrom: from,
      reason: 'his',
    });
    await drainLanes(api);
    const set = await newestSet();
    await release(set);
    expect(await standing(ben)).toEqual({ reviewed: 0, other: 8 });
    await release(await undo(set));
    expect([await standing(ann), await standing(ben)]).toEqual([
      { reviewed: 0, other: 8 },
      { reviewed: 0, other: 0 },
    ]);
    await expectWhole();
  });
});

describe('a merge', () => {
  beforeEach(dealAlike);

  it('holds what it brings to the partner of the earlier registration, and so does its end', async () => {
    const early = await customer('3', '01', ann);
    const late = await customer('4', '02', ben);
    await deposit('3', '03');
    await deposit('4', '04');
    await trade('4', '05');
    await drainLanes(api);
    expect([await standing(ann), await standing(ben)]).toEqual([
      { reviewed: 0, other: 100 },
      { reviewed: 0, other: 108 },
    ]);
    const merge = await world.post(`/v1/customers/${late}/merges`, { into: early, reason: 'one person' });
    await drainLanes(api);
    expect([await standing(ann), await standing(ben)]).toEqual([
      { reviewed: 8, other: 100 },
      { reviewed: 0, other: 0 },
    ]);
    expect(await summaries()).toEqual(['ann +8 -0', 'ben +0 -108']);
    const ended = await world.post(`/v1/merges/${merge.id}/end`, { reason: 'two after all' });
    await drainLanes(api);
    expect([await standing(ann), await standing(ben)]).toEqual([
      { reviewed: 0, other: 100 },
      { reviewed: 108, other: 0 },
    ]);
    await release(ended.changeSet.id);
    expect(await standing(ben)).toEqual({ reviewed: 0, other: 108 });
    await expectWhole();
  });
});

describe('a move of a sub-tree in the past', () => {
  it('holds what it brings to the new master, and leaves what is earned afterwards alone', async () => {
    await customer('5', '01', world.sub);
    await trade('5', '05');
    await drainLanes(api);
    const before = await standing(world.master);
    expect(before.reviewed).toBe(0);
    expect(before.other).toBeGreaterThan(0);
    const moved = await world.post(`/v1/partners/${world.sub}/moves`, {
      parentId: ann,
      effectiveFrom: '2026-03-03T00:00:00Z',
      reason: 'she took him over',
    });
    await drainLanes(api);
    expect([await standing(world.master), await standing(ann)]).toEqual([
      { reviewed: 0, other: 0 },
      { reviewed: before.other, other: 0 },
    ]);
    expect(await summaries()).toEqual([`ann +${before.other} -0`, `mira +0 -${before.other}`]);
    await trade('5', '06');
    await drainLanes(api);
    expect(await standing(ann)).toEqual({ reviewed: before.other, other: before.other });
    await release(await undo(moved.changeSetId));
    expect([await standing(world.master), await standing(ann)]).toEqual([
      { reviewed: 0, other: 2 * before.other },
      { reviewed: 0, other: 0 },
    ]);
    await expectWhole();
  });
});
