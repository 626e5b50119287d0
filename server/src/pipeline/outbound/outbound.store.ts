import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { LANES } from '../../kernel/lane.ts';
import type { Db, Tx } from '../../platform/db.ts';

/** An endpoint that takes webhooks now. */
export interface ActiveEndpoint {
  readonly id: string;
  readonly url: string;
  /** Sealed under the instance secret. */
  readonly secret: Buffer;
}

export async function listActiveEndpoints(tx: Tx): Promise<ActiveEndpoint[]> {
  return tx.rows<ActiveEndpoint>(`select id, url, secret from endpoint where state = 'active' order by id`);
}

/** Names one webhook to one endpoint. */
export interface DeliveryKey {
  readonly lane: number;
  readonly id: string;
  readonly endpointId: string;
}

/** A webhook that this dispatcher has claimed. `claim` is the fencing token: a new uuid with every claim. */
export interface ClaimedDelivery extends DeliveryKey {
  readonly claim: string;
  readonly payload: object;
  /** Attempts that were recorded before this one. */
  readonly attempts: number;
}

/** How many more webhooks an endpoint may get at this moment. */
export interface EndpointRoom {
  readonly endpointId: string;
  readonly room: number;
}

export interface ClaimTerms {
  readonly now: Instant;
  readonly until: Instant;
  readonly claim: string;
}

/**
 * Claims due webhooks, oldest first, at most `room` for each endpoint, so that a receiver that hangs takes nobody's place.
 * Rows that another dispatcher is claiming are passed over.
 */
export async function moveClaimed(
  db: Db,
  rooms: readonly EndpointRoom[],
  terms: ClaimTerms,
): Promise<ClaimedDelivery[]> {
  const lanes =
    db.lanesPerTransaction >= LANES
      ? ALL_LANES
      : await db.acrossLanes('recovery', (tx) => listDueLanes(tx, rooms, terms.now));
  if (lanes.length === 0) return [];
  const left = new Map(rooms.map(({ endpointId, room }) => [endpointId, room]));
  const claimed: ClaimedDelivery[] = [];
  for (let start = 0; start < lanes.length; start += db.lanesPerTransaction) {
    const share = lanes.slice(start, start + db.lanesPerTransaction);
    const wanted = [...left].filter(([, room]) => room > 0);
    if (wanted.length === 0) break;
    const rows = await db.inLanes(share, (tx) => claimIn(tx, { lanes: share, wanted }, terms));
    for (const row of rows) left.set(row.endpointId, (left.get(row.endpointId) ?? 0) - 1);
    claimed.push(...rows);
  }
  return claimed;
}

const ALL_LANES = Array.from({ length: LANES }, (_, lane) => lane);

async function listDueLanes(tx: Tx, rooms: readonly EndpointRoom[], now: Instant): Promise<number[]> {
  const rows = await tx.rows<{ lane: number }>(
    `select distinct lane from outbox
     where endpoint_id = any($1::uuid[]) and state = 'pending' and next_at <= $2 and (leased_until is null or leased_until <= $2)
     order by lane`,
    [rooms.map(({ endpointId }) => endpointId), formatInstant(now)],
  );
  return rows.map((row) => row.lane);
}

async function claimIn(
  tx: Tx,
  {
    lanes,
    wanted,
  }: { lanes: readonly number[]; wanted: readonly (readonly [endpointId: string, room: number])[] },
  terms: ClaimTerms,
): Promise<ClaimedDelivery[]> {
  return tx.rows<ClaimedDelivery>(
    `with due as materialized (
       select o.lane, o.id, o.endpoint_id
       from unnest($2::uuid[], $3::integer[]) as w (endpoint_id, room)
       cross join lateral (
         select lane, id, endpoint_id from outbox
         where endpoint_id = w.endpoint_id and state = 'pending' and next_at <= $4 and (leased_until is null or leased_until <= $4)
           and lane = any($1::smallint[])
         order by next_at limit w.room for update skip locked) o)
     update outbox o set leased_by = $5, leased_until = $6
     from due where o.lane = due.lane and o.id = due.id and o.endpoint_id = due.endpoint_id
     returning o.lane, o.id, o.endpoint_id as "endpointId", o.leased_by as claim, o.payload, o.attempts`,
    [
      lanes,
      wanted.map(([id]) => id),
      wanted.map(([, room]) => room),
      formatInstant(terms.now),
      terms.claim,
      formatInstant(terms.until),
    ],
  );
}

/** Keeps claims alive while the receivers are being waited for. */
export async function moveClaimsRenewed(
  db: Db,
  claimed: readonly ClaimedDelivery[],
  until: Instant,
): Promise<void> {
  await db.eachLane(claimed, (tx, rows) =>
    tx.exec(
      `update outbox o set leased_until = $5
       from unnest($1::smallint[], $2::uuid[], $3::uuid[], $4::uuid[]) as c (lane, id, endpoint_id, claim)
       where o.lane = c.lane and o.id = c.id and o.endpoint_id = c.endpoint_id and o.leased_by = c.claim`,
      [
        rows.map((row) => row.lane),
        rows.map((row) => row.id),
        rows.map((row) => row.endpointId),
        rows.map((row) => row.claim),
        formatInstant(until),
      ],
    ),
  );
}

/** One attempt with what follows from it. */
export interface AttemptRecord extends DeliveryKey {
  readonly claim: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly nextAt: Instant;
  readonly attemptedAt: Instant;
  readonly status: number | null;
  readonly error: string | null;
  readonly response: string | null;
  readonly durationMs: number;
}

/**
 * Records attempts and moves their webhooks, under the guard of the claim. Returns how many were kept: the attempt of a
 * dispatcher whose claim was taken over meanwhile is dropped, for the other one records its own.
 */
export async function moveAttempted(db: Db, records: readonly AttemptRecord[]): Promise<number> {
  const counts = await db.eachLane(records, (tx, rows) =>
    tx.exec(
      `with done as (
         select * from jsonb_to_recordset($1::jsonb) as d (lane smallint, id uuid, "endpointId" uuid, claim uuid, attempt integer, state text,
           "nextAt" timestamptz, "attemptedAt" timestamptz, status integer, error text, response text, "durationMs" integer)),
       moved as (
         update outbox o set state = d.state, attempts = d.attempt, next_at = d."nextAt", leased_by = null, leased_until = null
         from done d
         where o.lane = d.lane and o.id = d.id and o.endpoint_id = d."endpointId" and o.leased_by = d.claim and o.attempts = d.attempt - 1
         returning o.lane, o.id, o.endpoint_id)
       insert into outbound_attempt (lane, outbox_id, endpoint_id, attempt, attempted_at, status, error, response, duration_ms)
       select d.lane, d.id, d."endpointId", d.attempt, d."attemptedAt", d.status, d.error, d.response, d."durationMs"
       from done d join moved m on m.lane = d.lane and m.id = d.id and m.endpoint_id = d."endpointId"`,
      [
        JSON.stringify(
          rows.map((row) => ({
            ...row,
            nextAt: formatInstant(row.nextAt),
            attemptedAt: formatInstant(row.attemptedAt),
          })),
        ),
      ],
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The receiver said that it is gone. Caches of endpoints learn it by the program's registry version. */
export async function moveEndpointGone(tx: Tx, endpointId: string): Promise<boolean> {
  const moved = await tx.find<{ program_id: string }>(
    `update endpoint set state = 'disabled', disabled_reason = 'gone' where id = $1 and state = 'active' returning program_id`,
    [endpointId],
  );
  if (moved === undefined) return false;
  await tx.exec(
    'update program set registry_version = registry_version + 1 where id = $1',
    [moved.program_id],
    1,
  );
  return true;
}

/**
 * Makes a webhook due again, also a delivered one, with the same id, so that a receiver that had it can tell. Its count of
 * attempts goes on: a dead webhook gets one attempt more. False while it is being delivered.
 */
export async function moveReplayed(tx: Tx, key: DeliveryKey, now: Instant): Promise<boolean> {
  const moved = await tx.exec(
    `update outbox set state = 'pending', next_at = $4, leased_by = null, leased_until = null
     where lane = $1 and id = $2 and endpoint_id = $3 and (leased_until is null or leased_until <= $4)`,
    [key.lane, key.id, key.endpointId, formatInstant(now)],
  );
  return moved === 1;
}
