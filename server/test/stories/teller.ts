// Tells a story in one order to a program of its own, by API alone, and looks at what came of it.
import { expect } from 'vitest';
import { at } from './scene.ts';
import type { Scene } from './scene.ts';
import type { Answer, TestApi } from '../support/test-api.ts';

const SECOND = 'the second person';
let serial = 0;
let secondKey: string | undefined;

const TERMS = [
  { id: 'first', kind: 'cpa', amount: '100', minimumDeposit: '50', holdDays: 0 },
  { id: 'lots', kind: 'per_lot', rates: [{ rate: '8' }], holdDays: 0, minimumDurationSeconds: 0 },
];
const PARTNERS = { Ann: null, Bob: null, Cid: null };

export class Teller {
  readonly #scene: Scene;
  readonly #api: TestApi;
  readonly #now: string;
  readonly #slug: string;
  #programId = '';
  readonly #partners = new Map<string, string>();
  readonly #known = new Map<string, string>();

  private constructor(api: TestApi, scene: Scene, now: string) {
    serial += 1;
    this.#slug = `told${serial}`;
    this.#api = api;
    this.#scene = scene;
    this.#now = now;
  }

  /** A program for the story, with its partners, terms and sources. */
  static async open(api: TestApi, scene: Scene, now: string): Promise<Teller> {
    const teller = new Teller(api, scene, now);
    await teller.#open();
    return teller;
  }

  async #open(): Promise<void> {
    const { settings = {}, components = TERMS, partners = PARTNERS, deals = [] } = this.#scene;
    const program = await this.make('/v1/programs', {
      name: this.#slug,
      slug: this.#slug,
      vertical: 'forex',
      zone: 'UTC',
      sandbox: true,
      preset: false,
      restatementLimit: '1000000',
      compliance: { partnerChecks: [] },
      ...settings,
    });
    this.#programId = program.id;
    for (const [name, above] of Object.entries(partners)) {
      const parentId = above === null ? null : this.partner(above);
      const { id } = await this.make('/v1/partners', { programId: program.id, name, parentId });
      this.#partners.set(name, id);
      if (this.#scene.codes !== false)
        await this.make('/v1/codes', { partnerId: id, code: name, effectiveFrom: null });
    }
    await this.#agree(null, null, components);
    for (const { partner, from, components: own } of deals)
      await this.#agree(partner, from === undefined ? null : at(from), own);
    for (const [name, more] of [
      ['crm', { preset: 'generic-s2s', registrar: true }],
      ['mt5', { preset: 'mt5', settings: { server: 'live', zone: 'UTC' } }],
      ['app', { preset: 'generic-s2s' }],
    ] as const)
      await this.make('/v1/sources', { programId: program.id, slug: `${this.#slug}-${name}`, ...more });
  }

  #agree(
    partner: string | null,
    effectiveFrom: string | null,
    components: readonly object[],
  ): Promise<unknown> {
    return this.make('/v1/deals', {
      programId: this.#programId,
      partnerId: partner === null ? null : this.partner(partner),
      effectiveFrom,
      document: { currency: 'USD', components },
    });
  }

  get programId(): string {
    return this.#programId;
  }

  partner(name: string): string {
    const id = this.#partners.get(name);
    if (id === undefined) throw new Error(`no partner ${name}`);
    return id;
  }

  known(name: string): string {
    const id = this.#known.get(name);
    if (id === undefined) throw new Error(`${name} was not told yet`);
    return id;
  }

  ask(method: string, path: string, body?: object, key?: string): Promise<Answer> {
    return this.#api.call(method, path, {
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { key }),
    });
  }

  async #must(method: string, path: string, body?: object, key?: string): Promise<Answer['body']> {
    const answer = await this.ask(method, path, body, key);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** A write that must succeed. */
  make(path: string, body: object, key?: string): Promise<Answer['body']> {
    return this.#must('POST', path, body, key);
  }

  change(path: string, body: object): Promise<Answer['body']> {
    return this.#must('PATCH', path, body);
  }

  read(path: string): Promise<Answer['body']> {
    return this.#must('GET', path);
  }

  /** A statement that others may take back by its name. */
  async fact(name: string, path: string, body: object): Promise<void> {
    const answer = await this.make(path, body);
    this.#known.set(name, answer.id ?? answer.factId);
  }

  async report(source: 'crm' | 'mt5' | 'app', ...events: readonly object[]): Promise<void> {
    const { items } = await this.make('/v1/events/batch', { source: `${this.#slug}-${source}`, events });
    for (const item of items)
      if (!['accepted', 'revised', 'duplicate', 'parked'].includes(item.disposition))
        throw new Error(JSON.stringify(item));
  }

  async customer(value: string): Promise<string> {
    return (await this.make('/v1/customers', { programId: this.#programId, value })).id;
  }

  async visit(name: string, partner: string, time: string, more: object): Promise<void> {
    const { url } = await this.make('/v1/links', {
      partnerId: this.partner(partner),
      landingUrl: 'https://broker.example/',
      ...more,
    });
    this.#api.setNow(time);
    const answer = await this.#api.call('GET', new URL(url).pathname, { key: null });
    this.#api.setNow(this.#now);
    const id = new URL(answer.headers.get('location') ?? '').searchParams.get('click_id');
    if (id === null) throw new Error(`no click id: ${answer.status}`);
    this.#known.set(name, id);
  }

  /** As if it were told at that time. */
  async approve(name: string, time: string): Promise<void> {
    this.#api.setNow(time);
    const { id } = await this.make('/v1/creatives', {
      programId: this.#programId,
      name,
      content: 'Trade gold',
      submit: true,
    });
    await this.make(`/v1/creatives/${id}/state`, { state: 'approved' });
    this.#api.setNow(this.#now);
    this.#known.set(name, id);
  }

  async keep(value: string, customer: string): Promise<void> {
    const { items } = await this.read(`/v1/conflicts?programId=${this.#programId}`);
    const conflict = items.find((one: { value: string }) => one.value === value);
    if (conflict === undefined) throw new Error(`nobody contests ${value}`);
    const keep = await this.customer(customer);
    await this.make(`/v1/conflicts/${conflict.id}/decisions`, { keep, reason: 'as the platform says' });
  }

  /** Keys of another person, who agrees to what needs two. */
  async second(): Promise<string> {
    secondKey ??= (await this.make('/v1/api-keys', { name: SECOND, scopes: ['*'] })).key as string;
    return secondKey;
  }

  async pay(partnerId: string, amount: string, paidAt: string): Promise<void> {
    serial += 1;
    const reference = `transfer ${serial}`;
    await this.make('/v1/payments', { partnerId, amount, currency: 'USD', paidAt, reference });
  }

  /** What each partner has earned and what of it is not approved, by its commissions; its balance must say the same. */
  async earned(): Promise<{ earned: Record<string, string>; held: Record<string, string> }> {
    const earned: Record<string, string> = {};
    const held: Record<string, string> = {};
    for (const [name, id] of this.#partners) {
      const { items } = await this.read(`/v1/commissions?partnerId=${id}&limit=200`);
      const sums: Record<string, bigint> = { accrued: 0n, held: 0n, approved: 0n, paid: 0n };
      for (const { amount, state } of items) sums[state] = (sums[state] ?? 0n) + minorOf(amount.amount);
      const open = (sums['accrued'] ?? 0n) + (sums['held'] ?? 0n);
      const { balances } = await this.read(`/v1/partners/${id}/balance`);
      const [balance = NOTHING] = balances;
      const pending = minorOf(balance.clawbackPending.amount);
      expect([name, open, sums['approved']]).toEqual([
        name,
        minorOf(balance.accrued.amount) + pending,
        minorOf(balance.approved.amount),
      ]);
      const sum = open + (sums['approved'] ?? 0n) + (sums['paid'] ?? 0n);
      if (sum !== 0n) earned[name] = major(sum);
      if (open !== 0n) held[name] = major(open);
    }
    return { earned, held };
  }

  async reasonOf(externalId: string): Promise<string | null> {
    return (await this.#event(externalId)).reason;
  }

  /** Why the settlement of `<partner> <component> <month>` is zero, or less than its rate says. */
  async reasonOfMonth(named: string): Promise<string | null> {
    const [partner = '', component = '', month = ''] = named.split(' ');
    const path = `/v1/partners/${this.partner(partner)}/settlements?period=${month}&component=${component}`;
    const { items } = await this.read(path);
    if (items.length !== 1) throw new Error(`${items.length} settlements ${named}`);
    return items[0].reason;
  }

  /** All sentences of an event's explanation. */
  async explained(externalId: string): Promise<string> {
    const told = await this.read(`/v1/events/${(await this.#event(externalId)).id}/explain`);
    return [told.summary, ...told.sentences.operator, ...told.lines.flatMap(sentencesOf)].join('\n');
  }

  async #event(externalId: string): Promise<Answer['body']> {
    const path = `/v1/events?programId=${this.#programId}&externalId=${encodeURIComponent(externalId)}`;
    const { items } = await this.read(path);
    if (items.length !== 1) throw new Error(`${items.length} events ${externalId}`);
    return items[0];
  }

  /** The partners of a customer over time, and who lost in the last bond. */
  async whose(customer: string): Promise<{ partners: (string | null)[]; lost: Record<string, string> }> {
    const { bonds } = await this.read(`/v1/customers/${await this.customer(customer)}/attribution`);
    const nameOf = (id: string | null): string | null =>
      [...this.#partners].find(([, own]) => own === id)?.[0] ?? null;
    const lost: Record<string, string> = {};
    for (const loser of bonds.at(-1)?.losers ?? []) lost[nameOf(loser.partnerId) ?? 'nobody'] = loser.lost;
    return { partners: bonds.map((bond: { partnerId: string | null }) => nameOf(bond.partnerId)), lost };
  }
}

const sentencesOf = (line: { sentences: { operator: string[] } }): string[] => line.sentences.operator;

const ZERO = { amount: '0.00' };
const NOTHING = { accrued: ZERO, approved: ZERO, clawbackPending: ZERO };
const minorOf = (amount: string): bigint => BigInt(amount.replace('.', ''));

function major(minor: bigint): string {
  const sign = minor < 0n ? '-' : '';
  const digits = String(minor < 0n ? -minor : minor).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
