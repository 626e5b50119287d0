// The poller beside the demo: reads the trading server once a second, and again further back now and then.
import { setTimeout as wait } from 'node:timers/promises';
import { Forwarder, Mt5Client, serverSeconds } from '../mt5/index.ts';
import type { Api } from './api.ts';
import { PLATFORM_SOURCE } from './set-up.ts';
import type { Tally } from './tally.ts';

const EVERY_MS = 1_000;
/** Deals show up late and are taken back within two days of the story and a half; so far back a sweep reads. */
const TRAIL_SECONDS = 5 * 86_400;

export interface PollingOptions {
  readonly api: Api;
  readonly serverUrl: string;
  readonly login: string;
  readonly password: string;
  readonly tally: Tally;
  readonly beginsMs: number;
  readonly signal: AbortSignal;
  /** The time of the program's clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Polls until it is told to end. */
export class Polling {
  readonly #options: PollingOptions;
  readonly #client: Mt5Client;
  readonly #forwarder: Forwarder;
  #isEnding = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: PollingOptions) {
    this.#options = options;
    this.#client = new Mt5Client({
      url: options.serverUrl,
      login: options.login,
      password: options.password,
      patienceMs: 1_500,
    });
    this.#forwarder = new Forwarder(
      {
        client: this.#client,
        groupMask: 'real*,!demo*',
        overlapSeconds: 3_600,
        signal: options.signal,
        post: (answer) => this.#post(answer),
      },
      serverSeconds(options.beginsMs),
    );
  }

  /** Questions to the trading server that failed. */
  get failures(): number {
    return this.#forwarder.failures;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Reads again what may have changed; once, in between. */
  async sweep(): Promise<void> {
    const now = serverSeconds(this.#options.nowMs());
    await this.#forwarder.sweep(now - TRAIL_SECONDS, now);
  }

  /** Reads the rest, sweeps once more, and ends. Throws when the trading server cannot be read at all. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
    try {
      await this.#forwarder.poll(serverSeconds(this.#options.nowMs()));
      await this.sweep();
    } finally {
      this.#client.close();
    }
  }

  async #run(): Promise<void> {
    while (!this.#isEnding && !this.#options.signal.aborted) {
      try {
        await this.#forwarder.poll(serverSeconds(this.#options.nowMs()));
      } catch {
        // The cursor did not move: the next poll reads the same again.
      }
      await wait(EVERY_MS);
    }
    if (this.#options.signal.aborted) this.#client.close();
  }

  /** The answer of the platform, unchanged, through the raw door. */
  async #post(answer: string): Promise<void> {
    const { tally, api } = this.#options;
    const reply = await api.postRaw<{ counts: Record<string, number> }>(
      `/v1/sources/${PLATFORM_SOURCE}/deliveries`,
      answer,
    );
    for (const [disposition, count] of Object.entries(reply.counts)) tally.add(disposition, count);
    tally.deliveries += 1;
  }
}
