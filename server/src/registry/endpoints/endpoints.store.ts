import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { EndpointRow } from './endpoints.views.ts';

export async function insertEndpoint(
  tx: Tx,
  endpoint: {
    id: string;
    programId: string;
    url: string;
    eventTypes: readonly string[];
    secret: Buffer;
    now: Instant;
  },
): Promise<EndpointRow> {
  return tx.one<EndpointRow>(
    `insert into endpoint (id, program_id, url, event_types, secret, state, created_at) values ($1, $2, $3, $4, $5, 'active', $6)
     returning id, program_id, url, event_types, state, disabled_reason, created_at`,
    [
      endpoint.id,
      endpoint.programId,
      endpoint.url,
      endpoint.eventTypes,
      endpoint.secret,
      formatInstant(endpoint.now),
    ],
  );
}

/** Switches an endpoint; what waits for a disabled one stays and goes out when it is active again. */
export async function setEndpointState(
  tx: Tx,
  id: string,
  state: 'active' | 'disabled',
  reason: string | null,
): Promise<EndpointRow> {
  return tx.one<EndpointRow>(
    `update endpoint set state = $2, disabled_reason = $3 where id = $1
     returning id, program_id, url, event_types, state, disabled_reason, created_at`,
    [id, state, reason],
  );
}
