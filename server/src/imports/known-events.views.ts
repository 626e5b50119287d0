import type { Tx } from '../platform/db.ts';
import type { EventState } from '../pipeline/intake/index.ts';

/** What is kept of these events, by id: as a door would judge what comes again. */
export async function listKnownStates(
  tx: Tx,
  keys: readonly { readonly lane: number; readonly id: string }[],
): Promise<Map<string, EventState>> {
  if (keys.length === 0) return new Map();
  const rows = await tx.rows<{ id: string; hash: string; past: string[]; order_value: string | null }>(
    `select e.id, encode(e.content_hash, 'hex') as hash, array(select encode(h, 'hex') from unnest(e.past_hashes) as h) as past, e.order_value
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join event e on e.lane = k.lane and e.id = k.id`,
    [keys.map((key) => key.lane), keys.map((key) => key.id)],
  );
  return new Map(
    rows.map((row) => [row.id, { hash: row.hash, pastHashes: row.past, order: row.order_value }]),
  );
}
