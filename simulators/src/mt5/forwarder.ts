// A poller outside of the product: reads the platform and posts each answer unchanged. Polling feeds of the product's own
// come later; what they must do is seen here: a cursor that moves only after the post, overlap, and trailing re-reads.
import { PAGE_LIMIT } from './deal-answers.ts';
import type { Mt5Client } from './client.ts';

export interface ForwarderOptions {
  readonly client: Pick<Mt5Client, 'ask'>;
  readonly groupMask: string;
  /** Posts one answer; throws when it was not acknowledged. */
  readonly post: (answer: string) => Promise<void>;
  /** Seconds of the server's clock that each poll reads again, because several rows share a second and some come late. */
  readonly overlapSeconds: number;
  /** Ends questions that are being repeated. */
  readonly signal?: AbortSignal;
}

const MOST_TRIES = 6;

/** Reads one server from a cursor on. All times are seconds of the server's clock. */
export class Forwarder {
  readonly #options: ForwarderOptions;
  #cursor: number;
  /** Questions that had to be asked again. */
  failures = 0;

  constructor(options: ForwarderOptions, from: number) {
    this.#options = options;
    this.#cursor = from;
  }

  /** Reads what is new until `to`. The cursor stays where it is when anything fails, so nothing is skipped. */
  async poll(to: number): Promise<void> {
    const { groupMask, overlapSeconds } = this.#options;
    const answer = await this.#ask('/api/deal/get_batch', {
      group: groupMask,
      from: this.#cursor - overlapSeconds,
      to,
    });
    if (hasRows(answer)) await this.#options.post(answer);
    this.#cursor = to;
  }

  /** Reads a range again, login by login and page by page: deals are changed in place, and late ones lie behind the cursor. */
  async sweep(from: number, to: number): Promise<void> {
    const answer = await this.#ask('/api/user/logins', { group: this.#options.groupMask });
    const { answer: logins = [] } = JSON.parse(answer) as { answer?: string[] };
    for (const login of logins) await this.#sweepLogin(login, from, to);
  }

  async #sweepLogin(login: string, from: number, to: number): Promise<void> {
    const counted = await this.#ask('/api/deal/get_total', { login, from, to });
    const total = Number((JSON.parse(counted) as { answer: { total: string } }).answer.total);
    for (let offset = 0; offset < total; offset += PAGE_LIMIT) {
      const page = await this.#ask('/api/deal/get_page', { login, from, to, offset, total: PAGE_LIMIT });
      if (hasRows(page)) await this.#options.post(page);
    }
  }

  /** Asks again when the question fails, a few times: a sweep is hundreds of questions, and one of them always fails. */
  async #ask(path: string, query: Readonly<Record<string, string | number>>): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#options.client.ask(path, query);
      } catch (error) {
        this.failures += 1;
        if (tries >= MOST_TRIES || this.#options.signal?.aborted === true) throw error;
      }
    }
  }
}

function hasRows(answer: string): boolean {
  return (JSON.parse(answer) as { answer?: unknown }).answer !== undefined;
}
