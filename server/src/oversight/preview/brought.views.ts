// What stands as sums of what is settled by month, of some partners.
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { PeriodInput } from '../../pipeline/commission/facts.ts';

/** What one customer, or a partner below, has brought to one month of a component. */
export interface BroughtSum {
  readonly partnerId: string;
  readonly component: string;
  /** First day of the month. */
  readonly period: string;
  readonly customerId: string;
  readonly measures: Readonly<Record<string, string>>;
}

/** Sums of these partners, at most `limit` of them, in no order. */
export async function listBrought(
  tx: Tx,
  partnerIds: readonly string[],
  limit: number,
): Promise<BroughtSum[]> {
  return tx.rows<BroughtSum>(
    `select i.partner_id as "partnerId", i.component, i.period::text as period, i.customer_id as "customerId", i.measures
     from unnest($1::smallint[], $2::uuid[]) as k (lane, partner_id)
     join period_input i on i.lane = k.lane and i.partner_id = k.partner_id limit $3`,
    [partnerIds.map((id) => laneOf('partner', id)), partnerIds, limit],
  );
}

/** What is paid whole or not at all, and how often it was told. */
export interface BroughtCandidate extends Omit<BroughtSum, 'customerId' | 'measures'> {
  readonly candidate: NonNullable<PeriodInput['candidate']>;
  readonly times: number;
}

export async function listBroughtCandidates(
  tx: Tx,
  partnerIds: readonly string[],
  limit: number,
): Promise<BroughtCandidate[]> {
  return tx.rows<BroughtCandidate>(
    `select c.partner_id as "partnerId", c.component, c.period::text as period, c.candidate, c.times
     from unnest($1::smallint[], $2::uuid[]) as k (lane, partner_id)
     join period_candidate c on c.lane = k.lane and c.partner_id = k.partner_id limit $3`,
    [partnerIds.map((id) => laneOf('partner', id)), partnerIds, limit],
  );
}
