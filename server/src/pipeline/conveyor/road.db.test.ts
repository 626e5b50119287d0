import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from '../../../test/support/test-api.ts';
import type { TestApi } from '../../../test/support/test-api.ts';
import { ALL_LANES, deliveryOf } from '../../../test/support/road.ts';
import { parseWireId } from '../../kernel/ids.ts';
import { instantFromMillis } from '../../kernel/instant.ts';
import { getValue } from '../../kernel/outcome.ts';
import { createRegistryCache } from '../../registry/index.ts';
import type { RegistryCache } from '../../registry/index.ts';
import { resolveHints } from '../identity/index.ts';
import { commitDeliveries } from '../intake/index.ts';
import type { ItemResult } from '../intake/index.ts';
import type { CanonicalEvent } from '../mapping/facts.ts';
import type { StepContext } from '../step.ts';
import { drain } from './index.ts';

let api: TestApi;
let registry: RegistryCache;
const log = {
  warn: () => undefined,
  error: (fields: object) => {
    throw new Error(JSON.stringify(fields));
  },
};

beforeAll(async () => {
  api = await startTestApi();
  registry = createRegistryCache(api.database.db);
});
afterAll(() => api.close());

function contextOf(): StepContext {
  return {
    db: api.database.db,
    registry,
    newId: uuidv7,
    now: () => instantFromMillis(Date.now()),
    limit: 500,
    log,
    lease: { lanes: ALL_LANES, assert: () => Promise.resolve() },
  };
}

interface World {
  readonly programId: string;
  readonly master: string;
  readonly sub: string;
  deliver(slug: 'crm' | 'mt5', events: readonly Partial<CanonicalEvent>[]): Promise<readonly ItemResult[]>;
  settle(): Promise<void>;
  linesOf(partner: string): Promise<{ component: string; net: string }[]>;
}

/** A program with a master IB above a sub-IB, and the sub-IB's customer 42 with login 7001. */
async function createWorld(): Promise<World> {
  const run = uuidv7().slice(-8);
  const post = async (path: string, body: object) => {
    const answer = await api.call('POST', path, { body });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const program = await post('/v1/programs', { name: `Road ${run}`, vertical: 'forex', sandbox: true });
  const master = await post('/v1/partners', { programId: program.id, name: 'Master' });
  const sub = await post('/v1/partners', { programId: program.id, name: 'Sub', parentId: master.id });
  await post('/v1/sources', {
    programId: program.id,
    slug: `crm-${run}`,
    preset: 'generic-s2s',
    registrar: true,
  });
  await post('/v1/sources', {
    programId: program.id,
    slug: `mt5-${run}`,
    preset: 'generic-s2s',
    registrar: false,
  });
  const programId = getValue(parseWireId('prg', program.id));
  const subId = getValue(parseWireId('prt', sub.id));
  const linkId = uuidv7();
  const deps = {
    db: api.database.db,
    newId: uuidv7,
    now: () => instantFromMillis(Date.now()),
    pause: () => Promise.resolve(),
    log,
    hints: (events: Parameters<Parameters<typeof commitDeliveries>[0]['hints']>[0]) =>
      resolveHints(
        api.database.db,
        events.map((event) => ({ ...event, programId, registrar: event.source.registrar })),
      ),
    readAgain: () => Promise.resolve(new Map()),
  };
  return {
    programId,
    master: getValue(parseWireId('prt', master.id)),
    sub: subId,
    async deliver(slug, events) {
      await registry.refresh();
      const source = await registry.findSourceBySlug(`${slug}-${run}`);
      if (source === undefined) throw new Error(`no source ${slug}`);
      return (
        (
          await commitDeliveries(deps, [
            deliveryOf(source, events, {
              verifyClick: () => ({ linkId, partnerId: subId, at: '2026-01-31T08:00:00.000Z' }),
            }),
          ])
        )[0]?.results ?? []
      );
    },
    settle: () => drain(contextOf),
    async linesOf(partner) {
      return api.database.owner<{ component: string; net: string }>(
        `select component, sum((item->>'a')::numeric)::text as net
         from journal, jsonb_array_elements(items) as item where partner_id = $1 and kind = 'accrual' group by component order by component`,
        [partner],
      );
    },
  };
}

const REGISTRATION: Partial<CanonicalEvent> = {
  kind: 'registration',
  recordType: 'registration',
  externalId: 'r42',
  occurredAt: '2026-02-01T08:00:00.000Z',
  identifiers: [
    { namespace: 'customer', value: '42' },
    { namespace: 'mt5:live', value: '7001' },
  ],
  clickId: 'a-click-of-the-sub-ib',
};

function execution(id: string, at: string, entry: 'in' | 'out', lots: string): Partial<CanonicalEvent> {
  return {
    kind: 'execution',
    recordType: 'deal',
    externalId: id,
    occurredAt: at,
    identifiers: [{ namespace: 'mt5:live', value: '7001' }],
    execution: {
      account: 'live:7001',
      position: '900',
      order: id,
      side: entry === 'in' ? 'buy' : 'sell',
      entry,
      symbol: 'EURUSD',
      lots,
      price: '1.1',
      contractSize: '100000',
      service: false,
      cancelled: false,
    },
  };
}

const DEPOSIT: Partial<CanonicalEvent> = {
  kind: 'deposit',
  recordType: 'deposit',
  externalId: 'd1',
  occurredAt: '2026-02-02T08:00:00.000Z',
  amount: '250',
  currency: 'USD',
};
const TRADE = [
  execution('1', '2026-02-03T08:00:00.000Z', 'in', '2'),
  execution('2', '2026-02-03T09:00:00.000Z', 'out', '2'),
];

describe('the road from the door to the ledger', () => {
  it('pays a CPA and two levels per lot, whatever came first', async () => {
    const world = await createWorld();
    const early = await world.deliver('mt5', TRADE);
    expect(early.map((item) => item.disposition)).toEqual(['parked', 'parked']);
    await world.settle();
    await world.deliver('crm', [DEPOSIT]);
    await world.deliver('crm', [REGISTRATION]);
    await world.settle();
    expect(await world.linesOf(world.sub)).toEqual([
      { component: 'cpa', net: '10000' },
      { component: 'per-lot', net: '1400' },
    ]);
    expect(await world.linesOf(world.master)).toEqual([{ component: 'per-lot', net: '200' }]);
    const check = await api.call('GET', '/v1/ledger/check');
    expect(check.body.ok).toBe(true);
  });

  it('books nothing twice when everything is delivered again', async () => {
    const world = await createWorld();
    for (let round = 0; round < 2; round += 1) {
      await world.deliver('crm', [REGISTRATION, DEPOSIT]);
      await world.deliver('mt5', TRADE);
      await world.settle();
    }
    expect(await world.linesOf(world.sub)).toEqual([
      { component: 'cpa', net: '10000' },
      { component: 'per-lot', net: '1400' },
    ]);
  });

  it('takes the difference back when a revision lowers the volume', async () => {
    const world = await createWorld();
    await world.deliver('crm', [REGISTRATION]);
    await world.deliver('mt5', TRADE);
    await world.settle();
    await world.deliver('mt5', [execution('2', '2026-02-03T09:00:00.000Z', 'out', '1')]);
    await world.settle();
    expect(await world.linesOf(world.sub)).toEqual([{ component: 'per-lot', net: '700' }]);
    expect(await world.linesOf(world.master)).toEqual([{ component: 'per-lot', net: '100' }]);
  });

  it('has nothing in flight once it is drained', async () => {
    const answer = await api.call('POST', '/v1/quiesce', { body: { timeoutSeconds: 0 } });
    expect(answer.body).toMatchObject({
      drained: true,
      left: { evidence: 0, pending: 0, touched: 0, hops: 0, inbox: 0, stale: 0 },
    });
  });
});
