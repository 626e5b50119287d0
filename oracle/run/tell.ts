// Tells a world to the real product through its public API, and reads back what every partner was paid.
import { drainLanes } from '../../server/test/support/drain-lanes.ts';
import type { TestApi } from '../../server/test/support/test-api.ts';
import { add, isZero, q } from '../model/rational.ts';
import type { Q } from '../model/rational.ts';
import { keyOf } from '../model/line.ts';
import { RATES } from '../rates.ts';
import type { World, WorldEvent } from '../world.ts';
import type { Chance } from '../chance.ts';

/** The product's answer in the keys of the model; zeros are left out. */
export interface Outcome {
  readonly amounts: ReadonlyMap<string, Q>;
  /** Sum of all commissions and of the balances, per partner and currency, where they differ. */
  readonly apart: readonly string[];
  /** Why each execution paid nothing; null where it paid, or has no reason. */
  readonly reasons: ReadonlyMap<string, string | null>;
}

/** A deal or an event that the product would not take: no disagreement about money, but the world is of no use. */
export class RefusedError extends Error {}

export async function publishRates(api: TestApi): Promise<void> {
  await post(api, '/v1/rates', {
    rates: RATES.map(({ base, quote, rate, at }) => ({ base, quote, rate, validFrom: iso(at) })),
  });
}

/** In the order of time; or, given a chance, events in any order, in several portions, and deals at any time. */
export async function tellWorld(api: TestApi, world: World, shuffled?: Chance): Promise<Outcome> {
  api.setNow(iso(world.now));
  const teller = new Teller(api, world);
  await teller.begin();
  const [early, late] = [
    world.events.filter((one) => one.late !== true),
    world.events.filter((one) => one.late),
  ];
  await teller.register();
  const facts = [() => teller.writeDeals(), () => teller.writeMoves(), () => teller.reassign()];
  if (shuffled === undefined) for (const fact of facts) await fact();
  const portions = shuffled === undefined ? [early] : shuffled.portions(shuffled.shuffle(early));
  for (const [index, portion] of portions.entries()) {
    await teller.send(portion);
    if (shuffled === undefined) continue;
    if (shuffled.chance(50)) await drainLanes(api);
    const fact = index % 2 === 0 ? facts.shift() : undefined;
    if (fact !== undefined) await fact();
  }
  for (const fact of shuffled === undefined ? [] : facts) await fact();
  await drainLanes(api);
  for (const month of world.closed) await teller.close(month);
  // What comes late comes after the closing, not at its very instant.
  api.setNow(iso(world.now + 60_000));
  await teller.send(late);
  await drainLanes(api);
  return teller.read();
}

class Teller {
  readonly #api: TestApi;
  readonly #world: World;
  #program = '';
  #source = '';
  readonly #partners: string[] = [];
  readonly #customers: string[] = [];
  /** External ids by the product's ids. */
  readonly #events = new Map<string, string>();

  constructor(api: TestApi, world: World) {
    this.#api = api;
    this.#world = world;
  }

  async begin(): Promise<void> {
    const { zone, baseCurrency, partners } = this.#world;
    programs += 1;
    this.#source = `crm-${programs}`;
    const program = await post(this.#api, '/v1/programs', {
      name: `Oracle ${programs}`,
      slug: `oracle-${programs}`,
      vertical: 'forex',
      preset: false,
      zone,
      baseCurrency,
      restatementLimit: '999999999',
    });
    this.#program = program.id;
    for (const [index, { parent }] of partners.entries()) {
      const parentId = parent === null ? null : (this.#partners[parent] ?? null);
      const partner = await post(this.#api, '/v1/partners', {
        programId: program.id,
        name: `P${index}`,
        parentId,
      });
      this.#partners.push(partner.id);
      await post(this.#api, '/v1/codes', {
        partnerId: partner.id,
        code: `CODE${index}`,
        effectiveFrom: null,
      });
    }
    await post(this.#api, '/v1/sources', {
      programId: program.id,
      slug: this.#source,
      preset: 'generic-s2s',
      registrar: true,
      settings: { server: 'live' },
    });
  }

  async writeDeals(): Promise<void> {
    const { deals } = this.#world;
    for (const { partner, from, document } of deals) {
      await post(this.#api, '/v1/deals', {
        programId: this.#program,
        partnerId: partner === null ? null : this.#partners[partner],
        effectiveFrom: from === null ? null : iso(from),
        document,
      });
    }
  }

  async writeMoves(): Promise<void> {
    for (const { partner, parent, at } of this.#world.moves)
      await post(this.#api, `/v1/partners/${this.#partners[partner]}/moves`, {
        parentId: parent === null ? null : this.#partners[parent],
        effectiveFrom: iso(at),
        reason: 'as the world says',
      });
  }

  async register(): Promise<void> {
    await this.#sendAll(
      this.#world.customers.map(({ registeredAt, partner, country }, index) => ({
        kind: 'registration',
        externalId: `reg${index}`,
        occurredAt: iso(registeredAt),
        identifiers: [{ namespace: 'customer', value: `c${index}` }],
        ...(partner === null ? {} : { code: `CODE${partner}` }),
        ...(country === null ? {} : { country }),
      })),
    );
    await drainLanes(this.#api);
    const found = await this.#pages(`/v1/customers?programId=${this.#program}`);
    for (const one of found) this.#customers[Number(String(one.value).slice(1))] = one.id;
  }

  async reassign(): Promise<void> {
    for (const { customer, partner, at } of this.#world.reassignments)
      await post(this.#api, `/v1/customers/${this.#customers[customer]}/attributions`, {
        partnerId: partner === null ? null : this.#partners[partner],
        effectiveFrom: iso(at),
        keepsCpa: false,
        reason: 'as the world says',
      });
  }

  async close(month: string): Promise<void> {
    await post(this.#api, `/v1/programs/${this.#program}/periods/${month}/close`, {
      reason: 'the world closes it',
    });
  }

  async send(events: readonly WorldEvent[]): Promise<void> {
    await this.#sendAll(events.map(eventOf));
  }

  async #sendAll(events: readonly { readonly externalId: string }[]): Promise<void> {
    if (events.length === 0) return;
    const answer = await post(this.#api, '/v1/events/batch', { source: this.#source, events });
    for (const item of answer.items as { index: number; disposition: string; eventId?: string }[]) {
      const name = events[item.index]?.externalId ?? '';
      if (item.disposition !== 'accepted') throw new RefusedError(`${name}: ${JSON.stringify(item)}`);
      this.#events.set(item.eventId ?? '', name);
    }
  }

  async read(): Promise<Outcome> {
    const rows = await this.#pages(`/v1/commissions?programId=${this.#program}`);
    const amounts = new Map<string, Q>();
    const totals = new Map<string, Q>();
    const put = (into: Map<string, Q>, key: string, amount: Q): void => {
      const all = add(into.get(key) ?? q('0'), amount);
      if (isZero(all)) into.delete(key);
      else into.set(key, all);
    };
    for (const row of rows) {
      const partner = this.#partners.indexOf(row.partnerId);
      const { amount, currency } = row.amount as { amount: string; currency: string };
      const of =
        row.period !== null
          ? `period ${row.period}`
          : row.eventId !== null
            ? `event ${this.#events.get(row.eventId) ?? row.eventId}`
            : `customer ${this.#customers.indexOf(row.customerId)}`;
      put(amounts, keyOf({ partner, component: row.component, level: row.level, of, currency }), q(amount));
      put(totals, `partner ${partner} ${currency}`, q(amount));
    }
    for (const [index, id] of this.#partners.entries()) {
      const { balances } = await get(this.#api, `/v1/partners/${id}/balance`);
      for (const { currency, total } of balances)
        put(totals, `partner ${index} ${currency}`, q(`-${total.amount}`.replace('--', '')));
    }
    const executions = await this.#pages(`/v1/events?programId=${this.#program}&kind=execution`);
    const reasons = new Map(
      executions.map((one): [string, string | null] => [String(one.externalId), one.reason as string | null]),
    );
    return { amounts, apart: [...totals.keys()], reasons };
  }

  async #pages(path: string): Promise<ReturnType<typeof JSON.parse>[]> {
    const all: ReturnType<typeof JSON.parse>[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await get(
        this.#api,
        `${path}&limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      all.push(...page.items);
      cursor = page.nextCursor;
    }
    return all;
  }
}

let programs = 0;

function eventOf(event: WorldEvent): { readonly externalId: string } {
  const { id, customer, at, late: _late, kyc, status, until, execution, ...rest } = event;
  return {
    ...rest,
    externalId: id,
    ...(['chargeback', 'refund', 'reversal', 'rollback'].includes(event.kind) ? {} : { transactionId: id }),
    occurredAt: iso(at),
    identifiers: [{ namespace: 'customer', value: `c${customer}` }],
    ...(kyc === undefined ? {} : { kyc: { status: kyc } }),
    ...(status === undefined
      ? {}
      : { customerStatus: { status, ...(until === undefined ? {} : { until: iso(until) }) } }),
    ...(execution === undefined ? {} : { execution }),
  } as { externalId: string };
}

export const iso = (at: number): string => new Date(at).toISOString();

async function post(api: TestApi, path: string, body: object): Promise<ReturnType<typeof JSON.parse>> {
  const answer = await api.call('POST', path, { body });
  if (answer.status >= 300)
    throw new RefusedError(`POST ${path}: ${answer.status} ${answer.text.slice(0, 600)}`);
  return answer.body;
}

async function get(api: TestApi, path: string): Promise<ReturnType<typeof JSON.parse>> {
  const answer = await api.call('GET', path);
  if (answer.status >= 300) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}
