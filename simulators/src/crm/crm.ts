// The sending side of a broker's CRM: tells until it is answered, as a CRM with a good outbox does.
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { requestOf } from './postback.ts';
import type { Postback, PostbackRequest } from './postback.ts';

export interface CrmOptions {
  /** Where postbacks go: the address of the source with its token. */
  readonly postbackAddress: string;
  /** Called with every answer: the status, and what was said about the one item. */
  readonly onAnswer: (status: number, disposition: string) => void;
  readonly signal?: AbortSignal;
}

const AT_ONCE = 16;
const PAUSE_MS = 200;
const PATIENCE_MS = 15_000;

/** One CRM with its outbox. */
export class Crm {
  readonly #options: CrmOptions;
  readonly #agent = new Agent({
    connections: AT_ONCE,
    pipelining: 1,
    headersTimeout: PATIENCE_MS,
    bodyTimeout: PATIENCE_MS,
  });
  /** Requests that were made again because nobody answered. */
  retries = 0;

  constructor(options: CrmOptions) {
    this.#options = options;
  }

  /** Sends postbacks side by side and resolves when each was answered. Throws only when it is stopped by its signal. */
  async tell(postbacks: readonly Postback[]): Promise<void> {
    const queue = postbacks.map((postback) => requestOf(this.#options.postbackAddress, postback));
    const slot = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        await this.#sendUntilAnswered(next);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, slot));
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** An answer of the 4xx kind is an answer: telling it again would change nothing. */
  async #sendUntilAnswered(outgoing: PostbackRequest): Promise<void> {
    for (;;) {
      this.#options.signal?.throwIfAborted();
      try {
        const { method, url, headers, body } = outgoing;
        const answer = await request(url, { method, headers, body, dispatcher: this.#agent });
        const text = await answer.body.text();
        if (answer.statusCode < 500 && answer.statusCode !== 429) {
          this.#options.onAnswer(answer.statusCode, dispositionOf(text));
          return;
        }
      } catch {
        // Nobody there, or the answer was lost: what was told before comes back as a duplicate.
      }
      this.retries += 1;
      await wait(PAUSE_MS);
    }
  }
}

function dispositionOf(text: string): string {
  const { disposition } = JSON.parse(text) as { disposition?: unknown };
  return typeof disposition === 'string' ? disposition : 'refused';
}
