import {
  packDeliveryId,
  parseWireId,
  unpackCommissionId,
  unpackDeliveryId,
  wireId,
} from '../../kernel/ids.ts';
import type { IdPrefix } from '../../kernel/ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';

export interface Found {
  readonly kind:
    | 'partner'
    | 'customer'
    | 'event'
    | 'delivery'
    | 'commission'
    | 'program'
    | 'source'
    | 'parked';
  readonly id: string;
  readonly title: string;
  readonly detail: string;
}

/** Of each kind, so many are shown. */
const MOST = 6;

/** What the text names: an id of anything, an external id, the value of an identifier, or part of a name. */
export async function search(tx: Tx, q: string): Promise<Found[]> {
  const byId = await findById(tx, q);
  if (byId !== undefined) return [byId];
  return [
    ...(await findPartners(tx, q)),
    ...(await findCustomers(tx, q)),
    ...(await findParkedIdentifiers(tx, q)),
    ...(await findEvents(tx, q)),
    ...(await findNamed(tx, q)),
  ];
}

async function findById(tx: Tx, q: string): Promise<Found | undefined> {
  const commission = unpackCommissionId(q);
  if (commission.ok) {
    const { lane, hopId, row, item } = commission.value;
    const found = await tx.find<{ component: string; name: string }>(
      `select j.component, p.name from journal j join partner p on p.id = j.partner_id
       where j.lane = $1 and j.hop_id = $2 and j.row_no = $3 and jsonb_array_length(j.items) > $4`,
      [lane, hopId, row, item],
    );
    return found === undefined
      ? undefined
      : { kind: 'commission', id: q, title: `Commission of ${found.name}`, detail: found.component };
  }
  const delivery = unpackDeliveryId(q);
  if (delivery.ok) {
    const { lane, chunkId, item } = delivery.value;
    const found = await tx.find<{ feed: string }>(
      `select feeds[$3::int + 1] as feed from delivery_chunk where lane = $1 and id = $2 and cardinality(feeds) > $3::int`,
      [lane, chunkId, item],
    );
    return found === undefined
      ? undefined
      : { kind: 'delivery', id: packDeliveryId(delivery.value), title: 'Delivery', detail: found.feed };
  }
  return findByUuid(tx, q);
}

/** One row by its wire id: which table, in which lane, and what it is called. */
async function findByUuid(tx: Tx, q: string): Promise<Found | undefined> {
  const idOf = (prefix: IdPrefix): string | undefined => {
    const parsed = parseWireId(prefix, q);
    return parsed.ok ? parsed.value : undefined;
  };
  const named = async (
    kind: Found['kind'],
    sql: string,
    values: readonly unknown[],
  ): Promise<Found | undefined> => {
    const row = await tx.find<{ title: string; detail: string }>(sql, values);
    return row === undefined ? undefined : { kind, id: q, ...row };
  };
  const event = idOf('evt');
  if (event !== undefined)
    return named(
      'event',
      `select kind as title, external_id as detail from event where lane = $1 and id = $2`,
      [laneOf('evidence', event), event],
    );
  const customer = idOf('cus');
  if (customer !== undefined)
    return named(
      'customer',
      `select value as title, namespace as detail from customer where lane = $1 and id = $2`,
      [laneOf('customer', customer), customer],
    );
  const partner = idOf('prt');
  if (partner !== undefined)
    return named(
      'partner',
      `select p.name as title, g.name as detail from partner p join program g on g.id = p.program_id where p.id = $1`,
      [partner],
    );
  const program = idOf('prg');
  if (program !== undefined)
    return named('program', `select name as title, slug as detail from program where id = $1`, [program]);
  const source = idOf('src');
  if (source !== undefined)
    return named('source', `select name as title, slug as detail from source where id = $1`, [source]);
  return undefined;
}

async function findPartners(tx: Tx, q: string): Promise<Found[]> {
  const rows = await tx.rows<{ id: string; name: string; program: string }>(
    `select p.id, p.name, g.name as program from partner p join program g on g.id = p.program_id
     where p.external_ref = $1 or strpos(lower(p.name), lower($1)) > 0 order by length(p.name), p.name limit ${MOST}`,
    [q],
  );
  return rows.map((row) => ({
    kind: 'partner',
    id: wireId('prt', row.id),
    title: row.name,
    detail: row.program,
  }));
}

async function findCustomers(tx: Tx, q: string): Promise<Found[]> {
  const rows = await tx.rows<{ id: string; namespace: string }>(
    `select id, namespace from customer where value = $1
     union select customer_id, namespace from identity_link where value = $1 limit ${MOST}`,
    [q],
  );
  const distinct = new Map(rows.map((row) => [row.id, row]));
  return [...distinct.values()].map((row) => ({
    kind: 'customer',
    id: wireId('cus', row.id),
    title: q,
    detail: row.namespace,
  }));
}

async function findParkedIdentifiers(tx: Tx, q: string): Promise<Found[]> {
  const rows = await tx.rows<{ namespace: string; count: number }>(
    `select namespace, count(*) as count from parked where value = $1 group by namespace order by namespace limit ${MOST}`,
    [q],
  );
  return rows.map((row) => ({
    kind: 'parked',
    id: q,
    title: q,
    detail: `${row.count} events wait for ${row.namespace}`,
  }));
}

async function findEvents(tx: Tx, q: string): Promise<Found[]> {
  const rows = await tx.rows<{ id: string; kind: string; source: string }>(
    `select e.id, e.kind, s.slug as source from event e join source s on s.id = e.source_id where e.external_id = $1 limit ${MOST}`,
    [q],
  );
  return rows.map((row) => ({
    kind: 'event',
    id: wireId('evt', row.id),
    title: `${row.kind} ${q}`,
    detail: row.source,
  }));
}

async function findNamed(tx: Tx, q: string): Promise<Found[]> {
  const sources = await tx.rows<{ id: string; name: string; slug: string }>(
    `select id, name, slug from source where strpos(lower(slug), lower($1)) > 0 or strpos(lower(name), lower($1)) > 0 order by slug limit ${MOST}`,
    [q],
  );
  const programs = await tx.rows<{ id: string; name: string; slug: string }>(
    `select id, name, slug from program where strpos(lower(slug), lower($1)) > 0 or strpos(lower(name), lower($1)) > 0 order by slug limit ${MOST}`,
    [q],
  );
  return [
    ...sources.map((row): Found => ({
      kind: 'source',
      id: wireId('src', row.id),
      title: row.name,
      detail: row.slug,
    })),
    ...programs.map((row): Found => ({
      kind: 'program',
      id: wireId('prg', row.id),
      title: row.name,
      detail: row.slug,
    })),
  ];
}
