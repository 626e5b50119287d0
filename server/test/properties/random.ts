// Choices that follow from a number, so that a variant can be played again.

/** A stream of choices; the same seed gives the same stream. */
export interface Random {
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number;
  /** True in about `percent` of a hundred cases. */
  chance(percent: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
}

/** Opens a stream; `seed` is any 32-bit number (xorshift with a multiplicative finish, enough for shuffling). */
export function createRandom(seed: number): Random {
  let state = (Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) ^ 0x1b873593) | 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.imul(state, 0x2c1b3c6d) >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick(from) {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    shuffle(items) {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last -= 1) {
        const other = below(last + 1);
        const held = copy[last];
        const moved = copy[other];
        if (held === undefined || moved === undefined) throw new RangeError('a hole in a list');
        copy[last] = moved;
        copy[other] = held;
      }
      return copy;
    },
  };
}
