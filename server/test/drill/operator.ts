// A person at work while the drill strikes: gives a customer to somebody else as of the past and takes it back, merges two customers and
// ends that again, moves a partner in the tree and takes it back, agrees on other terms and corrects a rate as of the past and undoes both, has somebody else agree, and releases what each of it brought. All in all nothing, so the books must say at rest what they would say without.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from './random.ts';
import { DAY } from './traffic.ts';
import type { World } from './traffic.ts';
import { call, DEAL, Refused } from './world.ts';

export interface Operator {
  /** Ends after what was begun is taken back; answers how many change sets were made, and what went wrong. */
  rest(): Promise<{ readonly made: number; readonly faults: readonly string[] }>;
}

const LOOK_MS = 100;
/** A change set that takes longer is stuck: blows are over after some seconds. */
const PATIENCE_MS = 120_000;
/** Customers to choose from. */
const MOST = 100;

export function startOperator(url: string, world: World, random: Random): Operator {
  const desk = new Desk(url, world, random);
  let going = true;
  let turn = 0;
  const work = async (): Promise<void> => {
    while (going) {
      const [one, other] = await desk.pickTwo();
      if (one === undefined || other === undefined) await wait(LOOK_MS);
      else {
        await desk.reassign(one);
        await desk.merge(one, other);
        await desk.move();
        // In turn: what is asked of the workers at once stays as much as it was.
        if (turn % 2 === 0) await desk.agree();
        else await desk.correct();
        turn += 1;
      }
    }
  };
  const faults: string[] = [];
  const running = work().catch((error: unknown) => {
    faults.push(`the operator of the drill could not go on: ${String(error)}`);
  });
  return {
    async rest() {
      going = false;
      await running;
      return { made: desk.made, faults };
    },
  };
}

type Reply = Record<string, unknown>;

class Desk {
  made = 0;
  readonly #url: string;
  readonly #world: World;
  readonly #random: Random;
  #isRated = false;

  constructor(url: string, world: World, random: Random) {
    this.#url = url;
    this.#world = world;
    this.#random = random;
  }

  async pickTwo(): Promise<string[]> {
    const { items } = await this.#ask(
      'GET',
      `/v1/customers?programId=${this.#world.programId}&limit=${MOST}`,
    );
    const ids = (items as { id: string; registeredAt: string | null }[])
      .filter((customer) => customer.registeredAt !== null)
      .map((customer) => customer.id);
    return this.#random.shuffle(ids).slice(0, 2);
  }

  /** Somebody else's from the beginning of the day, and then not: the workers write the facts. */
  async reassign(customerId: string): Promise<void> {
    const { changeSet } = await this.#ask('POST', '/v1/reassignments', {
      programId: this.#world.programId,
      partner: this.#world.other,
      effectiveFrom: `${DAY}T00:00:00Z`,
      reason: 'drill',
      rows: [{ customer: customerId }],
    });
    const { id } = changeSet as { id: string };
    await this.#seeThrough(id);
    const undone = await this.#ask('POST', `/v1/change-sets/${id}/undo`, { note: 'drill' });
    await this.#seeThrough(String(undone['id']));
  }

  async merge(loser: string, survivor: string): Promise<void> {
    const body = { into: survivor, reason: 'drill' };
    const merge = await this.#ask('POST', `/v1/customers/${loser}/merges`, body);
    await this.#seeThrough((merge['changeSet'] as { id: string }).id);
    const end = await this.#ask('POST', `/v1/merges/${String(merge['id'])}/end`, { reason: 'drill' });
    await this.#seeThrough((end['changeSet'] as { id: string }).id);
  }

  /** The partner of everybody stands below somebody else as of the beginning of the day, and then again where it stood. */
  async move(): Promise<void> {
    const wanted = { parentId: this.#world.other, effectiveFrom: `${DAY}T00:00:00Z`, reason: 'drill' };
    const moved = await this.#ask('POST', `/v1/partners/${this.#world.leaf}/moves`, wanted);
    const set = setOf(moved);
    if (set === undefined) {
      // Nothing was booked yet that it could move.
      const back = await this.#ask('POST', `/v1/moves/${String(moved['id'])}/retraction`, {
        reason: 'drill',
      });
      const undoing = setOf(back);
      if (undoing !== undefined) await this.#seeThrough(undoing);
      return;
    }
    await this.#seeThrough(set);
    const undone = await this.#ask('POST', `/v1/change-sets/${set}/undo`, { note: 'drill' });
    await this.#seeThrough(String(undone['id']));
  }

  /** Other terms of the partner of everybody as of the beginning of the day, and then none of its own again. */
  async agree(): Promise<void> {
    const components = DEAL.components.map((one) => (one.kind === 'cpa' ? { ...one, amount: '50' } : one));
    const written = await this.#ask('POST', '/v1/deals', {
      programId: this.#world.programId,
      partnerId: this.#world.leaf,
      effectiveFrom: `${DAY}T00:00:00Z`,
      document: { ...DEAL, components },
      reason: 'drill',
    });
    const set = setOf(written);
    if (set === undefined) {
      // Nothing was decided yet that depends on them.
      const path = `/v1/deals/${String(written['id'])}/retraction`;
      const undoing = setOf(await this.#ask('POST', path, { reason: 'drill' }));
      if (undoing !== undefined) await this.#seeThrough(undoing);
      return;
    }
    await this.#seeThrough(set);
    const undone = await this.#ask('POST', `/v1/change-sets/${set}/undo`, { note: 'drill' });
    await this.#seeThrough(String(undone['id']));
  }

  /** A rate at which nothing is converted was wrong, and was right after all: the workers take the correction back. */
  async correct(): Promise<void> {
    const validFrom = `${DAY}T00:00:00Z`;
    const rate = (value: string): object[] => [{ base: 'EUR', quote: 'GBP', rate: value, validFrom }];
    if (!this.#isRated) await this.#ask('POST', '/v1/rates', { rates: rate('0.8') });
    this.#isRated = true;
    const { programId } = this.#world;
    const corrected = await this.#ask('POST', '/v1/rate-corrections', {
      programId,
      rates: rate('0.9'),
      reason: 'drill',
    });
    const set = setOf(corrected);
    if (set === undefined) throw new Error('a corrected rate of the drill has no change set');
    await this.#seeThrough(set);
    const undone = await this.#ask('POST', `/v1/change-sets/${set}/undo`, { note: 'drill' });
    await this.#seeThrough(String(undone['id']));
  }

  /** Has somebody else agree where one must, waits until a set is applied, and has what it brought released. */
  async #seeThrough(id: string): Promise<void> {
    this.made += 1;
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const { state } = await this.#ask('GET', `/v1/change-sets/${id}`);
      if (state === 'done' || state === 'undone') break;
      if (state === 'proposed') {
        await this.#ask('POST', `/v1/change-sets/${id}/approve`, { note: 'drill' }, this.#world.second);
        continue;
      }
      if (state !== 'running' || performance.now() > until)
        throw new Error(`the change set ${id} of the drill is ${String(state)}`);
      await wait(LOOK_MS);
    }
    await this.#ask('POST', `/v1/change-sets/${id}/release`, { note: 'drill' }, this.#world.second);
  }

  /** Asks until it is answered, as one and the same request. */
  async #ask(method: 'GET' | 'POST', path: string, body?: object, as?: string): Promise<Reply> {
    const key = `drill-${randomUUID()}`;
    for (;;) {
      try {
        return await call(this.#url, method, path, body, key, as);
      } catch (error) {
        if (error instanceof Refused && error.status < 500) throw error;
        await wait(LOOK_MS);
      }
    }
  }
}

/** The change set of a move that has one: it waits for somebody else, or was made at once. */
function setOf(answer: Reply): string | undefined {
  const id = String(answer['id']);
  if (id.startsWith('chg_')) return id;
  const made = answer['changeSetId'];
  return typeof made === 'string' ? made : undefined;
}
