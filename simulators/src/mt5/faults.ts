// What goes wrong on demand. The server asks before every answer; tests and the demo say what it is told.
import type { Random } from '../random.ts';
import type { DealRow } from './deal.ts';

/** What can happen to an exchange: the machine in front answers, nothing comes, the connection breaks, or the manager is told to wait. */
export type Fault = 'http_503' | 'hang' | 'drop' | 'too_frequent';

/** Shares of answers, 0 to 1, that go wrong by themselves. */
export interface FaultRates {
  readonly http_503?: number;
  readonly hang?: number;
  readonly drop?: number;
  readonly too_frequent?: number;
  /** Rows of the answer in another order. */
  readonly shuffled?: number;
  /** Some rows of the answer twice. */
  readonly duplicate?: number;
}

/** The source of faults of one server. */
export class Faults {
  readonly #random: Random;
  readonly #queue: Fault[] = [];
  #rates: FaultRates = {};
  #isDown = false;
  /** How many exchanges went wrong so far. */
  count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next exchanges go wrong in these ways, one each, before chance is asked again. */
  next(...faults: readonly Fault[]): void {
    this.#queue.push(...faults);
  }

  setRates(rates: FaultRates): void {
    this.#rates = rates;
  }

  /** While true every exchange is answered with 503. */
  setDown(isDown: boolean): void {
    this.#isDown = isDown;
  }

  /** What happens to the exchange that begins now. */
  draw(): Fault | undefined {
    const fault = this.#isDown ? 'http_503' : (this.#queue.shift() ?? this.#byChance());
    if (fault !== undefined) this.count += 1;
    return fault;
  }

  /** The rows of an answer, out of order or repeated now and then. */
  disturb(rows: readonly DealRow[]): DealRow[] {
    const { shuffled = 0, duplicate = 0 } = this.#rates;
    const told = [...rows];
    if (rows.length > 0 && this.#random.chance(duplicate)) told.push(this.#random.pick(rows));
    return this.#random.chance(shuffled) ? this.#random.shuffle(told) : told;
  }

  #byChance(): Fault | undefined {
    let left = this.#random.next();
    for (const fault of ['http_503', 'hang', 'drop', 'too_frequent'] as const) {
      left -= this.#rates[fault] ?? 0;
      if (left < 0) return fault;
    }
    return undefined;
  }
}
