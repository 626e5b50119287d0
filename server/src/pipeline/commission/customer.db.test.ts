import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_LANES } from '../../../test/support/road.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { parseWireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { getValue } from '../../kernel/outcome.ts';
import type { Db } from '../../platform/db.ts';
import { createRegistryCache } from '../../registry/index.ts';
import { drain } from '../conveyor/index.ts';
import { runEvidenceStep } from '../identity/index.ts';
import type { StepContext } from '../step.ts';
import { createCustomerStep, runCustomerStep } from './customer.step.ts';
import { TurnOvertaken } from './customer.store.ts';

const CUSTOMERS = 5;
const DEPOSITS = 40;
/** Two customers with their deposits and their registration fit, a third does not. */
const MOST_ROWS = 2 * (DEPOSITS + 3);

let api: TestApi;
let turns = 0;
let contextOf: () => StepContext;

beforeAll(async () => {
  // One transaction may hold every lane, as on one machine: what cuts a turn here is nothing but its rows.
  api = await startTestApi({ lanesPerTransaction: 1024 });
  const registry = createRegistryCache(api.database.db);
  contextOf = () => ({
    db: api.database.db,
    registry,
    newId: uuidv7,
    now: () => api.context.clock.now(),
    limit: 1_000,
    log: api.context.log,
    // The first statement of every turn, so that turns can be counted here.
    lease: { lanes: ALL_LANES, assert: () => Promise.resolve(void (turns += 1)) },
  });
});
afterAll(() => api.close());

const deposit = (customer: number, id: string) => ({
  kind: 'deposit',
  externalId: id,
  occurredAt: '2026-02-02T08:00:00Z',
  amount: '10.00',
  currency: 'USD',
  identifiers: [{ namespace: 'customer', value: `c${customer}` }],
});

const registration = (customer: number) => ({
  kind: 'registration',
  externalId: `r${customer}`,
  occurredAt: '2026-02-01T08:00:00Z',
  identifiers: [{ namespace: 'customer', value: `c${customer}` }],
});

async function post(path: string, body: object): Promise<Record<string, string>> {
  const answer = await api.call('POST', path, { body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** Customers with a history each, everything decided; answers with their program. */
async function createHistories(source: string): Promise<string> {
  const program = await post('/v1/programs', { name: `Long ${source}`, vertical: 'forex', sandbox: true });
  await post('/v1/sources', {
    programId: program['id'],
    slug: source,
    preset: 'generic-s2s',
    registrar: true,
  });
  const customers = Array.from({ length: CUSTOMERS }, (_, customer) => customer);
  await post('/v1/events/batch', { source, events: customers.map(registration) });
  for (const customer of customers)
    await post('/v1/events/batch', {
      source,
      events: Array.from({ length: DEPOSITS }, (_, i) => deposit(customer, `d${customer}-${i}`)),
    });
  await drain(contextOf);
  return getValue(parseWireId('prg', program['id'] ?? ''));
}

async function countPending(): Promise<number> {
  const [row] = await api.database.owner<{ n: number }>(
    `select count(*)::int as n from placement where state = 'pending'`,
  );
  return row?.n ?? -1;
}

/** One more deposit of each customer, up to the customer lanes; answers with how many turns it took to decide them. */
async function countTurns(source: string, mostRows: number): Promise<number> {
  await post('/v1/events/batch', {
    source,
    events: Array.from({ length: CUSTOMERS }, (_, customer) =>
      deposit(customer, `late${customer}-${mostRows}`),
    ),
  });
  await runEvidenceStep(contextOf());
  expect(await countPending()).toBe(CUSTOMERS);
  turns = 0;
  expect((await runCustomerStep(contextOf(), mostRows)).moved).toBe(CUSTOMERS);
  const counted = turns;
  expect(await countPending()).toBe(0);
  return counted;
}

describe('the size of a turn', () => {
  it('is all that is due, while the histories fit', async () => {
    await createHistories('fits');
    expect(await countTurns('fits', CUSTOMERS * (DEPOSITS + 3))).toBe(1);
  });

  it('is cut by the rows of those who are due, and all are decided in the one step', async () => {
    await createHistories('cut');
    expect(await countTurns('cut', MOST_ROWS)).toBe(3);
  });

  it('is one customer who alone has more than fits', async () => {
    await createHistories('alone');
    expect(await countTurns('alone', 10)).toBe(CUSTOMERS);
  });

  it('counts whole histories when a fact about everybody moved', async () => {
    const programId = await createHistories('facts');
    await api.database.owner('update customer set touched = touched + 1 where program_id = $1', [programId]);
    turns = 0;
    await runCustomerStep(contextOf(), MOST_ROWS);
    expect(turns).toBe(3);
  });
});

describe('when more is due than a turn takes', () => {
  const EACH = 4;

  /** New evidence of every customer, up to the customer lanes. */
  async function bringMore(source: string, round: string): Promise<void> {
    const customers = Array.from({ length: CUSTOMERS }, (_, customer) => customer);
    const events = Array.from({ length: EACH }, (_, i) =>
      customers.map((customer) => deposit(customer, `${round}${customer}-${i}`)),
    );
    await post('/v1/events/batch', { source, events: events.flat() });
    await runEvidenceStep(contextOf());
  }

  /** How much is pending of each customer who has something pending, on the way round. */
  const listPending = async (programId: string): Promise<number[]> =>
    (
      await api.database.owner<{ n: number }>(
        `select count(*)::int as n from placement where program_id = $1 and state = 'pending' group by lane, customer_id order by lane, customer_id`,
        [programId],
      )
    ).map(({ n }) => n);

  it('takes customers whole, one after the other, and goes on behind the last', async () => {
    const programId = await createHistories('round');
    await bringMore('round', 'first');
    const step = createCustomerStep();
    const turn = (): Promise<unknown> => step({ ...contextOf(), limit: 2 * EACH });
    await turn();
    expect(await listPending(programId)).toEqual([EACH, EACH, EACH]);
    await bringMore('round', 'second');
    await turn();
    expect(await listPending(programId)).toEqual([EACH, EACH, 2 * EACH, 2 * EACH]);
    await turn();
    expect(await listPending(programId)).toEqual([EACH, EACH, 2 * EACH]);
    await turn();
    expect(await listPending(programId)).toEqual([EACH, EACH]);
    await turn();
    expect(await listPending(programId)).toEqual([]);
  });

  it('goes on in the middle of a customer who has more than a turn takes', async () => {
    const programId = await createHistories('middle');
    await bringMore('middle', 'middle');
    const step = createCustomerStep();
    const left: number[] = [];
    while ((await step({ ...contextOf(), limit: EACH - 1 })).moved > 0)
      left.push((await listPending(programId)).reduce((sum, n) => sum + n, 0));
    expect(left.at(-1)).toBe(0);
  });
});

describe('while a link releases events', () => {
  it('one with a long history waits until all of it is there, and keeps nobody else waiting', async () => {
    await createHistories('releasing');
    const events = [deposit(0, 'release0'), deposit(1, 'release1')];
    await post('/v1/events/batch', { source: 'releasing', events });
    await runEvidenceStep(contextOf());
    await api.database.owner(
      `insert into placement select (jsonb_populate_record(p, jsonb_build_object('event_id', gen_random_uuid(), 'state', 'decided'))).*
       from placement p, generate_series(1, 40) where p.external_id = 'release0'`,
    );
    const release = (ageSeconds: number): Promise<unknown> =>
      api.database.owner(
        `insert into evidence_work (lane, id, cause, event_lanes, event_ids, created_at)
         values (0, gen_random_uuid(), 'released', '{}', '{}', $1::timestamptz - make_interval(secs => $2))`,
        [formatInstant(api.context.clock.now()), ageSeconds],
      );
    await release(59);
    expect((await runCustomerStep(contextOf(), 60)).moved).toBe(1);
    expect((await runCustomerStep(contextOf(), 60)).moved).toBe(0);
    expect(await countPending()).toBe(1);
    // Somebody who releases all the time keeps nobody waiting for ever.
    await api.database.owner('delete from evidence_work');
    await release(60);
    expect((await runCustomerStep(contextOf(), 60)).moved).toBe(1);
    expect(await countPending()).toBe(0);
    await api.database.owner('delete from evidence_work');
  });
});

/** A database in which somebody else writes just before the turn saves its first decisions. */
function overtakenBy(db: Db, write: () => Promise<unknown>): Db {
  let done = false;
  return {
    ...db,
    inLanes: (lanes, work) =>
      db.inLanes(lanes, (tx) =>
        work({
          rows: (text, values) => tx.rows(text, values),
          one: (text, values) => tx.one(text, values),
          find: (text, values) => tx.find(text, values),
          copy: (text, rows) => tx.copy(text, rows),
          finish: (text, values) => tx.finish(text, values),
          async exec(text, values, expected) {
            if (!done && typeof text === 'string' && text.startsWith('update placement')) {
              done = true;
              await write();
            }
            return tx.exec(text, values, expected);
          },
        }),
      ),
  };
}

describe('a turn that is overtaken', () => {
  const HANDED_OVER = `update placement set epoch = epoch + 1, state = 'pending' where external_id = 'late0-0'`;
  const REOPENED = `update placement set state = 'pending' where external_id = 'late0-0' and state = 'pending'`;
  it.each([
    ['by a newer epoch of what it judges', HANDED_OVER],
    ['by a call to judge again what it is judging', REOPENED],
  ])('%s saves nothing, marks nothing failed, and is taken again', async (_what, write) => {
    const source = `overtaken-${uuidv7().slice(-6)}`;
    await createHistories(source);
    const events = [deposit(0, 'late0-0'), deposit(1, 'late1-0')];
    await post('/v1/events/batch', { source, events });
    await runEvidenceStep(contextOf());
    const db = overtakenBy(api.database.db, () => api.database.owner(write));
    await expect(runCustomerStep({ ...contextOf(), db })).rejects.toThrow(TurnOvertaken);
    expect(await countPending()).toBe(2);
    await runCustomerStep(contextOf());
    expect(await countPending()).toBe(0);
    expect(await api.database.owner(`select 1 from placement where state = 'failed'`)).toEqual([]);
  });
});
