// The client of the drill: a process of its own, outside of everything that is killed. It tells one customer after the
// other, a few requests at a time, and writes down what it was answered.
import { setTimeout as wait } from 'node:timers/promises';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { openSentLog } from './sent-log.ts';
import { KEY } from './tree.ts';
import { tellCustomer } from './traffic.ts';
import type { Outgoing, World } from './traffic.ts';

/** What the drill tells the sender: where, and from which number of customers on; then when to go and when to rest. */
export type SenderOrder =
  | {
      readonly kind: 'open';
      readonly world: World;
      readonly url: string;
      readonly log: string;
      readonly seed: number;
    }
  | { readonly kind: 'go' }
  | { readonly kind: 'rest' };

/** What the sender answers: it rests, everything on its way is answered or lost, and what had to be asked again was. */
export interface SenderReport {
  readonly kind: 'resting';
  readonly customers: number;
  readonly requests: number;
  readonly acknowledged: number;
  readonly lost: number;
}

const AT_ONCE = 6;
/** Between two requests of one slot: the drill wants traffic at every moment, not load. */
const PACE_MS = 15;
/** A server that answers nothing for so long is as good as silent. */
const PATIENCE_MS = 45_000;

class Sender {
  readonly #world: World;
  readonly #url: string;
  readonly #random: Random;
  readonly #log: ReturnType<typeof openSentLog>;
  readonly #queue: Outgoing[] = [];
  #running: Promise<unknown> = Promise.resolve();
  #going = false;
  #customers = 0;
  #requests = 0;
  #acknowledged = 0;
  #lost = 0;

  constructor(order: Extract<SenderOrder, { kind: 'open' }>) {
    this.#world = order.world;
    this.#url = order.url;
    this.#random = createRandom(order.seed);
    this.#log = openSentLog(order.log);
  }

  go(): void {
    if (this.#going) return;
    this.#going = true;
    this.#running = Promise.all(Array.from({ length: AT_ONCE }, () => this.#slot()));
  }

  async rest(): Promise<SenderReport> {
    this.#going = false;
    await this.#running;
    return {
      kind: 'resting',
      customers: this.#customers,
      requests: this.#requests,
      acknowledged: this.#acknowledged,
      lost: this.#lost,
    };
  }

  async #slot(): Promise<void> {
    // Customers are told to the end: at rest, nothing that was begun is missing for any other reason than a lost request.
    while (this.#going || this.#queue.length > 0) {
      if (this.#queue.length === 0) {
        this.#customers += 1;
        this.#queue.push(...tellCustomer(this.#world, this.#random, this.#customers));
      }
      const next = this.#queue.shift();
      if (next !== undefined) await this.#send(next);
      await wait(PACE_MS);
    }
  }

  async #send(outgoing: Outgoing): Promise<void> {
    this.#requests += 1;
    const n = this.#requests;
    this.#log.write({ is: 'try', n, items: outgoing.items });
    let status: number;
    let body: string;
    try {
      const answer = await this.#fetch(outgoing);
      status = answer.status;
      body = await answer.text();
    } catch (error) {
      this.#lose(outgoing, n, describe(error));
      return;
    }
    if (status >= 500) return this.#lose(outgoing, n, `${status} ${body.slice(0, 200)}`);
    if (status >= 400) {
      this.#log.write({ is: 'refused', n, answer: `${status} ${body.slice(0, 1_000)}` });
      return;
    }
    // First on the disk, then counted.
    this.#log.write({ is: 'ack', n, dispositions: dispositionsOf(body) });
    this.#acknowledged += 1;
  }

  /** Nobody knows what became of it. Half of the senders ask again; a fact by API is asked until it is answered. */
  #lose(outgoing: Outgoing, n: number, why: string): void {
    this.#log.write({ is: 'lost', n, why });
    this.#lost += 1;
    const must = outgoing.items.some((item) => item.kind === 'api-link');
    if (must || this.#random.chance(50)) this.#queue.push(outgoing);
  }

  /** Nobody who listens is no lost request: nothing left this machine, so it is tried until somebody does. */
  async #fetch(outgoing: Outgoing): Promise<Response> {
    for (;;) {
      try {
        return await fetch(`${this.#url}${outgoing.path}`, {
          method: outgoing.method,
          headers: { ...outgoing.headers, authorization: `Bearer ${KEY}` },
          signal: AbortSignal.timeout(PATIENCE_MS),
          ...(outgoing.body === undefined ? {} : { body: outgoing.body }),
        });
      } catch (error) {
        if (causeCode(error) !== 'ECONNREFUSED') throw error;
        await wait(50);
      }
    }
  }
}

function dispositionsOf(body: string): string[] {
  const reply = JSON.parse(body) as { disposition?: string; items?: { disposition: string }[] };
  if (reply.items !== undefined) return reply.items.map((item) => item.disposition);
  return [reply.disposition ?? 'written'];
}

function causeCode(error: unknown): unknown {
  return ((error as Error).cause as { code?: unknown } | undefined)?.code;
}

function describe(error: unknown): string {
  return `${(error as Error).message} ${String(causeCode(error) ?? '')}`.trim();
}

let sender: Sender | undefined;
process.on('message', (order: SenderOrder) => {
  if (order.kind === 'open') sender = new Sender(order);
  if (order.kind === 'go') sender?.go();
  if (order.kind === 'rest') void sender?.rest().then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit(0));
