import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

/** What waits for one identifier. */
export interface ParkedRow {
  readonly identifier_id: string;
  readonly program_id: string;
  readonly namespace: string;
  readonly value: string;
  readonly events: number;
  readonly reason: string;
  readonly oldest_at: Instant;
  readonly newest_at: Instant;
}

export interface ParkedFilter {
  readonly programId?: string | undefined;
  readonly reason?: string | undefined;
  /** The whole value of the identifier. */
  readonly q?: string | undefined;
  readonly after?: { readonly oldestAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** Identifiers that events wait for, the longest wait first; one row more than the limit. */
export async function listParked(tx: Tx, filter: ParkedFilter): Promise<ParkedRow[]> {
  return tx.rows<ParkedRow>(
    `select * from (
       select identifier_id, min(program_id::text)::uuid as program_id, min(namespace) as namespace, min(value) as value, count(*) as events,
              mode() within group (order by reason) as reason, min(parked_at) as oldest_at, max(parked_at) as newest_at
       from parked
       where ($1::uuid is null or program_id = $1) and ($2::text is null or reason = $2) and ($3::text is null or value = $3)
       group by identifier_id) as g
     where $4::timestamptz is null or (oldest_at, identifier_id) > ($4, $5::uuid)
     order by oldest_at, identifier_id limit $6`,
    [
      filter.programId ?? null,
      filter.reason ?? null,
      filter.q ?? null,
      filter.after?.oldestAt ?? null,
      filter.after?.id ?? null,
      filter.limit + 1,
    ],
  );
}

/** The cursor of a group in its list. */
export function parkedCursorOf(row: ParkedRow): readonly string[] {
  return [formatInstant(row.oldest_at), row.identifier_id];
}
