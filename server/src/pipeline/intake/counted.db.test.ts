import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoad } from '../../../test/support/road.ts';
import type { TestRoad } from '../../../test/support/road.ts';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { systemClock } from '../../platform/clock.ts';
import { createConservationCounter } from './counted.store.ts';
import type { ConservationCounter } from './counted.store.ts';

let database: TestDatabase;
let road: TestRoad;
let told = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  road = await createRoad(database);
  await tell();
});
afterAll(() => database.close());

/** One more event. */
async function tell(): Promise<void> {
  told += 1;
  const identifiers = [{ namespace: 'mt5:live', value: 'l1' }];
  await road.deliver(road.crm, [{ externalId: `e${told}`, amount: '1', kind: 'deposit', identifiers }]);
}

/** A counter of a process; it takes everything for much that is more than so many events. */
function counter(countedAtOnce: number): ConservationCounter {
  const onFault = (error: unknown): void => {
    throw error;
  };
  return createConservationCounter({ db: database.db, clock: systemClock, onFault, countedAtOnce });
}

const eventsOf = async (answer: Promise<{ total: { events: number } }>): Promise<number> =>
  (await answer).total.events;

describe('a count of conservation', () => {
  it('of little is always of this moment, and is not kept', async () => {
    const small = counter(1_000);
    expect(await eventsOf(small.newest())).toBe(told);
    await tell();
    expect(await eventsOf(small.newest())).toBe(told);
    expect(await database.owner('select from conservation_count')).toEqual([]);
  });

  it('of much is handed out as it was taken, in every process, until it has aged', async () => {
    const one = counter(0);
    const first = await one.newest();
    expect(first.total.events).toBe(told);
    await tell();
    expect(await one.newest()).toEqual(first);
    expect(await counter(0).newest()).toEqual(first);

    await database.owner(`update conservation_count set as_of = now() - interval '1 hour'`);
    expect(await one.newest()).toEqual(first);
    await one.close();
    const second = await one.newest();
    expect(second).toMatchObject({ holds: true, total: { events: told } });
    expect(Date.parse(second.asOf)).toBeGreaterThanOrEqual(Date.parse(first.asOf));
  });

  it('is of this moment for whoever waits for it, and is the newest one then', async () => {
    const much = counter(0);
    await tell();
    expect(await eventsOf(much.newest())).toBe(told - 1);
    expect(await eventsOf(much.now())).toBe(told);
    expect(await eventsOf(much.newest())).toBe(told);
  });
});
