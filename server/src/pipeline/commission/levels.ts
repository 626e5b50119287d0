import {
  addDecimals,
  compareDecimals,
  decimal,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  normalizeDecimal,
  percentOf,
  signOf,
  subtractDecimals,
  ZERO,
} from '../../kernel/decimal.ts';
import type { Decimal, RoundingMode } from '../../kernel/decimal.ts';
import { fromMinor, toMinor } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import type { LevelTerms as LevelTermsOfDeal } from '../../registry/deals/facts.ts';
import type { ReasonCode } from '../../kernel/reason.ts';

/** What one level is paid by, from its own deal. */
export interface LevelTerms {
  readonly partnerId: string;
  readonly level: number;
  readonly leaf: boolean;
  /**
   * Money per unit, zero or more. Of an ancestor: the override in `additive_fixed`, its own rate in `difference`, else not asked for.
   */
  readonly rate: Decimal;
  /** Units in the currency of this deal, where they are not those of the question: a base of money that was converted. */
  readonly quantity?: Decimal;
  /** `additive_percent`: per cent of what the level below earned. */
  readonly percent?: Decimal;
  /** `pass_through`: money per unit that goes to the level above. */
  readonly giveUp?: Decimal;
  /** `ratio`: the product of its own ratios. */
  readonly ratio?: Decimal;
  /** Most that one event pays, in the currency of this deal; in the shared pots that of the leaf limits the pot. */
  readonly cap?: Decimal;
  readonly currency: CurrencyCode;
  readonly rounding: RoundingMode;
}

export interface LevelsQuestion {
  readonly mode: LevelTermsOfDeal['mode'];
  /** `additive_percent`: what a negative amount below means above. */
  readonly negative?: LevelTermsOfDeal['negative'];
  /** Units: lots, millions, one customer. */
  readonly quantity: Decimal;
  /** Leaf first; those without terms are left out by the caller, they do not stop the chain. */
  readonly terms: readonly LevelTerms[];
  /** Money at the rate of the event's instant; undefined where there is none. */
  readonly convert?: Convert;
  /** Some rates are of money and others per cent of it: `difference` compares what they come to. */
  readonly isMixed?: boolean;
}

export type Convert = (amount: Decimal, from: CurrencyCode, to: CurrencyCode) => Decimal | undefined;

export interface LevelAmount {
  readonly partnerId: string;
  readonly amountMinor: bigint;
  /** Before rounding. */
  readonly exact: Decimal;
  /** Mode `difference`: the highest rate below this level. */
  readonly below?: Decimal;
  /** Why nothing is left for this level; set when amountMinor is zero. */
  readonly zero?: ReasonCode;
  /** What else explains it by value, decimal text: percent and of; got and gaveUp; base and ratio; uncapped and cap; uncut and revenue. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** Digits after the point where a share must be divided. */
const SHARE_SCALE = 24;

/**
 * What each level earns, in the order of the terms. Rounded once per line at the minor unit; the modes in which the levels share a pot
 * are rounded as one pot, the leaf first and the rest to the top (semantics.md 5.10, rules.md 2.4, 2.5 and 5 "Levels"). Pure.
 */
export function computeLevels(question: LevelsQuestion): LevelAmount[] {
  switch (question.mode) {
    case 'additive_fixed':
      return question.terms.map((term) => roundLine(term, ownAmount(question, term)));
    case 'additive_percent':
      return computePercent(question);
    case 'difference':
      return computeDifference(question);
    case 'pass_through':
      return computePassThrough(question);
    case 'ratio':
      return computeRatio(question);
  }
}

function quantityOf(question: LevelsQuestion, term: LevelTerms): Decimal {
  return term.quantity ?? question.quantity;
}

/** Rate times quantity, limited by the level's own cap. */
function ownAmount(question: LevelsQuestion, term: LevelTerms): Share {
  return limit(multiplyDecimals(term.rate, quantityOf(question, term)), term.cap);
}

interface Share {
  readonly exact: Decimal;
  readonly notes?: Readonly<Record<string, string>>;
}

function limit(exact: Decimal, cap: Decimal | undefined): Share {
  if (cap === undefined || compareDecimals(exact, cap) <= 0) return { exact };
  return { exact: cap, notes: capNotes(exact, cap) };
}

function capNotes(uncapped: Decimal, cap: Decimal): Record<string, string> {
  return { uncapped: formatDecimal(normalizeDecimal(uncapped)), cap: formatDecimal(cap) };
}

function roundLine(term: LevelTerms, { exact, notes }: Share): LevelAmount {
  const amountMinor = toMinor(exact, term.currency, term.rounding);
  return {
    partnerId: term.partnerId,
    amountMinor,
    exact,
    ...zeroReason(amountMinor, exact),
    ...(notes === undefined ? {} : { notes }),
  };
}

function zeroReason(amountMinor: bigint, exact: Decimal): { zero?: ReasonCode } {
  if (amountMinor !== 0n) return {};
  return { zero: signOf(exact) === 0 ? 'zero_amount' : 'rounded_to_zero' };
}

/** Each level above earns a percentage of the rounded line below it, on top; money of another deal at the rate of the instant. */
function computePercent(question: LevelsQuestion): LevelAmount[] {
  let below: { amount: Decimal; currency: CurrencyCode } | undefined;
  return question.terms.map((term): LevelAmount => {
    const line =
      below === undefined ? roundLine(term, ownAmount(question, term)) : roundPercent(question, term, below);
    below = { amount: fromMinor(line.amountMinor, term.currency), currency: term.currency };
    return line;
  });
}

function roundPercent(
  question: LevelsQuestion,
  term: LevelTerms,
  below: { readonly amount: Decimal; readonly currency: CurrencyCode },
): LevelAmount {
  const percent = term.percent ?? ZERO;
  const of =
    below.currency === term.currency
      ? below.amount
      : question.convert?.(below.amount, below.currency, term.currency);
  if (of === undefined)
    return { partnerId: term.partnerId, amountMinor: 0n, exact: ZERO, zero: 'no_fx_rate' };
  const share = percentOf(of, percent);
  const exact = question.negative === 'zero' && signOf(share) < 0 ? ZERO : share;
  return roundLine(term, {
    exact,
    notes: { percent: formatDecimal(percent), of: formatDecimal(normalizeDecimal(of)) },
  });
}

/** A level of a shared pot before it is rounded. */
interface PotShare {
  readonly share: Decimal;
  readonly below?: Decimal;
  readonly zero?: ReasonCode;
  readonly notes?: Readonly<Record<string, string>>;
}

/** A level whose deal is in another currency than the pot cannot share in it. */
const OTHER_CURRENCY: PotShare = { share: ZERO, zero: 'no_fx_rate' };

/** Each level earns its own rate minus the highest rate below, never under zero, so the total is the top rate. */
function computeDifference(question: LevelsQuestion): LevelAmount[] {
  if (question.isMixed === true) return computeMixedDifference(question);
  let highest = ZERO;
  return sharePot(question, (term) => {
    const below = highest;
    const over = subtractDecimals(term.rate, below);
    if (signOf(over) <= 0)
      return {
        share: ZERO,
        zero: term.leaf ? 'zero_amount' : 'override_zero',
        ...(term.leaf ? {} : { below }),
      };
    highest = term.rate;
    return {
      share: multiplyDecimals(over, quantityOf(question, term)),
      ...(term.leaf ? {} : { below }),
    };
  });
}

/** The same of rates that are not of one kind: what each level's own rate comes to, less the highest amount below. */
function computeMixedDifference(question: LevelsQuestion): LevelAmount[] {
  let highest = ZERO;
  return sharePot(question, (term) => {
    const own = multiplyDecimals(term.rate, quantityOf(question, term));
    const over = subtractDecimals(own, highest);
    const notes = {
      ownAmount: formatDecimal(normalizeDecimal(own)),
      amountBelow: formatDecimal(normalizeDecimal(highest)),
    };
    if (signOf(over) <= 0) return { share: ZERO, zero: term.leaf ? 'zero_amount' : 'override_zero', notes };
    highest = own;
    return { share: over, notes };
  });
}

/** The leaf's rate is the pot; each level keeps what it got less what it gives to the next one that takes part, at most what it got. */
function computePassThrough(question: LevelsQuestion): LevelAmount[] {
  const inPot = question.terms.filter((term) => term.currency === question.terms[0]?.currency);
  const top = inPot.at(-1);
  let got: Decimal | undefined;
  return sharePot(question, (term) => {
    const quantity = quantityOf(question, term);
    const came = got ?? multiplyDecimals(term.rate, quantity);
    const asked = term === top ? ZERO : multiplyDecimals(term.giveUp ?? ZERO, quantity);
    const given = compareDecimals(asked, came) > 0 ? came : asked;
    got = given;
    const notes = {
      got: formatDecimal(normalizeDecimal(came)),
      gaveUp: formatDecimal(normalizeDecimal(given)),
    };
    return { share: subtractDecimals(came, given), notes };
  });
}

/** Every level, the leaf too, earns the leaf's amount times its own ratios. */
function computeRatio(question: LevelsQuestion): LevelAmount[] {
  const leaf = question.terms[0];
  const base = leaf === undefined ? ZERO : multiplyDecimals(leaf.rate, quantityOf(question, leaf));
  return sharePot(question, (term) => {
    const ratio = term.ratio ?? ZERO;
    const notes = { base: formatDecimal(normalizeDecimal(base)), ratio: formatDecimal(ratio) };
    return { share: multiplyDecimals(base, ratio), notes };
  });
}

/**
 * One pot in the leaf's currency, computed and rounded together (rules.md 2.4). A cap per trade limits the pot, and the parts are
 * scaled (rules.md 5, Levels).
 */
function sharePot(question: LevelsQuestion, shareOf: (term: LevelTerms) => PotShare): LevelAmount[] {
  const leaf = question.terms[0];
  if (leaf === undefined) return [];
  const { currency, rounding } = leaf;
  const shares = question.terms.map((term) => (term.currency === currency ? shareOf(term) : OTHER_CURRENCY));
  const pot = shares.reduce((sum, { share }) => addDecimals(sum, share), ZERO);
  const capped = limit(pot, leaf.cap);
  const scaled = shares.map(({ share }) =>
    capped.notes === undefined
      ? share
      : normalizeDecimal(
          divideDecimals(multiplyDecimals(share, capped.exact), pot, SHARE_SCALE, 'half_even'),
        ),
  );
  const parts = splitPot(scaled, toMinor(capped.exact, currency, rounding), { currency, rounding });
  return question.terms.map((term, index): LevelAmount => {
    const { below, zero, notes } = shares[index] ?? OTHER_CURRENCY;
    const exact = scaled[index] ?? ZERO;
    const amountMinor = parts[index] ?? 0n;
    const said = { ...notes, ...(amountMinor === 0n ? {} : capped.notes) };
    return {
      partnerId: term.partnerId,
      amountMinor,
      exact,
      ...(below === undefined ? {} : { below }),
      ...(zero === undefined ? zeroReason(amountMinor, exact) : { zero }),
      ...(Object.keys(said).length === 0 ? {} : { notes: said }),
    };
  });
}

/**
 * Splits a rounded pot, leaf first: every share but the topmost one is rounded by itself, and the topmost gets what is left, so the
 * parts sum to the pot (semantics.md 5.10 guard 5, V-ML-8). A part never takes more than is left of the pot, so rounding cannot make
 * the topmost one negative. Shares are zero or more; the answer is in minor units.
 */
export function splitPot(
  shares: readonly Decimal[],
  potMinor: bigint,
  { currency, rounding }: { readonly currency: CurrencyCode; readonly rounding: RoundingMode },
): bigint[] {
  const top = shares.findLastIndex((share) => compareDecimals(share, ZERO) > 0);
  let left = potMinor;
  return shares.map((share, index) => {
    const rounded = index === top ? left : toMinor(share, currency, rounding);
    const part = rounded < left ? rounded : left;
    left -= part;
    return part;
  });
}

/** The product of a partner's ratios (V-ML-5). */
export function productOf(ratios: readonly string[]): Decimal {
  return normalizeDecimal(ratios.map(decimal).reduce(multiplyDecimals, decimal('1')));
}
