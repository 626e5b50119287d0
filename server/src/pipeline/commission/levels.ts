import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal, RoundingMode } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { toMinor } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import type { LevelTerms as LevelTermsOfDeal } from '../../registry/deals/facts.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { findVersionAt } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';

/** One partner on the way from the leaf to the top of the tree. */
export interface ChainLink {
  readonly partnerId: string;
  /** Depth in the tree, top = 1. */
  readonly level: number;
  readonly leaf: boolean;
}

/**
 * The partner and those above it at an instant, leaf first, by the tree as it stood then (rules.md 5, Levels).
 * Depth counts the whole tree, however few of its levels are paid. A cycle, which the registry refuses, ends the walk.
 */
export function listChain(program: ProgramSnapshot, leafId: string, at: Instant): ChainLink[] {
  const ids = new Set<string>();
  let next: string | null = leafId;
  while (next !== null && !ids.has(next)) {
    ids.add(next);
    next = findVersionAt(program.edges.get(next) ?? [], at)?.parentId ?? null;
  }
  return [...ids].map((partnerId, index) => ({ partnerId, level: ids.size - index, leaf: index === 0 }));
}

/** What one level is paid by: money per unit (a lot, a customer) from its own deal. */
export interface LevelTerms {
  readonly partnerId: string;
  readonly level: number;
  readonly leaf: boolean;
  /** Zero or more, per unit. Of an ancestor: the override in `additive_fixed`, its own rate in `difference`. */
  readonly rate: Decimal;
  readonly currency: CurrencyCode;
  readonly rounding: RoundingMode;
}

export interface LevelAmount {
  readonly partnerId: string;
  readonly amountMinor: bigint;
  /** Before rounding. */
  readonly exact: Decimal;
  /** Mode `difference`: the highest rate below this level. */
  readonly below?: Decimal;
  /** Why nothing is left for this level; set when amountMinor is zero. */
  readonly zero?: ReasonCode;
}

/**
 * What each level earns for a quantity, in the order of `terms` (leaf first; those without terms are left out by the caller, they
 * do not stop the chain). Rounded once per line at the minor unit (semantics.md 5.10, rules.md 5 "Levels", "Rounding"). Pure.
 */
export function computeLevels(
  mode: LevelTermsOfDeal['mode'],
  quantity: Decimal,
  terms: readonly LevelTerms[],
): LevelAmount[] {
  return mode === 'difference'
    ? computeDifference(quantity, terms)
    : terms.map((term) => computeFixed(quantity, term));
}

function computeFixed(quantity: Decimal, term: LevelTerms): LevelAmount {
  const exact = multiplyDecimals(term.rate, quantity);
  const amountMinor = toMinor(exact, term.currency, term.rounding);
  return { partnerId: term.partnerId, amountMinor, exact, ...zeroReason(amountMinor, exact) };
}

function zeroReason(amountMinor: bigint, exact: Decimal): { zero?: ReasonCode } {
  if (amountMinor !== 0n) return {};
  return { zero: signOf(exact) === 0 ? 'zero_amount' : 'rounded_to_zero' };
}

/**
 * Each level earns its own rate minus the highest rate below, never under zero, so the total is the top rate: one pot, computed
 * and rounded together (rules.md 2.4). An ancestor whose deal is in another currency cannot be compared and earns nothing.
 */
function computeDifference(quantity: Decimal, terms: readonly LevelTerms[]): LevelAmount[] {
  const pot = terms[0];
  if (pot === undefined) return [];
  let highest = ZERO;
  const steps = terms.map((term) => {
    if (term.currency !== pot.currency)
      return { term, share: ZERO, below: highest, zero: 'no_fx_rate' as const };
    const below = highest;
    const over = subtractDecimals(term.rate, below);
    if (signOf(over) <= 0)
      return {
        term,
        share: ZERO,
        below,
        zero: term.leaf ? ('zero_amount' as const) : ('override_zero' as const),
      };
    highest = term.rate;
    return { term, share: multiplyDecimals(over, quantity), below };
  });
  const parts = splitPot(
    steps.map((step) => step.share),
    pot.currency,
    pot.rounding,
  );
  return steps.map(({ term, share, below, zero }, index) => {
    const amountMinor = parts[index] ?? 0n;
    const reason = zero === undefined ? zeroReason(amountMinor, share) : { zero };
    return {
      partnerId: term.partnerId,
      amountMinor,
      exact: share,
      ...(term.leaf ? {} : { below }),
      ...reason,
    };
  });
}

/**
 * Splits the rounded sum of exact shares, leaf first: every share but the topmost one is rounded by itself, and the topmost gets
 * what is left, so the parts sum to the pot (semantics.md 5.10 guard 5, V-ML-8). A part never takes more than is left of the pot,
 * so rounding cannot make the topmost one negative. Shares are zero or more; the answer is in minor units.
 */
export function splitPot(
  shares: readonly Decimal[],
  currency: CurrencyCode,
  rounding: RoundingMode,
): bigint[] {
  const top = shares.findLastIndex((share) => compareDecimals(share, ZERO) > 0);
  let left = toMinor(shares.reduce(addDecimals, ZERO), currency, rounding);
  return shares.map((share, index) => {
    const rounded = index === top ? left : toMinor(share, currency, rounding);
    const part = rounded < left ? rounded : left;
    left -= part;
    return part;
  });
}
