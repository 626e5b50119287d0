import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoad } from '../../../test/support/road.ts';
import type { TestRoad } from '../../../test/support/road.ts';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { customerIdOf, identifierIdOf } from '../../kernel/derived-ids.ts';
import { applyClaims, runEvidenceStep } from '../identity/index.ts';
import { readConservation } from './conservation.views.ts';

let database: TestDatabase;
let road: TestRoad;

beforeAll(async () => {
  database = await createTestDatabase();
  road = await createRoad(database);
});
afterAll(() => database.close());

/** A small generator of whole numbers below n; the seed is printed with every run. */
function chance(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

async function claim(login: string, customer: string): Promise<void> {
  const identifierId = identifierIdOf(road.programId, 'mt5:live', login);
  const customerId = customerIdOf(road.programId, 'customer', customer);
  const upsert = [
    {
      identifierId,
      namespace: 'mt5:live',
      value: login,
      originId: customerId,
      from: '-infinity',
      to: 'infinity',
    },
  ];
  await applyClaims(road.context(), {
    programId: road.programId,
    claims: [{ customerId, upsert, remove: [] }],
  });
}

async function drain(): Promise<void> {
  while ((await runEvidenceStep(road.context())).moved > 0);
}

describe('conservation', () => {
  const seed = Number(process.env['SEED'] ?? 20_260_301);

  it(`holds after every one of many random batches and links (seed ${seed})`, async () => {
    const next = chance(seed);
    for (let round = 0; round < 25; round += 1) {
      const events = Array.from({ length: 1 + next(12) }, () => ({
        externalId: `e${next(60)}`,
        amount: String(next(3)),
        kind: next(15) === 0 ? ('execution' as const) : ('deposit' as const),
        identifiers: [{ namespace: 'mt5:live', value: `l${next(8)}` }],
      }));
      await road.deliver(next(2) === 0 ? road.platform : road.crm, events);
      expect(await readConservation(database.db)).toMatchObject({ holds: true });
      if (next(3) === 0) await claim(`l${next(8)}`, `c${next(3)}`);
      if (next(2) === 0) await drain();
      expect(await readConservation(database.db)).toMatchObject({ holds: true });
    }
    await drain();
    const { total } = await readConservation(database.db);
    expect(await readConservation(database.db)).toMatchObject({ holds: true });
    for (const term of ['inFlight', 'parked', 'failed', 'superseded'] as const)
      expect(total[term], term).toBeGreaterThan(0);
  });

  // Each loses or doubles one row behind the program's back, looks, and puts it back.
  it.each([
    [
      'a parked event is lost',
      `with gone as (delete from parked where event_id = (select min(event_id::text)::uuid from parked) returning *) select * from gone`,
    ],
    [
      'a placement is lost',
      `with gone as (delete from placement where event_id = (select event_id from placement where content is not null limit 1) returning *) select * from gone`,
    ],
  ])('does not hold when %s', async (_name, statement) => {
    await database.owner('create table kept_parked as table parked');
    await database.owner('create table kept_placement as table placement');
    await database.owner(statement);
    const answer = await readConservation(database.db);
    await database.owner('truncate parked, placement');
    await database.owner('insert into parked table kept_parked');
    await database.owner('insert into placement table kept_placement');
    await database.owner('drop table kept_parked, kept_placement');
    expect(answer.holds).toBe(false);
    expect(answer.total.eventsHold).toBe(false);
    expect(await readConservation(database.db)).toMatchObject({ holds: true });
  });

  it('does not hold when an event lives with two customers', async () => {
    const [copied] = await database.owner<{ event_id: string }>(
      `insert into placement (lane, customer_id, event_id, event_lane, epoch, program_id, source_slug, record_type, external_id, part, kind, occurred_at,
         received_at, identifier_id, group_key, content, state)
       select (lane + 1) % 1024, gen_random_uuid(), event_id, event_lane, epoch, program_id, source_slug, record_type, external_id, part, kind, occurred_at,
         received_at, identifier_id, group_key, content, state from placement where content is not null limit 1 returning event_id`,
    );
    expect((await readConservation(database.db)).total.eventsHold).toBe(false);
    await database.owner(
      `delete from placement p where event_id = $1 and not exists (select from event e where e.id = p.event_id and e.customer_id = p.customer_id)`,
      [copied?.event_id],
    );
    expect(await readConservation(database.db)).toMatchObject({ holds: true });
  });

  it('does not hold when an item has no disposition, or a chunk another count than its tally', async () => {
    const change = async (by: number): Promise<void> => {
      await database.owner(
        `update delivery_chunk c set tally = jsonb_set(c.tally, array[k.key, 'parked'], to_jsonb(coalesce((c.tally->k.key->>'parked')::int, 0) + $1::int))
         from (select id, (select key from jsonb_object_keys(tally) as key limit 1) as key from delivery_chunk order by id limit 1) as k where c.id = k.id`,
        [by],
      );
    };
    await change(1);
    expect((await readConservation(database.db)).total.itemsHold).toBe(false);
    await change(-1);
    expect(await readConservation(database.db)).toMatchObject({ holds: true });
  });
});
