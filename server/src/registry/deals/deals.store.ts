import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { DealRow } from './deals.views.ts';
import type { DealDocument, DealEnd } from './facts.ts';
import { isPaidByClock } from './period-start.ts';

export interface NewDeal {
  readonly id: string;
  readonly programId: string;
  readonly partnerId: string | null;
  readonly version: number;
  /** ISO text, or '-infinity'. */
  readonly effectiveFrom: string;
  readonly document: DealDocument;
  /** It is an end: what holds from then on. */
  readonly ends?: DealEnd | undefined;
  readonly now: Instant;
  readonly by: string;
  /** The change set that writes it. */
  readonly changeSetId?: string | undefined;
}

/** Throws a unique violation of deal_live when a version begins at the same instant. */
export async function insertDeal(tx: Tx, deal: NewDeal): Promise<DealRow> {
  return tx.one<DealRow>(
    `insert into deal (id, program_id, partner_id, version, effective_from, document, created_at, created_by, has_fee, change_set_id, ends)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning *`,
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
      deal.changeSetId ?? null,
      deal.ends ?? null,
    ],
  );
}

/** Takes a version back; nothing of it is edited or deleted. Throws where it was taken back already. */
export async function retractDeal(
  tx: Tx,
  id: string,
  made: { readonly now: Instant; readonly by: string; readonly reason: string },
): Promise<void> {
  await tx.exec(
    `update deal set retracted_at = $2, retracted_by = $3, retraction_reason = $4 where id = $1 and retracted_at is null`,
    [id, formatInstant(made.now), made.by, made.reason],
    1,
  );
}
