// Plays the story in real time: so many moments, each a slice of the program's clock.
import { setTimeout as wait } from 'node:timers/promises';
import { Refused } from './api.ts';
import type { Api } from './api.ts';
import type { Broker } from './broker.ts';
import type { Story } from './story.ts';

export const MOMENT_MS = 500;
const FEWEST_MOMENTS = 8;

export interface PlayOptions {
  readonly story: Story;
  readonly broker: Broker;
  readonly api: Api;
  readonly programId: string;
  readonly beginsMs: number;
  readonly spanMs: number;
  /** Length in real time. */
  readonly lastsMs: number;
  readonly signal: AbortSignal;
  /** Called at the end of each moment with the share of the story that is told, and the time of the program's clock. */
  readonly onMoment: (share: number, clockMs: number) => void;
}

/** Does every step of the story; longer than asked when the machine is slow, and never less. */
export async function playStory(options: PlayOptions): Promise<void> {
  const { story, broker, spanMs, beginsMs, signal } = options;
  const moments = Math.max(FEWEST_MOMENTS, Math.round(options.lastsMs / MOMENT_MS));
  const startedAt = performance.now();
  const clock = new ClockMover(options.api, options.programId);
  let done = 0;
  for (let moment = 1; moment <= moments; moment += 1) {
    const until = Math.round((spanMs * moment) / moments);
    const first = done;
    while ((story.steps[done]?.at ?? Number.POSITIVE_INFINITY) <= until) done += 1;
    const steps = story.steps.slice(first, done);
    // Clicks carry the program's clock, which still stands before this moment: so they come before what follows from them.
    await broker.doClicks(steps);
    await clock.move(beginsMs + until);
    await broker.doRest(steps);
    options.onMoment(moment / moments, beginsMs + until);
    const pause = startedAt + moment * MOMENT_MS - performance.now();
    if (pause > 0) await wait(pause, undefined, { signal });
    signal.throwIfAborted();
  }
  await clock.settle();
}

/** How long a moment waits for the decisions that its clock lets fall due. */
const PATIENCE_MS = 400;

/** Moves the sandbox clock. The product answers when all that became due has run, and a moment does not wait for that for ever. */
export class ClockMover {
  readonly #api: Api;
  readonly #programId: string;
  #moves: Promise<unknown> = Promise.resolve();

  constructor(api: Api, programId: string) {
    this.#api = api;
    this.#programId = programId;
  }

  async move(atMs: number): Promise<void> {
    const moving = this.#send(new Date(atMs).toISOString());
    this.#moves = Promise.all([this.#moves, moving]);
    await Promise.race([moving, wait(PATIENCE_MS, undefined, { ref: false })]);
  }

  /** Waits for every move that is still being answered. */
  async settle(): Promise<void> {
    await this.#moves;
  }

  async #send(at: string): Promise<void> {
    try {
      await this.#api.post(`/v1/programs/${this.#programId}/clock`, { at });
    } catch (error) {
      // A later move was faster: the clock stands there already, which is as good.
      if (!(error instanceof Refused) || error.status !== 409) throw error;
    }
  }
}
