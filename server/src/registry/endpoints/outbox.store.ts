import type { Instant } from '../../kernel/instant.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';

/** An endpoint that wants to know of a kind of event, and the program's now. */
export interface Listener {
  readonly id: string;
  readonly programId: string;
  /** The settable clock of a sandbox; real time elsewhere. */
  readonly programNow: Instant;
}

/** Endpoints of these programs that want to know. Disabled ones go on collecting; one whose receiver is gone does not. */
export async function listListeners(
  tx: Tx,
  programIds: readonly string[],
  { eventTypes, now }: { eventTypes: readonly string[]; now: Instant },
): Promise<(Listener & { readonly eventTypes: readonly string[] })[]> {
  return tx.rows(
    `select e.id, e.program_id as "programId", coalesce(p.clock_at, $3::timestamptz) as "programNow", e.event_types as "eventTypes"
     from endpoint e join program p on p.id = e.program_id
     where e.program_id = any($1::uuid[]) and e.event_types && ($2::text[] || array['*'])
       and (e.state = 'active' or e.disabled_reason is distinct from 'gone')`,
    [programIds, eventTypes, formatInstant(now)],
  );
}

/** A webhook to be written into the outbox, in a lane that is open. */
export interface OutboxEntry {
  readonly lane: number;
  readonly id: string;
  readonly endpointId: string;
  readonly programId: string;
  readonly eventType: string;
  readonly payload: object;
}

/** Writes webhooks; one that stands there already is left as it is. `at` is real time: deliveries do not follow a sandbox clock. */
export async function insertOutboxEntries(
  tx: Tx,
  entries: readonly OutboxEntry[],
  at: Instant,
): Promise<void> {
  if (entries.length === 0) return;
  await tx.exec(
    `insert into outbox (lane, id, endpoint_id, program_id, event_type, payload, created_at, state, next_at)
     select lane, id, endpoint_id, program_id, event_type, payload, $7, 'pending', $7
     from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::jsonb[])
       as r (lane, id, endpoint_id, program_id, event_type, payload)
     on conflict (lane, id, endpoint_id) do nothing`,
    [
      entries.map((entry) => entry.lane),
      entries.map((entry) => entry.id),
      entries.map((entry) => entry.endpointId),
      entries.map((entry) => entry.programId),
      entries.map((entry) => entry.eventType),
      entries.map((entry) => json(entry.payload)),
      formatInstant(at),
    ],
  );
}
