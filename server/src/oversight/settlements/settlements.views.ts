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
  /** Of the program: in which nothing is said, where no terms say another currency. */
  readonly base_currency: string;
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
    `select partner_id, component, period::text as period, totals, provisional, decided_at, result,
       (select base_currency from program g where g.id = period_scope.program_id) as base_currency
     from period_scope
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

export interface ProgramSettlementFilter {
  readonly programId: string;
  /** First day. */
  readonly period: string | undefined;
  readonly partnerId: string | undefined;
  readonly component: string | undefined;
  readonly before:
    | { readonly period: string; readonly partnerId: string; readonly component: string }
    | undefined;
  readonly limit: number;
}

/** Of all partners of a program: newest period first, by partner within it; one more than the limit. */
export async function listProgramSettlements(
  tx: Tx,
  filter: ProgramSettlementFilter,
): Promise<SettlementRow[]> {
  return tx.rows<SettlementRow>(
    `select partner_id, component, period::text as period, totals, provisional, decided_at, result,
       (select base_currency from program g where g.id = period_scope.program_id) as base_currency
     from period_scope
     where program_id = $1 and ($2::date is null or period = $2) and ($3::uuid is null or partner_id = $3)
       and ($4::text is null or component = $4)
       and ($5::date is null or (period, partner_id, component) < ($5, $6::uuid, $7::text))
     order by period desc, partner_id desc, component desc limit $8`,
    [
      filter.programId,
      filter.period ?? null,
      filter.partnerId ?? null,
      filter.component ?? null,
      filter.before?.period ?? null,
      filter.before?.partnerId ?? null,
      filter.before?.component ?? null,
      filter.limit + 1,
    ],
  );
}

export interface PeriodSumRow {
  readonly component: string;
  readonly currency: string;
  /** Minor units. */
  readonly amount: string;
  readonly negative: string;
  readonly partners: string | number;
}

/** What a month of a program is worth, by component and currency; scopes without a deal are worth nothing and are left out. */
export async function sumPeriod(tx: Tx, programId: string, day: string): Promise<PeriodSumRow[]> {
  return tx.rows<PeriodSumRow>(
    `select component, result ->> 'currency' as currency, sum((result ->> 'amountMinor')::numeric)::text as amount,
       sum(least((result ->> 'amountMinor')::numeric, 0))::text as negative,
       count(distinct partner_id) filter (where (result ->> 'amountMinor')::numeric <> 0) as partners
     from period_scope where program_id = $1 and period = $2 and result is not null and result ->> 'currency' <> ''
     group by 1, 2 order by 1, 2`,
    [programId, day],
  );
}

/** How many partners have figures in a month of a program, and how many figures wait to be computed again. */
export async function countPeriod(
  tx: Tx,
  programId: string,
  day: string,
): Promise<{ partners: number; undecided: number }> {
  const row = await tx.one<{ partners: string | number; undecided: string | number }>(
    `select count(distinct s.partner_id) as partners,
       count(*) filter (where s.due or s.facts_version < greatest(p.whole_version, r.facts_version)) as undecided
     from period_scope s join program p on p.id = s.program_id join partner r on r.id = s.partner_id
     where s.program_id = $1 and s.period = $2`,
    [programId, day],
  );
  return { partners: Number(row.partners), undecided: Number(row.undecided) };
}
