import type { Tx } from '../../platform/db.ts';

/** A message that a customer turn left for other lanes. */
export interface OutgoingHop {
  readonly lane: number;
  readonly id: string;
  readonly kind: 'lines' | 'claims';
  readonly payload: unknown;
}

/** The oldest messages that are still to be sent, in all lanes. */
export async function listOutgoingHops(tx: Tx, limit: number): Promise<OutgoingHop[]> {
  return tx.rows<{ lane: number; id: string; kind: 'lines' | 'claims'; payload: unknown }>(
    'select lane, id, kind, payload from hop_out order by id limit $1',
    [limit],
  );
}

/** Moves the cursor: the messages have been received. A message that is already gone was sent by somebody else too. */
export async function deleteHops(tx: Tx, hops: readonly { lane: number; id: string }[]): Promise<void> {
  await tx.exec(
    'delete from hop_out h using unnest($1::smallint[], $2::uuid[]) as s (lane, id) where h.lane = s.lane and h.id = s.id',
    [hops.map((hop) => hop.lane), hops.map((hop) => hop.id)],
  );
}
