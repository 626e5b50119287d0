import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { PeriodStep } from '../../pipeline/periods/facts.ts';

/** One (partner, component, period) with how its amount came about. */
export interface SettlementRow {
  readonly partner_id: string;
  readonly component: string;
  readonly period: string;
  readonly totals: Readonly<Record<string, string>>;
  readonly provisional: boolean;
  readonly decided_at: Instant | null;
  readonly result: {
    readonly amountMinor: string;
    readonly currency: string;
    readonly exact: string;
    readonly reason?: string;
    readonly steps: readonly PeriodStep[];
    readonly carry: Readonly<Record<string, unknown>>;
    readonly dealId: string;
  } | null;
}

export interface SettlementFilter {
  readonly partnerId: string;
  readonly period: string | undefined;
  readonly component: string | undefined;
  readonly before: { readonly period: string; readonly component: string } | undefined;
  readonly limit: number;
}

/** Newest period first, one more than the limit. */
export async function listSettlements(tx: Tx, filter: SettlementFilter): Promise<SettlementRow[]> {
  return tx.rows<SettlementRow>(
    `select partner_id, component, period::text as period, totals, provisional, decided_at, result from period_scope
     where lane = $1 and partner_id = $2 and ($3::date is null or period = $3) and ($4::text is null or component = $4)
       and ($5::date is null or (period, component) < ($5, $6::text))
     order by period desc, component desc limit $7`,
    [
      laneOf('partner', filter.partnerId),
      filter.partnerId,
      filter.period ?? null,
      filter.component ?? null,
      filter.before?.period ?? null,
      filter.before?.component ?? null,
      filter.limit + 1,
    ],
  );
}
