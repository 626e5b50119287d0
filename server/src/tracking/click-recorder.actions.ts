import { Counter, Gauge } from 'prom-client';
import type { Db } from '../platform/db.ts';
import type { Log } from '../platform/log.ts';
import { formatClickLine } from './click-line.ts';
import type { SpooledClick } from './click-line.ts';
import type { ClickSpool } from './click-spool.client.ts';
import type { ClickStoring } from './click-storing.actions.ts';
import { makePartitionsAhead } from './clicks.store.ts';

const recorded = new Counter({
  name: 'plumbline_clicks_total',
  help: 'Visits through tracking links, by what became of their record.',
  labelNames: ['outcome'],
});
const waitingSegments = new Gauge({
  name: 'plumbline_click_segments_waiting',
  help: 'Segments of visits on the disk that are not in the database yet.',
});

/** How long visits are gathered before they are stored together. */
const GATHER_MS = 100;
/** How long visits are gathered before they are written to the spool together: each writing goes by way of another thread, at a fifth of a millisecond. */
const WRITE_MS = 20;
/** What is not in the database after this time is brought to the disk: the most that a power cut can take. */
const SYNC_MS = 1_000;
const BEAT_MS = 5_000;
/** Between tries while the database is away. */
const RETRY_MS = 500;
const ADOPT_MS = 15_000;
const PARTITIONS_MS = 3_600_000;
/** Most visits in memory while the disk does not take them: beyond that visitors matter more than their records. */
const MOST_WAITING = 50_000;

/** Takes visits without waiting for anything, and stores each of them once. */
export interface ClickRecorder {
  record(click: SpooledClick): void;
  /** Resolves when every visit recorded before the call is in the database, or after the given time; true when they are. */
  settle(withinMs: number): Promise<boolean>;
  /** Stores what can be stored within a few seconds; the rest stays on the disk for the next start. */
  close(): Promise<void>;
}

export interface ClickRecorderParts {
  readonly db: Db;
  readonly log: Log;
  readonly spool: ClickSpool;
  readonly storing: ClickStoring;
}

/** Begins to store at once what processes before this one left on the disk. */
export function createClickRecorder(parts: ClickRecorderParts): ClickRecorder {
  const recorder = new Recorder(parts);
  recorder.start();
  return {
    record: (click) => recorder.record(click),
    settle: (withinMs) => recorder.settle(withinMs),
    close: () => recorder.close(),
  };
}

class Recorder {
  readonly #parts: ClickRecorderParts;
  #pending: string[] = [];
  #writing: Promise<void> | undefined;
  #flushing: Promise<void> | undefined;
  #timers: NodeJS.Timeout[] = [];
  #retryAt = 0;
  #away = false;
  #closed = false;

  constructor(parts: ClickRecorderParts) {
    this.#parts = parts;
  }

  start(): void {
    const every = (ms: number, work: () => Promise<unknown>): void => {
      const timer = setInterval(() => void this.#quietly(work), ms);
      timer.unref();
      this.#timers.push(timer);
    };
    every(GATHER_MS, () => this.#store());
    every(SYNC_MS, () => this.#inTurn(() => this.#parts.spool.sync()));
    every(BEAT_MS, () => this.#parts.spool.beat());
    every(ADOPT_MS, () => this.#inTurn(() => this.#adopt()));
    every(PARTITIONS_MS, () => this.#makePartitions());
    void this.#quietly(() => this.#inTurn(() => this.#adopt()));
    void this.#quietly(() => this.#makePartitions());
  }

  record(click: SpooledClick): void {
    if (this.#pending.length >= MOST_WAITING) {
      recorded.inc({ outcome: 'overflow' });
      return;
    }
    this.#pending.push(formatClickLine(click));
    // Visits of one moment go to the disk in one writing; those that come while it writes, in the next one.
    if (this.#pending.length === 1)
      setTimeout(() => void this.#quietly(() => this.#inTurn(async () => undefined)), WRITE_MS);
  }

  /** Work on the spool, one after the other; what waits in memory is written first. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const before = this.#writing ?? Promise.resolve();
    const turn = before
      .catch(() => undefined)
      .then(async () => {
        await this.#write();
        await work();
      });
    this.#writing = turn;
    return turn;
  }

  async #write(): Promise<void> {
    if (this.#pending.length === 0) return;
    const lines = this.#pending;
    this.#pending = [];
    try {
      await this.#parts.spool.append(lines.join(''));
      recorded.inc({ outcome: 'spooled' }, lines.length);
    } catch (error) {
      // Nothing is known to be on the disk: they wait in memory for the next writing. A line that was written twice is stored once.
      this.#pending = [...lines, ...this.#pending];
      throw error;
    }
  }

  async #adopt(): Promise<void> {
    const adopted = await this.#parts.spool.adopt();
    if (adopted > 0)
      this.#parts.log.warn({ segments: adopted }, 'visits of a process that is gone are stored now');
  }

  async #makePartitions(): Promise<void> {
    await this.#parts.db.reference(makePartitionsAhead);
  }

  #store(): Promise<void> {
    if (performance.now() < this.#retryAt) return Promise.resolve();
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    const { spool } = this.#parts;
    await this.#inTurn(() => spool.seal());
    for (let segment = spool.sealed()[0]; segment !== undefined; segment = spool.sealed()[0]) {
      waitingSegments.set(spool.sealed().length);
      try {
        await this.#storeSegment(segment);
      } catch (error) {
        this.#retryAt = performance.now() + RETRY_MS;
        if (!this.#away)
          this.#parts.log.warn({ err: error }, 'visits stay on the disk: they could not be stored');
        this.#away = true;
        return;
      }
    }
    waitingSegments.set(0);
    if (this.#away) this.#parts.log.warn('visits are stored again');
    this.#away = false;
  }

  async #storeSegment(segment: string): Promise<void> {
    const { spool, storing, log } = this.#parts;
    const { stored, refused, torn } = await storing.store(segment);
    if (stored > 0) recorded.inc({ outcome: 'stored' }, stored);
    if (refused > 0) recorded.inc({ outcome: 'refused' }, refused);
    if (torn > 0) {
      recorded.inc({ outcome: 'torn' }, torn);
      log.error(
        { segment, torn },
        'lines of visits could not be read; the file is kept with the ending .torn',
      );
    }
    await spool.done(segment, { torn: torn > 0 });
  }

  async settle(withinMs: number): Promise<boolean> {
    const until = performance.now() + withinMs;
    for (;;) {
      // One that is under way may have sealed before the last visit; the next one has not.
      await this.#flushing;
      await this.#quietly(() => this.#store());
      if (this.#pending.length === 0 && this.#parts.spool.sealed().length === 0) return true;
      if (performance.now() >= until || this.#closed) return false;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    for (const timer of this.#timers) clearInterval(timer);
    this.#retryAt = 0;
    await this.settle(0);
    this.#closed = true;
    await this.#quietly(() => this.#inTurn(() => this.#parts.spool.close()));
    await this.#parts.storing.close();
  }

  async #quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#parts.log.error({ err: error }, 'the record of visits is late');
    }
  }
}
