// How much of what a change set brought its proposer may release alone (rules.md 2.16). Pure.
import {
  addDecimals,
  compareDecimals,
  decimal,
  formatDecimal,
  subtractDecimals,
} from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import { fromMinor } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { ReviewPart } from './review.ts';

/** What is still free of a set's limit: decimal text, major units of the base currency of its program. */
export interface Allowance {
  readonly changeSetId: string;
  readonly free: string;
}

/** What was taken of it; full when something did not fit. */
export interface UsedAllowance {
  readonly changeSetId: string;
  readonly used: string;
  readonly isFull: boolean;
}

/** How amounts of a program are compared with a limit. */
export interface ReleaseTerms extends Pick<ProgramSnapshot, 'rates' | 'baseCurrency'> {
  readonly at: Instant;
}

/**
 * Takes parts in their order as long as they fit; from the first that does not, its set is full. What cannot be converted does not fit: an
 * amount that is not known is not small. Parts of sets without an allowance, and of programs without terms, are left for the next turn:
 * somebody has released them meanwhile.
 */
export function takeWithinLimits<Part extends ReviewPart>(
  parts: readonly Part[],
  allowances: readonly Allowance[],
  terms: ReadonlyMap<string, ReleaseTerms>,
): { readonly taken: readonly Part[]; readonly used: readonly UsedAllowance[] } {
  const open = new Map(
    allowances.map(({ changeSetId, free }) => [
      changeSetId,
      { free: decimal(free), used: decimal('0'), isFull: false },
    ]),
  );
  const taken: Part[] = [];
  for (const part of parts) {
    const one = open.get(part.changeSetId);
    const own = terms.get(part.programId);
    if (one === undefined || one.isFull || own === undefined) continue;
    const amount = inBase(part, own);
    if (amount === undefined || compareDecimals(amount, one.free) > 0) {
      one.isFull = true;
      continue;
    }
    one.free = subtractDecimals(one.free, amount);
    one.used = addDecimals(one.used, amount);
    taken.push(part);
  }
  const used = [...open].map(([changeSetId, one]) => ({
    changeSetId,
    used: formatDecimal(one.used),
    isFull: one.isFull,
  }));
  return { taken, used };
}

function inBase(
  { amount, line }: ReviewPart,
  { rates, baseCurrency, at }: ReleaseTerms,
): Decimal | undefined {
  const own = fromMinor(amount, line.currency as CurrencyCode);
  return convertAmount(rates, own, { from: line.currency, to: baseCurrency, at })?.amount;
}
