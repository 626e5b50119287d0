// The webhook event `commission.accrued`: one per (partner, turn, endpoint), never one per event (rules.md 3.7). Pure.
import { packCommissionId, wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { AccrualNotice } from './post.ts';

export const COMMISSION_ACCRUED = 'commission.accrued';

/** As the receiver gets it; contract/src/webhook-events.ts holds the schema. */
export interface CommissionAccrued {
  readonly type: typeof COMMISSION_ACCRUED;
  /** When it was booked, by the program's clock. */
  readonly timestamp: string;
  readonly data: {
    readonly programId: string;
    readonly partnerId: string;
    /** Differences posted in the turn. A total is negative when corrections outweigh what was earned. */
    readonly count: number;
    readonly totals: readonly {
      readonly component: string;
      readonly amount: string;
      readonly currency: string;
    }[];
    readonly commissionIds: readonly string[];
    /** True when the turn had more commissions than are named here; the list of commissions has them all. */
    readonly hasMore: boolean;
  };
}

export function describeAccrual(notice: AccrualNotice, bookedAt: Instant): CommissionAccrued {
  return {
    type: COMMISSION_ACCRUED,
    timestamp: formatInstant(bookedAt),
    data: {
      programId: wireId('prg', notice.programId),
      partnerId: wireId('prt', notice.partnerId),
      count: notice.count,
      totals: notice.totals.map((total) => ({
        component: total.component,
        amount: formatMoney({ amountMinor: total.amount, currency: total.currency }),
        currency: total.currency,
      })),
      commissionIds: notice.items.map(({ hopId, row, item }) =>
        packCommissionId({ lane: notice.lane, hopId, row, item }),
      ),
      hasMore: notice.count > notice.items.length,
    },
  };
}
