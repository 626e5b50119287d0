// Everything that a change of some events may touch: their customers, those customers' events, facts and claims.
import { identifierIdOf } from '../../kernel/derived-ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { SourceSnapshot } from '../../registry/facts.ts';

export interface StoredEvent {
  readonly id: string;
  readonly source_id: string;
  readonly kind: CanonicalEvent['kind'];
  readonly occurred_at: Instant;
  readonly received_at: Instant;
  readonly content: CanonicalEvent;
  readonly hash: string;
  readonly order_value: string | null;
  readonly revision: number;
  readonly mapping_version: number;
  readonly identifier_id: string;
  readonly customer_id: string | null;
}

const EVENT = `
  select e.id, e.source_id, e.kind, e.occurred_at, e.received_at, e.content, encode(e.content_hash, 'hex') as hash, e.order_value, e.revision,
    e.mapping_version, e.identifier_id, e.customer_id
  from event e`;

/** Events by id; those that are not there are left out. */
export async function loadEvents(tx: Tx, ids: readonly string[]): Promise<StoredEvent[]> {
  return tx.rows<StoredEvent>(
    `${EVENT} join unnest($1::smallint[], $2::uuid[]) as k (lane, id) on e.lane = k.lane and e.id = k.id`,
    [ids.map((id) => laneOf('evidence', id)), ids],
  );
}

/** Ids of the events that live with these customers. */
export async function listEventsOf(tx: Tx, customerIds: readonly string[], limit: number): Promise<string[]> {
  const rows = await tx.rows<{ event_id: string }>(
    `select p.event_id from unnest($1::smallint[], $2::uuid[]) as k (lane, customer_id)
     join placement p on p.lane = k.lane and p.customer_id = k.customer_id where p.state <> 'withdrawn' limit $3`,
    [customerIds.map((id) => laneOf('customer', id)), customerIds, limit],
  );
  return rows.map((row) => row.event_id);
}

/** Ids of the events that wait for these identifiers. */
export async function listParkedUnder(
  tx: Tx,
  identifierIds: readonly string[],
  limit: number,
): Promise<string[]> {
  const rows = await tx.rows<{ event_id: string }>(
    `select p.event_id from unnest($1::smallint[], $2::uuid[]) as k (lane, identifier_id)
     join parked p on p.lane = k.lane and p.identifier_id = k.identifier_id limit $3`,
    [identifierIds.map((id) => laneOf('identifier', id)), identifierIds, limit],
  );
  return rows.map((row) => row.event_id);
}

/** Customers that claim these identifiers. */
export async function listClaimants(tx: Tx, identifierIds: readonly string[]): Promise<string[]> {
  const rows = await tx.rows<{ customer_id: string }>(
    `select distinct l.customer_id from unnest($1::smallint[], $2::uuid[]) as k (lane, identifier_id)
     join identity_link l on l.lane = k.lane and l.identifier_id = k.identifier_id`,
    [identifierIds.map((id) => laneOf('identifier', id)), identifierIds],
  );
  return rows.map((row) => row.customer_id);
}

export async function loadSources(tx: Tx): Promise<Map<string, SourceSnapshot>> {
  const rows = await tx.rows<SourceSnapshot>(
    'select id, slug, program_id as "programId", registrar from source',
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Ids of every identifier that a content names, claimed ones included. */
export function identifiersOf(programId: string, content: CanonicalEvent): string[] {
  const { identifiers, link } = content;
  return [
    ...identifiers.map((one) => identifierIdOf(programId, one.namespace, one.value)),
    ...(link === undefined
      ? []
      : [
          identifierIdOf(programId, link.namespace, link.value),
          identifierIdOf(programId, link.customerNamespace, link.customerValue),
        ]),
  ];
}
