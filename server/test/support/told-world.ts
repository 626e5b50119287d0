import { uuidv7 } from 'uuidv7';
import { drain } from '../../src/pipeline/conveyor/index.ts';
import type { StepContext } from '../../src/pipeline/step.ts';
import { createRegistryCache } from '../../src/registry/index.ts';
import { ALL_LANES } from './road.ts';
import type { Answer, TestApi } from './test-api.ts';

/** A program with a master IB above a sub-IB who has a link, a CRM that registers customers, and an MT5 server; all made by API. */
export interface ToldWorld {
  readonly programId: string;
  readonly master: string;
  readonly sub: string;
  readonly crm: string;
  readonly mt5: string;
  /** Token of the CRM's postback address. */
  readonly crmToken: string;
  /** Follows the sub-IB's link and gives the click id that the landing page gets. */
  click(): Promise<string>;
  /** Posts events in our own shape as one batch of a source; throws unless they were taken. Gives the answer's items. */
  tell(source: string, events: readonly object[]): Promise<TakenItem[]>;
  post(path: string, body: object): Promise<Answer['body']>;
  get(path: string): Promise<Answer['body']>;
  /** Runs every step until nothing moves. */
  settle(): Promise<void>;
}

export interface TakenItem {
  readonly disposition: string;
  readonly reason?: string;
  readonly eventId: string;
}

const log = {
  warn: (): void => undefined,
  error: (fields: object): void => {
    throw new Error(
      `a step failed: ${JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? value.stack : value))}`,
    );
  },
};

/** Makes the world through the API. The program's zone is UTC and its clock is that of the test API. */
export async function createToldWorld(api: TestApi): Promise<ToldWorld> {
  const registry = createRegistryCache(api.database.db);
  const contextOf = (): StepContext => ({
    db: api.database.db,
    registry,
    newId: uuidv7,
    now: () => api.context.clock.now(),
    limit: 500,
    log,
    lease: { lanes: ALL_LANES, assert: () => Promise.resolve() },
  });
  const run = uuidv7().slice(-8);
  const call = async (method: string, path: string, body?: object): Promise<Answer['body']> => {
    const answer = await api.call(method, path, body === undefined ? {} : { body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const program = await call('POST', '/v1/programs', {
    name: `Told ${run}`,
    vertical: 'forex',
    sandbox: true,
    zone: 'UTC',
  });
  const master = await call('POST', '/v1/partners', { programId: program.id, name: 'Mira' });
  const sub = await call('POST', '/v1/partners', { programId: program.id, name: 'Leo', parentId: master.id });
  const crm = await call('POST', '/v1/sources', {
    programId: program.id,
    slug: `crm-${run}`,
    preset: 'generic-s2s',
    registrar: true,
  });
  await call('POST', '/v1/sources', {
    programId: program.id,
    slug: `mt5-${run}`,
    preset: 'mt5',
    settings: { server: 'live', zone: 'UTC' },
  });
  const link = await call('POST', '/v1/links', {
    partnerId: sub.id,
    landingUrl: 'https://broker.example/start',
    campaign: 'spring',
  });
  return {
    programId: program.id,
    master: master.id,
    sub: sub.id,
    crm: `crm-${run}`,
    mt5: `mt5-${run}`,
    crmToken: crm.token,
    async click() {
      const answer = await api.call('GET', new URL(link.url).pathname, { key: null });
      return new URL(answer.headers.get('location') ?? '').searchParams.get('click_id') ?? '';
    },
    async tell(source, events) {
      const answer = await call('POST', '/v1/events/batch', { source, events });
      return answer.items;
    },
    post: (path, body) => call('POST', path, body),
    get: (path) => call('GET', path),
    settle: () => drain(contextOf),
  };
}

/** A registration at the CRM of a customer with one MT5 login. */
export function registration(customer: string, login: string, more: object = {}): object {
  return {
    kind: 'registration',
    externalId: `r-${customer}`,
    occurredAt: '2026-02-01T08:00:00Z',
    identifiers: [
      { namespace: 'customer', value: customer },
      { namespace: 'mt5:live', value: login },
    ],
    ...more,
  };
}

export function deposit(customer: string, amount: string, more: object = {}): object {
  return {
    kind: 'deposit',
    externalId: `d-${customer}`,
    occurredAt: '2026-02-02T08:00:00Z',
    identifiers: [{ namespace: 'customer', value: customer }],
    amount,
    currency: 'USD',
    ...more,
  };
}

/** One execution of a position. */
export function execution(
  login: string,
  told: { id: string; at: string; entry: 'in' | 'out'; lots: string; position?: string },
): object {
  return {
    kind: 'execution',
    recordType: 'deal',
    externalId: told.id,
    occurredAt: told.at,
    identifiers: [{ namespace: 'mt5:live', value: login }],
    execution: {
      account: `live:${login}`,
      position: told.position ?? '900',
      order: told.id,
      side: told.entry === 'in' ? 'buy' : 'sell',
      entry: told.entry,
      symbol: 'EURUSD',
      lots: told.lots,
      price: '1.1',
      contractSize: '100000',
      service: false,
      cancelled: false,
    },
  };
}
