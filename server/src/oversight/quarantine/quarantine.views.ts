import type { Tx } from '../../platform/db.ts';
import type { SettingValue } from '../../pipeline/mapping/index.ts';
import type { QuarantineGroupRow, QuarantineRow } from './facts.ts';

export interface QuarantineFilter {
  /** Slug. */
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
  readonly state?: QuarantineRow['state'] | undefined;
}

export interface QuarantinePageFilter extends QuarantineFilter {
  readonly sort: 'newest' | 'oldest';
  readonly after?: { readonly receivedAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

const ITEM = `
  select q.lane, q.id, q.source_id, s.slug as source_slug, coalesce(d.feeds[q.chunk_item + 1], '') as feed, q.chunk_id, q.chunk_item, q.row_no,
    q.reason, q.detail, q.path, q.received_at, q.state, q.settled_at, q.settled_by, q.note
  from quarantine q join source s on s.id = q.source_id join delivery_chunk d on d.lane = q.lane and d.id = q.chunk_id`;

/** Places without their numbers: the third row of one delivery fails as the seventh of another. */
const PLACE = `regexp_replace(regexp_replace(q.path, '\\[\\d+\\]', '[*]', 'g'), '^line \\d+', 'line *')`;

const WANTED = `
  ($1::text is null or q.state = $1) and ($2::text is null or s.slug = $2) and ($3::uuid is null or s.program_id = $3)
  and ($4::text is null or q.reason = $4) and ($5::text is null or ${PLACE} = $5) and ($6::text is null or q.detail = $6)
  and ($7::timestamptz is null or q.received_at >= $7) and ($8::timestamptz is null or q.received_at < $8)
  and ($9::text is null or strpos(lower(q.reason || ' ' || q.path || ' ' || q.detail), lower($9)) > 0)`;

function wantedValues(filter: QuarantineFilter): (string | null)[] {
  const { state, source, programId, reason, path, detail, from, to, q } = filter;
  return [state, source, programId, reason, path, detail, from, to, q].map((value) => value ?? null);
}

/** By receipt over all lanes, one row more than the limit. */
export async function listQuarantine(tx: Tx, filter: QuarantinePageFilter): Promise<QuarantineRow[]> {
  const [order, sign] = filter.sort === 'newest' ? ['desc', '<'] : ['asc', '>'];
  return tx.rows<QuarantineRow>(
    `${ITEM} where ${WANTED} and ($10::timestamptz is null or (q.received_at, q.id) ${sign} ($10, $11::uuid))
     order by q.received_at ${order}, q.id ${order} limit $12`,
    [...wantedValues(filter), filter.after?.receivedAt ?? null, filter.after?.id ?? null, filter.limit + 1],
  );
}

export async function findQuarantined(
  tx: Tx,
  at: { lane: number; id: string },
): Promise<QuarantineRow | undefined> {
  return tx.find<QuarantineRow>(`${ITEM} where q.lane = $1 and q.id = $2`, [at.lane, at.id]);
}

export async function loadQuarantined(
  tx: Tx,
  keys: readonly { lane: number; id: string }[],
): Promise<QuarantineRow[]> {
  return tx.rows<QuarantineRow>(
    `${ITEM} join unnest($1::smallint[], $2::uuid[]) as k (lane, id) on q.lane = k.lane and q.id = k.id`,
    [keys.map((key) => key.lane), keys.map((key) => key.id)],
  );
}

/** What failed alike, the largest group first. */
export async function listGroups(
  tx: Tx,
  filter: QuarantineFilter,
  limit: number,
): Promise<{ groups: QuarantineGroupRow[]; total: number }> {
  const rows = await tx.rows<QuarantineGroupRow & { total: number }>(
    `select q.source_id, s.slug as source_slug, q.reason, ${PLACE} as path, q.detail, count(*)::int as count,
       min(q.received_at) as oldest_at, max(q.received_at) as newest_at,
       (array_agg(q.lane order by q.received_at desc, q.id desc))[1] as sample_lane,
       (array_agg(q.id order by q.received_at desc, q.id desc))[1] as sample_id,
       (sum(count(*)) over ())::int as total
     from quarantine q join source s on s.id = q.source_id
     where ${WANTED}
     group by q.source_id, s.slug, q.reason, ${PLACE}, q.detail order by count(*) desc, max(q.received_at) desc limit $10`,
    [...wantedValues(filter), limit],
  );
  return { groups: rows, total: rows[0]?.total ?? 0 };
}

export async function countQuarantined(tx: Tx, filter: QuarantineFilter): Promise<number> {
  return (
    await tx.one<{ n: number }>(
      `select count(*)::int as n from quarantine q join source s on s.id = q.source_id where ${WANTED}`,
      wantedValues(filter),
    )
  ).n;
}

export interface SourceInForce {
  readonly id: string;
  readonly slug: string;
  readonly program_id: string;
  readonly registrar: boolean;
  readonly version: number;
  readonly document: Record<string, unknown>;
  readonly settings: Record<string, SettingValue>;
}

/** Sources with their mapping in force. */
export async function loadSources(tx: Tx, ids: readonly string[]): Promise<Map<string, SourceInForce>> {
  const rows = await tx.rows<SourceInForce>(
    `select s.id, s.slug, s.program_id, s.registrar, m.version, m.document, s.settings
     from source s join mapping m on m.source_id = s.id and m.version = s.mapping_version where s.id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** By slug or uuid. */
export async function findSourceInForce(
  tx: Tx,
  by: { slug: string } | { id: string },
): Promise<SourceInForce | undefined> {
  const row = await tx.find<{ id: string }>(
    'slug' in by ? 'select id from source where slug = $1' : 'select id from source where id = $1',
    ['slug' in by ? by.slug : by.id],
  );
  return row === undefined ? undefined : (await loadSources(tx, [row.id])).get(row.id);
}
