import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { SettingValue } from '../../pipeline/mapping/index.ts';

export interface SourceRow {
  readonly id: string;
  readonly program_id: string;
  readonly slug: string;
  readonly preset: string;
  readonly name: string;
  readonly registrar: boolean;
  readonly reply: 'strict' | 'legacy';
  readonly settings: Record<string, SettingValue>;
  readonly token_hash: Buffer | null;
  readonly mapping_version: number;
  readonly commissionable_from: Instant | null;
  readonly created_at: Instant;
}

export interface MappingRow {
  readonly source_id: string;
  readonly version: number;
  readonly document: Record<string, unknown>;
  readonly created_at: Instant;
  readonly created_by: string;
}

/** By slug, or by uuid. */
export async function findSource(
  tx: Tx,
  by: { slug: string } | { id: string },
): Promise<SourceRow | undefined> {
  return 'slug' in by
    ? tx.find<SourceRow>(`select * from source where slug = $1`, [by.slug])
    : tx.find<SourceRow>(`select * from source where id = $1`, [by.id]);
}

/** Newest first, one row more than the limit. */
export async function listSources(
  tx: Tx,
  filter: { programId?: string | undefined; before?: string | undefined; limit: number },
): Promise<SourceRow[]> {
  return tx.rows<SourceRow>(
    `select * from source where ($1::uuid is null or program_id = $1) and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [filter.programId ?? null, filter.before ?? null, filter.limit + 1],
  );
}

export async function findMapping(
  tx: Tx,
  sourceId: string,
  version: number,
): Promise<MappingRow | undefined> {
  return tx.find<MappingRow>(`select * from mapping where source_id = $1 and version = $2`, [
    sourceId,
    version,
  ]);
}

export async function findNewestMapping(tx: Tx, sourceId: string): Promise<number> {
  return (
    await tx.one<{ version: number }>(`select max(version) as version from mapping where source_id = $1`, [
      sourceId,
    ])
  ).version;
}
