// What is taken back of commission that had been paid (rules.md 2.7, 2.8, 5 "Clawback"), and what of it waits for a person. Pure.

/** How much of what was taken after payment waits for a person, and what was decided. Minor units, zero or more. */
export interface ReviewState {
  readonly review: boolean;
  /** Taken of what had been paid when it was booked. */
  readonly clawed: bigint;
  readonly pending: bigint;
  readonly accepted: bigint;
  readonly refused: bigint;
  /** What of the refused stands in the books. */
  readonly givenBack: bigint;
}

/** A change of one line in a settlement group, in its parts. Minor units, signed: plus is the partner's. */
export interface Parted {
  readonly state: ReviewState;
  /** Into the group. */
  readonly ordinary: bigint;
  /** What of `ordinary` takes back what was paid; zero or less. */
  readonly clawback: bigint;
  /** Into what waits for a person; below zero: more waits. */
  readonly pending: bigint;
}

/**
 * Parts a change of what a line is worth (`change`, by evidence and payments). What takes more than the group still has to pay is a
 * clawback, where something of the group was paid; under review it waits. What was refused is given back, as far as it is still taken
 * (`net` is what the line takes in all now; undefined: what it clawed): so the amount follows evidence and decisions, not their order.
 */
export function partChange(
  state: ReviewState,
  change: bigint,
  {
    net,
    unpaid,
    wasPaid,
  }: { readonly net: bigint | undefined; readonly unpaid: bigint; readonly wasPaid: boolean },
): Parted {
  const excess = wasPaid && change < 0n ? larger(-change - larger(unpaid, 0n), 0n) : 0n;
  if (!state.review) return { state, ordinary: change, clawback: -excess, pending: 0n };
  const clawed = change < 0n ? state.clawed + excess : state.clawed - smaller(state.clawed, change);
  const givenBack = smaller(state.refused, larger(net ?? clawed, 0n));
  const waits = larger(clawed - state.accepted - givenBack, 0n);
  const whole = change + givenBack - state.givenBack;
  const pending = state.pending - waits;
  const ordinary = whole - pending;
  const clawback = larger(ordinary, -larger(excess + larger(pending, 0n), 0n));
  return {
    state: { ...state, clawed, givenBack, pending: waits },
    ordinary,
    clawback: clawback > 0n ? 0n : clawback,
    pending,
  };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
