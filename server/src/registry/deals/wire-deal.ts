import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { DealDocument, DealEnd } from './facts.ts';

/** What the wire form needs of a stored deal. */
export interface StoredDeal {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string | null;
  readonly version: number;
  readonly effective_from: Instant;
  readonly document: DealDocument;
  readonly ends: DealEnd | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly change_set_id: string | null;
  readonly retracted_at: Instant | null;
  readonly retracted_by: string | null;
  readonly retraction_reason: string | null;
}

export function wireDeal(row: StoredDeal) {
  return {
    id: wireId('del', row.id),
    programId: wireId('prg', row.program_id),
    partnerId: row.partner_id === null ? null : wireId('prt', row.partner_id),
    version: row.version,
    effectiveFrom: Number.isFinite(row.effective_from) ? formatInstant(row.effective_from) : null,
    document: { ...row.document } as Record<string, unknown>,
    ends: row.ends,
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
    changeSetId: row.change_set_id === null ? null : wireId('chg', row.change_set_id),
    retraction:
      row.retracted_at === null
        ? null
        : {
            at: formatInstant(row.retracted_at),
            by: row.retracted_by ?? '',
            reason: row.retraction_reason ?? '',
          },
  };
}
