import { uuidv7 } from 'uuidv7';
import { instantFromIso, instantFromMillis } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import type { CanonicalEvent, MappedItem } from '../../src/pipeline/mapping/facts.ts';
import { comparableContent } from '../../src/pipeline/mapping/index.ts';
import { commitDeliveries, createNovelty, prepareItems } from '../../src/pipeline/intake/index.ts';
import type {
  CommitDeps,
  DoorSource,
  ItemResult,
  PreparedDelivery,
  PrepareRules,
} from '../../src/pipeline/intake/index.ts';
import { resolveHints } from '../../src/pipeline/identity/index.ts';
import type { StepContext } from '../../src/pipeline/step.ts';
import type { Db } from '../../src/platform/db.ts';
import type { SourceSnapshot } from '../../src/registry/facts.ts';
import { buildProgram } from './evidence.ts';
import type { TestDatabase } from './test-database.ts';

/** A program with two sources: a CRM that registers customers, and a trading platform that does not. */
export interface TestRoad {
  readonly programId: string;
  readonly crm: DoorSource & SourceSnapshot;
  readonly platform: DoorSource & SourceSnapshot;
  /** Stores canonical events through the group commit, as one delivery. */
  deliver(
    source: DoorSource,
    events: readonly Partial<CanonicalEvent>[],
    options?: DeliverOptions,
  ): Promise<ItemResult[]>;
  /** A context that holds all lanes. */
  context(changes?: Partial<StepContext>): StepContext;
  readonly commitDeps: CommitDeps;
}

export interface DeliverOptions {
  readonly receivedAt?: Instant;
  /** Makes the revision order of every event; arrival when absent. */
  readonly order?: string;
  /** What a click id turns out to be; by default none was minted here. */
  readonly verifyClick?: PrepareRules['verifyClick'];
}

export const ALL_LANES: readonly number[] = Array.from({ length: 1024 }, (_, lane) => lane);

/** Sets up the registry rows by hand, past every API, so that a test depends on the rooms it tests and on nothing else. */
export async function createRoad(database: TestDatabase, db: Db = database.db): Promise<TestRoad> {
  const programId = uuidv7();
  const run = programId.slice(-6);
  await database.owner(
    `insert into program (id, slug, name, vertical, base_currency, zone, sandbox, settings, created_at)
     values ($1, $2, 'Test', 'forex', 'USD', 'UTC', true, '{}', now())`,
    [programId, `test-${run}`],
  );
  const crm = await insertSource(database, programId, `crm-${run}`, true);
  const platform = await insertSource(database, programId, `mt5-${run}`, false);
  const sources = new Map([crm, platform].map((source) => [source.id, source]));
  const now = (): Instant => instantFromMillis(Date.now());
  const commitDeps: CommitDeps = {
    db,
    newId: uuidv7,
    now,
    pause: () => Promise.resolve(),
    hints: (events) =>
      resolveHints(
        db,
        events.map((event) => ({ ...event, programId, registrar: event.source.registrar })),
      ),
    readAgain: () => Promise.resolve(new Map()),
    // Every batch is taken for new first, and stored the careful way when it is not: both ways are tried.
    novelty: createNovelty(0),
    log: quietLog,
  };
  return {
    programId,
    crm,
    platform,
    commitDeps,
    async deliver(source, events, options = {}) {
      const delivery = deliveryOf(source, events, options);
      return [...((await commitDeliveries(commitDeps, [delivery]))[0]?.results ?? [])];
    },
    context: (changes = {}) => ({
      db,
      newId: uuidv7,
      now,
      limit: 1000,
      log: quietLog,
      lease: { lanes: ALL_LANES, assert: () => Promise.resolve() },
      registry: {
        getProgram: async () => buildProgram(),
        getSource: async (id) => {
          const source = sources.get(id);
          if (source === undefined) throw new Error(`no source ${id}`);
          return source;
        },
      },
      ...changes,
    }),
  };
}

const quietLog = { warn: (): void => undefined, error: (): void => undefined };

async function insertSource(
  database: TestDatabase,
  programId: string,
  slug: string,
  registrar: boolean,
): Promise<DoorSource & SourceSnapshot> {
  const id = uuidv7();
  await database.owner(
    `insert into source (id, program_id, slug, preset, name, registrar, reply, settings, mapping_version, created_at)
     values ($1, $2, $3, 'generic-s2s', $3, $4, 'strict', '{}', 1, now())`,
    [id, programId, slug, registrar],
  );
  return { id, programId, slug, registrar, mappingVersion: 1 };
}

/** Canonical events as the mapping would hand them over, in one delivery that is ready for the group commit. */
export function deliveryOf(
  source: DoorSource,
  events: readonly Partial<CanonicalEvent>[],
  options: DeliverOptions = {},
): PreparedDelivery {
  const items = events.map((event, index): MappedItem => ({
    outcome: 'event',
    path: `$[${index}]`,
    event: eventOf(event),
    warnings: [],
    order: options.order === undefined ? { kind: 'arrival' } : { kind: 'version', value: options.order },
  }));
  const rules = { comparable: comparableContent, verifyClick: options.verifyClick ?? (() => undefined) };
  return {
    source,
    feed: 'raw',
    contentType: 'application/json',
    query: '',
    body: Buffer.from(JSON.stringify(events)),
    dropped: [],
    receivedAt: options.receivedAt ?? instantFromIso('2026-03-02T00:00:00Z'),
    items: prepareItems({ outcome: 'items', items, unknownFields: 0 }, source, rules),
  };
}

/** A deposit of one customer, unless told otherwise. */
export function eventOf(event: Partial<CanonicalEvent>): CanonicalEvent {
  return {
    kind: 'deposit',
    recordType: 'deposit',
    externalId: 'd1',
    part: '',
    occurredAt: '2026-03-01T12:00:00.000Z',
    identifiers: [{ namespace: 'customer', value: '42' }],
    amount: '100',
    currency: 'USD',
    ...event,
  };
}
