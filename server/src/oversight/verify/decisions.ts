// Recorded decisions that moved money, against the journal rows that they moved it by (rules.md 1.2). Pure.
import { readHoldReason } from '../../pipeline/ledger/facts.ts';
import { sayMinor } from './compare.ts';
import type { Refused } from './paid-book.ts';
import type { JournalRowKept } from './postings.ts';

/** A decision fact as it is kept. */
export interface Decision {
  readonly id: string;
  readonly kind: string;
  readonly subject: Readonly<Record<string, unknown>>;
}

/** What a row of a decision moved: from held to approved, out of a review, to a partner and back. Undefined: none stands behind it. */
export function releasedBy(row: JournalRowKept): bigint | undefined {
  const gained = (account: string): bigint => BigInt(row.amounts[row.accounts.indexOf(account)] ?? '0');
  const partner = `partner:${row.partnerId}`;
  switch (row.kind) {
    case 'release':
      return gained(`${partner}:approved`);
    case 'payment':
      return gained('house:paid_out');
    case 'payment_return':
      return -gained('house:paid_out');
    case 'clawback_review':
      return gained(`${partner}:clawback_pending`);
    case 'review_release':
      return readHoldReason(row.holdReason).changeSetId === null ? undefined : -gained(`${partner}:accrued`);
    default:
      return undefined;
  }
}

const SAID: Readonly<Record<string, string>> = {
  hold_release: 'release',
  review_release: 'release',
  payment: 'payment',
  payment_return: 'return of a payment',
  clawback_review: 'decision about a clawback',
};

/** What differs, in words: every such decision has its rows with its amount, and no such row stands without a record. `moved`: by decision. */
export function judgeDecisions(
  decisions: readonly Decision[],
  moved: ReadonlyMap<string, bigint>,
): readonly string[] {
  const left = new Map(moved);
  const wrong: string[] = [];
  for (const { id, kind, subject } of decisions) {
    const said = SAID[kind];
    if (said === undefined) continue;
    const posted = left.get(id);
    left.delete(id);
    const recorded = BigInt(String(subject['amountMinor'] ?? '0'));
    const currency = String(subject['currency'] ?? '');
    // Of a clawback less may have waited when the decision was booked.
    const isLess = kind === 'clawback_review' && posted !== undefined && posted < recorded;
    if (posted === recorded || isLess) continue;
    const booked = posted === undefined ? 'nothing' : sayMinor(posted, currency);
    wrong.push(
      `${said} ${id}: the journal moved ${booked}, the decision says ${sayMinor(recorded, currency)}`,
    );
  }
  for (const id of left.keys()) wrong.push(`release ${id}: the journal has it, and no decision was recorded`);
  return wrong;
}

/** What people refused to take of what had been paid. */
export function refusedOf(decisions: readonly Decision[]): readonly Refused[] {
  return decisions.flatMap(({ kind, subject }) =>
    kind === 'clawback_review' && subject['verdict'] === 'refuse'
      ? [
          {
            naturalKey: String(subject['naturalKey']),
            currency: String(subject['currency']),
            amount: BigInt(String(subject['amountMinor'])),
          },
        ]
      : [],
  );
}
