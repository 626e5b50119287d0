import { uuidv7 } from 'uuidv7';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customerIdOf, identifierIdOf } from '../../kernel/derived-ids.ts';
import { instantFromMillis } from '../../kernel/instant.ts';
import { createDb } from '../../platform/db.ts';
import type { Db } from '../../platform/db.ts';
import { setFailpointHook } from '../../platform/failpoint.ts';
import type { FailpointName } from '../../platform/failpoint.ts';
import { createRoad } from '../../../test/support/road.ts';
import type { TestRoad } from '../../../test/support/road.ts';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import type { StepContext } from '../step.ts';
import { applyClaims, sweepParked } from './claims.step.ts';
import type { ClaimsHop } from './facts.ts';
import { runEvidenceStep } from './identity.step.ts';

let database: TestDatabase;
let wide: Db;
let road: TestRoad;

beforeAll(async () => {
  database = await createTestDatabase({ max: 8 });
  wide = createDb({ url: database.url, max: 8 });
  road = await createRoad(database);
});
afterAll(async () => {
  await wide.close();
  await database.close();
});
afterEach(() => setFailpointHook(undefined));

const LOGIN = 'mt5:live';
const of = (value: string): { identifiers: { namespace: string; value: string }[] } => ({
  identifiers: [{ namespace: LOGIN, value }],
});
const customer = (value: string): string => customerIdOf(road.programId, 'customer', value);

interface ClaimOptions {
  readonly from?: string;
  readonly to?: string;
  readonly remove?: boolean;
  readonly originId?: string;
}

function claim(customerId: string, login: string, options: ClaimOptions = {}): ClaimsHop {
  const identifierId = identifierIdOf(road.programId, LOGIN, login);
  const originId = options.originId ?? customerId;
  const upsert = {
    identifierId,
    namespace: LOGIN,
    value: login,
    originId,
    from: options.from ?? '-infinity',
    to: options.to ?? 'infinity',
  };
  return {
    programId: road.programId,
    claims: [
      {
        customerId,
        upsert: options.remove === true ? [] : [upsert],
        remove: options.remove === true ? [{ identifierId, originId }] : [],
      },
    ],
  };
}

async function drain(context: StepContext = road.context()): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) if ((await runEvidenceStep(context)).moved === 0) return;
  throw new Error('the evidence lanes were not drained');
}

/** Where an event lives: customers with a live placement, then identifiers under which it is parked. */
async function whereIs(eventId: string | undefined): Promise<string[]> {
  const placed = await database.owner<{ at: string }>(
    'select customer_id::text as at from placement where event_id = $1 and content is not null',
    [eventId],
  );
  const parked = await database.owner<{ at: string }>(
    `select 'parked ' || value || ' ' || reason as at from parked where event_id = $1`,
    [eventId],
  );
  return [...placed, ...parked].map((row) => row.at);
}

async function tell(events: Parameters<TestRoad['deliver']>[1]): Promise<string> {
  const results = await road.deliver(road.platform, events);
  return results[0]?.eventId ?? '';
}

describe.each([
  ['one lane per transaction, fence up', () => database.db],
  ['all lanes in one transaction', () => wide],
])('the evidence step: %s', (name, dbOf) => {
  const login = (text: string): string => `${text} ${name}`;
  const context = (): StepContext => road.context({ db: dbOf() });

  it('places a registration with the customer whom it names, and keeps no work', async () => {
    const [result] = await road.deliver(road.crm, [
      {
        kind: 'registration',
        externalId: `r ${name}`,
        identifiers: [{ namespace: 'customer', value: name }],
      },
    ]);
    await drain(context());
    expect(await whereIs(result?.eventId)).toEqual([customer(name)]);
    expect(await database.owner('select 1 from evidence_work')).toEqual([]);
  });

  it('parks what nobody claims, and releases it when the link arrives', async () => {
    const id = await tell([{ externalId: login('waits'), ...of(login('waits')) }]);
    await drain(context());
    expect(await whereIs(id)).toEqual([`parked ${login('waits')} unknown_customer`]);
    await applyClaims(context(), claim(customer('w'), login('waits')));
    await drain(context());
    expect(await whereIs(id)).toEqual([customer('w')]);
  });

  it('places at once what is claimed already, without a second write of the event', async () => {
    await applyClaims(context(), claim(customer('k'), login('known')));
    const [result] = await road.deliver(road.platform, [
      { externalId: login('known'), ...of(login('known')) },
    ]);
    expect(result?.disposition).toBe('accepted');
    await drain(context());
    const [event] = await database.owner<{ epoch: number }>('select epoch from event where id = $1', [
      result?.eventId,
    ]);
    expect(event?.epoch).toBe(1);
    expect(await whereIs(result?.eventId)).toEqual([customer('k')]);
  });

  it('takes an event back from both when a second customer claims the same login, and gives it back when that is settled', async () => {
    await applyClaims(context(), claim(customer('a'), login('contested')));
    const id = await tell([{ externalId: login('contested'), ...of(login('contested')) }]);
    await drain(context());
    expect(await whereIs(id)).toEqual([customer('a')]);
    await applyClaims(context(), claim(customer('b'), login('contested')));
    await drain(context());
    expect(await whereIs(id)).toEqual([`parked ${login('contested')} identity_conflict`]);
    const tombstones = await database.owner<{ state: string }>(
      'select state from placement where event_id = $1 and content is null',
      [id],
    );
    expect(tombstones).toEqual([{ state: 'pending' }]);
    await applyClaims(context(), claim(customer('a'), login('contested'), { remove: true }));
    await drain(context());
    expect(await whereIs(id)).toEqual([customer('b')]);
  });

  it('takes an event back when the claim is cut off before it', async () => {
    await applyClaims(context(), claim(customer('c'), login('cut')));
    const id = await tell([{ externalId: login('cut'), ...of(login('cut')) }]);
    await drain(context());
    await applyClaims(context(), claim(customer('c'), login('cut'), { to: '2026-01-01T00:00:00Z' }));
    await drain(context());
    expect(await whereIs(id)).toEqual([`parked ${login('cut')} unknown_customer`]);
  });

  it('follows a revision that names another account, and leaves nothing behind', async () => {
    await applyClaims(context(), claim(customer('n'), login('new account')));
    const id = await tell([{ externalId: login('moves'), ...of(login('old account')) }]);
    await drain(context());
    expect(await whereIs(id)).toEqual([`parked ${login('old account')} unknown_customer`]);
    await tell([{ externalId: login('moves'), ...of(login('new account')) }]);
    await drain(context());
    expect(await whereIs(id)).toEqual([customer('n')]);
    await tell([{ externalId: login('moves'), amount: '7', ...of(login('old account')) }]);
    await drain(context());
    expect(await whereIs(id)).toEqual([`parked ${login('old account')} unknown_customer`]);
  });

  it('makes the rest of a position due again when an execution leaves it by a revision', async () => {
    await applyClaims(context(), claim(customer('g'), login('group')));
    const execution = (position: string, lots: string) =>
      ({
        account: 'live:1',
        position,
        lots,
        side: 'buy',
        entry: 'in',
        symbol: 'EURUSD',
        service: false,
        cancelled: false,
      }) as const;
    const kept = await tell([
      { kind: 'execution', externalId: login('kept'), ...of(login('group')), execution: execution('1', '1') },
    ]);
    const moving = { kind: 'execution', externalId: login('moving'), ...of(login('group')) } as const;
    await tell([{ ...moving, execution: execution('1', '2') }]);
    await drain(context());
    await database.owner(`update placement set state = 'decided' where customer_id = $1`, [customer('g')]);
    await tell([{ ...moving, execution: execution('2', '2') }]);
    await drain(context());
    expect(
      await database.owner('select state, group_key from placement where event_id = $1', [kept]),
    ).toEqual([{ state: 'pending', group_key: 'x:live:1:1' }]);
  });

  it('isolates a poisoned event and places the others', async () => {
    await applyClaims(context(), claim(customer('p'), login('poison')));
    const events = ['1', '2', '3', '4', '5'].map((number) => ({
      externalId: login(`p${number}`),
      ...of(login('poison')),
    }));
    const results = await road.deliver(
      road.platform,
      events.map((event, index) => (index === 2 ? { ...event, kind: 'execution' as const } : event)),
    );
    await drain(context());
    const places = await Promise.all(results.map((result) => whereIs(result.eventId)));
    expect(places).toEqual([[customer('p')], [customer('p')], [], [customer('p')], [customer('p')]]);
    const [failed] = await database.owner<{ failed: string }>('select failed from event where id = $1', [
      results[2]?.eventId,
    ]);
    expect(failed?.failed).toContain('carries no execution fields');
  });
});

describe("a fault that is not the event's own", () => {
  it('ends the turn and marks nothing failed', async () => {
    const id = await tell([{ externalId: 'disk', ...of('disk') }]);
    setFailpointHook(() => {
      throw Object.assign(new Error('could not extend file: no space left on device'), { code: '53100' });
    });
    await expect(runEvidenceStep(road.context())).rejects.toThrow('no space left');
    setFailpointHook(undefined);
    await drain();
    expect(await whereIs(id)).toEqual(['parked disk unknown_customer']);
  });
});

describe('a crash in the middle', () => {
  it.each<FailpointName>(['evidence:after-intent', 'evidence:after-send', 'evidence:before-cursor'])(
    'is repeated from the work row: %s',
    async (name) => {
      await applyClaims(road.context(), claim(customer('x'), name));
      const id = await tell([{ externalId: name, ...of(name) }]);
      await drain();
      await applyClaims(road.context(), claim(customer('y'), name));
      setFailpointHook((point) => {
        if (point === name) throw Object.assign(new Error('killed here'), { code: 'ECONNRESET' });
      });
      await expect(runEvidenceStep(road.context())).rejects.toThrow('killed here');
      setFailpointHook(undefined);
      await drain();
      expect(await whereIs(id)).toEqual([`parked ${name} identity_conflict`]);
      await applyClaims(road.context(), claim(customer('x'), name, { remove: true }));
      setFailpointHook((point) => {
        if (point === name) throw Object.assign(new Error('killed here'), { code: 'ECONNRESET' });
      });
      await expect(runEvidenceStep(road.context())).rejects.toThrow('killed here');
      setFailpointHook(undefined);
      await drain();
      expect(await whereIs(id)).toEqual([customer('y')]);
    },
  );
});

describe('linking and parking at once', () => {
  // The link comes in between every two writes of the step; never may the event be left waiting for a customer who is known.
  it.each<FailpointName>(['evidence:after-intent', 'evidence:after-send', 'evidence:before-cursor'])(
    'cannot miss each other: link at %s',
    async (name) => {
      const id = await tell([{ externalId: `link ${name}`, ...of(`link ${name}`) }]);
      let linked = false;
      setFailpointHook(async (point) => {
        if (point !== name || linked) return;
        linked = true;
        await applyClaims(road.context(), claim(customer('l'), `link ${name}`));
      });
      await drain();
      expect(linked).toBe(true);
      expect(await whereIs(id)).toEqual([customer('l')]);
    },
  );

  it.each<FailpointName>(['evidence:after-intent', 'evidence:after-send', 'evidence:before-cursor'])(
    'nor can a second claimant be missed: claim at %s',
    async (name) => {
      await applyClaims(road.context(), claim(customer('1'), `second ${name}`));
      const id = await tell([{ externalId: `second ${name}`, ...of(`second ${name}`) }]);
      let claimed = false;
      setFailpointHook(async (point) => {
        if (point !== name || claimed) return;
        claimed = true;
        await applyClaims(road.context(), claim(customer('2'), `second ${name}`));
      });
      await drain();
      expect(claimed).toBe(true);
      expect(await whereIs(id)).toEqual([`parked second ${name} identity_conflict`]);
    },
  );

  it.each<FailpointName>(['evidence:after-intent', 'evidence:after-send', 'evidence:before-cursor'])(
    'nor can the reason of a wait grow old: two claims at %s',
    async (name) => {
      const id = await tell([{ externalId: `reason ${name}`, ...of(`reason ${name}`) }]);
      let claimed = false;
      setFailpointHook(async (point) => {
        if (point !== name || claimed) return;
        claimed = true;
        await applyClaims(road.context(), claim(customer('1'), `reason ${name}`));
        await applyClaims(road.context(), claim(customer('2'), `reason ${name}`));
      });
      await runEvidenceStep(road.context());
      setFailpointHook(undefined);
      await drain();
      expect(claimed).toBe(true);
      expect(await whereIs(id)).toEqual([`parked reason ${name} identity_conflict`]);
    },
  );

  it.each<FailpointName>(['evidence:after-intent', 'evidence:after-send', 'evidence:before-cursor'])(
    'nor a revision: revised at %s',
    async (name) => {
      await applyClaims(road.context(), claim(customer('r'), `to ${name}`));
      const id = await tell([{ externalId: `rev ${name}`, ...of(`from ${name}`) }]);
      let revised = false;
      setFailpointHook(async (point) => {
        if (point !== name || revised) return;
        revised = true;
        await tell([{ externalId: `rev ${name}`, ...of(`to ${name}`) }]);
      });
      await drain();
      expect(revised).toBe(true);
      expect(await whereIs(id)).toEqual([customer('r')]);
    },
  );

  it('leaves nothing parked by a worker that stood still while another one finished the event', async () => {
    await applyClaims(road.context(), claim(customer('s'), 'fast to'));
    const id = await tell([{ externalId: 'standing still', ...of('slow from') }]);
    let overtaken = false;
    setFailpointHook(async (point) => {
      if (point !== 'evidence:after-intent' || overtaken) return;
      overtaken = true;
      await tell([{ externalId: 'standing still', ...of('fast to') }]);
      await drain();
    });
    await runEvidenceStep(road.context());
    setFailpointHook(undefined);
    expect(overtaken).toBe(true);
    expect(await whereIs(id)).toEqual([customer('s')]);
  });

  it('would miss each other if the links were not read again: the sweep finds what was missed', async () => {
    const id = await tell([{ externalId: 'missed', ...of('missed') }]);
    await drain();
    // A link written past the hop that would look for what waits.
    await database.owner(
      `insert into identity_link select lane, identifier_id, $2, $2, program_id, namespace, value, '-infinity', 'infinity', now() from parked where event_id = $1`,
      [id, customer('m')],
    );
    await drain();
    expect(await whereIs(id)).toEqual(['parked missed unknown_customer']);
    const later = instantFromMillis(Date.now() + 30_000);
    expect(await sweepParked(road.context({ now: () => later }))).toMatchObject({ moved: 1 });
    await drain();
    expect(await whereIs(id)).toEqual([customer('m')]);
    expect(await sweepParked(road.context({ now: () => later }))).toMatchObject({ moved: 0 });
  });

  it('lets a registration go on that waited for a registrar, once its source is one', async () => {
    const [result] = await road.deliver(road.platform, [
      {
        kind: 'registration',
        externalId: 'waits',
        identifiers: [{ namespace: 'customer', value: 'waits' }],
      },
    ]);
    await drain();
    const later = instantFromMillis(Date.now() + 30_000);
    expect(await sweepParked(road.context({ now: () => later }))).toMatchObject({ moved: 0 });
    expect(await whereIs(result?.eventId)).toEqual(['parked waits not_a_registrar']);
    const { registry } = road.context();
    const context = road.context({
      now: () => later,
      registry: {
        ...registry,
        getSource: async (id) => ({ ...(await registry.getSource(id)), registrar: true }),
      },
    });
    const setRegistrar = 'update source set registrar = $2 where id = $1';
    await database.owner(setRegistrar, [road.platform.id, true]);
    expect(await sweepParked(context)).toMatchObject({ moved: 1 });
    await drain(context);
    await database.owner(setRegistrar, [road.platform.id, false]);
    expect(await whereIs(result?.eventId)).toEqual([customer('waits')]);
  });
});

describe('epochs', () => {
  it('let placements and tombstones come in any order', async () => {
    const { sendPlacements } = await import('./identity.store.ts');
    const id = uuidv7();
    const base = {
      lane: 0,
      id,
      programId: road.programId,
      sourceId: road.platform.id,
      occurredAt: instantFromMillis(0),
      receivedAt: instantFromMillis(0),
      content: { kind: 'deposit', recordType: 'd', externalId: 'e', part: '' } as never,
      revision: 1,
      identifierId: id,
      customerId: null,
      leftIds: [],
      changeSetId: null,
    };
    const message = (epoch: number, live: boolean) => ({
      lane: 5,
      customerId: customer('e'),
      event: { ...base, epoch },
      epoch,
      sourceSlug: 's',
      groupKey: 'c',
      pairKey: null,
      content: live ? base.content : null,
    });
    await database.db.inLanes([5], (tx) => sendPlacements(tx, [message(2, false)]));
    await database.db.inLanes([5], (tx) => sendPlacements(tx, [message(1, true)]));
    expect(await database.owner('select epoch, state from placement where event_id = $1', [id])).toEqual([
      { epoch: 2, state: 'withdrawn' },
    ]);
    await database.db.inLanes([5], (tx) => sendPlacements(tx, [message(3, true)]));
    await database.db.inLanes([5], (tx) => sendPlacements(tx, [message(2, false)]));
    expect(await database.owner('select epoch, state from placement where event_id = $1', [id])).toEqual([
      { epoch: 3, state: 'pending' },
    ]);
  });
});
