import { uuidv7 } from 'uuidv7';
import { drain } from '../../src/pipeline/conveyor/index.ts';
import { createRegistryCache } from '../../src/registry/index.ts';
import { applyFactSets, openMerges } from '../../src/pipeline/change-sets.ts';
import type { TestApi } from './test-api.ts';

const ALL_LANES = Array.from({ length: 1024 }, (_, lane) => lane);

/** The drain that is under way, by API. A lane has one writer, which a lease sees to outside of tests; two drains at once counted inputs twice. */
const underWay = new WeakMap<TestApi, Promise<void>>();

/** Does what a worker would do until nothing is left to do, in the test's own process and without a lease; several calls one after the other. */
export function drainLanes(api: TestApi): Promise<void> {
  const before = underWay.get(api) ?? Promise.resolve();
  const own = before.catch(() => undefined).then(() => drainNow(api));
  underWay.set(api, own);
  return own;
}

async function drainNow(api: TestApi): Promise<void> {
  const { db, clock, log } = api.context;
  const registry = createRegistryCache(db);
  const lease = { lanes: ALL_LANES, assert: () => Promise.resolve() };
  const merging = openMerges(api.context, registry);
  while (await applyFactSets(merging)) continue;
  await drain(() => ({ db, registry, lease, newId: uuidv7, now: () => clock.now(), limit: 1_000, log }));
}
