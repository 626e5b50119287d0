// One world as a program of the real product: told through its public API, and read back.
import type { TestApi } from '../../server/test/support/test-api.ts';
import type { Chance } from '../chance.ts';
import { keyOf } from '../model/line.ts';
import { add, isNegative, isZero, neg, q } from '../model/rational.ts';
import type { Q } from '../model/rational.ts';
import type { World, WorldEvent } from '../world.ts';
import { agree, approve, ask, get, iso, pages, post, RefusedError } from './doors.ts';

/** The product's answer in the keys of the model; zeros are left out. */
export interface Outcome {
  readonly amounts: ReadonlyMap<string, Q>;
  /** Sum of all commissions and of the balances, per partner and currency, where they differ. */
  readonly apart: readonly string[];
  /** Why each event paid nothing; null where it paid, or has no reason. */
  readonly reasons: ReadonlyMap<string, string | null>;
  /** Every reason code that the product said: of events, of months, and of what is held. */
  readonly said: ReadonlySet<string>;
  /** What could be paid, by partner and currency ("p0 USD"): at the payment, or in the end. */
  readonly payable: ReadonlyMap<string, Payable>;
  /** Amounts that have to be the sum of others. */
  readonly wholes: readonly Whole[];
}

export interface Payable {
  readonly amount: Q;
  /** As the product lists them, for whoever looks into a difference. */
  readonly groups: unknown;
}

interface Whole {
  readonly name: string;
  readonly where: string;
  readonly whole: Q;
  readonly parts: readonly Q[];
}

/** Tells one world as a program of its own, and reads back what every partner was paid. */
export class Teller {
  readonly #api: TestApi;
  readonly #world: World;
  #program = '';
  #source = '';
  readonly #partners: string[] = [];
  readonly #customers: string[] = [];
  /** Of each record, what was said of it. */
  readonly #told = new Map<string, Set<string>>();
  readonly #toEnd: string[] = [];
  readonly #clickIds = new Map<number, string>();
  readonly #paid = new Map<string, Q>();
  readonly #payable = new Map<string, Payable>();
  /** Visits of links, each to be made when the clock shows its instant. */
  readonly clicks: { readonly at: number; visit(): Promise<void> }[] = [];

  constructor(api: TestApi, world: World) {
    this.#api = api;
    this.#world = world;
  }

  async #begin(): Promise<void> {
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
      // Nobody checks the partners of these worlds, and some of them are paid.
      compliance: { partnerChecks: [] },
      ...this.#world.program,
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
    const isTold = (source: string): boolean => this.#world.events.some((event) => event.source === source);
    for (const slug of [this.#source, ...(isTold('gateway') ? [`${this.#source}-gateway`] : [])])
      await post(this.#api, '/v1/sources', {
        programId: program.id,
        slug,
        preset: 'generic-s2s',
        registrar: slug === this.#source,
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

  /** Makes the program, and a link for each click that is to come. */
  async begin(): Promise<void> {
    await this.#begin();
    for (const [customer, { click }] of this.#world.customers.entries()) {
      if (click === undefined) continue;
      const link = await post(this.#api, '/v1/links', {
        partnerId: this.#partners[click.partner],
        landingUrl: 'https://landing.example/',
      });
      this.clicks.push({ at: click.at, visit: () => this.#visit(customer, link.url) });
    }
  }

  async #visit(customer: number, url: string): Promise<void> {
    const { pathname, search } = new URL(url);
    const answer = await ask(this.#api, 'GET', `${pathname}${search}`, { key: null });
    const clickId = new URL(answer.headers.get('location') ?? '').searchParams.get('click_id');
    if (clickId === null) throw new RefusedError(`no click id from ${url}: ${answer.status}`);
    this.#clickIds.set(customer, clickId);
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
        ...(this.#clickIds.has(index) ? { clickId: this.#clickIds.get(index) } : {}),
      })),
    );
  }

  /** Learns the customers' ids, once their registrations are through. */
  async meet(): Promise<void> {
    const found = await pages(this.#api, `/v1/customers?programId=${this.#program}`);
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

  async declareCountries(): Promise<void> {
    for (const { customer, country, at } of this.#world.countries ?? [])
      await post(this.#api, `/v1/customers/${this.#customers[customer]}/country`, {
        country,
        basis: 'declared',
        effectiveFrom: iso(at),
        reason: 'as the world says',
      });
  }

  async merge(): Promise<void> {
    for (const one of this.#world.merges ?? []) {
      const merge = await post(this.#api, `/v1/customers/${this.#customers[one.from]}/merges`, {
        into: this.#customers[one.into],
        reason: 'as the world says',
      });
      await agree(this.#api, merge.changeSet);
      if (one.ended === true) this.#toEnd.push(merge.id);
    }
  }

  /** Merges that are ended again; once they are in force. */
  async endMerges(): Promise<void> {
    for (const id of this.#toEnd.splice(0)) {
      const ended = await post(this.#api, `/v1/merges/${id}/end`, { reason: 'as the world says' });
      await agree(this.#api, ended.changeSet);
    }
  }

  async changeSettings(): Promise<void> {
    const { settingsLater } = this.#world;
    if (settingsLater === undefined) return;
    const answer = await ask(this.#api, 'PATCH', `/v1/programs/${this.#program}`, { body: settingsLater });
    if (answer.status >= 300)
      throw new RefusedError(`PATCH /v1/programs: ${answer.status} ${answer.text.slice(0, 600)}`);
  }

  async close(month: string): Promise<void> {
    await post(this.#api, `/v1/programs/${this.#program}/periods/${month}/close`, {
      reason: 'the world closes it',
    });
  }

  async grade(): Promise<void> {
    for (const { partner, grade, at } of this.#world.grades ?? []) {
      const set = await post(this.#api, `/v1/partners/${this.#partners[partner]}/grade`, {
        grade,
        effectiveFrom: iso(at),
        reason: 'as the world says',
      });
      if (set.state === 'waiting')
        await approve(this.#api, `/v1/grade-decisions/${set.id}/approve`, 'agreed');
    }
  }

  /** Pays every partner what is payable, as a person would record it. */
  async pay(at: number): Promise<void> {
    for (const [index, id] of this.#partners.entries()) {
      const { currencies } = await get(this.#api, `/v1/partners/${id}/payable`);
      for (const { currency, payable, groups } of currencies) {
        const amount = q(payable.amount);
        this.#payable.set(`p${index} ${currency}`, { amount, groups });
        if (isNegative(amount) || isZero(amount)) continue;
        this.#paid.set(`partner ${index} ${currency}`, amount);
        await post(this.#api, '/v1/payments', {
          partnerId: id,
          amount: payable.amount,
          currency,
          paidAt: iso(at),
          reference: `p${index} ${currency}`,
        });
      }
    }
  }

  /** In one batch; or, given a chance, some of them one by one at the other door. */
  async send(events: readonly WorldEvent[], doors?: Chance): Promise<void> {
    const ofCrm = events.filter(({ source }) => source === undefined);
    const single = ofCrm.filter(() => doors?.chance(25) === true);
    await this.#sendAll(ofCrm.filter((event) => !single.includes(event)).map(eventOf));
    await this.#sendAll(
      events.filter(({ source }) => source === 'gateway').map(eventOf),
      `${this.#source}-gateway`,
    );
    for (const event of single) {
      const body = eventOf(event);
      this.#heed(this.#source, body, await post(this.#api, '/v1/events', { ...body, source: this.#source }));
    }
  }

  async #sendAll(events: readonly Body[], source = this.#source): Promise<void> {
    if (events.length === 0) return;
    const answer = await post(this.#api, '/v1/events/batch', { source, events });
    for (const item of answer.items as (Told & { readonly index: number })[]) {
      const event = events[item.index];
      if (event !== undefined) this.#heed(source, event, item);
    }
  }

  /** What is told twice is a duplicate; everything else has to be new, or another word on what was told. */
  #heed(source: string, event: Body, item: Told): void {
    const record = `${source} ${event.kind} ${event.externalId}`;
    const said = this.#told.get(record) ?? new Set<string>();
    const content = JSON.stringify(event);
    const expected = said.has(content) ? 'duplicate' : said.size > 0 ? 'revised' : 'accepted';
    if (item.disposition !== expected) throw new RefusedError(`${event.externalId}: ${JSON.stringify(item)}`);
    this.#told.set(record, said.add(content));
  }

  async read(): Promise<Outcome> {
    const events = await pages(this.#api, `/v1/events?programId=${this.#program}`);
    const names = new Map(events.map((one): [string, string] => [one.id, one.externalId]));
    const rows = await pages(this.#api, `/v1/commissions?programId=${this.#program}`);
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
            ? `event ${names.get(row.eventId) ?? row.eventId}`
            : `customer ${this.#customers.indexOf(row.customerId)}`;
      put(amounts, keyOf({ partner, component: row.component, level: row.level, of, currency }), q(amount));
      put(totals, `partner ${partner} ${currency}`, q(amount));
    }
    if (this.#world.later?.pays !== true) await this.#readPayable();
    for (const [index, id] of this.#partners.entries()) {
      const { balances } = await get(this.#api, `/v1/partners/${id}/balance`);
      for (const { currency, total } of balances)
        put(totals, `partner ${index} ${currency}`, q(`-${total.amount}`.replace('--', '')));
    }
    // What was paid is no balance any more.
    for (const [key, amount] of this.#paid) put(totals, key, neg(amount));
    const reasons = new Map(
      events.map((one): [string, string | null] => [String(one.externalId), one.reason as string | null]),
    );
    const months = await pages(this.#api, `/v1/settlements?programId=${this.#program}`);
    const said = new Set<string>(
      [...events, ...months, ...rows].flatMap(({ reason }) => (reason === null ? [] : [String(reason)])),
    );
    const wholes = [...monthsOf(months, rows), ...(await this.#explained(rows, names, said))];
    return { amounts, apart: [...totals.keys()], reasons, said, payable: this.#payable, wholes };
  }

  async #readPayable(): Promise<void> {
    for (const [index, id] of this.#partners.entries()) {
      const { currencies } = await get(this.#api, `/v1/partners/${id}/payable`);
      for (const { currency, payable, groups } of currencies)
        this.#payable.set(`p${index} ${currency}`, { amount: q(payable.amount), groups });
    }
  }

  /** One event and one commission of each world: a sample, because explanations are many. What made an amount less stands only there. */
  async #explained(
    rows: readonly Row[],
    names: ReadonlyMap<string, string>,
    said: Set<string>,
  ): Promise<Whole[]> {
    const paid = rows.filter(({ eventId }) => eventId !== null);
    // What closed a trade that was made to be told apart, where the world has one.
    const closing = paid.find(({ eventId }) => names.get(eventId ?? '') === 'fo');
    const row = closing ?? paid[0];
    const wholes: Whole[] = [];
    if (row !== undefined) {
      const told = await get(this.#api, `/v1/events/${row.eventId}/explain`);
      for (const reason of LESS) if (JSON.stringify(told).includes(`${reason}`)) said.add(reason);
      for (const { amount, currency } of told.amounts)
        wholes.push({
          name: "explain's lines sum to the event",
          where: `${row.eventId} ${currency}`,
          whole: q(amount),
          parts: told.lines
            .filter(({ desired }: Line) => desired?.currency === currency)
            .map(({ desired }: Line) => q(desired?.amount ?? '0')),
        });
    }
    const last = rows.at(-1);
    if (last !== undefined) {
      const answer = await ask(this.#api, 'GET', `/v1/commissions/${last.id}/explain`);
      const explained = { name: 'a commission that is listed can be explained', where: last.naturalKey };
      // Finding 34: not where a merge took the customer away.
      if (answer.status === 404 && this.#world.merges !== undefined) return wholes;
      wholes.push({ ...explained, whole: q('200'), parts: [q(answer.status)] });
      if (answer.status !== 200) return wholes;
      const { line } = answer.body;
      wholes.push({
        name: "explain's postings sum to the line",
        where: last.naturalKey,
        whole: q(line.booked.amount),
        parts: line.postings.map(({ amount }: Row) => q(amount.amount)),
      });
      wholes.push({
        name: 'what is desired is what is booked',
        where: last.naturalKey,
        whole: q(line.desired?.amount ?? '0'),
        parts: [q(line.booked.amount)],
      });
    }
    return wholes;
  }
}

interface Money {
  readonly amount: string;
  readonly currency: string;
}

interface Line {
  readonly desired: Money | null;
}

interface Row {
  readonly id: string;
  readonly eventId: string | null;
  readonly partnerId: string;
  readonly component: string;
  readonly period: string | null;
  readonly naturalKey: string;
  readonly amount: Money;
}

/** Rules 2.2: what is booked for a month is what the month is worth. */
function monthsOf(
  months: readonly (Row & { readonly reason: string | null })[],
  rows: readonly Row[],
): Whole[] {
  return months.map(({ partnerId, period, component, amount }) => ({
    name: 'the rows of a month sum to it',
    where: `${partnerId} ${period} ${component}`,
    whole: q(amount.amount),
    parts: rows
      .filter(
        (row) =>
          row.period === period &&
          row.partnerId === partnerId &&
          row.component === component &&
          row.amount.currency === amount.currency,
      )
      .map((row) => q(row.amount.amount)),
  }));
}

/** Reasons for less than the rate says; they stand in explanations only. */
const LESS = ['cap_per_trade', 'trade_credit_funded', 'levels_exceed_revenue', 'override_zero'];

/** What a door says of an event. */
interface Told {
  readonly disposition: string;
}

let programs = 0;

/** What is sent of an event. */
interface Body {
  readonly kind: string;
  readonly externalId: string;
}

function eventOf(event: WorldEvent): Body {
  const { id, customer, at, late: _late, kyc, status, until, execution, ...others } = event;
  const { after: _after, before: _before, source: _source, told, ...rest } = others;
  return {
    ...(['chargeback', 'refund', 'reversal', 'rollback'].includes(event.kind) ? {} : { transactionId: id }),
    ...rest,
    externalId: id,
    ...(told === undefined ? {} : { status: told }),
    occurredAt: iso(at),
    identifiers: [{ namespace: 'customer', value: `c${customer}` }],
    ...(kyc === undefined ? {} : { kyc: { status: kyc } }),
    ...(status === undefined
      ? {}
      : { customerStatus: { status, ...(until === undefined ? {} : { until: iso(until) }) } }),
    ...(execution === undefined ? {} : { execution }),
  } as Body;
}
