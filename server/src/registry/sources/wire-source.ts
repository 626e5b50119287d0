import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';

type WireSetting = string | Record<string, string> | string[];

/** What the wire form needs of a stored source. */
export interface StoredSource {
  readonly id: string;
  readonly program_id: string;
  readonly slug: string;
  readonly preset: string;
  readonly name: string;
  readonly registrar: boolean;
  readonly reply: 'strict' | 'legacy';
  readonly settings: Readonly<Record<string, string | Readonly<Record<string, string>> | readonly string[]>>;
  readonly token_hash: Uint8Array | null;
  readonly mapping_version: number;
  readonly commissionable_from: Instant | null;
  readonly created_at: Instant;
}

export function wireSource(row: StoredSource) {
  return {
    id: wireId('src', row.id),
    programId: wireId('prg', row.program_id),
    slug: row.slug,
    preset: row.preset,
    name: row.name,
    registrar: row.registrar,
    reply: row.reply,
    settings: { ...row.settings } as Record<string, WireSetting>,
    commissionableFrom: row.commissionable_from === null ? null : formatInstant(row.commissionable_from),
    mappingVersion: row.mapping_version,
    hasToken: row.token_hash !== null,
    createdAt: formatInstant(row.created_at),
  };
}

export function wireMapping(row: {
  readonly source_id: string;
  readonly version: number;
  readonly document: Readonly<Record<string, unknown>>;
  readonly created_at: Instant;
  readonly created_by: string;
}) {
  return {
    sourceId: wireId('src', row.source_id),
    version: row.version,
    document: { ...row.document },
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
  };
}
