import type { Instant } from '../../kernel/instant.ts';

export { naturalKeyOf, PARTNER_MEASURES } from '../commission/facts.ts';
export { isRebate, rebateOfKey } from '../../registry/rebates/facts.ts';
export type {
  FigureDifference,
  InputDifference,
  LineDifference,
  LinesHop,
  ManualOrigin,
  PaidStanding,
  PartnerMeasure,
} from '../commission/facts.ts';

/** One posted difference as the journal stores it (`journal.items`). Names are short because a turn stores thousands. */
export interface JournalItem {
  /** Natural key, by naturalKeyOf. */
  readonly k: string;
  /** Signed minor units of the row's currency, as text. */
  readonly a: string;
  /** Customer, and its lane; absent for what is settled by period. */
  readonly c?: string;
  readonly cl?: number;
  /** Event; absent for customer scope. */
  readonly e?: string;
  /** First day of the period, of what is settled by period; customer and event are absent then. */
  readonly p?: string;
  /** Row by hand; customer, event and period are absent then. */
  readonly m?: string;
  /** Level of the beneficiary, top = 1; 0 of a row by hand. */
  readonly l: number;
  /** causedAt of the difference; ISO. */
  readonly t: string;
}

/** Why a settlement group is held whatever the day, when a change set caused it (rules.md 2.16). */
export const RESTATEMENT_REVIEW = 'restatement_review';

/** Why a settlement group is held whatever the day, where a person decides about what was taken after payment (rules.md 2.8). */
export const CLAWBACK_REVIEW = 'clawback_review';

/**
 * The hold reason of the settlement group where a change set's amounts wait: `restatement_review:<set>`, and behind it the reason of
 * the ordinary group to which they go when they are released, where that has one.
 */
export function reviewReasonOf(changeSetId: string, ordinary: string): string {
  return ordinary === ''
    ? `${RESTATEMENT_REVIEW}:${changeSetId}`
    : `${RESTATEMENT_REVIEW}:${changeSetId}:${ordinary}`;
}

/** A hold reason in its parts: the set for whose review it waits (null = none), and the reason of its ordinary group. */
export function readHoldReason(holdReason: string): {
  readonly changeSetId: string | null;
  readonly ordinary: string;
  /** As people are told it, a reason code or ''. */
  readonly shown: string;
} {
  if (holdReason === CLAWBACK_REVIEW) return { changeSetId: null, ordinary: '', shown: CLAWBACK_REVIEW };
  const [word, changeSetId, ordinary = ''] = holdReason.split(':');
  if (word !== RESTATEMENT_REVIEW || changeSetId === undefined)
    return { changeSetId: null, ordinary: holdReason, shown: holdReason };
  return { changeSetId, ordinary, shown: RESTATEMENT_REVIEW };
}

/** One line that takes from another. Minor units; `original` and `taken` zero or more, `spared` signed. */
export interface Taking {
  readonly id: string;
  /** Instant of what takes it back. */
  readonly by: Instant;
  /** What the other line was worth. */
  readonly original: bigint;
  /** What of it is taken where nothing was paid by then. */
  readonly taken: bigint;
  /** How much less where all of it was paid by then. */
  readonly spared: bigint;
}

/** What a payment paid of the line that is taken from, less what had been taken of it before and was paid with it. Minor units. */
export interface PaidOut {
  readonly paidAt: Instant;
  readonly amount: bigint;
}

/**
 * What each of several lines that take from one is spared, because what it takes had been paid at or before its instant. They take in the order
 * of their instants, together no more than the original, each from what was not paid first (rules.md 2.8); of what was paid so much
 * less as the deal's schedule says. Evidence and payments decide, nothing that was booked.
 */
export function resolveSpared(
  takings: readonly Taking[],
  payments: readonly PaidOut[],
): ReadonlyMap<string, bigint> {
  const spared = new Map<string, bigint>();
  const ordered = takings.toSorted((a, b) => a.by - b.by || (a.id < b.id ? -1 : 1));
  let left = ordered.reduce((most, { original }) => larger(most, original), 0n);
  let used = 0n;
  for (const { id, by, taken, spared: whole } of ordered) {
    const paid = payments.reduce(
      (sum, { paidAt, amount }) => (paidAt <= by ? sum + absolute(amount) : sum),
      0n,
    );
    const size = smaller(taken, left);
    const paidLeft = smaller(left, larger(paid - used, 0n));
    const ofPaid = size - smaller(size, left - paidLeft);
    used += ofPaid;
    left -= size;
    spared.set(id, taken === 0n ? 0n : proportionOf(whole, ofPaid, taken));
  }
  return spared;
}

/** Half-even, so that the smallest unit goes neither way as a rule. */
function proportionOf(whole: bigint, part: bigint, of: bigint): bigint {
  if (part === of) return whole;
  const sign = whole < 0n ? -1n : 1n;
  const product = absolute(whole) * part;
  const floor = product / of;
  const twice = (product % of) * 2n;
  const up = twice > of || (twice === of && floor % 2n === 1n);
  return sign * (up ? floor + 1n : floor);
}

function absolute(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
