import type { Tx } from '../../platform/db.ts';

/** A message that a customer turn left for other lanes. */
export interface OutgoingHop {
  readonly lane: number;
  readonly id: string;
  readonly kind: 'lines' | 'claims' | 'facts';
  readonly payload: unknown;
}

/** Stored bytes of the messages that one turn takes; they are packed, and some twenty times as much once they are read. */
const MOST_BYTES = 1 << 20;

/** The oldest messages that are still to be sent, in all lanes: up to `limit`, and after the first no more than fit in memory. */
export async function listOutgoingHops(tx: Tx, limit: number): Promise<OutgoingHop[]> {
  return tx.rows<{ lane: number; id: string; kind: 'lines' | 'claims' | 'facts'; payload: unknown }>(
    `select lane, id, kind, payload
     from (select o.*, sum(pg_column_size(payload)) over (order by id, lane) - pg_column_size(payload) as before
           from (select lane, id, kind, payload from hop_out order by id limit $1) as o) as h
     where before < $2 order by id`,
    [limit, MOST_BYTES],
  );
}

/** Moves the cursor: the messages have been received. A message that is already gone was sent by somebody else too. */
export async function deleteHops(tx: Tx, hops: readonly { lane: number; id: string }[]): Promise<void> {
  await tx.exec(
    'delete from hop_out h using unnest($1::smallint[], $2::uuid[]) as s (lane, id) where h.lane = s.lane and h.id = s.id',
    [hops.map((hop) => hop.lane), hops.map((hop) => hop.id)],
  );
}
