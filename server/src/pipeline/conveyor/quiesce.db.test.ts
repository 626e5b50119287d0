import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ALL_LANES } from '../../../test/support/road.ts';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { createToldWorld, deposit, registration } from '../../../test/support/told-world.ts';
import type { ToldWorld } from '../../../test/support/told-world.ts';
import { createRegistryCache } from '../../registry/index.ts';
import { runCustomerStep } from '../commission/index.ts';
import { runEvidenceStep } from '../identity/index.ts';
import { runPartnerStep } from '../ledger/index.ts';
import type { StepContext } from '../step.ts';
import { WORK_CHANNEL } from '../work-hint.ts';
import { listen } from '../../platform/listen.ts';
import { deliverHops } from './hops.ts';

let api: TestApi;
let world: ToldWorld;
beforeAll(async () => {
  api = await startTestApi();
  world = await createToldWorld(api);
});
afterAll(() => api.close());

/** The road up to the books, and nothing of what a clock decides there. */
async function book(): Promise<void> {
  const registry = createRegistryCache(api.database.db);
  const context: StepContext = {
    db: api.database.db,
    registry,
    newId: uuidv7,
    now: () => api.context.clock.now(),
    limit: 500,
    log: { warn: () => undefined, error: () => undefined },
    lease: { lanes: ALL_LANES, assert: () => Promise.resolve() },
  };
  for (let moved = 1; moved > 0;) {
    moved = 0;
    for (const step of [runEvidenceStep, runCustomerStep, deliverHops, runPartnerStep])
      moved += (await step(context)).moved;
  }
}

it('waits for commission whose hold was over before it was booked, and asks the worker to look at it', async () => {
  await world.post('/v1/deals', {
    programId: world.programId,
    partnerId: world.sub,
    effectiveFrom: null,
    document: {
      currency: 'USD',
      components: [{ id: 'first', kind: 'cpa', amount: '100', minimumDeposit: '50', holdDays: 7 }],
    },
  });
  const code = await world.post('/v1/codes', { partnerId: world.sub, code: 'LEO', effectiveFrom: null });
  expect(code.partnerId).toBe(world.sub);
  await world.settle();
  await world.tell(world.crm, [registration('1', '500', { code: 'LEO' }), deposit('1', '60')]);
  await book();

  const hints: string[] = [];
  const listener = listen(api.database.url, WORK_CHANNEL, (hint) => hints.push(hint));
  await expect.poll(() => hints.length).toBe(1);
  const early = await api.call('POST', '/v1/quiesce', { body: { timeoutSeconds: 0 } });
  expect(early.body).toMatchObject({ drained: false, left: { inbox: 0, releases: 1 } });
  await expect.poll(() => hints.length).toBe(2);
  await listener.close();

  await world.settle();
  const late = await api.call('POST', '/v1/quiesce', { body: { timeoutSeconds: 0 } });
  expect(late.body).toMatchObject({ drained: true, left: { releases: 0 } });
});
