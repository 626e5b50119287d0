// Choices that follow from a number: the same seed makes the same world.

export interface Chance {
  below(limit: number): number;
  /** From the first to the last, both included. */
  between(first: number, last: number): number;
  chance(percent: number): boolean;
  pick<T>(from: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
  /** Cuts a list into one to four portions. */
  portions<T>(items: readonly T[]): T[][];
}

/** A stream of choices (splitmix, 32 bits). */
export function openChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  const pick = <T>(from: readonly T[]): T => {
    if (from.length === 0) throw new RangeError('nothing to pick from');
    return from[below(from.length)] as T;
  };
  return {
    below,
    between: (first, last) => first + below(last - first + 1),
    chance: (percent) => below(100) < percent,
    pick,
    shuffle(items) {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last -= 1) {
        const other = below(last + 1);
        [copy[last], copy[other]] = [
          copy[other] as (typeof copy)[number],
          copy[last] as (typeof copy)[number],
        ];
      }
      return copy;
    },
    portions(items) {
      const size = Math.max(1, Math.ceil(items.length / (1 + below(4))));
      const cut: (typeof items)[number][][] = [];
      for (let from = 0; from < items.length; from += size) cut.push(items.slice(from, from + size));
      return cut;
    },
  };
}
