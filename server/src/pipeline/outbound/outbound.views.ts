import type { Instant } from '../../kernel/instant.ts';
import { LANES } from '../../kernel/lane.ts';
import type { Tx } from '../../platform/db.ts';

/** A webhook to one endpoint, as the delivery log shows it. */
export interface DeliveryRow {
  readonly lane: number;
  readonly id: string;
  readonly endpointId: string;
  readonly eventType: string;
  readonly payload: Record<string, unknown>;
  readonly createdAt: Instant;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly nextAt: Instant;
}

export interface AttemptRow {
  readonly attempt: number;
  readonly attemptedAt: Instant;
  readonly status: number | null;
  readonly error: string | null;
  readonly response: string | null;
  readonly durationMs: number;
}

const COLUMNS = `o.lane, o.id, o.endpoint_id as "endpointId", o.event_type as "eventType", o.payload, o.created_at as "createdAt", o.state, o.attempts,
  o.next_at as "nextAt"`;

export interface DeliveryFilter {
  readonly endpointId: string | undefined;
  readonly state: string | undefined;
  /** Ids rise with time: the page goes on below this one. */
  readonly before: string | undefined;
}

/** Newest first, one row more than the limit. */
export async function listDeliveries(tx: Tx, filter: DeliveryFilter, limit: number): Promise<DeliveryRow[]> {
  return tx.rows<DeliveryRow>(
    `select ${COLUMNS} from outbox o
     where ($1::uuid is null or o.endpoint_id = $1) and ($2::text is null or o.state = $2) and ($3::uuid is null or o.id < $3)
     order by o.id desc limit $4`,
    [filter.endpointId ?? null, filter.state ?? null, filter.before ?? null, limit + 1],
  );
}

/** The webhook of this id. Its lane is not known, so every lane's primary key is asked: 1024 short look-ups, for people only. */
export async function findDelivery(tx: Tx, id: string): Promise<DeliveryRow | undefined> {
  return tx.find<DeliveryRow>(
    `select ${COLUMNS} from generate_series(0, ${LANES - 1}) as l (lane) join outbox o on o.lane = l.lane and o.id = $1`,
    [id],
  );
}

/** Every attempt of a webhook, the first one first. */
export async function listAttempts(
  tx: Tx,
  row: Pick<DeliveryRow, 'lane' | 'id' | 'endpointId'>,
): Promise<AttemptRow[]> {
  return tx.rows<AttemptRow>(
    `select attempt, attempted_at as "attemptedAt", status, error, response, duration_ms as "durationMs"
     from outbound_attempt where lane = $1 and outbox_id = $2 and endpoint_id = $3 order by attempt`,
    [row.lane, row.id, row.endpointId],
  );
}
