import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { DealRow } from './deals.views.ts';
import type { DealDocument } from './facts.ts';
import { isPaidByClock } from './period-start.ts';

export interface NewDeal {
  readonly id: string;
  readonly programId: string;
  readonly partnerId: string | null;
  readonly version: number;
  /** ISO text, or '-infinity'. */
  readonly effectiveFrom: string;
  readonly document: DealDocument;
  readonly now: Instant;
  readonly by: string;
}

/** Throws a unique violation of deal_program_id_partner_id_effective_from_key when a version begins at the same instant. */
export async function insertDeal(tx: Tx, deal: NewDeal): Promise<DealRow> {
  return tx.one<DealRow>(
    `insert into deal (id, program_id, partner_id, version, effective_from, document, created_at, created_by, has_fee)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *`,
    [
      deal.id,
      deal.programId,
      deal.partnerId,
      deal.version,
      deal.effectiveFrom,
      json(deal.document),
      formatInstant(deal.now),
      deal.by,
      isPaidByClock(deal.document),
    ],
  );
}

/** The newest version number of a partner's deal, or of the program's default deal; 0 when there is none. The caller holds the program. */
export async function findNewestVersion(
  tx: Tx,
  programId: string,
  partnerId: string | null,
): Promise<number> {
  const row = await tx.one<{ version: number }>(
    `select coalesce(max(version), 0) as version from deal where program_id = $1 and partner_id is not distinct from $2`,
    [programId, partnerId],
  );
  return row.version;
}
