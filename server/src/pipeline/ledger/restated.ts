// The one summary that a partner gets of a change set (rules.md 2.16), instead of a notice for each turn. Pure.
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { CurrencyCode } from '../../kernel/money.ts';
import { reasonSentence } from '../../kernel/reason.ts';
import { RESTATEMENT_REVIEW } from './facts.ts';
import type { RestatedSum } from './review.ts';

export const COMMISSION_RESTATED = 'commission.restated';

/** As the receiver gets it; contract/src/webhook-events.ts holds the schema. */
export interface CommissionRestated {
  readonly type: typeof COMMISSION_RESTATED;
  readonly timestamp: string;
  readonly data: {
    readonly programId: string;
    readonly partnerId: string;
    readonly changeSetId: string;
    readonly sentence: string;
    readonly totals: readonly {
      readonly component: string;
      readonly currency: string;
      readonly added: string;
      readonly taken: string;
      readonly count: number;
    }[];
  };
}

/** One message for each partner and change set, by its totals per component and currency. */
export function describeRestated(
  sums: readonly RestatedSum[],
  bookedAt: (programId: string) => Instant,
): { readonly lane: number; readonly programId: string; readonly payload: CommissionRestated }[] {
  const byPartner = Map.groupBy(sums, (sum) => `${sum.lane} ${sum.changeSetId} ${sum.partnerId}`);
  return [...byPartner.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { lane, programId, partnerId, changeSetId } = first;
    const payload: CommissionRestated = {
      type: COMMISSION_RESTATED,
      timestamp: formatInstant(bookedAt(programId)),
      data: {
        programId: wireId('prg', programId),
        partnerId: wireId('prt', partnerId),
        changeSetId: wireId('chg', changeSetId),
        sentence: reasonSentence(RESTATEMENT_REVIEW, 'partner'),
        totals: own.map(({ component, currency, added, taken, count }) => ({
          component,
          currency,
          added: formatMoney({ amountMinor: added, currency: currency as CurrencyCode }),
          taken: formatMoney({ amountMinor: taken, currency: currency as CurrencyCode }),
          count,
        })),
      },
    };
    return [{ lane, programId, payload }];
  });
}
