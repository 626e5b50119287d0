/** A customer by its place in the ring of all customers: by lane, then by id. */
export interface RingPlace {
  readonly lane: number;
  readonly customerId: string;
}

/** Before everybody. */
export const RING_START: RingPlace = { lane: -1, customerId: '00000000-0000-0000-0000-000000000000' };

/**
 * Where the turns of a worker stand. When more evidence is due than a turn takes, the next turn goes on behind the last one and begins anew
 * at the end: so a customer has all that waits for it judged and saved at once, and nobody waits for longer than one way round.
 */
export interface TurnRing {
  /** Behind whom a turn of these lanes begins. */
  after(lanes: readonly number[]): RingPlace;
  /** Notes who was taken by a turn that began behind `from`. */
  taken(from: RingPlace, customers: readonly RingPlace[]): void;
}

/** A ring at its start. It is a hint: after a restart the turns begin anew, and nothing is lost. */
export function createTurnRing(): TurnRing {
  /** The last customer of a turn by its lane, the latest turn last. */
  const ends = new Map<number, RingPlace>();
  return {
    after(lanes) {
      const own = new Set(lanes);
      return [...ends.values()].findLast(({ lane }) => own.has(lane)) ?? RING_START;
    },
    taken(from, customers) {
      const end = findLastOnRing(from, customers);
      if (end === undefined) return;
      ends.delete(end.lane);
      ends.set(end.lane, { lane: end.lane, customerId: end.customerId });
    },
  };
}

/** The last of these customers on the way round that begins behind `from`; undefined = there are none. */
export function findLastOnRing(from: RingPlace, customers: readonly RingPlace[]): RingPlace | undefined {
  const again = customers.filter((one) => comparePlaces(one, from) <= 0);
  let last: RingPlace | undefined;
  for (const one of again.length > 0 ? again : customers)
    if (last === undefined || comparePlaces(one, last) > 0) last = one;
  return last;
}

/** As the database orders them: ids are lower case, so that text and bytes agree. */
function comparePlaces(a: RingPlace, b: RingPlace): number {
  if (a.lane !== b.lane) return a.lane - b.lane;
  return a.customerId < b.customerId ? -1 : Number(a.customerId > b.customerId);
}
