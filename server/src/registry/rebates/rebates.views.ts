import type { Tx } from '../../platform/db.ts';
import type { RebateRow } from './facts.ts';

const RULE = `select r.*, r.percent::text as percent, p.clock_at from rebate_rule r join program p on p.id = r.program_id`;

export async function findRebate(tx: Tx, id: string): Promise<RebateRow | undefined> {
  return tx.find<RebateRow>(`${RULE} where r.id = $1`, [id]);
}

export interface RebateFilter {
  readonly programId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Newest first, one row more than the limit. */
export async function listRebates(tx: Tx, filter: RebateFilter): Promise<RebateRow[]> {
  return tx.rows<RebateRow>(
    `${RULE} where ($1::uuid is null or r.program_id = $1) and ($2::uuid is null or r.partner_id = $2)
       and ($3::uuid is null or r.id < $3) order by r.id desc limit $4`,
    [filter.programId ?? null, filter.partnerId ?? null, filter.before ?? null, filter.limit + 1],
  );
}

/** Every rule of a partner that stands, for what overlaps. */
export async function listRulesOf(tx: Tx, partnerId: string): Promise<RebateRow[]> {
  return tx.rows<RebateRow>(`${RULE} where r.partner_id = $1 and r.retracted_at is null`, [partnerId]);
}

/** The program of a customer; undefined: there is no such one. */
export async function findProgramOfCustomer(tx: Tx, lane: number, id: string): Promise<string | undefined> {
  const found = await tx.find<{ program_id: string }>(
    'select program_id from customer where lane = $1 and id = $2',
    [lane, id],
  );
  return found?.program_id;
}

/** The partner of a link; undefined: there is no such one. */
export async function findPartnerOfLink(tx: Tx, id: string): Promise<string | undefined> {
  const found = await tx.find<{ partner_id: string }>('select partner_id from tracking_link where id = $1', [
    id,
  ]);
  return found?.partner_id;
}
