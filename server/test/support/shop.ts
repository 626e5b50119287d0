// A shop whose mapping changes: sources of small rows, what became of them, and the check that the books are whole.
import { expect } from 'vitest';
import {
  createDeliveryReader,
  ROAD_RULES,
  sayReport,
  verifyBooks,
} from '../../src/oversight/verify/index.ts';
import { openRemap } from '../../src/pipeline/change-sets.ts';
import { applyRunning } from '../../src/pipeline/intake/reread/change-set.actions.ts';
import type { RemapDeps } from '../../src/pipeline/intake/reread/change-set.actions.ts';
import { createRegistryCache } from '../../src/registry/index.ts';
import { createClickVerifier } from '../../src/tracking/index.ts';
import { startTestApi } from './test-api.ts';
import type { Answer, TestApi } from './test-api.ts';
import { createToldWorld } from './told-world.ts';
import type { ToldWorld } from './told-world.ts';

export interface MappingOptions {
  readonly amount?: object;
  readonly statuses?: Readonly<Record<string, string>>;
  readonly order?: object;
  readonly when?: object[];
  readonly more?: object;
}

/** A mapping of rows {id, user, sum, state, at, seq, note}. */
export function mappingOf(options: MappingOptions = {}): object {
  return {
    language: 1,
    name: 'shop',
    format: 'json',
    rows: ['[*]', '$'],
    knownFields: ['seq', 'note', 'net'],
    rules: [
      ...(options.when === undefined
        ? []
        : [
            {
              name: 'unwanted',
              when: options.when,
              ignore: { reason: 'unwanted_row', detail: 'not wanted' },
            },
          ]),
      {
        name: 'deposit',
        when: [],
        revisionOrder: options.order ?? { kind: 'arrival' },
        event: {
          kind: { const: 'deposit' },
          recordType: { const: 'payment' },
          externalId: { path: 'id' },
          occurredAt: { path: 'at', format: 'iso' },
          identifiers: [{ namespace: { const: 'customer' }, value: { path: 'user' } }],
          amount: options.amount ?? { path: 'sum' },
          currency: { const: 'USD' },
          status: { path: 'state', map: options.statuses ?? { ok: 'approved' } },
        },
      },
    ],
    ...options.more,
  };
}

export interface ShopRow {
  readonly id: string;
  readonly sum?: string | number;
  readonly state?: string;
  readonly [more: string]: unknown;
}

export interface Shop {
  readonly api: TestApi;
  readonly world: ToldWorld;
  readonly remap: RemapDeps;
  /** A new source with this mapping; its slug. */
  createSource(document: object): Promise<string>;
  putMapping(source: string, document: object): Promise<void>;
  /** The disposition of each row. */
  deliver(source: string, rows: readonly ShopRow[]): Promise<string[]>;
  eventOf(id: string): Promise<Answer['body']>;
  verify(): ReturnType<typeof verifyBooks>;
  /** Settles, and expects that everything received is counted and that a rebuild gives the same. */
  expectWhole(): Promise<void>;
  /** A change set to this version (default: the newest), to its end. */
  applyVersion(source: string, version?: number): Promise<Answer['body']>;
  openItems(source: string): Promise<{ id: string; reason: string; detail: string }[]>;
}

export async function openShop(): Promise<Shop> {
  const api = await startTestApi();
  const world = await createToldWorld(api);
  const remap = openRemap(api.context, createRegistryCache(api.database.db));
  const verify = (): ReturnType<typeof verifyBooks> =>
    verifyBooks({
      db: api.database.db,
      rules: ROAD_RULES,
      readDelivery: createDeliveryReader(createClickVerifier(api.context.secrets)),
    });
  return {
    api,
    world,
    remap,
    verify,
    ...sourcesOf(api, world),
    expectWhole: async () => {
      await world.settle();
      const counts = await world.get('/v1/conservation');
      expect(counts, JSON.stringify(counts.sources)).toMatchObject({ holds: true });
      const report = await verify();
      expect(sayReport(report).join('\n')).not.toMatch(/differ/i);
      expect(report.differences).toEqual([]);
    },
    applyVersion: async (source, version) => {
      const set = await world.post('/v1/change-sets', {
        source,
        note: 'mended',
        ...(version === undefined ? {} : { version }),
      });
      while (await applyRunning(remap));
      const done = await world.get(`/v1/change-sets/${set.id}`);
      expect(done).toMatchObject({ state: 'done', error: null, share: 1 });
      return done;
    },
  };
}

function sourcesOf(
  api: TestApi,
  world: ToldWorld,
): Pick<Shop, 'createSource' | 'putMapping' | 'deliver' | 'eventOf' | 'openItems'> {
  let made = 0;
  return {
    createSource: async (document) => {
      made += 1;
      const slug = `shop-${made}`;
      await world.post('/v1/sources', {
        programId: world.programId,
        slug,
        preset: 'generic-s2s',
        mapping: document,
      });
      return slug;
    },
    putMapping: async (source, document) => {
      const answer = await api.call('PUT', `/v1/sources/${source}/mapping`, { body: { document } });
      expect(answer.status, answer.text).toBe(200);
    },
    deliver: async (source, rows) => {
      const body = rows.map((row) => ({
        user: 'u1',
        at: '2026-03-01T10:00:00Z',
        state: 'ok',
        sum: '10',
        ...row,
      }));
      const answer = await api.call('POST', `/v1/sources/${source}/deliveries`, { body });
      return answer.body.items.map((item: { disposition: string }) => item.disposition);
    },
    eventOf: async (id) => (await world.get(`/v1/events?externalId=${id}`)).items[0],
    openItems: async (source) => (await world.get(`/v1/quarantine?source=${source}&limit=200`)).items,
  };
}
