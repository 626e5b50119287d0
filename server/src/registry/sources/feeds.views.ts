import type { Tx } from '../../platform/db.ts';
import type { FeedRow } from './facts.ts';

/** Feeds of a source, by name. */
export async function listFeeds(tx: Tx, sourceId: string): Promise<FeedRow[]> {
  return tx.rows<FeedRow>(`select * from feed where source_id = $1 order by name`, [sourceId]);
}

export async function findFeed(tx: Tx, sourceId: string, name: string): Promise<FeedRow | undefined> {
  return tx.find<FeedRow>(`select * from feed where source_id = $1 and name = $2`, [sourceId, name]);
}
