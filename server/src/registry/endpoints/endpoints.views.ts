import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

/** Without the secret: reading an endpoint never shows it. */
export interface EndpointRow {
  readonly id: string;
  readonly program_id: string;
  readonly url: string;
  readonly event_types: string[];
  readonly state: 'active' | 'disabled';
  readonly disabled_reason: string | null;
  readonly created_at: Instant;
}

const COLUMNS = 'id, program_id, url, event_types, state, disabled_reason, created_at';

export async function findEndpoint(tx: Tx, id: string): Promise<EndpointRow | undefined> {
  return tx.find<EndpointRow>(`select ${COLUMNS} from endpoint where id = $1`, [id]);
}

/** Newest first, one row more than the limit. */
export async function listEndpoints(
  tx: Tx,
  filter: { programId?: string | undefined; before?: string | undefined; limit: number },
): Promise<EndpointRow[]> {
  return tx.rows<EndpointRow>(
    `select ${COLUMNS} from endpoint where ($1::uuid is null or program_id = $1) and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [filter.programId ?? null, filter.before ?? null, filter.limit + 1],
  );
}
