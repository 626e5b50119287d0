import { formatInstant } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Tx } from '../../../platform/db.ts';

/** One quarantined item as a re-drive takes it. */
export interface HeldItem {
  /** Of its chunk. */
  readonly lane: number;
  readonly id: string;
  readonly sourceId: string;
  readonly chunkId: string;
  readonly chunkItem: number;
  readonly path: string;
  readonly reason: string;
  readonly detail: string;
  readonly receivedAt: Instant;
  readonly state: 'open' | 'redriven' | 'dismissed';
}

const HELD = `select q.lane, q.id, q.source_id as "sourceId", q.chunk_id as "chunkId", q.chunk_item as "chunkItem", q.path, q.reason, q.detail,
    q.received_at as "receivedAt", q.state from quarantine q`;

/** Which open items are meant; what is absent does not matter. */
export interface HeldFilter {
  readonly source?: string | undefined;
  readonly programId?: string | undefined;
  readonly reason?: string | undefined;
  /** With [*] for every number, as groups have it. */
  readonly path?: string | undefined;
  readonly detail?: string | undefined;
  /** ISO; received at or after, and before. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly q?: string | undefined;
  readonly after?: { readonly receivedAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** Open items, the oldest first, over all lanes; and how many there are in all. */
export async function listHeld(tx: Tx, filter: HeldFilter): Promise<{ items: HeldItem[]; left: number }> {
  const wanted = `q.state = 'open' and ($1::text is null or s.slug = $1) and ($2::uuid is null or s.program_id = $2)
     and ($3::text is null or q.reason = $3) and ($4::text is null or q.detail = $4)
     and ($5::timestamptz is null or q.received_at >= $5) and ($6::timestamptz is null or q.received_at < $6)
     and ($7::text is null or strpos(lower(q.reason || ' ' || q.path || ' ' || q.detail), lower($7)) > 0)
     and ($8::text is null or regexp_replace(regexp_replace(q.path, '\\[\\d+\\]', '[*]', 'g'), '^line \\d+', 'line *') = $8)
     and ($9::timestamptz is null or (q.received_at, q.id) > ($9, $10::uuid))`;
  const values = [
    filter.source ?? null,
    filter.programId ?? null,
    filter.reason ?? null,
    filter.detail ?? null,
    filter.from ?? null,
    filter.to ?? null,
    filter.q ?? null,
    filter.path ?? null,
    filter.after?.receivedAt ?? null,
    filter.after?.id ?? null,
  ];
  const items = await tx.rows<HeldItem>(
    `${HELD} join source s on s.id = q.source_id where ${wanted} order by q.received_at, q.id limit $11`,
    [...values, filter.limit],
  );
  const { n } = await tx.one<{ n: number }>(
    `select count(*)::int as n from quarantine q join source s on s.id = q.source_id where ${wanted}`,
    values,
  );
  return { items, left: n - items.length };
}

/** Items by address, whatever their state; those that are not there are left out. */
export async function loadHeld(tx: Tx, keys: readonly { lane: number; id: string }[]): Promise<HeldItem[]> {
  return tx.rows<HeldItem>(
    `${HELD} join unnest($1::smallint[], $2::uuid[]) as k (lane, id) on q.lane = k.lane and q.id = k.id`,
    [keys.map((key) => key.lane), keys.map((key) => key.id)],
  );
}

/** Locks items in the order of their keys; gives the ids of those that are still open. */
export async function lockOpen(tx: Tx, keys: readonly { lane: number; id: string }[]): Promise<Set<string>> {
  const rows = await tx.rows<{ id: string; state: string }>(
    `select q.id, q.state from quarantine q
     where (q.lane, q.id) in (select * from unnest($1::smallint[], $2::uuid[])) order by q.lane, q.id for update`,
    [keys.map((key) => key.lane), keys.map((key) => key.id)],
  );
  return new Set(rows.filter((row) => row.state === 'open').map((row) => row.id));
}

/** How items are settled. */
export interface Settling {
  readonly lane: number;
  readonly id: string;
  readonly state: 'redriven' | 'dismissed';
  readonly note: string;
  readonly eventId: string | null;
}

/** Settles open items; throws when one of them was settled meanwhile. */
export async function settleHeld(
  tx: Tx,
  rows: readonly Settling[],
  { at, by }: { at: Instant; by: string },
): Promise<void> {
  await tx.exec(
    `update quarantine q set state = k.state, note = k.note, event_id = k.event_id, settled_at = $6, settled_by = $7,
       tries = q.tries + 1, tried_at = $6
     from unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::uuid[]) as k (lane, id, state, note, event_id)
     where q.lane = k.lane and q.id = k.id and q.state = 'open'`,
    [
      rows.map((row) => row.lane),
      rows.map((row) => row.id),
      rows.map((row) => row.state),
      rows.map((row) => row.note),
      rows.map((row) => row.eventId),
      formatInstant(at),
      by,
    ],
    rows.length,
  );
}

/** Items that could not be read again stay open, with what is wrong now. One that somebody settled meanwhile is left as it is. */
export async function keepHeld(
  tx: Tx,
  rows: readonly { lane: number; id: string; reason: string; detail: string }[],
  at: Instant,
): Promise<void> {
  await tx.exec(
    `update quarantine q set reason = k.reason, detail = k.detail, tries = q.tries + 1, tried_at = $5
     from unnest($1::smallint[], $2::uuid[], $3::text[], $4::text[]) as k (lane, id, reason, detail)
     where q.lane = k.lane and q.id = k.id and q.state = 'open'`,
    [
      rows.map((row) => row.lane),
      rows.map((row) => row.id),
      rows.map((row) => row.reason),
      rows.map((row) => row.detail),
      formatInstant(at),
    ],
  );
}
