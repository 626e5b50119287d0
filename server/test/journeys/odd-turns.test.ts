// What no document tells as an example: late statuses, moves in the past, merges across partners, codes against links. Each story is played
// through the public API in an order that nobody would choose, and ends as semantics 7 and 8 and rules.md 2.7, 2.15 and 5 say.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunningPlumbline } from './running-plumbline.ts';
import { ToldProgram, verifyBooks } from './told-program.ts';

let dataFolder: string;
let plumbline: RunningPlumbline;
beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-odd-'));
  plumbline = await RunningPlumbline.start({ dataFolder });
});
afterAll(async () => {
  await plumbline.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

interface Scene {
  readonly program: ToldProgram;
  readonly ann: string;
  readonly bob: string;
  readonly cid: string;
  /** What Ann, Bob and Cid have earned. */
  earned(): Promise<number[]>;
  /** A lot on an account that was closed at this hour, or so many milliseconds beside it. */
  trade(login: string, hour: number, ms?: number): Promise<unknown>;
  say(customer: string, what: 'status' | 'kyc', body: object): Promise<{ id: string }>;
  merge(loser: string, survivor: string): Promise<() => Promise<unknown>>;
  bind(customer: string, partnerId: string | null, hour: number, more?: object): Promise<{ id: string }>;
  takeBack(factId: string): Promise<unknown>;
}

/** Ann, Bob and Cid, each with a code of their name; customer N has login N00. */
async function scene(settings: object = {}): Promise<Scene> {
  const program = await ToldProgram.open(plumbline.url, { restatementLimit: '100000', ...settings });
  const make = async (name: string): Promise<string> => {
    const id = await program.partner(name);
    await program.code(id, name);
    return id;
  };
  const [ann, bob, cid] = [await make('Ann'), await make('Bob'), await make('Cid')];
  return {
    program,
    ann,
    bob,
    cid,
    earned: () => Promise.all([ann, bob, cid].map((id) => program.earned(id))),
    trade(login, hour, ms = 0) {
      const closed = Date.parse(program.at(hour)) + ms;
      return program.trade(login, new Date(closed - 60_000).toISOString(), new Date(closed).toISOString());
    },
    say: async (customer, what, body) =>
      program.make(`/v1/customers/${await program.customer(customer)}/${what}`, {
        reason: 'told late',
        ...body,
      }),
    async merge(loser, survivor) {
      const into = await program.customer(survivor);
      const path = `/v1/customers/${await program.customer(loser)}/merges`;
      const { id } = await program.make(path, { into, reason: 'one person' });
      await program.settle();
      return async () => {
        await program.make(`/v1/merges/${id}/end`, { reason: 'two after all' });
        await program.settle();
      };
    },
    bind: async (customer, partnerId, hour, more = {}) =>
      program.make(`/v1/customers/${await program.customer(customer)}/attributions`, {
        partnerId,
        effectiveFrom: program.at(hour),
        reason: 'as asked',
        ...more,
      }),
    takeBack: (factId) => program.make(`/v1/facts/${factId}/retraction`, { reason: 'a slip' }),
  };
}

/** Customer of a partner's code, registered at this hour, with a login of its own. */
async function enrol({ program }: Scene, customer: string, hour: number, code?: string): Promise<void> {
  await program.register(customer, hour, code === undefined ? {} : { code });
  await program.login(customer, `${customer}00`);
}

describe('late statuses', () => {
  test('a chargeback is judged by its deposit: an exclusion between the two does not save the CPA, one before both leaves nothing to take', async () => {
    const { program, say, earned, ...own } = await scene();
    await enrol({ program, say, earned, ...own }, '1', 1, 'ANN');
    await program.deposit('1', 2, { externalId: 'd-original' });
    expect(await earned()).toEqual([100, 0, 0]);
    await program.tell('crm', {
      kind: 'chargeback',
      externalId: 'cb',
      occurredAt: program.at(8),
      identifiers: [{ namespace: 'customer', value: '1' }],
      amount: '60',
      currency: 'USD',
      originalId: 'd-original',
    });
    expect(await earned()).toEqual([0, 0, 0]);
    await say('1', 'status', { status: 'self_excluded', effectiveFrom: program.at(5) });
    expect(await earned()).toEqual([0, 0, 0]);
    await say('1', 'status', { status: 'closed', effectiveFrom: program.at(1) });
    expect(await earned()).toEqual([0, 0, 0]);
  });

  test('a readmission told before its exclusion holds for what comes after it, and an exclusion inside a closure ends nothing', async () => {
    const own = await scene();
    const { program, say, trade, earned } = own;
    await enrol(own, '1', 1, 'ANN');
    for (const hour of [2, 4, 6, 8]) await trade('100', hour);
    await say('1', 'status', { status: 'readmitted', effectiveFrom: program.at(5) });
    expect(await earned()).toEqual([32, 0, 0]);
    await say('1', 'status', { status: 'self_excluded', effectiveFrom: program.at(3) });
    expect(await earned()).toEqual([24, 0, 0]);
    const closed = { effectiveFrom: program.at(5.5), effectiveTo: program.at(7) };
    const closure = await say('1', 'status', { status: 'closed', ...closed });
    expect(await earned()).toEqual([16, 0, 0]);
    await own.takeBack(closure.id);
    expect(await earned()).toEqual([24, 0, 0]);
  });

  test('KYC that failed for a while: what happened meanwhile earns nothing for good, what happened before comes back', async () => {
    const own = await scene();
    const { program, say, trade, earned } = own;
    await enrol(own, '1', 1, 'ANN');
    for (const hour of [2, 4, 7]) await trade('100', hour);
    await program.deposit('1', 4);
    await say('1', 'kyc', { status: 'passed', effectiveFrom: program.at(6) });
    await say('1', 'kyc', { status: 'failed', effectiveFrom: program.at(3) });
    expect(await earned()).toEqual([16, 0, 0]);
    await program.deposit('1', 8);
    expect(await earned()).toEqual([116, 0, 0]);
  });

  test('a partner whose suspension is told late loses whom it won since, keeps whom it had, and what those bring is held', async () => {
    const own = await scene();
    const { program, ann, trade, earned } = own;
    await enrol(own, '1', 1, 'ANN');
    await enrol(own, '2', 4, 'ANN');
    await program.deposit('2', 5);
    await trade('100', 5);
    expect(await earned()).toEqual([108, 0, 0]);
    const suspended = { status: 'suspended', suspendedAt: program.at(4) };
    expect((await program.ask('PATCH', `/v1/partners/${ann}`, suspended)).status).toBe(200);
    expect(await program.whose('2')).toEqual({ winner: null, losers: { Ann: 'partner_suspended' } });
    expect(await earned()).toEqual([8, 0, 0]);
    const { balances } = await program.read(`/v1/partners/${ann}/balance`);
    expect(balances[0].approved.amount).toBe('0.00');
  });
});

describe('merges across partners', () => {
  test.each([
    ['the later one into the earlier', '2', '1'],
    ['the earlier one into the later', '1', '2'],
  ])(
    '%s: the earliest registration says whose all of it is, one CPA stands, and the end of it restores both',
    async (_, loser, survivor) => {
      const own = await scene();
      const { program, trade, earned, merge } = own;
      await enrol(own, '2', 3, 'BOB');
      await enrol(own, '1', 1, 'ANN');
      await program.deposit('2', 4);
      await program.deposit('1', 6);
      await trade('100', 5);
      await trade('200', 5);
      expect(await earned()).toEqual([108, 108, 0]);
      const end = await merge(loser, survivor);
      expect(await earned()).toEqual([116, 0, 0]);
      await trade('200', 7);
      expect(await earned()).toEqual([124, 0, 0]);
      await end();
      expect(await earned()).toEqual([108, 116, 0]);
    },
  );

  test('each booking can be explained when a customer turns out to be one who belongs to nobody', async () => {
    const own = await scene();
    const { program, bob, trade, earned, merge } = own;
    await enrol(own, '1', 1);
    await enrol(own, '2', 3, 'BOB');
    await program.deposit('2', 4);
    await trade('200', 5);
    expect(await earned()).toEqual([0, 108, 0]);
    await merge('2', '1');
    expect(await earned()).toEqual([0, 0, 0]);
    const { items } = await program.read(`/v1/commissions?partnerId=${bob}`);
    expect(items.length).toBeGreaterThanOrEqual(4);
    for (const { id, amount } of items)
      expect(await program.read(`/v1/commissions/${id}/explain`)).toMatchObject({ amount });
  });

  test('reassignments of the one who was merged away fall away, those made of the whole stay with it, and both return', async () => {
    const own = await scene();
    const { program, cid, trade, earned, merge, bind } = own;
    await enrol(own, '1', 1, 'ANN');
    await enrol(own, '2', 2, 'BOB');
    await bind('2', cid, 4);
    for (const hour of [3, 5]) await trade('200', hour);
    expect(await earned()).toEqual([0, 8, 8]);
    await program.forward(6);
    const end = await merge('2', '1');
    expect(await earned()).toEqual([16, 0, 0]);
    await end();
    expect(await earned()).toEqual([0, 8, 8]);
    expect((await program.whose('2')).winner).toBe('Cid');
  });

  test('a chain of merges that is opened in its middle leaves the tail with its own', async () => {
    const own = await scene();
    const { trade, earned, merge } = own;
    await enrol(own, '1', 1, 'ANN');
    await enrol(own, '2', 2, 'BOB');
    await enrol(own, '3', 3, 'CID');
    for (const login of ['100', '200', '300']) await trade(login, 5);
    await merge('3', '2');
    const end = await merge('2', '1');
    expect(await earned()).toEqual([24, 0, 0]);
    await end();
    expect(await earned()).toEqual([8, 16, 0]);
  });

  test('one who excluded himself under either name is excluded under both', async () => {
    const own = await scene();
    const { program, say, trade, earned, merge } = own;
    await enrol(own, '1', 1, 'ANN');
    await enrol(own, '2', 2, 'BOB');
    for (const hour of [3, 6]) await trade('100', hour);
    await say('2', 'status', { status: 'self_excluded', effectiveFrom: program.at(5) });
    expect(await earned()).toEqual([16, 0, 0]);
    const end = await merge('2', '1');
    expect(await earned()).toEqual([8, 0, 0]);
    await end();
    expect(await earned()).toEqual([16, 0, 0]);
  });

  test('a duplicate that is merged into the customer whom it doubles does not make a duplicate of that one', async () => {
    const own = await scene();
    const { program, say, trade, earned, merge } = own;
    await enrol(own, '1', 1, 'ANN');
    await enrol(own, '2', 2, 'BOB');
    await trade('100', 3);
    await trade('200', 3);
    await say('2', 'status', { status: 'duplicate', effectiveFrom: program.at(2) });
    expect(await earned()).toEqual([8, 0, 0]);
    const end = await merge('2', '1');
    expect(await earned()).toEqual([16, 0, 0]);
    await end();
    expect(await earned()).toEqual([8, 0, 0]);
  });
});

describe('codes against links', () => {
  test('a code counts up to the instant at which it ends, and not at it; then the click wins', async () => {
    const { program, ann, bob } = await scene();
    await program.code(bob, 'SHORT', { effectiveTo: program.at(3) });
    const clickId = await program.click(ann);
    await program.register('at', 3, { clickId, code: 'short' });
    await program.register('before', 2.999, { clickId, code: ' Sh ort' });
    expect((await program.whose('before')).winner).toBe('Bob');
    expect(await program.whose('at')).toMatchObject({ winner: 'Ann' });
  });

  test('a code that goes to another owner binds by the instant of its use, whatever comes first', async () => {
    const { program, ann, bob } = await scene();
    await program.code(ann, 'SHARED', { effectiveTo: program.at(5) });
    await program.code(bob, 'SHARED', { effectiveFrom: program.at(5) });
    await program.register('late', 5, { code: 'SHARED' });
    await program.register('early', 4, { code: 'SHARED' });
    expect([(await program.whose('late')).winner, (await program.whose('early')).winner]).toEqual([
      'Bob',
      'Ann',
    ]);
    const taken = { partnerId: ann, code: 'sha red', effectiveFrom: program.at(4) };
    const refused = await program.ask('POST', '/v1/codes', taken);
    expect(refused.status).toBe(409);
  });

  test('a code of a suspended partner loses to the click of another, and wins again when the suspension is taken back', async () => {
    const { program, ann, bob } = await scene();
    const suspended = { status: 'suspended', suspendedAt: program.at(2) };
    await program.ask('PATCH', `/v1/partners/${bob}`, suspended);
    await program.register('1', 3, { clickId: await program.click(ann), code: 'BOB' });
    expect(await program.whose('1')).toEqual({ winner: 'Ann', losers: { Bob: 'partner_suspended' } });
    await program.register('2', 1, { clickId: await program.click(ann), code: 'BOB' });
    expect((await program.whose('2')).winner).toBe('Bob');
  });
});

describe('bonds and moves in the past', () => {
  test('a bond in the past ends where a later one begins that was made before it', async () => {
    const own = await scene();
    const { program, bob, cid, trade, earned, bind, takeBack } = own;
    await enrol(own, '1', 1, 'ANN');
    for (const hour of [2, 4, 12]) await trade('100', hour);
    await bind('1', cid, 10);
    const past = await bind('1', bob, 3);
    expect(await earned()).toEqual([8, 8, 8]);
    await takeBack(past.id ?? '');
    expect(await earned()).toEqual([16, 0, 8]);
    const organic = await bind('1', null, 2);
    expect(await earned()).toEqual([0, 0, 8]);
    await takeBack(organic.id ?? '');
    expect(await earned()).toEqual([16, 0, 8]);
    expect((await program.whose('1')).winner).toBe('Cid');
  });

  test('two moves in the past, the later told first, and the earlier taken back', async () => {
    const { program, ann, bob, cid, earned, trade } = await scene();
    const terms = { rates: [{ rate: '8' }], overrides: [{ rate: '2' }], minimumDurationSeconds: 0 };
    for (const partnerId of [ann, bob, cid])
      await program.make('/v1/deals', {
        programId: program.id,
        partnerId,
        effectiveFrom: null,
        document: { currency: 'USD', components: [{ id: 'lots', kind: 'per_lot', ...terms }] },
      });
    const leaf = await program.partner('Leaf', { parentId: ann });
    await program.code(leaf, 'LEAF');
    await program.register('1', 0.5, { code: 'LEAF' });
    await program.login('1', '100');
    for (const hour of [1, 3, 5]) await trade('100', hour);
    expect(await earned()).toEqual([6, 0, 0]);
    const move = (parentId: string | null, hour: number): Promise<{ id: string }> =>
      program.make(`/v1/partners/${leaf}/moves`, {
        parentId,
        effectiveFrom: program.at(hour),
        reason: 'late',
      });
    await move(bob, 4);
    const first = await move(cid, 2);
    expect(await earned()).toEqual([2, 2, 2]);
    await program.make(`/v1/moves/${first.id}/retraction`, { reason: 'a slip' });
    expect(await earned()).toEqual([4, 2, 0]);
    await move(null, 3);
    expect(await earned()).toEqual([2, 2, 0]);
  });

  test('a login that goes from one customer to another: each trade by its instant, and an overlap pays nobody until it is mended', async () => {
    const own = await scene();
    const { program, trade, earned } = own;
    await program.register('1', 1, { code: 'ANN' });
    await program.register('2', 1, { code: 'BOB' });
    await trade('900', 6, -1);
    await trade('900', 6.1);
    await trade('900', 4);
    await program.login('2', '900', { effectiveFrom: program.at(6) });
    await program.login('1', '900', { effectiveTo: program.at(6) });
    expect(await earned()).toEqual([16, 8, 0]);
    const overlap = await program.login('2', '900', { effectiveFrom: program.at(5) });
    expect(await earned()).toEqual([8, 0, 0]);
    await own.takeBack(overlap.id);
    expect(await earned()).toEqual([16, 8, 0]);
  });
});

test('and the books of all these stories agree with the evidence', () => {
  expect(verifyBooks(dataFolder)).toContain('The books agree with the evidence.');
});
