// What changed about commission that a partner knew already: held, released or taken back, with the reason in plain words (requirements A5). Pure.
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import { isRebate, naturalKeyOf, readHoldReason } from './facts.ts';
import type { LinesMessage, PostedDifference } from './review.ts';

export const COMMISSION_CHANGED = 'commission.changed';

/** Commissions of one partner that changed in the same way for the same reason in one turn. */
export interface CommissionChange {
  readonly lane: number;
  readonly programId: string;
  readonly partnerId: string;
  readonly component: string;
  readonly currency: string;
  /** held: not paid until its reason is gone; released: its reason is gone; reversed: taken back, wholly or in part. */
  readonly change: 'held' | 'released' | 'reversed';
  /** Of a reversal without a reason: `corrected`. */
  readonly reason: string;
  readonly count: number;
  /** Above zero, minor units. */
  readonly amount: bigint;
}

/**
 * The changes that these messages bring, in the order of partner, component and currency as they first occur. What is only new is no
 * change: the notice of accruals tells it. One natural key whose money moves between settlement groups is held or released by what moved;
 * what is less in all is reversed.
 */
export function listChanges(messages: readonly LinesMessage[]): CommissionChange[] {
  const changes = new Map<string, CommissionChange>();
  for (const message of messages) {
    // What people put in by hand is new, or takes from what is there: it changes no line that was known.
    // What is given to customers changes with the commission that is told.
    const earned = message.differences.filter((one) => one.manual === undefined && !isRebate(one.component));
    const keys = Map.groupBy(earned, (one) => `${naturalKeyOf(one)} ${one.currency}`);
    for (const differences of keys.values()) {
      for (const { change, reason, amount } of changesOfKey(differences)) {
        const { partnerId, component, currency } = differences[0] as PostedDifference;
        const key = [message.lane, partnerId, component, currency, change, reason].join(' ');
        const before = changes.get(key);
        changes.set(key, {
          lane: message.lane,
          programId: message.programId,
          partnerId,
          component,
          currency,
          change,
          reason,
          count: (before?.count ?? 0) + 1,
          amount: (before?.amount ?? 0n) + amount,
        });
      }
    }
  }
  return [...changes.values()];
}

type ChangeOfKey = Pick<CommissionChange, 'change' | 'reason' | 'amount'>;

function changesOfKey(differences: readonly PostedDifference[]): ChangeOfKey[] {
  let added = 0n;
  let taken = 0n;
  for (const { amountMinor } of differences) {
    const amount = BigInt(amountMinor);
    if (amount > 0n) added += amount;
    else taken -= amount;
  }
  const moved = added < taken ? added : taken;
  const reasonOf = (one: PostedDifference | undefined): string => readHoldReason(one?.holdReason ?? '').shown;
  const to = reasonOf(differences.find((one) => BigInt(one.amountMinor) > 0n));
  const from = reasonOf(differences.find((one) => BigInt(one.amountMinor) < 0n));
  const changes: ChangeOfKey[] = [];
  if (moved > 0n && to !== from)
    changes.push(
      to === ''
        ? { change: 'released', reason: from, amount: moved }
        : { change: 'held', reason: to, amount: moved },
    );
  if (taken > added) {
    const reason = differences.find((one) => one.reason !== undefined)?.reason ?? 'corrected';
    changes.push({ change: 'reversed', reason, amount: taken - added });
  }
  return changes;
}

/** As the receiver gets it; contract/src/webhook-events.ts holds the schema. */
export interface CommissionChanged {
  readonly type: typeof COMMISSION_CHANGED;
  readonly timestamp: string;
  readonly data: {
    readonly programId: string;
    readonly partnerId: string;
    readonly changes: readonly {
      readonly change: CommissionChange['change'];
      readonly reason: string;
      readonly sentence: string;
      readonly component: string;
      readonly count: number;
      readonly amount: string;
      readonly currency: string;
    }[];
  };
}

/** One message for each partner, however many commissions changed (rules.md 3.7). */
export function describeChanges(
  changes: readonly CommissionChange[],
  bookedAt: (programId: string) => Instant,
): { readonly lane: number; readonly programId: string; readonly payload: CommissionChanged }[] {
  const byPartner = Map.groupBy(changes, (one) => `${one.lane} ${one.programId} ${one.partnerId}`);
  return [...byPartner.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { lane, programId, partnerId } = first;
    const payload: CommissionChanged = {
      type: COMMISSION_CHANGED,
      timestamp: formatInstant(bookedAt(programId)),
      data: {
        programId: wireId('prg', programId),
        partnerId: wireId('prt', partnerId),
        changes: own.map(({ change, reason, component, count, amount, currency }) => ({
          change,
          reason,
          sentence: sayChange(change, reason),
          component,
          count,
          amount: formatMoney({ amountMinor: amount, currency: currency as CurrencyCode }),
          currency,
        })),
      },
    };
    return [{ lane, programId, payload }];
  });
}

const SAID: Readonly<Record<CommissionChange['change'], string>> = {
  held: 'It is held for now:',
  released: 'It is no longer held. The reason was:',
  reversed: 'It was taken back:',
};

function sayChange(change: CommissionChange['change'], reason: string): string {
  const why = isReasonCode(reason)
    ? reasonSentence(reason, 'partner')
    : 'What it rested on was corrected by the source.';
  return `${SAID[change]} ${why}`;
}
