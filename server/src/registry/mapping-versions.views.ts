import { parseWireId } from '../kernel/ids.ts';
import { compileMapping } from '../pipeline/mapping/index.ts';
import type { CompiledMapping, SourceSettings } from '../pipeline/mapping/index.ts';
import type { Db, Tx } from '../platform/db.ts';

/** One version of the mapping of a source, with the settings that were in force with it. */
export interface MappingVersion {
  readonly sourceId: string;
  readonly version: number;
  readonly document: unknown;
  readonly settings: SourceSettings;
}

/**
 * Every version of the mapping of a source, of all sources without one. Settings change with a version only; the audit
 * has those of each version, the source has the last ones.
 */
export async function listMappingVersions(tx: Tx, sourceId?: string): Promise<MappingVersion[]> {
  const sources = await tx.rows<{ id: string; settings: SourceSettings }>(
    'select id, settings from source where $1::uuid is null or id = $1',
    [sourceId ?? null],
  );
  const current = new Map(sources.map((source) => [source.id, source.settings]));
  const changes = await tx.rows<{ subject: string; version: number; settings: SourceSettings }>(
    `select subject, coalesce((body->>'version')::int, 1) as version, body->'settings' as settings from audit_entry
     where action in ('source.create', 'mapping.put') and body->'settings' is not null and jsonb_typeof(body->'settings') = 'object' order by at, id`,
  );
  const bySource = Map.groupBy(changes, (change) => sourceIdOf(change.subject));
  const rows = await tx.rows<{ source_id: string; version: number; document: unknown }>(
    'select source_id, version, document from mapping where $1::uuid is null or source_id = $1 order by source_id, version',
    [sourceId ?? null],
  );
  return rows.map(({ source_id: source, version, document }) => ({
    sourceId: source,
    version,
    document,
    settings:
      bySource.get(source)?.findLast((change) => change.version <= version)?.settings ??
      current.get(source) ??
      {},
  }));
}

function sourceIdOf(wire: string): string {
  const parsed = parseWireId('src', wire);
  return parsed.ok ? parsed.value : wire;
}

/** Compiled mappings by version: a version never changes, so what was compiled once is kept. */
export interface MappingShelf {
  /** Throws when there is no such version. */
  get(sourceId: string, version: number): Promise<CompiledMapping>;
}

export function createMappingShelf(db: Db): MappingShelf {
  const compiled = new Map<string, CompiledMapping>();
  const keyOf = (sourceId: string, version: number): string => `${sourceId} ${version}`;
  return {
    async get(sourceId, version) {
      const known = compiled.get(keyOf(sourceId, version));
      if (known !== undefined) return known;
      const versions = await db.reference((tx) => listMappingVersions(tx, sourceId));
      const found = versions.find((one) => one.version === version);
      if (found === undefined) throw new Error(`source ${sourceId} has no mapping version ${version}`);
      const mapping = compileMapping(found.document, found.settings);
      compiled.set(keyOf(sourceId, version), mapping);
      return mapping;
    },
  };
}
