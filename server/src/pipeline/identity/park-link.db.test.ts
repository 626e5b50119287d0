// Parking and linking in every order of their statements and commits (rules.md 3.2): nothing is lost, nothing is doubled.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { walkInterleavings } from '../../../test/support/interleaving.ts';
import type { Actor, Walked } from '../../../test/support/interleaving.ts';
import { createRoad, deliveryOf } from '../../../test/support/road.ts';
import type { TestRoad } from '../../../test/support/road.ts';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { customerIdOf, identifierIdOf } from '../../kernel/derived-ids.ts';
import { createDb } from '../../platform/db.ts';
import type { Db } from '../../platform/db.ts';
import { commitDeliveries } from '../intake/index.ts';
import { applyClaims } from './claims.step.ts';
import type * as ClaimsStore from './claims.store.ts';
import { runEvidenceStep } from './identity.step.ts';

const engine = vi.hoisted((): { wrong: 'looks once' | 'links blindly' | undefined } => ({
  wrong: undefined,
}));

// The wrong engines of the controls: who parks does not read the claims again, or who links does not read what is parked.
vi.mock('./claims.store.ts', async (original) => {
  const right = await original<typeof ClaimsStore>();
  let read: ClaimsStore.ClaimsById = new Map();
  const readClaims: typeof right.readClaims = async (db, refs) => (read = await right.readClaims(db, refs));
  const addClaims: typeof right.addClaims = async (found, tx, refs) => {
    if (engine.wrong !== 'looks once') return right.addClaims(found, tx, refs);
    for (const [id, claims] of read) found.set(id, [...claims]);
  };
  const listParked: typeof right.listParked = (tx, refs) =>
    engine.wrong === 'links blindly' ? Promise.resolve([]) : right.listParked(tx, refs);
  return { ...right, readClaims, addClaims, listParked };
});

let database: TestDatabase;
let wide: Db;
let road: TestRoad;
beforeAll(async () => {
  database = await createTestDatabase({ max: 8 });
  wide = createDb({ url: database.url, max: 8 });
  road = await createRoad(database);
});
afterEach(() => void (engine.wrong = undefined));
afterAll(async () => {
  await wide.close();
  await database.close();
});

const LOGIN = 'mt5:live';
let made = 0;
const newLogin = (): string => `login ${(made += 1)}`;
const customer = (name: string): string => customerIdOf(road.programId, 'customer', name);

interface Said {
  readonly login: string;
  readonly eventId: string;
}

async function tell(login: string, externalId = login, more: object = {}): Promise<Said> {
  const identifiers = [{ namespace: LOGIN, value: login }];
  const [result] = await road.deliver(road.platform, [{ externalId, identifiers, ...more }]);
  return { login, eventId: result?.eventId ?? '' };
}

const link =
  (who: string, login: string, remove = false): Actor =>
  (db) => {
    const identifierId = identifierIdOf(road.programId, LOGIN, login);
    const originId = customer(who);
    const claim = {
      identifierId,
      namespace: LOGIN,
      value: login,
      originId,
      from: '-infinity',
      to: 'infinity',
    };
    return applyClaims(road.context({ db }), {
      programId: road.programId,
      claims: [
        {
          customerId: originId,
          upsert: remove ? [] : [claim],
          remove: remove ? [{ identifierId, originId }] : [],
        },
      ],
    });
  };

const park: Actor = (db) => runEvidenceStep(road.context({ db }));

async function drain(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) if ((await runEvidenceStep(road.context())).moved === 0) return;
  throw new Error('the evidence lanes were not drained');
}

/** Every place in which the event is, after all work is done: one, and the right one. */
async function expectPlace({ eventId }: Said, place: string): Promise<void> {
  await drain();
  const places = await database.owner<{ at: string }>(
    `select customer_id::text as at from placement where event_id = $1 and content is not null
     union all select reason from parked where event_id = $1
     union all select 'failed' from event where id = $1 and failed is not null
     union all select 'a work row is left' from evidence_work`,
    [eventId],
  );
  expect(places.map(({ at }) => at)).toEqual([place]);
  const homes = await database.owner<{ at: string | null }>(
    'select customer_id::text as at from event where id = $1',
    [eventId],
  );
  expect(homes).toEqual([{ at: place.includes('-') ? place : null }]);
}

const walkNew = (db: Db): Promise<Walked> =>
  walkInterleavings({
    database,
    db,
    setUp: () => tell(newLogin()),
    actors: ({ login }) => ({ park, link: link('one', login) }),
    check: (said) => expectPlace(said, customer('one')),
  });

/** A delivery that comes in at once with the rest, through the group commit. */
const deliver =
  (login: string, externalId: string): Actor =>
  async (db) => {
    const event = { externalId, amount: '7', identifiers: [{ namespace: LOGIN, value: login }] };
    await commitDeliveries({ ...road.commitDeps, db }, [deliveryOf(road.platform, [event])]);
  };

describe('in every order of their statements and commits', () => {
  it.each([
    ['one lane per transaction', () => database.db],
    ['all lanes in one', () => wide],
  ])('an event that is being parked finds the link, or the link finds it: %s', async (_, dbOf) => {
    expect(await walkNew(dbOf())).toMatchObject({ wrong: [] });
  });

  it.each(['looks once', 'links blindly'] as const)('control: not where one of the two %s', async (wrong) => {
    engine.wrong = wrong;
    const walked = await walkNew(database.db);
    expect(walked.wrong.join()).toContain('unknown_customer');
  });

  it('an event that is being placed finds that its link was taken back, or is found', async () => {
    const walked = await walkInterleavings({
      database,
      setUp: async () => {
        const login = newLogin();
        await link('one', login)(database.db);
        return tell(login);
      },
      actors: ({ login }) => ({ place: park, unlink: link('one', login, true) }),
      check: (said) => expectPlace(said, 'unknown_customer'),
    });
    expect(walked.wrong).toEqual([]);
  });

  it('an event that is being placed finds the second claimant, or is found by the claim', async () => {
    const walked = await walkInterleavings({
      database,
      setUp: async () => {
        const login = newLogin();
        await link('one', login)(database.db);
        return tell(login);
      },
      actors: ({ login }) => ({ place: park, claim: link('two', login) }),
      check: (said) => expectPlace(said, 'identity_conflict'),
    });
    expect(walked.wrong).toEqual([]);
  });

  it('two who claim at once what is parked contest it, and neither gets it', async () => {
    const walked = await walkInterleavings({
      database,
      setUp: async () => {
        const said = await tell(newLogin());
        await drain();
        return said;
      },
      actors: ({ login }) => ({ one: link('one', login), two: link('two', login) }),
      check: (said) => expectPlace(said, 'identity_conflict'),
    });
    expect(walked.wrong).toEqual([]);
  });

  it('what a link has just released is not lost when the link is taken back', async () => {
    const walked = await walkInterleavings({
      database,
      setUp: async () => {
        const said = await tell(newLogin());
        await drain();
        await link('one', said.login)(database.db);
        return said;
      },
      actors: ({ login }) => ({ release: park, unlink: link('one', login, true) }),
      check: (said) => expectPlace(said, 'unknown_customer'),
    });
    expect(walked.wrong).toEqual([]);
  });

  it('an event that is being parked is not left there by a revision that names a known account', async () => {
    const walked = await walkInterleavings({
      database,
      setUp: async () => {
        const [old, known] = [newLogin(), newLogin()];
        await link('one', known)(database.db);
        return { known, ...(await tell(old, `revised ${old}`)) };
      },
      actors: ({ known, login }) => ({ park, revise: deliver(known, `revised ${login}`) }),
      check: (said) => expectPlace(said, customer('one')),
    });
    expect(walked.wrong).toEqual([]);
  });
});
