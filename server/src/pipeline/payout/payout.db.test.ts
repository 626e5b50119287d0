import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../../test/support/test-api.ts';
import { verifyTold } from '../../../test/support/verify-told.ts';
import { ask, decideAll } from '../../../test/vectors/play.ts';
import { deal, happened, LEAF, player, reported } from '../../../test/vectors/vector.ts';
import type { Row } from '../../../test/vectors/vector.ts';

// Commission that is paid, and what takes it back then: through the API, the real worker's steps and the books.

let api: TestApi;
let serial = 0;
beforeAll(async () => {
  api = await startTestApi({ lanesPerTransaction: 1024 });
});
afterAll(() => api.close());

/** Keys of two people. */
async function keyOf(name: string): Promise<string> {
  return (await ask(api, 'POST', '/v1/api-keys', { name, scopes: ['*'] })).key;
}

interface World {
  readonly programId: string;
  readonly partnerId: string;
  readonly slug: string;
  tell(...rows: Row[]): Promise<void>;
}

/** A sandbox program with one partner whose deal is this; its clock stands at `now`. */
async function createWorld(
  component: Readonly<Record<string, unknown>>,
  { now = '2026-03-01T12:00:00Z', limit = '1000' } = {},
): Promise<World> {
  serial += 1;
  const slug = `pay${serial}`;
  const program = await ask(api, 'POST', '/v1/programs', {
    name: slug,
    slug,
    vertical: 'forex',
    sandbox: true,
    zone: 'UTC',
    preset: false,
    restatementLimit: limit,
    compliance: { partnerChecks: [] },
  });
  const partner = await ask(api, 'POST', '/v1/partners', { programId: program.id, name: LEAF });
  await ask(api, 'POST', '/v1/codes', { partnerId: partner.id, code: LEAF, effectiveFrom: null });
  await ask(api, 'POST', '/v1/deals', {
    programId: program.id,
    partnerId: partner.id,
    effectiveFrom: null,
    document: deal(component),
  });
  await ask(api, 'POST', '/v1/sources', {
    programId: program.id,
    slug: `${slug}-crm`,
    preset: 'canonical',
    registrar: true,
  });
  api.setNow(now);
  return {
    programId: program.id,
    partnerId: partner.id,
    slug,
    async tell(...rows) {
      await ask(
        api,
        'POST',
        `/v1/sources/${slug}-crm/deliveries`,
        rows.map((row) => row.body),
      );
      await decideAll(api);
    },
  };
}

const FEE = { id: 'share', kind: 'purchase_share', percent: '10', holdDays: 30 };
const SCHEDULE = [
  { beforeMonth: 12, percent: '100' },
  { upToMonth: 18, percent: '50' },
];
/** A purchase of 1000 on 10 January 2026: 100.00 for the partner, approved on 10 February. */
const PURCHASE = [player('p1'), happened('challenge_purchased', 'p', { amount: '1000' })];
const back = (id: string, at: string, more: object = {}): Row =>
  happened('chargeback', id, { amount: '1000', originalId: 'p', at, ...more });

function pay(world: World, changes: object = {}, options: object = {}): Promise<Answer> {
  serial += 1;
  const body = {
    partnerId: world.partnerId,
    amount: '100.00',
    currency: 'USD',
    paidAt: '2026-02-20T10:00:00Z',
    reference: `transfer ${serial}`,
    ...changes,
  };
  return api.call('POST', '/v1/payments', { body, ...options });
}

async function balanceOf({ partnerId }: World): Promise<string> {
  const [one] = (await ask(api, 'GET', `/v1/partners/${partnerId}/balance`)).balances;
  return `${one.approved.amount} approved, ${one.clawbackPending.amount} pending, ${one.returned.amount} returned, ${one.total.amount} in all`;
}

/** 'amount state' of each commission row, the oldest first. */
async function rowsOf({ partnerId }: World): Promise<string[]> {
  const { items } = await ask(api, 'GET', `/v1/commissions?partnerId=${partnerId}&limit=100`);
  return items
    .map(
      (one: { amount: { amount: string }; kind: string; state: string }) =>
        `${one.amount.amount} ${one.kind} ${one.state}`,
    )
    .toReversed();
}

/** The books are right by themselves, and are what evidence and decisions give. */
async function prove(): Promise<void> {
  expect(await ask(api, 'GET', '/v1/ledger/check')).toMatchObject({ ok: true });
  expect((await verifyTold(api)).differences).toEqual([]);
}

describe('a payment that a person records', () => {
  test('pays exactly what is payable, once, and nothing before it is approved', async () => {
    const world = await createWorld(FEE, { now: '2026-01-20T12:00:00Z' });
    await world.tell(...PURCHASE);
    const early = await pay(world, { paidAt: '2026-01-15T00:00:00Z' });
    expect([early.status, early.body.code]).toEqual([422, 'nothing_payable']);
    const named = await pay(world, {
      paidAt: '2026-01-15T00:00:00Z',
      settlements: [{ component: 'share', holdDay: '2026-02-10' }],
    });
    expect([named.status, named.body.code]).toEqual([422, 'not_approved']);

    api.setNow('2026-03-01T12:00:00Z');
    await decideAll(api);
    for (const [changes, code] of [
      [{ amount: '99.99' }, 'amount_differs'],
      [{ paidAt: '2026-03-02T00:00:00Z' }, 'paid_in_future'],
      [{ paidAt: '2026-02-01T00:00:00Z' }, 'paid_before_approval'],
      [{ currency: 'EUR' }, 'nothing_payable'],
      [{ amount: '100.001' }, 'bad_amount'],
    ] as const) {
      const refused = await pay(world, changes);
      expect([refused.status, refused.body.code]).toEqual([422, code]);
    }

    const paid = await pay(world, { reference: 'T-1' });
    expect([paid.status, paid.body.state]).toEqual([202, 'due']);
    await decideAll(api);
    expect(await ask(api, 'GET', `/v1/payments/${paid.body.id}`)).toMatchObject({
      state: 'paid',
      parts: [{ component: 'share', amount: { amount: '100.00' } }],
    });
    expect(await balanceOf(world)).toBe('0.00 approved, 0.00 pending, 0.00 returned, 0.00 in all');
    expect(await rowsOf(world)).toEqual(['100.00 commission paid']);
    for (const [changes, status, code] of [
      [{ reference: 'T-1' }, 409, 'reference_taken'],
      [{}, 422, 'nothing_payable'],
      [
        {
          settlements: [{ component: 'share', holdDay: paid.body.settlements?.[0]?.holdDay ?? '2026-02-10' }],
        },
        422,
        'already_paid',
      ],
    ] as const) {
      const refused = await pay(world, changes);
      expect([refused.status, refused.body.code]).toEqual([status, code]);
    }
    await prove();
  });

  test('of two at once one is booked, the other is refused with the reason', async () => {
    const world = await createWorld(FEE);
    await world.tell(...PURCHASE);
    const both = await Promise.all([pay(world), pay(world)]);
    expect(both.map(({ status }) => status)).toEqual([202, 202]);
    await decideAll(api);
    const states = await Promise.all(
      both.map(async ({ body }) => (await ask(api, 'GET', `/v1/payments/${body.id}`)).state),
    );
    expect(states.toSorted()).toEqual(['paid', 'refused']);
    expect(await balanceOf(world)).toBe('0.00 approved, 0.00 pending, 0.00 returned, 0.00 in all');
    await prove();
  });

  test('above the limit of the program another person agrees', async () => {
    const world = await createWorld(FEE, { limit: '50' });
    await world.tell(...PURCHASE);
    const [ann, ben] = [await keyOf('ann'), await keyOf('ben')];
    const { body } = await pay(world, {}, { key: ann });
    expect(body.state).toBe('proposed');
    await decideAll(api);
    const approve = (key: string): Promise<Answer> =>
      api.call('POST', `/v1/payments/${body.id}/approve`, { body: { note: 'seen' }, key });
    expect((await approve(ann)).body.code).toBe('second_person_needed');
    expect((await approve(ben)).body.state).toBe('due');
    await decideAll(api);
    expect((await ask(api, 'GET', `/v1/payments/${body.id}`)).state).toBe('paid');
    expect((await approve(ben)).body.code).toBe('wrong_state');
  });

  test('one that came back is owed again, once, and goes with the next', async () => {
    const world = await createWorld(FEE);
    await world.tell(...PURCHASE);
    const { body } = await pay(world);
    await decideAll(api);
    const giveBack = (): Promise<Answer> =>
      api.call('POST', `/v1/payments/${body.id}/return`, {
        body: { returnedAt: '2026-02-25T00:00:00Z', reason: 'the account was closed' },
      });
    expect((await giveBack()).status).toBe(202);
    await decideAll(api);
    expect((await giveBack()).body.code).toBe('wrong_state');
    expect(await balanceOf(world)).toBe('0.00 approved, 0.00 pending, 100.00 returned, 100.00 in all');
    expect(await rowsOf(world)).toEqual(['100.00 commission paid']);
    expect((await pay(world)).status).toBe(202);
    await decideAll(api);
    expect(await balanceOf(world)).toBe('0.00 approved, 0.00 pending, 0.00 returned, 0.00 in all');
    await prove();
  });
});

describe('what takes back commission that was paid', () => {
  test.each([
    ['V-CLAW-1, month 8', '2026-09-20T00:00:00Z', '-100.00'],
    ['V-CLAW-1, month 14', '2027-03-20T00:00:00Z', '-50.00'],
    ['V-CLAW-1, month 19', '2027-08-20T00:00:00Z', '0.00'],
    ['before it was paid, told after it', '2026-02-19T00:00:00Z', '-100.00'],
  ])('%s', async (_, at, owed) => {
    const world = await createWorld({ ...FEE, clawback: { schedule: SCHEDULE } });
    await world.tell(...PURCHASE);
    await pay(world);
    await decideAll(api);
    api.setNow('2027-10-01T00:00:00Z');
    await world.tell(back('back', at));
    expect(await balanceOf(world)).toBe(`${owed} approved, 0.00 pending, 0.00 returned, ${owed} in all`);
    expect(await rowsOf(world)).toEqual([
      '100.00 commission paid',
      ...(owed === '0.00' ? [] : [`${owed} clawback approved`]),
    ]);
  });

  test('V-CLAW-2: 60 %, then the rest; what is owed back goes with the next payment', async () => {
    const world = await createWorld({ ...FEE, clawback: { schedule: [SCHEDULE[0]] } });
    await world.tell(...PURCHASE);
    await pay(world);
    await decideAll(api);
    await world.tell(back('part', '2026-02-21T00:00:00Z', { amount: '600' }));
    await world.tell(back('rest', '2026-02-22T00:00:00Z'));
    expect(await rowsOf(world)).toEqual([
      '100.00 commission paid',
      '-60.00 clawback approved',
      '-40.00 clawback approved',
    ]);
    const none = await pay(world);
    expect([none.status, none.body.code]).toEqual([422, 'nothing_payable']);
    await world.tell(player('p2'), happened('challenge_purchased', 'q', { amount: '3000', customer: 'p2' }));
    expect((await pay(world, { amount: '200.00', paidAt: '2026-02-28T00:00:00Z' })).status).toBe(202);
    await decideAll(api);
    expect(await balanceOf(world)).toBe('0.00 approved, 0.00 pending, 0.00 returned, 0.00 in all');
    await prove();
  });

  test('what is not paid yet is taken first, and is a reversal', async () => {
    const world = await createWorld({ ...FEE, clawback: { schedule: [{ beforeMonth: 24, percent: '50' }] } });
    await world.tell(...PURCHASE);
    await world.tell(back('part', '2026-02-11T00:00:00Z', { amount: '600' }));
    expect((await pay(world, { amount: '40.00' })).status).toBe(202);
    await decideAll(api);
    await world.tell(back('rest', '2026-02-28T00:00:00Z'));
    expect(await rowsOf(world)).toEqual([
      '100.00 commission paid',
      '-60.00 reversal paid',
      '-20.00 clawback approved',
    ]);
    await prove();
  });
});

describe('what takes back a CPA of a month that was paid', () => {
  const CPA = {
    id: 'share',
    kind: 'cpa',
    amount: '100',
    minimumDeposit: '50',
    holdDays: 0,
    tiers: { bands: [{ upTo: '1', rate: '50' }, { rate: '80' }] },
    clawback: { schedule: SCHEDULE },
  };
  /** Two CPAs of January: 50.00 for the first, 80.00 for the second. */
  const TWO = ['p1', 'p2'].flatMap((customer, index) => [
    player(customer),
    happened('deposit', `d-${customer}`, { customer, amount: '60', at: `2026-01-1${index}T00:00:00Z` }),
  ]);
  const charged = (customer: string, at: string): Row =>
    happened('chargeback', `x-${customer}`, { customer, amount: '60', originalId: `d-${customer}`, at });
  const payJanuary = (world: World): Promise<Answer> =>
    pay(world, { amount: '130.00', settlements: [{ component: 'share', period: '2026-01' }] });

  async function closed(): Promise<World> {
    const world = await createWorld(CPA);
    await world.tell(...TWO);
    await ask(api, 'POST', `/v1/programs/${world.programId}/periods/2026-01/close`, {
      reason: 'all is told',
    });
    await decideAll(api);
    return world;
  }
  const monthsOf = async ({ partnerId }: World): Promise<string[]> =>
    (await ask(api, 'GET', `/v1/partners/${partnerId}/settlements`)).items.map(
      (one: { period: string; amount: { amount: string } }) => `${one.period} ${one.amount.amount}`,
    );

  test.each([
    ['month 8', '2026-09-20T00:00:00Z', '2026-09 -80.00'],
    ['month 14', '2027-03-20T00:00:00Z', '2027-03 -40.00'],
    ['month 19', '2027-08-20T00:00:00Z', '2027-08 0.00'],
    ['before it was paid, told after it', '2026-02-19T00:00:00Z', '2026-02 -80.00'],
  ])('takes the share by its age: %s', async (_, at, month) => {
    const world = await closed();
    expect((await payJanuary(world)).status).toBe(202);
    await decideAll(api);
    api.setNow('2027-10-01T00:00:00Z');
    await world.tell(charged('p2', at));
    expect(await monthsOf(world)).toEqual([month, '2026-01 130.00']);
    await prove();
  });

  test('takes less as soon as the payment is told that was made before it', async () => {
    const world = await closed();
    api.setNow('2027-10-01T00:00:00Z');
    await world.tell(charged('p1', '2027-03-19T00:00:00Z'), charged('p2', '2027-03-20T00:00:00Z'));
    expect(await monthsOf(world)).toEqual(['2027-03 -130.00', '2026-01 130.00']);
    expect((await payJanuary(world)).status).toBe(202);
    await decideAll(api);
    expect(await monthsOf(world)).toEqual(['2027-03 -65.00', '2026-01 130.00']);
    await prove();
  });
});

describe('the review of a clawback', () => {
  const reviewed = { ...FEE, clawback: { schedule: [{ beforeMonth: 24, percent: '50' }], review: true } };

  async function clawed(): Promise<{ world: World; id: string }> {
    const world = await createWorld(reviewed);
    await world.tell(...PURCHASE);
    await pay(world);
    await decideAll(api);
    await world.tell(back('back', '2026-02-25T00:00:00Z'));
    expect(await balanceOf(world)).toBe('0.00 approved, -50.00 pending, 0.00 returned, -50.00 in all');
    const { items } = await ask(api, 'GET', `/v1/partners/${world.partnerId}/clawbacks?pending=true`);
    expect(items).toMatchObject([{ pending: { amount: '50.00' }, taken: { amount: '50.00' } }]);
    return { world, id: items[0].id };
  }
  const decide = (id: string, verdict: string): Promise<Answer> =>
    api.call('POST', `/v1/clawbacks/${id}/review`, { body: { verdict, reason: 'asked the bank' } });

  test('it waits until a person accepts it', async () => {
    const { world, id } = await clawed();
    expect((await decide(id, 'accept')).status).toBe(202);
    expect((await decide(id, 'refuse')).body.code).toBe('being_decided');
    await decideAll(api);
    expect(await balanceOf(world)).toBe('-50.00 approved, 0.00 pending, 0.00 returned, -50.00 in all');
    expect((await decide(id, 'refuse')).body.code).toBe('nothing_waits');
    await prove();
  });

  test('refused it is given back, and once only when the source takes the chargeback back too', async () => {
    const { world, id } = await clawed();
    await decide(id, 'refuse');
    await decideAll(api);
    expect(await balanceOf(world)).toBe('0.00 approved, 0.00 pending, 0.00 returned, 0.00 in all');
    await prove();
    await world.tell(back('back', '2026-02-25T00:00:00Z', { test: true }));
    expect(await balanceOf(world)).toBe('0.00 approved, 0.00 pending, 0.00 returned, 0.00 in all');
    await prove();
  });

  test.each([
    ['accept', '-40.00 approved, 0.00 pending, 0.00 returned, -40.00 in all'],
    ['refuse', '0.00 approved, 0.00 pending, 0.00 returned, 0.00 in all'],
  ])('a month that was paid and is worth less waits: %s', async (verdict, balance) => {
    const world = await createWorld({
      id: 'share',
      kind: 'revshare',
      base: 'ngr',
      percent: '10',
      holdDays: 0,
    });
    await world.tell(player('p1'), reported('a', { ngr: '1000' }));
    await ask(api, 'POST', `/v1/programs/${world.programId}/periods/2026-01/close`, {
      reason: 'all is told',
    });
    await decideAll(api);
    expect((await pay(world, { settlements: [{ component: 'share', period: '2026-01' }] })).status).toBe(202);
    await decideAll(api);
    await world.tell(reported('b', { ngr: '-400' }));
    expect(await balanceOf(world)).toBe('0.00 approved, -40.00 pending, 0.00 returned, -40.00 in all');
    const [{ id, period }] = (await ask(api, 'GET', `/v1/partners/${world.partnerId}/clawbacks`)).items;
    expect(period).toBe('2026-01');
    await decide(id, verdict);
    await decideAll(api);
    expect(await balanceOf(world)).toBe(balance);
    await prove();
  });
});

test('a CPA that was paid is taken back when its customer fails KYC, by the schedule, and given back when KYC passes', async () => {
  const world = await createWorld({
    id: 'cpa',
    kind: 'cpa',
    amount: '100',
    firstDeposit: 'single_first',
    minimumDeposit: '50',
    holdDays: 30,
    clawback: { schedule: [{ beforeMonth: 24, percent: '50' }] },
    clawbackOnKycFailed: true,
  });
  await world.tell(player('p1'), happened('deposit', 'd', { amount: '60' }));
  expect((await pay(world)).status).toBe(202);
  await decideAll(api);
  const kyc = (status: string, at: string): Row =>
    happened('kyc_status', `kyc ${at}`, { at, kyc: { status } });
  await world.tell(kyc('failed', '2026-02-25T00:00:00Z'));
  expect(await balanceOf(world)).toBe('-50.00 approved, 0.00 pending, 0.00 returned, -50.00 in all');
  await prove();
  await world.tell(kyc('passed', '2026-02-26T00:00:00Z'));
  expect(await balanceOf(world)).toBe('0.00 approved, 0.00 pending, 0.00 returned, 0.00 in all');
  await prove();
});
