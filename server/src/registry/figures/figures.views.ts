import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { localDate } from '../../kernel/zone.ts';
import type { Tx } from '../../platform/db.ts';
import type { Measures } from '../../pipeline/commission/facts.ts';
import { DEFAULT_DORMANCY } from './wire-figures.ts';
import type { DormancySettings } from './wire-figures.ts';

export interface FiguresQuestion {
  /** Days in the program's zone, both inclusive; by month the first and the last day of a month. */
  readonly from: string;
  readonly to: string;
  readonly by: 'day' | 'month' | 'total';
}

/** Sums of some partners for one time and currency. */
export interface PeriodRow {
  readonly period: string;
  readonly currency: string;
  readonly measures: Measures;
}

const PERIODS = { day: `f.day::text`, month: `to_char(f.day, 'YYYY-MM')`, total: `'total'` } as const;

/** The figures of these partners together, oldest first; times without figures are absent. Read over all lanes. */
export async function listPartnerPeriods(
  tx: Tx,
  partnerIds: readonly string[],
  { from, to, by }: FiguresQuestion,
): Promise<PeriodRow[]> {
  return tx.rows<PeriodRow>(
    `select ${PERIODS[by]} as period, f.currency,
       jsonb_build_object('leads', sum(leads)::text, 'firstDepositors', sum(first_depositors)::text, 'active', sum(active)::text,
         'activeInMonth', sum(active_in_month)::text, 'trades', sum(trades)::text, 'lots', trim_scale(sum(lots))::text,
         'depositCount', sum(deposit_count)::text, 'deposits', trim_scale(sum(deposits))::text,
         'withdrawals', trim_scale(sum(withdrawals))::text, 'reversed', trim_scale(sum(reversed))::text,
         'purchases', trim_scale(sum(purchases))::text, 'ngr', trim_scale(sum(ngr))::text,
         'volume', trim_scale(sum(volume))::text) as measures
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id)
     join partner_figures f on f.lane = k.lane and f.partner_id = k.id
     where f.day between $3::date and $4::date
     group by 1, 2 order by 1, 2`,
    [partnerIds.map((id) => laneOf('partner', id)), partnerIds, from, to],
  );
}

/** Today in the program's zone, by its clock, and the instant it was read for. */
export async function findProgramDay(
  tx: Tx,
  programId: string,
  realNow: Instant,
): Promise<{ zone: string; today: string; at: Instant; dormancy: DormancySettings }> {
  const row = await tx.one<{ zone: string; clock_at: Instant | null; dormancy: DormancySettings | null }>(
    `select zone, clock_at, settings -> 'dormancy' as dormancy from program where id = $1`,
    [programId],
  );
  const at = row.clock_at ?? realNow;
  return {
    zone: row.zone,
    at,
    today: localDate(at, row.zone),
    dormancy: row.dormancy ?? DEFAULT_DORMANCY,
  };
}
