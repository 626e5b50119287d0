// A database with customers that comes from before the figures (migration 0024): the migration makes everybody due, and what follows
// counts everything once.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, execution, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { toMillis } from '../../kernel/instant.ts';
import { createClickVerifier } from '../../tracking/index.ts';
import { createDeliveryReader, ROAD_RULES, verifyBooks } from './index.ts';
import type { VerifyReport } from './index.ts';

const MIGRATION = readFileSync(
  new URL('../../../migrations/0024-partner-figures.sql', import.meta.url),
  'utf8',
);

let api: TestApi;
let world: ToldWorld;

beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
  const clickId = await world.click();
  const at = new Date(toMillis(api.context.clock.now()) + 1_000).toISOString();
  for (const customer of ['1', '2', '3']) {
    const login = `700${customer}`;
    await world.tell(world.crm, [
      registration(customer, login, { clickId, occurredAt: at }),
      deposit(customer, `${customer}00`, { occurredAt: at }),
    ]);
    await world.tell(world.mt5, [
      execution(login, { id: `${login}-in`, at, entry: 'in', lots: '1', position: login }),
      execution(login, {
        id: `${login}-out`,
        at: new Date(Date.parse(at) + 600_000).toISOString(),
        entry: 'out',
        lots: '1',
        position: login,
      }),
    ]);
  }
  await world.settle();
});
afterAll(() => api.close());

function verify(): Promise<VerifyReport> {
  return verifyBooks({
    db: api.database.db,
    rules: ROAD_RULES,
    readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
  });
}

const figures = (): Promise<object[]> =>
  api.database.owner('select * from partner_figures order by partner_id, day, currency');

it('is counted once by what the migration makes due, and paid nothing twice', async () => {
  const before = await figures();
  expect(before).not.toEqual([]);
  const journal = await api.database.owner('select count(*) as n from journal');
  // As it was: customers without figures, and nothing kept of them.
  await api.database.owner(
    `delete from partner_figures; delete from figures_receipt; update customer set summary = summary - 'figures'`,
  );
  await world.settle();
  expect(await figures()).toEqual([]);
  expect((await verify()).differences.map(({ kind }) => kind)).toEqual(['customer', 'partner_figure']);

  const makesDue = /^update program set .+;$/m.exec(MIGRATION)?.[0];
  await api.database.owner(makesDue ?? 'the migration makes nobody due');
  await world.settle();
  expect(await figures()).toEqual(before);
  expect((await verify()).differences).toEqual([]);
  expect(await api.database.owner('select count(*) as n from journal')).toEqual(journal);
});
