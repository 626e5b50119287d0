// Semantics 7, told in its words through the public API of a running server: candidates and models, link against code, reassignment,
// identifiers.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../properties/random.ts';
import { RunningPlumbline } from './running-plumbline.ts';
import { ToldProgram, verifyBooks } from './told-program.ts';

let dataFolder: string;
let plumbline: RunningPlumbline;
beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-whose-'));
  plumbline = await RunningPlumbline.start({ dataFolder });
});
afterAll(async () => {
  await plumbline.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});
const open = (settings: object = {}): Promise<ToldProgram> => ToldProgram.open(plumbline.url, settings);

describe('7.1 candidates and models', () => {
  /** Clicks of Ann, then of Bob, and a code of Cid; the second click comes with a report of the registration by the app. */
  async function threeCandidates(program: ToldProgram, name: string): Promise<void> {
    const [ann, bob, cid] = [
      await program.partner('Ann'),
      await program.partner('Bob'),
      await program.partner('Cid'),
    ];
    const first = await program.click(ann);
    await program.forward(1);
    const last = await program.click(bob);
    await program.code(cid, 'CID10');
    await program.register(name, 2, { clickId: first, code: 'CID10' });
    await program.settle();
    await program.tell('app', {
      kind: 'registration',
      externalId: `a-${name}`,
      occurredAt: program.at(2),
      identifiers: [{ namespace: 'customer', value: name }],
      clickId: last,
    });
  }

  test.each([
    ['code_over_click', 'Cid', { Ann: 'code_over_click', Bob: 'code_over_click' }],
    ['exclusive_code', 'Bob', { Ann: 'lost_to_candidate', Cid: 'lost_to_candidate' }],
    ['last_click', 'Bob', { Ann: 'lost_to_candidate', Cid: 'lost_to_candidate' }],
    ['first_click', 'Ann', { Bob: 'lost_to_candidate', Cid: 'lost_to_candidate' }],
  ])('%s: %s wins, and every losing candidate is kept with its reason', async (winner, who, losers) => {
    const program = await open({ attribution: { winner } });
    await threeCandidates(program, '1');
    expect(await program.whose('1')).toEqual({ winner: who, losers });
  });

  test.each([30, 45, 90])('a click counts for %i days, the last one included', async (windowDays) => {
    const program = await open({ attribution: { windowDays } });
    const clickId = await program.click(await program.partner('Ann'));
    await program.forward(windowDays * 24);
    await program.register('in', windowDays * 24, { clickId });
    await program.register('out', windowDays * 24 + 1, { clickId });
    expect((await program.whose('in')).winner).toBe('Ann');
    expect(await program.whose('out')).toEqual({ winner: null, losers: { Ann: 'outside_click_window' } });
  });

  test('locked at registration, the customer is bound for life: a later code changes nothing', async () => {
    const program = await open();
    const [ann, cid] = [await program.partner('Ann'), await program.partner('Cid')];
    await program.code(cid, 'LATE');
    await program.register('1', 1, { clickId: await program.click(ann) });
    await program.deposit('1', 2, { code: 'LATE' });
    expect((await program.whose('1')).winner).toBe('Ann');
    expect([await program.earned(ann), await program.earned(cid)]).toEqual([100, 0]);
  });

  test('until the first purchase nothing is final: the code at the purchase wins, a later one does not', async () => {
    const program = await open({ attribution: { finality: 'first_purchase' } });
    const [ann, cid, dot] = [
      await program.partner('Ann'),
      await program.partner('Cid'),
      await program.partner('Dot'),
    ];
    await program.code(cid, 'CID');
    await program.code(dot, 'DOT');
    await program.register('1', 1, { clickId: await program.click(ann) });
    expect((await program.whose('1')).winner).toBe('Ann');
    await program.deposit('1', 3, { code: 'CID' });
    await program.deposit('1', 4, { code: 'DOT' });
    expect(await program.whose('1')).toMatchObject({ winner: 'Cid', losers: { Ann: 'code_over_click' } });
  });
});

describe('7.2 conflict between link and code', () => {
  test('link and code of one owner make one commission', async () => {
    const program = await open();
    const ann = await program.partner('Ann');
    await program.code(ann, 'ANN');
    await program.register('1', 1, { clickId: await program.click(ann), code: 'ann' });
    await program.deposit('1', 2);
    expect(await program.earned(ann)).toBe(100);
  });

  test('an exclusive code goes before a click where the program says so, another code after it', async () => {
    const program = await open({ attribution: { winner: 'exclusive_code' } });
    const [ann, cid] = [await program.partner('Ann'), await program.partner('Cid')];
    await program.code(cid, 'VIP', { exclusive: true });
    await program.code(cid, 'PLAIN');
    await program.register('1', 1, { clickId: await program.click(ann), code: 'VIP' });
    await program.register('2', 1, { clickId: await program.click(ann), code: 'PLAIN' });
    await program.register('3', 1, { code: 'PLAIN' });
    const who = [await program.whose('1'), await program.whose('2'), await program.whose('3')];
    expect(who.map(({ winner }) => winner)).toEqual(['Cid', 'Ann', 'Cid']);
  });

  test('a tampered click and a code that is nobody’s are kept as losers, and nobody is bound', async () => {
    const program = await open();
    const clickId = await program.click(await program.partner('Ann'));
    await program.register('1', 1, { clickId: `${clickId.slice(0, -2)}xx`, code: 'NOBODY' });
    expect((await program.whose('1')).winner).toBeNull();
  });
});

describe('7.3 reassignment', () => {
  /** A customer of Ann's with two trades over the tenth hour, who is given to Bob at that instant. */
  async function reassigned(settings: object): Promise<{ program: ToldProgram; ann: string; bob: string }> {
    const program = await open(settings);
    const [ann, bob] = [await program.partner('Ann'), await program.partner('Bob')];
    await program.register('1', 1, { clickId: await program.click(ann) });
    await program.login('1', '500');
    await program.deposit('1', 2);
    const tenth = Date.parse(program.at(10));
    const around = (ms: number): string => new Date(tenth + ms).toISOString();
    await program.trade('500', around(-60_000), around(-1));
    await program.trade('500', around(-60_000), around(0));
    await program.settle();
    await program.make(`/v1/customers/${await program.customer('1')}/attributions`, {
      partnerId: bob,
      effectiveFrom: around(0),
      reason: 'the customer asked for it',
    });
    await program.deposit('1', 12);
    return { program, ann, bob };
  }

  test('trades closed at or after the instant belong to the new partner; the CPA never pays twice; both keep their history', async () => {
    const { program, ann, bob } = await reassigned({});
    expect([await program.earned(ann), await program.earned(bob)]).toEqual([108, 8]);
    const told = await program.read(`/v1/commissions?programId=${program.id}&partnerId=${ann}&limit=50`);
    expect(told.items.length).toBeGreaterThanOrEqual(3);
    const { bonds } = await program.read(`/v1/customers/${await program.customer('1')}/attribution`);
    expect(bonds.map((bond: { partnerId: string }) => bond.partnerId)).toEqual([ann, bob]);
  });

  test('by open time, where the program says so: a trade opened before belongs to the old one', async () => {
    const { program, ann, bob } = await reassigned({ reassignment: { tradesBy: 'open' } });
    expect([await program.earned(ann), await program.earned(bob)]).toEqual([116, 0]);
  });

  test('four-eyes: it waits for another person, who sees what it moves', async () => {
    const program = await open({ attribution: { approval: 'required' } });
    const [ann, bob] = [await program.partner('Ann'), await program.partner('Bob')];
    await program.register('1', 1, { clickId: await program.click(ann) });
    await program.deposit('1', 2);
    await program.settle();
    const path = `/v1/customers/${await program.customer('1')}/attributions`;
    const wish = { partnerId: bob, effectiveFrom: program.at(1), keepsCpa: false, reason: 'asked' };
    const asked = await program.ask('POST', path, wish);
    expect([asked.status, asked.body.preview.moves.amount]).toEqual([202, '200']);
    expect((await program.whose('1')).winner).toBe('Ann');
    const approve = `/v1/change-sets/${asked.body.id}/approve`;
    expect((await program.ask('POST', approve, { note: 'fine' })).status).toBe(403);
    const scopes = ['registry:write', 'evidence:read'];
    const { key } = await program.make('/v1/api-keys', { name: 'second', scopes });
    await program.make(approve, { note: 'fine' }, key);
    await expect
      .poll(async () => (await program.read(`/v1/change-sets/${asked.body.id}`)).state, { timeout: 60_000 })
      .toBe('done');
    expect([await program.earned(ann), await program.earned(bob)]).toEqual([0, 100]);
  });

  test('terms as of the past: it says what they move, another person agrees, and undone every cent is where it was', async () => {
    const program = await open({ restatementLimit: '50' });
    const ann = await program.partner('Ann');
    await program.register('1', 1, { clickId: await program.click(ann) });
    await program.login('1', '601');
    await program.trade('601', program.at(5), program.at(6));
    await program.settle();
    const before = await program.earned(ann);
    const wish = {
      programId: program.id,
      partnerId: ann,
      effectiveFrom: program.at(2),
      document: {
        currency: 'USD',
        components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: '108' }], minimumDurationSeconds: 0 }],
      },
    };
    expect((await program.make('/v1/deals/preview', wish)).way).toBe('second_person');
    const asked = await program.ask('POST', '/v1/deals', { ...wish, reason: 'agreed late' });
    expect([asked.status, asked.body.kind, asked.body.state]).toEqual([202, 'deal', 'proposed']);
    expect(await program.earned(ann)).toBe(before);
    const scopes = ['registry:write', 'evidence:read'];
    const { key } = await program.make('/v1/api-keys', { name: 'second', scopes });
    const done = async (set: string): Promise<void> => {
      await program.make(`/v1/change-sets/${set}/approve`, { note: 'fine' }, key);
      await expect
        .poll(async () => (await program.read(`/v1/change-sets/${set}`)).state, { timeout: 60_000 })
        .toBe('done');
      await program.settle();
    };
    await done(asked.body.id);
    expect(await program.earned(ann)).toBe(108);
    const undo = await program.make(`/v1/change-sets/${asked.body.id}/undo`, {
      note: 'not agreed after all',
    });
    await done(undo.id);
    expect(await program.earned(ann)).toBe(before);
    expect((await program.read(`/v1/change-sets/${asked.body.id}`)).state).toBe('undone');
  });

  test('a sub-tree moved in the past moves the overrides, and taken back they return', async () => {
    const program = await open();
    const [ann, bob] = [await program.partner('Ann'), await program.partner('Bob')];
    const leaf = await program.partner('Leaf', { parentId: ann });
    for (const partnerId of [ann, bob])
      await program.make('/v1/deals', {
        programId: program.id,
        partnerId,
        effectiveFrom: null,
        document: {
          currency: 'USD',
          components: [
            {
              id: 'lots',
              kind: 'per_lot',
              rates: [{ rate: '8' }],
              overrides: [{ rate: '2' }],
              minimumDurationSeconds: 0,
            },
          ],
        },
      });
    await program.register('1', 1, { clickId: await program.click(leaf) });
    await program.login('1', '501');
    await program.trade('501', program.at(5), program.at(6));
    const all = (): Promise<number[]> => Promise.all([ann, bob, leaf].map((id) => program.earned(id)));
    const before = await all();
    const move = { parentId: bob, effectiveFrom: program.at(2), reason: 'a new master' };
    const moved = await program.make(`/v1/partners/${leaf}/moves`, move);
    const [own = 0, none = 0, leafs = 0] = before;
    expect(await all()).toEqual([none, own, leafs]);
    await program.make(`/v1/moves/${moved.id}/retraction`, { reason: 'a slip' });
    expect(await all()).toEqual(before);
    const circle = await program.ask('POST', `/v1/partners/${ann}/moves`, { ...move, parentId: leaf });
    expect([circle.status, circle.body.code]).toEqual([409, 'hierarchy_cycle']);
    expect(circle.body.detail).toContain('"Ann" below "Leaf" below "Ann"');
  });
});

describe('a tree that changes under load', () => {
  test('trades and moves, past and future, made and taken back at once: each trade pays who stood above at its close', async () => {
    const seed = 20_261_121;
    const random = createRandom(seed);
    const program = await open({ restatementLimit: '100000' });
    const masters = [
      await program.partner('Ann'),
      await program.partner('Bob'),
      await program.partner('Cid'),
    ];
    const leaf = await program.partner('Leaf', { parentId: masters[0] });
    const terms = { rates: [{ rate: '8' }], overrides: [{ rate: '2' }], minimumDurationSeconds: 0 };
    for (const partnerId of masters)
      await program.make('/v1/deals', {
        programId: program.id,
        partnerId,
        effectiveFrom: null,
        document: { currency: 'USD', components: [{ id: 'lots', kind: 'per_lot', ...terms }] },
      });
    await program.register('1', 1, { clickId: await program.click(leaf) });
    await program.login('1', '800');
    const closes = Array.from({ length: 30 }, () => 2 + random.below(1_000) / 50);
    const trades = async (): Promise<void> => {
      for (const hour of closes) await program.trade('800', program.at(hour - 0.5), program.at(hour));
    };
    const moves = async (): Promise<void> => {
      const made: string[] = [];
      for (let n = 0; n < 10; n += 1) {
        const parentId = masters[random.below(3)];
        const wanted = { parentId, effectiveFrom: program.at(2 + 2 * random.below(10)), reason: 'load' };
        const { status, body } = await program.ask('POST', `/v1/partners/${leaf}/moves`, wanted);
        expect([201, 409], JSON.stringify(body)).toContain(status);
        if (status === 201) made.push(body.id);
        const back = random.chance(30) ? made.pop() : undefined;
        if (back !== undefined) await program.make(`/v1/moves/${back}/retraction`, { reason: 'load' });
        const circle = { parentId: leaf, reason: 'load' };
        const path = `/v1/partners/${masters[random.below(3)]}/moves`;
        expect([201, 409]).toContain((await program.ask('POST', path, circle)).status);
      }
    };
    await Promise.all([trades(), moves()]);
    await program.settle();
    const { items } = await program.read(`/v1/partners/${leaf}/moves`);
    const standing = items.filter((one: { retraction: object | null }) => one.retraction === null);
    const parentAt = (time: string): string | null =>
      standing.findLast(
        (one: { effectiveFrom: string | null }) => one.effectiveFrom === null || one.effectiveFrom <= time,
      )?.parentId;
    const owed = masters.map((id) => 2 * closes.filter((hour) => parentAt(program.at(hour)) === id).length);
    expect(await Promise.all(masters.map((id) => program.earned(id))), `seed ${seed}`).toEqual(owed);
    expect(await program.earned(leaf)).toBe(8 * closes.length);
    expect(verifyBooks(dataFolder)).toContain('The books agree with the evidence.');
  });
});

describe('7.4 identifiers', () => {
  test('a customer has many logins; what comes before its login is known is parked, and retried when the mapping arrives', async () => {
    const program = await open();
    const ann = await program.partner('Ann');
    await program.register('1', 1, { clickId: await program.click(ann) });
    await program.trade('600', program.at(5), program.at(6));
    await program.trade('601', program.at(5), program.at(7));
    await program.login('1', '600');
    expect(await program.earned(ann)).toBe(8);
    await program.login('1', '601');
    expect(await program.earned(ann)).toBe(16);
    await program.trade('600', program.at(8), program.at(9));
    expect(await program.earned(ann)).toBe(24);
  });

  test('never by e-mail: two customers of one address stay two', async () => {
    const program = await open();
    const [ann, bob] = [await program.partner('Ann'), await program.partner('Bob')];
    const email = { extra: { email: 'one@person.example' } };
    const told = await program.register('1', 1, { clickId: await program.click(ann), ...email });
    expect(told).toEqual(['accepted']);
    await program.register('2', 2, { clickId: await program.click(bob), ...email });
    await program.deposit('1', 3);
    expect([await program.earned(ann), await program.earned(bob)]).toEqual([100, 0]);
    expect((await program.whose('2')).winner).toBe('Bob');
  });

  test('a value that is nobody’s is refused or parked, and joins nobody', async () => {
    const program = await open();
    for (const value of ['null', 'undefined', '{customer_id}', '   ']) {
      const answer = await program.ask('POST', '/v1/identifiers', {
        programId: program.id,
        namespace: 'mt5:live',
        value,
        customer: { value: '1' },
      });
      expect([value, answer.status]).toEqual([value, 422]);
    }
    const ann = await program.partner('Ann');
    const told = await program.ask('POST', '/v1/events/batch', {
      source: `${program.slug}-crm`,
      events: [
        {
          kind: 'registration',
          externalId: 'r',
          occurredAt: program.at(1),
          identifiers: [{ namespace: 'customer', value: 'null' }],
          clickId: await program.click(ann),
        },
      ],
    });
    expect(told.body.items).toMatchObject([{ disposition: 'quarantined', reason: 'bad_identifier' }]);
    await program.settle();
    expect((await program.read(`/v1/customers?programId=${program.id}`)).items).toEqual([]);
  });
});
