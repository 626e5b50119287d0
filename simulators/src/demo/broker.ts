// The simulated broker at work: does the steps of the story when their time comes, at the CRM and on the trading server.
import { chargedBack, Crm, deposited, kycChanged, registered } from '../crm/index.ts';
import type { Postback, PostbackForm } from '../crm/index.ts';
import type { Deal, Mt5Server } from '../mt5/index.ts';
import { createRandom } from '../random.ts';
import type { Random } from '../random.ts';
import type { Api } from './api.ts';
import { CRM_SOURCE, TRADING_SERVER } from './set-up.ts';
import type { World } from './set-up.ts';
import type { Said, Step, StoryCustomer } from './story.ts';
import { INSTRUMENTS, SYMBOL_ENDING } from './story-trades.ts';
import type { Tally } from './tally.ts';

export interface BrokerOptions {
  readonly api: Api;
  readonly world: World;
  readonly platform: Mt5Server;
  readonly tally: Tally;
  readonly seed: number;
  /** The beginning of the story, milliseconds since 1970. */
  readonly beginsMs: number;
  readonly signal: AbortSignal;
}

const BROWSER =
  'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const FORMS: readonly PostbackForm[] = ['get', 'form', 'json'];
const CLICK_TRIES = 20;

/** CRM and trading server of one broker. */
export class Broker {
  readonly #options: BrokerOptions;
  readonly #crm: Crm;
  readonly #random: Random;
  readonly #clickIds = new Map<string, string>();
  clicks = 0;
  registrations = 0;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#random = createRandom(options.seed + 1);
    this.#crm = new Crm({
      postbackAddress: options.world.postbackAddress,
      signal: options.signal,
      onAnswer: (_status, disposition) => options.tally.add(disposition),
    });
  }

  /** Visitors follow their links. To be done before the program's clock reaches this moment, so that clicks come before registrations. */
  async doClicks(steps: readonly Step[]): Promise<void> {
    const clicks = steps.filter((step) => step.kind === 'click');
    await Promise.all(clicks.map((step) => this.#click(step.customer)));
  }

  /** Everything else of a moment: the trading server first, then what the CRM says, in no particular order. */
  async doRest(steps: readonly Step[]): Promise<void> {
    const postbacks: Postback[] = [];
    const links: StoryCustomer[] = [];
    for (const step of steps) {
      if (step.kind === 'deal') this.#book(step);
      if (step.kind === 'cancel') this.#options.platform.book.cancel(step.deal);
      if (step.kind === 'link') links.push(step.customer);
      if (step.kind === 'say') postbacks.push(...this.#postbacksOf(step));
    }
    await this.#crm.tell(this.#random.shuffle(postbacks));
    if (links.length > 0) await this.#tellLinks(links);
  }

  async close(): Promise<void> {
    await this.#crm.close();
  }

  async #click(customer: StoryCustomer): Promise<void> {
    const link = this.#options.world.links.get(customer.partner?.key ?? '');
    if (link === undefined) throw new Error(`${customer.name} has no link to click`);
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await fetch(`${link}?sub1=story`, {
          redirect: 'manual',
          headers: { 'user-agent': BROWSER },
        });
        await answer.arrayBuffer();
        const landing = new URL(answer.headers.get('location') ?? '');
        const clickId = landing.searchParams.get('click_id');
        if (clickId === null) throw new Error(`the link gave no click id: ${answer.status}`);
        this.#clickIds.set(customer.name, clickId);
        this.clicks += 1;
        return;
      } catch (error) {
        if (tries >= CLICK_TRIES || this.#options.signal.aborted) throw error;
      }
    }
  }

  #book(step: Step & { kind: 'deal' }): void {
    const { customer, deal } = step;
    const instrument = INSTRUMENTS.find(({ symbol }) => symbol === deal.symbol);
    const group = `real\\${customer.currency}-std`;
    if (this.#options.platform.book.groupOf(customer.login) === undefined)
      this.#options.platform.book.openAccount(customer.login, group);
    const booked: Deal = {
      deal: deal.deal,
      login: customer.login,
      group,
      order: deal.position === 0 ? 0 : deal.deal,
      position: deal.position,
      action: deal.action,
      entry: deal.entry,
      reason: deal.reason,
      atMs: this.#options.beginsMs + step.happenedAt,
      symbol: deal.symbol === '' ? '' : `${deal.symbol}${SYMBOL_ENDING}`,
      price:
        instrument === undefined
          ? '0.00000'
          : (instrument.price * (1 + (deal.deal % 97) / 20_000)).toFixed(instrument.digits),
      centilots: deal.centilots,
      closedCentilots: deal.entry === 0 ? 0 : deal.centilots,
      contractSize: instrument?.contractSize ?? '0.00',
      digits: instrument?.digits ?? 0,
      profit: deal.profit,
      comment: deal.comment,
    };
    this.#options.platform.book.add(booked);
  }

  #postbacksOf(step: Step & { kind: 'say' }): Postback[] {
    if (step.said.kind === 'registration') this.registrations += 1;
    const postback = {
      form: this.#random.pick(FORMS),
      fields: this.#fieldsOf(step.customer, step.said, this.#iso(step.happenedAt)),
    };
    return Array.from({ length: step.copies }, () => postback);
  }

  #fieldsOf(customer: StoryCustomer, said: Said, at: string): Readonly<Record<string, string>> {
    const { name, currency, country } = customer;
    switch (said.kind) {
      case 'registration': {
        const clickId = this.#clickIds.get(name);
        const login = customer.linked === 'at_once' ? { login: customer.login } : {};
        return registered({
          customer: name,
          at,
          country,
          ...login,
          ...(clickId === undefined ? {} : { clickId }),
        });
      }
      case 'kyc':
        return kycChanged({ customer: name, at, transaction: said.transaction, status: said.status });
      case 'deposit':
        return deposited({
          customer: name,
          at,
          currency,
          transaction: said.transaction,
          amount: said.amount,
          status: said.status,
        });
      case 'chargeback':
        return chargedBack({
          customer: name,
          at,
          currency,
          transaction: said.transaction,
          original: said.original,
          amount: said.amount,
        });
      case 'broken':
        return { ...said.fields, time: at };
    }
  }

  /** Rows of the CRM's table of trading accounts: which login belongs to whom. */
  async #tellLinks(customers: readonly StoryCustomer[]): Promise<void> {
    const events = customers.map((customer) => ({
      kind: 'identifier_link',
      externalId: `account-${customer.login}`,
      occurredAt: this.#iso(0),
      identifiers: [{ namespace: 'customer', value: customer.name }],
      link: {
        namespace: `mt5:${TRADING_SERVER}`,
        value: String(customer.login),
        customerNamespace: 'customer',
        customerValue: customer.name,
      },
    }));
    const answer = await this.#options.api.post<{ counts: Record<string, number> }>('/v1/events/batch', {
      source: CRM_SOURCE,
      events,
    });
    for (const [disposition, count] of Object.entries(answer.counts))
      this.#options.tally.add(disposition, count);
  }

  #iso(atMs: number): string {
    return new Date(this.#options.beginsMs + atMs).toISOString();
  }
}
