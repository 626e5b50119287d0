// Reads the evidence: registry, deliveries, facts. Nothing here reads a derived table.
import { identifierIdOf } from '../../kernel/derived-ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { createRateBook } from '../../kernel/rate-book.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';
import type { CustomerFact } from '../../pipeline/identity/facts.ts';
import { factOf } from '../../pipeline/identity/index.ts';
import type { StoredFact } from '../../pipeline/identity/index.ts';
import type { StoredResult } from '../../pipeline/intake/facts.ts';
import { compileMapping } from '../../pipeline/mapping/index.ts';
import type { CanonicalEvent, CompiledMapping } from '../../pipeline/mapping/index.ts';
import type { ProgramSnapshot, SourceSnapshot } from '../../registry/facts.ts';
import {
  buildProgramSnapshot,
  findProgramRows,
  listMappingVersions,
  listRates,
} from '../../registry/index.ts';
import type { FactsByCustomer, StoredDelivery } from './facts.ts';
import type { ReadItem } from './retell.ts';

/** The registry as of the snapshot. */
export interface RegistryEvidence {
  readonly programs: ReadonlyMap<string, ProgramSnapshot>;
  readonly sources: ReadonlyMap<string, SourceSnapshot>;
  /** The versions of the mapping of a source, the first one first. */
  readonly versionsOf: (sourceId: string) => readonly number[];
  /** The mapping of a source in one version, compiled; throws when it does not exist. */
  readonly mappingOf: (sourceId: string, version: number) => CompiledMapping;
}

export async function loadRegistry(tx: Tx): Promise<RegistryEvidence> {
  const programs = new Map<string, ProgramSnapshot>();
  const book = createRateBook(await listRates(tx));
  for (const { id } of await tx.rows<{ id: string }>('select id from program order by id')) {
    const rows = await findProgramRows(tx, id);
    if (rows !== undefined) programs.set(id, buildProgramSnapshot(rows, book));
  }
  const sources = await tx.rows<SourceSnapshot>(
    'select id, slug, program_id as "programId", registrar from source',
  );
  const mappings = await listMappingVersions(tx);
  const documents = new Map(mappings.map((one) => [`${one.sourceId} ${one.version}`, one]));
  const versions = Map.groupBy(mappings, (one) => one.sourceId);
  const compiled = new Map<string, CompiledMapping>();
  return {
    programs,
    sources: new Map(sources.map((source) => [source.id, source])),
    versionsOf: (sourceId) => (versions.get(sourceId) ?? []).map((one) => one.version),
    mappingOf(sourceId, version) {
      const key = `${sourceId} ${version}`;
      const document = documents.get(key);
      if (document === undefined) throw new Error(`source ${sourceId} has no mapping version ${version}`);
      const known = compiled.get(key) ?? compileMapping(document.document, document.settings);
      compiled.set(key, known);
      return known;
    },
  };
}

export async function countDeliveries(tx: Tx): Promise<number> {
  return (
    await tx.one<{ n: number }>(
      'select coalesce(sum(cardinality(bodies)), 0)::bigint as n from delivery_chunk',
    )
  ).n;
}

const CHUNKS_PER_PAGE = 20;

/** All deliveries, a page of chunks at a time. */
export async function* readDeliveries(tx: Tx): AsyncGenerator<StoredDelivery> {
  let after: { lane: number; id: string } | undefined = {
    lane: -1,
    id: '00000000-0000-0000-0000-000000000000',
  };
  while (after !== undefined) {
    const rows: ChunkRow[] = await tx.rows<ChunkRow>(
      `select lane, id, received_ats, source_ids, feeds, mapping_versions, content_types, queries, bodies, results, origins from delivery_chunk
       where (lane, id) > ($1, $2) order by lane, id limit $3`,
      [after.lane, after.id, CHUNKS_PER_PAGE],
    );
    for (const row of rows) yield* deliveriesOf(row);
    after = rows.length < CHUNKS_PER_PAGE ? undefined : rows.at(-1);
  }
}

interface ChunkRow {
  readonly lane: number;
  readonly id: string;
  readonly received_ats: Instant[];
  readonly source_ids: string[];
  readonly feeds: string[];
  readonly mapping_versions: number[];
  readonly content_types: string[];
  readonly queries: string[];
  readonly bodies: (Buffer | null)[];
  readonly origins: ({ l: number; c: string; i: number; p?: string[] } | null)[] | null;
  readonly results: StoredResult[][];
}

function deliveriesOf(row: ChunkRow): StoredDelivery[] {
  return row.source_ids.map((sourceId, item) => ({
    chunkId: row.id,
    item,
    sourceId,
    receivedAt: row.received_ats[item] as Instant,
    feed: row.feeds[item] ?? '',
    mappingVersion: row.mapping_versions[item] ?? 0,
    contentType: row.content_types[item] ?? '',
    query: row.queries[item] ?? '',
    body: row.bodies[item] ?? null,
    results: row.results[item] ?? [],
    origin: originOf(row.origins?.[item] ?? null),
  }));
}

function originOf(
  origin: { l: number; c: string; i: number; p?: string[] } | null,
): StoredDelivery['origin'] {
  if (origin === null) return null;
  return { lane: origin.l, chunkId: origin.c, item: origin.i, paths: origin.p ?? [] };
}

/** One delivery by address; throws when it is not there. */
export async function getDelivery(
  tx: Tx,
  at: { readonly lane: number; readonly chunkId: string; readonly item: number },
): Promise<StoredDelivery> {
  const row = await tx.one<ChunkRow>(
    `select lane, id, received_ats, source_ids, feeds, mapping_versions, content_types, queries, bodies, results, origins from delivery_chunk
     where lane = $1 and id = $2`,
    [at.lane, at.chunkId],
  );
  const found = deliveriesOf(row)[at.item];
  if (found === undefined) throw new Error(`chunk ${at.chunkId} has no delivery ${at.item}`);
  return found;
}

/**
 * What a delivery told whose raw bytes are gone: the canonical events that were mapped from it (rules.md 1.9). A row that
 * told nothing new has no content of its own and is left out.
 */
export async function readErased(
  tx: Tx,
  delivery: StoredDelivery,
  source: SourceSnapshot,
): Promise<(ReadItem | undefined)[]> {
  const known = delivery.results.filter((result) => result.e !== undefined && result.l !== undefined);
  const rows = await tx.rows<{
    id: string;
    hash: string;
    order_value: string | null;
    content: CanonicalEvent;
  }>(
    `select e.id, encode(e.content_hash, 'hex') as hash, e.order_value, e.content
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join event e on e.lane = k.lane and e.id = k.id where e.chunk_id = $3 and e.chunk_item = $4
     union all
     select r.event_id, encode(r.content_hash, 'hex'), r.order_value, r.content
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join event_revision r on r.lane = k.lane and r.event_id = k.id where r.chunk_id = $3 and r.chunk_item = $4`,
    [known.map((result) => result.l), known.map((result) => result.e), delivery.chunkId, delivery.item],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return delivery.results.map((result) => {
    const row = result.e === undefined || result.d === 'duplicate' ? undefined : byId.get(result.e);
    const first = row?.content.identifiers[0];
    if (row === undefined || first === undefined) return undefined;
    const { id, hash, order_value: order, content } = row;
    const identifierId = identifierIdOf(source.programId, first.namespace, first.value);
    return {
      kind: 'event',
      path: result.p ?? '$',
      id,
      hash,
      order,
      covers: null,
      source: { mappingVersion: delivery.mappingVersion },
      content,
      occurredAt: instantFromIso(content.occurredAt),
      identifierId,
    };
  });
}

interface FactRow extends StoredFact {
  readonly customer_id: string;
  readonly program_id: string;
}

const FACT =
  'select f.id, f.customer_id, f.program_id, f.kind, f.effective_from, f.effective_to, f.body, f.of_customer from fact f';

/** Every fact that was written by API; not the copies that stand with those into whom somebody was merged. */
export async function loadFacts(tx: Tx): Promise<FactsByCustomer> {
  return groupFacts(await tx.rows<FactRow>(`${FACT} where f.of_customer is null`));
}

/** The facts of these customers. */
export async function loadFactsOf(tx: Tx, customerIds: readonly string[]): Promise<FactsByCustomer> {
  const rows = await tx.rows<FactRow>(
    `${FACT} join unnest($1::smallint[], $2::uuid[]) as k (lane, customer_id) on f.lane = k.lane and f.customer_id = k.customer_id and f.of_customer is null`,
    [customerIds.map((id) => laneOf('customer', id)), customerIds],
  );
  return groupFacts(rows);
}

function groupFacts(rows: readonly FactRow[]): FactsByCustomer {
  const facts = new Map<string, { programId: string; facts: CustomerFact[] }>();
  for (const row of rows) {
    const own = facts.get(row.customer_id) ?? { programId: row.program_id, facts: [] };
    own.facts.push(factOf(row));
    facts.set(row.customer_id, own);
  }
  return facts;
}
