// A sandbox program on a running server, and the short ways in which a story tells it things. Everything goes through the public API.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KEY } from './running-plumbline.ts';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

export interface Told {
  readonly status: number;
  /** Stories look into many shapes; a wrong guess fails the story, which is what it is for. */
  readonly body: ReturnType<typeof JSON.parse>;
}

const HOUR_MS = 3_600_000;
let serial = 0;

export class ToldProgram {
  readonly id: string;
  readonly slug: string;
  readonly #url: string;
  /** Where its clock was set when it was opened: clicks happen there. */
  readonly #opened: number;

  private constructor(url: string, opened: number, { id, slug }: { id: string; slug: string }) {
    this.#url = url;
    this.#opened = opened;
    this.id = id;
    this.slug = slug;
  }

  /** A program whose clock stands still, with a CRM that registers customers, an app that does not, and an MT5 server. */
  static async open(url: string, settings: object = {}): Promise<ToldProgram> {
    serial += 1;
    const slug = `s${Date.now().toString(36)}${serial}`;
    const opened = Date.now();
    const program = await send(url, 'POST', '/v1/programs', {
      name: slug,
      vertical: 'forex',
      zone: 'UTC',
      sandbox: true,
      clockAt: new Date(opened).toISOString(),
      preset: false,
      ...settings,
    });
    const told = new ToldProgram(url, opened, { id: program.body.id, slug });
    await told.make('/v1/deals', {
      programId: told.id,
      partnerId: null,
      effectiveFrom: null,
      document: TERMS,
    });
    for (const [name, more] of [
      ['crm', { preset: 'generic-s2s', registrar: true }],
      ['app', { preset: 'generic-s2s' }],
      ['mt5', { preset: 'mt5', settings: { server: 'live', zone: 'UTC' } }],
    ] as const)
      await told.make('/v1/sources', { programId: told.id, slug: `${slug}-${name}`, ...more });
    return told;
  }

  /** So many hours after the program was opened. What is told must not lie more than a day after its clock. */
  at(hours: number): string {
    return new Date(this.#opened + hours * HOUR_MS).toISOString();
  }

  /** Sets the clock so many hours after the opening. */
  async forward(hours: number): Promise<void> {
    await this.make(`/v1/programs/${this.id}/clock`, { at: this.at(hours) });
  }

  ask(method: string, path: string, body?: object, key = KEY): Promise<Told> {
    return send(this.#url, method, path, body, key);
  }

  /** A write that must succeed; gives its body. */
  async make(path: string, body: object, key = KEY): Promise<Told['body']> {
    const answer = await this.ask('POST', path, body, key);
    if (answer.status >= 300)
      throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async read(path: string): Promise<Told['body']> {
    return (await this.ask('GET', path)).body;
  }

  async partner(name: string, more: object = {}): Promise<string> {
    return (await this.make('/v1/partners', { programId: this.id, name, ...more })).id;
  }

  /** A visit through a link of the partner, now; gives the click id that the landing page gets. */
  async click(partnerId: string): Promise<string> {
    const link = await this.make('/v1/links', { partnerId, landingUrl: 'https://broker.example/' });
    const answer = await fetch(`${this.#url}${new URL(link.url).pathname}`, { redirect: 'manual' });
    return new URL(answer.headers.get('location') ?? '').searchParams.get('click_id') ?? '';
  }

  code(partnerId: string, code: string, more: object = {}): Promise<Told['body']> {
    return this.make('/v1/codes', { partnerId, code, effectiveFrom: null, ...more });
  }

  /** Events in our own shape, by one of the sources; gives the dispositions. */
  async tell(source: 'crm' | 'app' | 'mt5', ...events: readonly object[]): Promise<string[]> {
    const body = { source: `${this.slug}-${source}`, events };
    const { items } = await this.make('/v1/events/batch', body);
    return items.map((item: { disposition: string }) => item.disposition);
  }

  register(customer: string, at: number, more: object = {}): Promise<string[]> {
    return this.tell('crm', {
      kind: 'registration',
      externalId: `r-${customer}`,
      occurredAt: this.at(at),
      identifiers: [{ namespace: 'customer', value: customer }],
      ...more,
    });
  }

  deposit(customer: string, at: number, more: object = {}): Promise<string[]> {
    serial += 1;
    return this.tell('crm', {
      kind: 'deposit',
      externalId: `d-${serial}`,
      occurredAt: this.at(at),
      identifiers: [{ namespace: 'customer', value: customer }],
      amount: '60',
      currency: 'USD',
      ...more,
    });
  }

  /** One lot on an account, opened and closed. */
  trade(login: string, opened: string, closed: string): Promise<string[]> {
    serial += 1;
    const part = (entry: 'in' | 'out', at: string): object => ({
      kind: 'execution',
      recordType: 'deal',
      externalId: `${serial}-${entry}`,
      occurredAt: at,
      identifiers: [{ namespace: 'mt5:live', value: login }],
      execution: {
        account: `live:${login}`,
        position: `p${serial}`,
        order: `${serial}-${entry}`,
        side: entry === 'in' ? 'buy' : 'sell',
        entry,
        symbol: 'EURUSD',
        lots: '1',
        price: '1.1',
        contractSize: '100000',
        service: false,
        cancelled: false,
      },
    });
    return this.tell('mt5', part('in', opened), part('out', closed));
  }

  /** Waits until everything that was told is decided and booked. */
  async settle(): Promise<void> {
    const { drained, left } = await this.make('/v1/quiesce', { timeoutSeconds: 60 });
    if (drained !== true) throw new Error(`not drained: ${JSON.stringify(left)}`);
  }

  async customer(value: string): Promise<string> {
    return (await this.make('/v1/customers', { programId: this.id, value })).id;
  }

  login(customer: string, login: string, more: object = {}): Promise<Told['body']> {
    return this.make('/v1/identifiers', {
      programId: this.id,
      namespace: 'mt5:live',
      value: login,
      customer: { value: customer },
      ...more,
    });
  }

  /** Whose the customer is now, by name of partner; and who lost, with the reason. */
  async whose(customer: string): Promise<{ winner: string | null; losers: Record<string, string> }> {
    await this.settle();
    const { bonds } = await this.read(`/v1/customers/${await this.customer(customer)}/attribution`);
    const bond = bonds.at(-1);
    const losers = (bond?.losers ?? []) as { partnerId: string; lost: string }[];
    const nameOf = async (id: string): Promise<string> => (await this.read(`/v1/partners/${id}`)).name;
    const said = await Promise.all(
      losers.map(async (one) => [await nameOf(one.partnerId), one.lost] as const),
    );
    const winner = (bond?.partnerId ?? null) as string | null;
    return { winner: winner === null ? null : await nameOf(winner), losers: Object.fromEntries(said) };
  }

  /** What a partner has earned in all, held or not. */
  async earned(partnerId: string): Promise<number> {
    await this.settle();
    const { balances } = await this.read(`/v1/partners/${partnerId}/balance`);
    return Number(balances[0]?.total.amount ?? 0);
  }
}

/** A CPA of 100 once 50 were deposited, and 8 per lot. */
const TERMS = {
  currency: 'USD',
  components: [
    { id: 'first', kind: 'cpa', amount: '100', minimumDeposit: '50', holdDays: 0 },
    { id: 'lots', kind: 'per_lot', rates: [{ rate: '8' }], holdDays: 0, minimumDurationSeconds: 0 },
  ],
};

/** What `plumbline verify` says of the server of this data folder. */
export function verifyBooks(dataFolder: string): string {
  const run = spawnSync(process.execPath, [join(ROOT, 'server/bin/plumbline.mjs'), 'verify'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PLUMBLINE_DATA: dataFolder },
  });
  return run.stdout + run.stderr;
}

async function send(url: string, method: string, path: string, body?: object, key = KEY): Promise<Told> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
}
