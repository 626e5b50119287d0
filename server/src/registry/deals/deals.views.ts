import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { DealDocument } from './facts.ts';

export interface DealRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string | null;
  readonly version: number;
  readonly effective_from: Instant;
  readonly document: DealDocument;
  readonly created_at: Instant;
  readonly created_by: string;
}

export async function findDeal(tx: Tx, id: string): Promise<DealRow | undefined> {
  return tx.find<DealRow>(`select * from deal where id = $1`, [id]);
}

export interface DealFilter {
  readonly programId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Newest first, one row more than the limit. */
export async function listDeals(tx: Tx, filter: DealFilter): Promise<DealRow[]> {
  return tx.rows<DealRow>(
    `select * from deal
     where ($1::uuid is null or program_id = $1) and ($2::uuid is null or partner_id = $2) and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [filter.programId ?? null, filter.partnerId ?? null, filter.before ?? null, filter.limit + 1],
  );
}
