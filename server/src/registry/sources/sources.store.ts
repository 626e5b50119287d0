import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { MappingRow, SourceRow } from './sources.views.ts';

export interface NewSource {
  readonly id: string;
  readonly programId: string;
  readonly slug: string;
  readonly preset: string;
  readonly name: string;
  readonly registrar: boolean;
  readonly reply: 'strict' | 'legacy';
  readonly settings: object;
  readonly tokenHash: Buffer;
  readonly commissionableFrom: Instant | null;
  readonly now: Instant;
}

/** Throws a unique violation of source_slug_key when the slug is taken. */
export async function insertSource(tx: Tx, source: NewSource): Promise<SourceRow> {
  return tx.one<SourceRow>(
    `insert into source (id, program_id, slug, preset, name, registrar, reply, settings, token_hash, mapping_version, created_at, commissionable_from)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11) returning *`,
    [
      source.id,
      source.programId,
      source.slug,
      source.preset,
      source.name,
      source.registrar,
      source.reply,
      json(source.settings),
      source.tokenHash,
      formatInstant(source.now),
      source.commissionableFrom === null ? null : formatInstant(source.commissionableFrom),
    ],
  );
}

export async function insertMapping(
  tx: Tx,
  mapping: { sourceId: string; version: number; document: unknown; now: Instant; by: string },
): Promise<MappingRow> {
  return tx.one<MappingRow>(
    `insert into mapping (source_id, version, document, created_at, created_by) values ($1, $2, $3, $4, $5) returning *`,
    [mapping.sourceId, mapping.version, json(mapping.document), formatInstant(mapping.now), mapping.by],
  );
}

/** Puts a mapping in force; the caller holds the program. */
export async function activateMapping(
  tx: Tx,
  sourceId: string,
  version: number,
  settings: object,
): Promise<void> {
  await tx.exec(
    `update source set mapping_version = $2, settings = $3 where id = $1`,
    [sourceId, version, json(settings)],
    1,
  );
}

export async function updateSource(
  tx: Tx,
  id: string,
  change: {
    name: string;
    registrar: boolean;
    reply: 'strict' | 'legacy';
    commissionableFrom: Instant | null;
  },
): Promise<SourceRow> {
  const { name, registrar, reply, commissionableFrom: from } = change;
  return tx.one<SourceRow>(
    `update source set name = $2, registrar = $3, reply = $4, commissionable_from = $5 where id = $1 returning *`,
    [id, name, registrar, reply, from === null ? null : formatInstant(from)],
  );
}

export async function replaceToken(tx: Tx, id: string, tokenHash: Buffer): Promise<SourceRow> {
  return tx.one<SourceRow>(`update source set token_hash = $2 where id = $1 returning *`, [id, tokenHash]);
}
