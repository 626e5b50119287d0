import type { Tx } from '../../../platform/db.ts';
import type { DeliveryRef, RereadKind, StoredResult } from '../facts.ts';

/** One time that a stored delivery was read again. */
export interface Reread {
  /** The delivery that was read. */
  readonly origin: DeliveryRef;
  /** Where it is recorded: ids of chunks rise with time. */
  readonly chunkId: string;
  readonly item: number;
  readonly kind: RereadKind;
  readonly version: number;
  readonly paths: readonly string[];
  readonly results: readonly StoredResult[];
}

interface RereadRow {
  readonly id: string;
  readonly item: number;
  readonly feed: RereadKind;
  readonly version: number;
  readonly origin: { l: number; c: string; i: number; p?: string[] };
  readonly results: StoredResult[];
}

const REREADS = `
  select d.id, (a.position - 1)::int as item, a.feed, a.version, a.origin, a.results
  from delivery_chunk d cross join lateral rows from (
    unnest(d.feeds), unnest(d.mapping_versions), jsonb_array_elements(d.origins), jsonb_array_elements(d.results)
  ) with ordinality as a (feed, version, origin, results, position)
  where d.origins is not null and jsonb_typeof(a.origin) = 'object'`;

/** Every reading of these deliveries after their first, in the order in which they happened. Over all lanes. */
export async function listRereads(tx: Tx, refs: readonly DeliveryRef[]): Promise<Reread[]> {
  if (refs.length === 0) return [];
  const rows = await tx.rows<RereadRow>(
    `${REREADS} and d.origins @> any($1::jsonb[]) order by d.id, a.position`,
    [refs.map((ref) => JSON.stringify([{ c: ref.chunkId, i: ref.item }]))],
  );
  const wanted = new Set(refs.map((ref) => `${ref.chunkId} ${ref.item}`));
  return rows.map(rereadOf).filter((one) => wanted.has(`${one.origin.chunkId} ${one.origin.item}`));
}

/** All of them, for a rebuild. */
export async function listAllRereads(tx: Tx): Promise<Reread[]> {
  return (await tx.rows<RereadRow>(`${REREADS} order by d.id, a.position`)).map(rereadOf);
}

function rereadOf(row: RereadRow): Reread {
  return {
    origin: { lane: row.origin.l, chunkId: row.origin.c, item: row.origin.i },
    chunkId: row.id,
    item: row.item,
    kind: row.feed,
    version: row.version,
    paths: row.origin.p ?? [],
    results: row.results,
  };
}

/** Paths of the rows of these deliveries that wait in quarantine, by delivery. */
export async function listOpenPaths(
  tx: Tx,
  refs: readonly DeliveryRef[],
): Promise<{ lane: number; id: string; chunkId: string; item: number; path: string }[]> {
  return tx.rows(
    `select q.lane, q.id, q.chunk_id as "chunkId", q.chunk_item as item, q.path
     from unnest($1::smallint[], $2::uuid[], $3::int[]) as k (lane, chunk_id, item)
     join quarantine q on q.lane = k.lane and q.chunk_id = k.chunk_id and q.chunk_item = k.item where q.state = 'open'`,
    [refs.map((ref) => ref.lane), refs.map((ref) => ref.chunkId), refs.map((ref) => ref.item)],
  );
}
