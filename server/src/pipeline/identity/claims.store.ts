import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { smallints, uuids } from '../../platform/binary-arrays.ts';
import type { Db, NamedStatement, Tx } from '../../platform/db.ts';
import type { EventRef } from './identity.store.ts';
import { namedCustomer } from './facts.ts';
import { resolveEvent } from './resolve.ts';
import type { Claim, Resolution, ResolveInput } from './resolve.ts';

/** An identifier by its address. */
export interface IdentifierRef {
  readonly lane: number;
  readonly identifierId: string;
}

/** Claims by identifier; an identifier that nobody claims is absent. */
export type ClaimsById = ReadonlyMap<string, readonly Claim[]>;

/** Reads the claims of identifiers, lane by lane: each answer is as of its own moment, which resolution allows for. */
export async function readClaims(db: Db, refs: readonly IdentifierRef[]): Promise<ClaimsById> {
  const found = new Map<string, Claim[]>();
  collectClaims(found, await db.lookUp<ClaimRow, IdentifierRef>(distinctIdentifiers(refs), CLAIMS, keysOf));
  return found;
}

const CLAIMS: NamedStatement = {
  name: 'identity_claims',
  text: `select l.identifier_id, l.customer_id, l.effective_from, l.effective_to
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join identity_link l on l.lane = k.lane and l.identifier_id = k.id`,
};

interface ClaimRow {
  readonly identifier_id: string;
  readonly customer_id: string;
  readonly effective_from: Instant;
  readonly effective_to: Instant;
}

function keysOf(refs: readonly IdentifierRef[]): readonly unknown[] {
  return [smallints(refs.map((ref) => ref.lane)), uuids(refs.map((ref) => ref.identifierId))];
}

/** Adds the claims of identifiers whose lanes are open to `found`. */
export async function addClaims(
  found: Map<string, Claim[]>,
  tx: Tx,
  refs: readonly IdentifierRef[],
): Promise<void> {
  collectClaims(found, await tx.rows<ClaimRow>(CLAIMS.text, keysOf(refs)));
}

function collectClaims(found: Map<string, Claim[]>, rows: readonly ClaimRow[]): void {
  for (const row of rows) {
    const claim = { customerId: row.customer_id, from: row.effective_from, to: row.effective_to };
    const list = found.get(row.identifier_id);
    if (list === undefined) found.set(row.identifier_id, [claim]);
    else list.push(claim);
  }
}

export function distinctIdentifiers(refs: readonly IdentifierRef[]): IdentifierRef[] {
  return [
    ...new Map(
      refs.map((ref) => [ref.identifierId, { lane: ref.lane, identifierId: ref.identifierId }]),
    ).values(),
  ];
}

/** A claim to be kept or taken back; its key is (identifier, customer, origin). */
export interface LinkWrite extends IdentifierRef {
  readonly customerId: string;
  readonly originId: string;
  readonly programId: string;
  readonly namespace: string;
  readonly value: string;
  /** ISO text, or 'infinity' and '-infinity'. */
  readonly from: string;
  readonly to: string;
}

/** Writes claims; one that stands already as it is told stays untouched. Keys must be distinct. */
export async function upsertLinks(tx: Tx, links: readonly LinkWrite[], now: Instant): Promise<void> {
  if (links.length === 0) return;
  await tx.exec(
    `insert into identity_link as l (lane, identifier_id, customer_id, origin_id, program_id, namespace, value, effective_from, effective_to, recorded_at)
     select lane, identifier_id, customer_id, origin_id, program_id, namespace, value, effective_from, effective_to, $10
     from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[])
       as s (lane, identifier_id, customer_id, origin_id, program_id, namespace, value, effective_from, effective_to)
     order by lane, identifier_id, customer_id, origin_id
     on conflict (lane, identifier_id, customer_id, origin_id) do update set
       effective_from = excluded.effective_from, effective_to = excluded.effective_to, recorded_at = excluded.recorded_at
     where (l.effective_from, l.effective_to) is distinct from (excluded.effective_from, excluded.effective_to)`,
    [
      links.map((l) => l.lane),
      links.map((l) => l.identifierId),
      links.map((l) => l.customerId),
      links.map((l) => l.originId),
      links.map((l) => l.programId),
      links.map((l) => l.namespace),
      links.map((l) => l.value),
      links.map((l) => l.from),
      links.map((l) => l.to),
      formatInstant(now),
    ],
  );
}

/** Takes claims back; one that is gone already was taken back before. */
export async function deleteLinks(
  tx: Tx,
  links: readonly (IdentifierRef & { customerId: string; originId: string })[],
): Promise<void> {
  if (links.length === 0) return;
  await tx.exec(
    `delete from identity_link l using unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[]) as d (lane, identifier_id, customer_id, origin_id)
     where l.lane = d.lane and l.identifier_id = d.identifier_id and l.customer_id = d.customer_id and l.origin_id = d.origin_id`,
    [
      links.map((l) => l.lane),
      links.map((l) => l.identifierId),
      links.map((l) => l.customerId),
      links.map((l) => l.originId),
    ],
  );
}

/** What waits for an identifier. */
export interface ParkedRow extends IdentifierRef {
  readonly event: EventRef;
  readonly programId: string;
  readonly parkedAt: Instant;
}

/** The events parked under these identifiers. */
export async function listParked(tx: Tx, refs: readonly IdentifierRef[]): Promise<ParkedRow[]> {
  const rows = await tx.rows<ParkedRecord>(
    `select p.lane, p.identifier_id, p.event_id, p.event_lane, p.program_id, p.parked_at
     from unnest($1::smallint[], $2::uuid[]) as k (lane, id) join parked p on p.lane = k.lane and p.identifier_id = k.id`,
    [refs.map((ref) => ref.lane), refs.map((ref) => ref.identifierId)],
  );
  return rows.map(parkedOf);
}

/**
 * The lanes in which something is parked under an identifier that somebody claims, or as a registration of a source that has
 * become a registrar since; a read for the sweep.
 */
export async function listMatchedLanes(tx: Tx): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(
    `select p.lane from parked p join identity_link l on l.lane = p.lane and l.identifier_id = p.identifier_id
     union
     select p.lane from parked p join event e on e.lane = p.event_lane and e.id = p.event_id join source s on s.id = e.source_id
     where p.reason = 'not_a_registrar' and s.registrar`,
  );
  return rows.map((row) => row.lane);
}

/** Parked events of these lanes whose identifier is claimed or which wait for a registrar, parked before `before`; oldest first. */
export async function listMatchedParked(
  tx: Tx,
  lanes: readonly number[],
  before: Instant,
  limit: number,
): Promise<ParkedRow[]> {
  const rows = await tx.rows<ParkedRecord>(
    `select p.lane, p.identifier_id, p.event_id, p.event_lane, p.program_id, p.parked_at
     from parked p
     where p.lane = any($1::smallint[]) and p.parked_at < $2
       and (p.reason = 'not_a_registrar'
         or exists (select from identity_link l where l.lane = p.lane and l.identifier_id = p.identifier_id))
     order by p.parked_at limit $3`,
    [lanes, formatInstant(before), limit],
  );
  return rows.map(parkedOf);
}

interface ParkedRecord {
  readonly lane: number;
  readonly identifier_id: string;
  readonly event_id: string;
  readonly event_lane: number;
  readonly program_id: string;
  readonly parked_at: Instant;
}

function parkedOf(row: ParkedRecord): ParkedRow {
  return {
    lane: row.lane,
    identifierId: row.identifier_id,
    event: { lane: row.event_lane, id: row.event_id },
    programId: row.program_id,
    parkedAt: row.parked_at,
  };
}

/** What the door asks about an event. */
export interface HintQuery extends ResolveInput {
  readonly identifierId: string;
}

/** Where events would live as far as is known now, in order: a hint for the reply; the evidence step decides (rules.md 3.2). */
export async function resolveHints(db: Db, queries: readonly HintQuery[]): Promise<Resolution[]> {
  const asking = queries.filter((query) => namedCustomer(query) === undefined);
  const refs = asking.map(({ identifierId }) => ({ lane: laneOf('identifier', identifierId), identifierId }));
  const claims = await readClaims(db, refs);
  return queries.map((query) => resolveEvent(query, claims.get(query.identifierId) ?? []));
}
