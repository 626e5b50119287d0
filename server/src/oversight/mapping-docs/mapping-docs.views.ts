import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { SettingValue } from '../../pipeline/mapping/index.ts';
import type { SeenField, StoredVersion } from './describe.ts';

export interface DocumentedSource {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly preset: string;
  readonly registrar: boolean;
  readonly mapping_version: number;
  readonly settings: Record<string, SettingValue>;
}

/** By slug or uuid. */
export async function findDocumentedSource(
  tx: Tx,
  by: { slug: string } | { id: string },
): Promise<DocumentedSource | undefined> {
  return 'slug' in by
    ? tx.find<DocumentedSource>('select * from source where slug = $1', [by.slug])
    : tx.find<DocumentedSource>('select * from source where id = $1', [by.id]);
}

/** Every version, with the reason that was given when it was put. */
export async function listVersions(tx: Tx, sourceId: string): Promise<StoredVersion[]> {
  const rows = await tx.rows<{
    version: number;
    document: unknown;
    created_at: Instant;
    created_by: string;
    reason: string | null;
  }>(
    `select m.version, m.document, m.created_at, m.created_by,
       (select a.reason from audit_entry a where a.subject = $2 and a.action = 'mapping.put' and (a.body->>'version')::int = m.version
        order by a.at desc limit 1) as reason
     from mapping m where m.source_id = $1 order by m.version desc limit 100`,
    [sourceId, wireId('src', sourceId)],
  );
  return rows.map((row) => ({
    version: row.version,
    document: row.document,
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
    reason: row.reason,
  }));
}

/** What the watch over drift has seen of the fields of a source. */
export async function listSeenFields(tx: Tx, sourceId: string): Promise<SeenField[]> {
  const rows = await tx.rows<{
    feed: string;
    path: string;
    seen: number;
    samples: string[];
    last_seen_at: Instant;
  }>(
    `select feed, path, sum(seen)::bigint as seen, max(last_seen_at) as last_seen_at,
       (select array_agg(distinct s) from source_field g cross join unnest(g.samples) as s
        where g.source_id = $1 and g.feed = f.feed and g.path = f.path) as samples
     from source_field f where source_id = $1 group by feed, path order by feed, path`,
    [sourceId],
  );
  return rows.map((row) => ({
    feed: row.feed,
    path: row.path,
    seen: row.seen,
    samples: row.samples ?? [],
    lastSeenAt: formatInstant(row.last_seen_at),
  }));
}

/** Configured feeds of a source. */
export async function listFeeds(tx: Tx, sourceId: string): Promise<{ name: string; kind: string }[]> {
  return tx.rows<{ name: string; kind: string }>(
    'select name, kind from feed where source_id = $1 order by name',
    [sourceId],
  );
}
