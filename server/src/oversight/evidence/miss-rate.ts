// How often the customer of what comes in is not known yet (requirements D3). Pure.

export interface MissCounts {
  readonly accepted: number;
  readonly parked: number;
  readonly waiting: number;
}

/** As it is told: everything that was ever parked counts as a miss, whether it has gone on or not. */
export function sayMisses({ accepted, parked, waiting }: MissCounts) {
  // What a door took for known and the identifier's lane parked afterwards: the lane decides.
  const missed = Math.max(parked, waiting);
  const resolved = accepted - (missed - parked);
  const all = resolved + missed;
  return {
    resolved,
    parked: missed,
    released: missed - waiting,
    waiting,
    rate: (all === 0 ? 0 : missed / all).toFixed(4),
  };
}

export function sumMisses(days: readonly MissCounts[]): MissCounts {
  return days.reduce(
    (sum, { accepted, parked, waiting }) => ({
      accepted: sum.accepted + accepted,
      parked: sum.parked + Math.max(parked, waiting),
      waiting: sum.waiting + waiting,
    }),
    { accepted: 0, parked: 0, waiting: 0 },
  );
}
