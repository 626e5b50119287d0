// One database with a program and its partners, sources and links; and any number of copies of it, each with the real doors
// and the real conveyor.
import { createRegistryCache } from '../../src/registry/index.ts';
import { buildApi } from '../../src/api/server.ts';
import { instantFromIso, MICROS_PER_SECOND } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { createLog } from '../../src/platform/log.ts';
import { openSecrets } from '../../src/platform/secrets.ts';
import { uuidOf } from '../../src/platform/http/wire.ts';
import { parseConfig } from '../../src/platform/config.ts';
import type { Context } from '../../src/platform/context.ts';
import type { Db } from '../../src/platform/db.ts';
import type { StepContext } from '../../src/pipeline/step.ts';
import { ensureBootstrapKey } from '../../src/registry/access/index.ts';
import { createClickVerifier } from '../../src/tracking/index.ts';
import { createDeliveryReader, ROAD_RULES, verifyBooks } from '../../src/oversight/verify/index.ts';
import type { VerifyReport } from '../../src/oversight/verify/index.ts';
import { clickMac } from '../../src/tracking/click-verifier.actions.ts';
import { uuidv7 } from 'uuidv7';
import { createTestDatabase } from '../support/test-database.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { ALL_LANES } from '../support/road.ts';
import { NOW, settingsOf } from './said.ts';
import type { SourceName, Stage } from './said.ts';
import { SERVER_OFFSET_HOURS } from './mt5-rows.ts';
import type { World } from './world.ts';
import { MOST_PARTNERS } from './world.ts';

const KEY = 'property-key-with-all-scopes';
/** Of the second person, who agrees to what moves booked money. */
export const SECOND_KEY = 'second-property-key-with-all-scopes';
const SECRET = '17'.repeat(32);

export interface Answer {
  readonly status: number;
  /** Read as what the caller expects; a wrong guess fails the property, which is what it is for. */
  readonly body: ReturnType<typeof JSON.parse>;
}

export interface CallParts {
  readonly body?: string | object;
  readonly contentType?: string;
  readonly key?: string;
}

/** Doors and conveyor on one database. */
export interface House {
  readonly database: TestDatabase;
  call(method: 'GET' | 'POST' | 'PATCH', path: string, parts?: CallParts): Promise<Answer>;
  contextOf(changes?: Partial<StepContext>): StepContext;
  /** Rebuilds everything from the evidence and says where what is kept differs. */
  verify(): Promise<VerifyReport>;
  /** Lets the doors go, which keep timers and schemas; the database stays. */
  closeDoors(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens doors and conveyor. At the doors a second passes with each request, so that what is told has its own time of receipt.
 * For the conveyor the clock stands still: the sweep, which would join what a step has missed, never finds anything old enough.
 */
export async function openHouse(database: TestDatabase): Promise<House> {
  const { db } = database;
  const began = instantFromIso(NOW);
  let requests = 0;
  const api = await buildApi(
    contextOn(database, db, { now: () => (began + requests * MICROS_PER_SECOND) as Instant }),
  );
  const registry = createRegistryCache(db);
  const readDelivery = createDeliveryReader(
    createClickVerifier(openSecrets({ dataFolder: '/nowhere', secret: SECRET })),
  );
  const faults: string[] = [];
  const log = {
    warn: (): void => undefined,
    error: (fields: object, message: string): void =>
      void faults.push(`${message}: ${String((fields as { err?: unknown }).err)}`),
  };
  return {
    database,
    async call(method, path, { body, contentType, key = KEY } = {}) {
      requests += 1;
      const answer = await api.inject({
        method,
        url: path,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
        },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      return {
        status: answer.statusCode,
        body: /json/.test(String(answer.headers['content-type'])) ? answer.json() : answer.body,
      };
    },
    contextOf: (changes = {}) => {
      const [fault] = faults;
      if (fault !== undefined) throw new Error(`a turn reported a fault: ${fault}`);
      return {
        db,
        registry,
        newId: uuidv7,
        now: () => began,
        limit: 1000,
        log,
        lease: { lanes: ALL_LANES, assert: () => Promise.resolve() },
        ...changes,
      };
    },
    verify: () => verifyBooks({ db, rules: ROAD_RULES, readDelivery }),
    closeDoors: () => api.close(),
    async close() {
      await api.close();
      await database.close();
    },
  };
}

function contextOn(database: TestDatabase, db: Db, clock: Context['clock']): Context {
  return {
    config: parseConfig({ PORT: '0', PLUMBLINE_SECRET: SECRET, PLUMBLINE_LOG_LEVEL: 'fatal' }, '/nowhere'),
    databaseUrl: database.url,
    db,
    log: createLog({ level: 'error', process: 'test' }),
    secrets: openSecrets({ dataFolder: '/nowhere', secret: SECRET }),
    clock,
  };
}

/** A stage in a database of its own, closed to everybody, ready to be copied. */
export interface BuiltStage extends Stage {
  readonly template: string;
  drop(): Promise<void>;
}

/** Builds the stage of a world by API. */
export async function buildStage(world: World): Promise<BuiltStage> {
  const database = await createTestDatabase({ max: 2 });
  await ensureBootstrapKey(database.db, KEY);
  await ensureBootstrapKey(database.db, SECOND_KEY);
  const house = await openHouse(database);
  const create = async (path: string, body: object): Promise<Answer['body']> => {
    const answer = await house.call('POST', path, { body });
    if (answer.status !== 201)
      throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const program = await create('/v1/programs', {
    name: 'World',
    slug: 'world',
    vertical: 'forex',
    preset: false,
    zone: 'Europe/Berlin',
    sandbox: true,
    ...(world.geo.saidLate ? {} : settingsOf(world)),
  });
  const programId: string = program.id;
  const partners: string[] = [];
  const links: string[] = [];
  for (const [index, parent] of world.parents.slice(0, MOST_PARTNERS).entries()) {
    const partner = await create('/v1/partners', {
      programId,
      name: `Partner ${index}`,
      externalRef: `p${index}`,
      parentId: partners[parent] ?? null,
    });
    partners.push(partner.id);
    links.push(
      (await create('/v1/links', { partnerId: partner.id, landingUrl: 'https://broker.example/' })).id,
    );
  }
  const tokens: Partial<Record<SourceName, string>> = {};
  const source = async (slug: SourceName, body: object): Promise<void> => {
    tokens[slug] = (await create('/v1/sources', { programId, slug, ...body })).token;
  };
  await source('crm', { preset: 'generic-s2s', registrar: true, settings: { server: 'live' } });
  await source('shop', { preset: 'generic-s2s', registrar: false, settings: { server: 'live' } });
  await source('live', { preset: 'mt5', settings: { server: 'live', zone: `+0${SERVER_OFFSET_HOURS}:00` } });
  await writeRebates(database, programId, partners, links);
  await house.closeDoors();
  const template = await database.leave();
  return {
    template: template.name,
    drop: () => template.drop(),
    programId: uuidOf('prg', programId),
    partnerIds: partners.map((id) => uuidOf('prt', id)),
    linkIds: links.map((id) => uuidOf('lnk', id)),
    tokens: tokens as Record<SourceName, string>,
    clickMac: clickMac(openSecrets({ dataFolder: '/nowhere', secret: SECRET })),
  };
}

/**
 * What partners give to customers, in force while the world happens: written before it, so past the API, which takes no instant of the
 * past. Halves of cents, everything, nothing, spans that begin and end in the midst, and rules that are nearer than others.
 */
async function writeRebates(
  database: TestDatabase,
  programId: string,
  partners: readonly string[],
  links: readonly string[],
): Promise<void> {
  const rules: readonly [
    partner: number,
    whom: 'all' | 'link',
    percent: string,
    every: string,
    from: string,
    to: string,
  ][] = [
    [0, 'all', '25', 'week', '2026-01-10T00:00:00Z', '2026-02-15T10:00:00Z'],
    [0, 'all', '12.5', 'day', '2026-02-15T10:00:00Z', 'infinity'],
    [1, 'all', '100', 'month', '2025-12-01T00:00:00Z', 'infinity'],
    [1, 'link', '33.3333', 'month', '2026-01-20T00:00:00Z', 'infinity'],
    [2, 'all', '0', 'day', '2025-12-01T00:00:00Z', '2026-02-01T00:00:00Z'],
    [2, 'all', '0.05', 'day', '2026-02-01T00:00:00Z', 'infinity'],
  ];
  for (const [index, [partner, whom, percent, every, from, to]] of rules.entries()) {
    const [partnerId, linkId] = [partners[partner], links[partner]];
    if (partnerId === undefined || linkId === undefined) continue;
    await database.owner(
      `insert into rebate_rule (id, program_id, partner_id, whom, link_id, percent, every, effective_from, effective_to, reason, created_at, created_by)
       values ('0190b000-0000-7000-8000-00000000000${index}', '${uuidOf('prg', programId)}', '${uuidOf('prt', partnerId)}', '${whom}',
         ${whom === 'link' ? `'${uuidOf('lnk', linkId)}'` : 'null'}, ${percent}, '${every}', '${from}', '${to}', 'stage', '2025-12-01T00:00:00Z', 'stage')`,
    );
  }
}
