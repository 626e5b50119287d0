// Choices that follow from a seed, so that a drill can be played again.

/** A stream of choices. */
export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  /** True in about `percent` of a hundred cases. */
  chance(percent: number): boolean;
  /** One of them. Throws a RangeError when there is none. */
  pick<T>(from: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
}

/** Opens a stream: a counter, scrambled by multiplications and shifts. The same seed, a whole number, gives the same stream. */
export function createRandom(seed: number): Random {
  let counter = seed >>> 0;
  const next = (): number => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let bits = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick(from) {
      const index = below(from.length);
      if (from.length === 0) throw new RangeError('there is nothing to pick from');
      return from[index] as (typeof from)[number];
    },
    shuffle: (items) =>
      items
        .map((item) => ({ item, place: next() }))
        .toSorted((a, b) => a.place - b.place)
        .map(({ item }) => item),
  };
}
