import type { Instant } from '../kernel/instant.ts';
import type { Tx } from '../platform/db.ts';

export interface LinkRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly campaign: string;
  readonly creative: string;
  readonly landing_url: string;
  readonly click_param: string;
  readonly active: boolean;
  readonly allowed_hosts: string[] | null;
  readonly created_at: Instant;
}

export async function findLink(tx: Tx, id: string): Promise<LinkRow | undefined> {
  return tx.find<LinkRow>(`select * from tracking_link where id = $1`, [id]);
}

export interface LinkFilter {
  readonly programId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Newest first, one row more than the limit. */
export async function listLinks(tx: Tx, filter: LinkFilter): Promise<LinkRow[]> {
  return tx.rows<LinkRow>(
    `select * from tracking_link
     where ($1::uuid is null or program_id = $1) and ($2::uuid is null or partner_id = $2) and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [filter.programId ?? null, filter.partnerId ?? null, filter.before ?? null, filter.limit + 1],
  );
}
