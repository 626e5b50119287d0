// Tells many worlds to one running product, each as a program of its own, with one drain for all of them.
import { drainLanes } from '../../server/test/support/drain-lanes.ts';
import type { TestApi } from '../../server/test/support/test-api.ts';
import { RATES } from '../rates.ts';
import type { Chance } from '../chance.ts';
import type { Later, World, WorldEvent } from '../world.ts';
import { inParallel, iso, post, RefusedError } from './doors.ts';
import { Teller } from './teller.ts';
import type { Outcome } from './teller.ts';

/** A world and how it is told: in the order of time, or as the chance has it. */
export interface Tale {
  readonly world: World;
  readonly shuffled?: Chance;
}

/** How many calls are under way at once: the pool has eight connections. */
const AT_ONCE = 8;

export async function publishRates(api: TestApi): Promise<void> {
  await post(api, '/v1/rates', {
    rates: RATES.map(({ base, quote, rate, at }) => ({ base, quote, rate, validFrom: iso(at) })),
  });
}

/** @throws RefusedError when the product does not take the world. */
export async function tellWorld(api: TestApi, world: World, shuffled?: Chance): Promise<Outcome> {
  const [outcome] = await tellWorlds(api, [shuffled === undefined ? { world } : { world, shuffled }]);
  if (outcome === undefined) throw new Error('one world was told, and nothing came back');
  if (outcome instanceof RefusedError) throw outcome;
  return outcome;
}

/**
 * In the order of time; or, given a chance, events in any order, in several portions, some of them twice and by another door, and deals
 * at any time. What is refused comes back as the refusal, in its place.
 */
export async function tellWorlds(api: TestApi, tales: readonly Tale[]): Promise<(Outcome | RefusedError)[]> {
  const now = tales[0]?.world.now ?? 0;
  if (tales.some(({ world }) => world.now !== now)) throw new RangeError('these worlds have several clocks');
  api.setNow(iso(now));
  const tellings = tales.map((tale) => new Telling(api, tale));
  const all = async (work: (telling: Telling) => Promise<void>): Promise<void> => {
    await inParallel(tellings, AT_ONCE, (telling) => telling.attempt(() => work(telling)));
  };
  await all((one) => one.teller.begin());
  await visitLinks(api, tellings);
  api.setNow(iso(now));
  await all((one) => one.writeTerms());
  await all((one) => one.teller.register());
  await drainLanes(api);
  await all((one) => one.teller.meet());
  for (let round = 0; tellings.some((one) => one.rounds.length > round); round += 1) {
    if (round > 0 && tellings.some((one) => one.drainsBefore(round))) await drainLanes(api);
    await all((one) => one.play(round));
  }
  await drainLanes(api);
  await all((one) => one.close());
  // What comes late comes after the closing, not at its very instant.
  api.setNow(iso(now + 60_000));
  await all((one) => one.tellLate());
  await drainLanes(api);
  await goOn(api, tellings, all);
  const outcomes = await inParallel(tellings, AT_ONCE, (one) => one.read());
  return outcomes.map((outcome) => {
    if (outcome.status === 'fulfilled') return outcome.value;
    if (outcome.reason instanceof RefusedError) return outcome.reason;
    throw outcome.reason;
  });
}

/** The clock goes on: what is due is decided, what is payable is paid, and what happened meanwhile is told. */
async function goOn(
  api: TestApi,
  tellings: readonly Telling[],
  all: (work: (telling: Telling) => Promise<void>) => Promise<void>,
): Promise<void> {
  const [later, ...others] = new Set(tellings.map(({ later: one }) => JSON.stringify(one)));
  if (others.length > 0) throw new RangeError('these worlds go on in different ways');
  if (later === undefined) return;
  const { stops, pays, until } = JSON.parse(later) as Later;
  for (const stop of stops) {
    api.setNow(iso(stop));
    await drainLanes(api);
  }
  if (pays) {
    await all((one) => one.teller.pay(stops.at(-1) ?? until));
    await drainLanes(api);
  }
  api.setNow(iso(until));
  await drainLanes(api);
  await all((one) => one.tellAfter());
  await drainLanes(api);
}

/** Visits of all worlds in the order of time, because a click is dated by the clock. */
async function visitLinks(api: TestApi, tellings: readonly Telling[]): Promise<void> {
  const visits = tellings
    .flatMap((telling) => telling.teller.clicks.map((click) => ({ telling, ...click })))
    .sort((a, b) => a.at - b.at);
  for (const { telling, at, visit } of visits) {
    api.setNow(iso(at));
    await telling.attempt(visit);
  }
}

/** What the source says of an event, one word after the other; the last one is the event. */
function wordsOf(event: WorldEvent): WorldEvent[] {
  const { before, ...last } = event;
  return before === undefined
    ? [event]
    : [
        { ...last, ...before, version: '1' },
        { ...event, version: '2' },
      ];
}

/** One world that is being told beside others. */
class Telling {
  readonly teller: Teller;
  readonly rounds: readonly (readonly (() => Promise<void>)[])[];
  readonly #tale: Tale;
  readonly #drains: readonly boolean[];
  readonly #terms: readonly (() => Promise<void>)[];
  #refusal: unknown;

  constructor(api: TestApi, tale: Tale) {
    this.#tale = tale;
    this.teller = new Teller(api, tale.world);
    const { world, shuffled } = tale;
    const first = world.events.filter((one) => one.late !== true && one.after !== true);
    const early = first.flatMap((event) => wordsOf(event).slice(shuffled === undefined ? -1 : 0));
    const corrected = first.flatMap((event) => wordsOf(event).slice(0, -1));
    const terms = [
      // Grades are those of a deal.
      () => this.teller.writeDeals().then(() => this.teller.grade()),
      () => this.teller.writeMoves(),
    ];
    // In the order of time nothing was decided before the terms were known, so nothing waits for a review.
    this.#terms = shuffled === undefined ? terms : [];
    const facts = [
      ...(shuffled === undefined ? [] : terms),
      () => this.teller.reassign(),
      () => this.teller.declareCountries(),
    ];
    const settings = world.settingsLater === undefined ? [] : [[() => this.teller.changeSettings()]];
    // What was attributed by hand before a merge falls away, so merges come after that; and they end once they are in force.
    const merges =
      world.merges === undefined ? [] : [[() => this.teller.merge()], [() => this.teller.endMerges()]];
    if (shuffled === undefined) {
      const words = corrected.length === 0 ? [] : [[...facts, () => this.teller.send(corrected)]];
      this.rounds = [
        ...words,
        [...(words.length > 0 ? [] : facts), () => this.teller.send(early)],
        ...settings,
        ...merges,
      ];
      this.#drains = this.rounds.map(() => true);
      return;
    }
    const portions = shuffled.portions(shuffled.shuffle(early));
    this.rounds = [
      ...portions.map((portion, index) => {
        const fact = index % 2 === 0 ? facts.shift() : undefined;
        const twice = portion.filter(() => shuffled.chance(20));
        const send = (): Promise<void> => this.teller.send(portion, shuffled);
        const again = (): Promise<void> => this.teller.send(twice, shuffled);
        return [send, again, ...(fact === undefined ? [] : [fact])];
      }),
      facts,
      ...settings,
      ...merges,
    ];
    this.#drains = this.rounds.map((_round, index) => index > portions.length || shuffled.chance(50));
  }

  drainsBefore(round: number): boolean {
    return this.#drains[round] ?? false;
  }

  async writeTerms(): Promise<void> {
    for (const step of this.#terms) await step();
  }

  async play(round: number): Promise<void> {
    for (const step of this.rounds[round] ?? []) await step();
  }

  async close(): Promise<void> {
    for (const month of this.#tale.world.closed) await this.teller.close(month);
  }

  tellLate(): Promise<void> {
    return this.teller.send(this.#tale.world.events.filter((one) => one.late));
  }

  get later(): Later | undefined {
    return this.#tale.world.later;
  }

  tellAfter(): Promise<void> {
    return this.teller.send(this.#tale.world.events.filter((one) => one.after));
  }

  /** Does it, unless the world was refused before. */
  async attempt(work: () => Promise<void>): Promise<void> {
    if (this.#refusal !== undefined) return;
    try {
      await work();
    } catch (refusal) {
      this.#refusal = refusal;
    }
  }

  async read(): Promise<Outcome> {
    if (this.#refusal !== undefined) throw this.#refusal;
    return this.teller.read();
  }
}
