import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { FieldStand, Signal } from './facts.ts';

export interface WatchPosition {
  readonly receivedAt: string;
  readonly id: string;
}

/** Takes the watch for a while, so that several workers do not look at the same; undefined when somebody has it. */
export async function claimWatch(
  tx: Tx,
  { now, until }: { now: Instant; until: Instant },
): Promise<WatchPosition | undefined> {
  const row = await tx.find<{ received_at: string; chunk_id: string }>(
    `update drift_watch set claimed_until = $2 where claimed_until < $1 returning received_at::text, chunk_id`,
    [formatInstant(now), formatInstant(until)],
  );
  return row === undefined ? undefined : { receivedAt: row.received_at, id: row.chunk_id };
}

/** Moves the watch on and gives it back. Throws when somebody else has moved it: then nothing of this turn is kept. */
export async function moveWatch(tx: Tx, from: WatchPosition, to: WatchPosition): Promise<void> {
  await tx.exec(
    `update drift_watch set received_at = $3, chunk_id = $4, claimed_until = '-infinity'
     where received_at = $1::timestamptz and chunk_id = $2`,
    [from.receivedAt, from.id, to.receivedAt, to.id],
    1,
  );
}

export interface FieldWrite extends FieldStand {
  readonly sourceId: string;
  readonly feed: string;
  readonly record: string;
}

/** Keeps what is known of fields now. */
export async function keepFields(tx: Tx, fields: readonly FieldWrite[], at: Instant): Promise<void> {
  if (fields.length === 0) return;
  await tx.exec(
    `insert into source_field (source_id, feed, record, path, seen, first_row, last_row, types, samples, first_seen_at, last_seen_at)
     select f.source_id, f.feed, f.record, f.path, f.seen, f.first_row, f.last_row, f.types,
       array(select jsonb_array_elements_text(f.samples)), $2, $2
     from jsonb_to_recordset($1::jsonb) as f (source_id uuid, feed text, record text, path text, seen bigint, first_row bigint,
       last_row bigint, types jsonb, samples jsonb)
     on conflict (source_id, feed, record, path) do update
       set seen = excluded.seen, last_row = excluded.last_row, types = excluded.types, samples = excluded.samples, last_seen_at = excluded.last_seen_at`,
    [
      json(
        fields.map((field) => ({
          source_id: field.sourceId,
          feed: field.feed,
          record: field.record,
          path: field.path,
          seen: field.seen,
          first_row: field.firstRow,
          last_row: field.lastRow,
          types: field.types,
          samples: field.samples,
        })),
      ),
      formatInstant(at),
    ],
    fields.length,
  );
}

export interface SignalWrite extends Signal {
  readonly id: string;
  readonly sourceId: string;
  readonly feed: string;
  readonly mappingVersion: number;
}

/**
 * Adds signals, or counts them up where they are known. A dismissed one stays dismissed, an accepted one opens again: it was
 * said to be dealt with and is not. Of a missing field the count is set, for it counts the rows since.
 */
export async function keepSignals(tx: Tx, signals: readonly SignalWrite[], at: Instant): Promise<void> {
  if (signals.length === 0) return;
  await tx.exec(
    `insert into drift (id, source_id, feed, kind, path, value, record, count, samples, first_seen_at, last_seen_at, mapping_version, state)
     select f.id, f.source_id, f.feed, f.kind, f.path, f.value, f.record, f.count, array(select jsonb_array_elements_text(f.samples)),
       $2, $2, f.mapping_version, 'open'
     from jsonb_to_recordset($1::jsonb) as f (id uuid, source_id uuid, feed text, kind text, path text, value text, record text,
       count bigint, samples jsonb, mapping_version int)
     on conflict (source_id, feed, kind, path, value) do update
       set count = case when drift.kind = 'missing_field' then excluded.count else drift.count + excluded.count end,
         samples = case when cardinality(drift.samples) = 0 then excluded.samples else drift.samples end,
         last_seen_at = excluded.last_seen_at,
         state = case when drift.state = 'accepted' and excluded.mapping_version > drift.mapping_version then 'open' else drift.state end,
         decided_at = case when drift.state = 'accepted' and excluded.mapping_version > drift.mapping_version then null else drift.decided_at end,
         mapping_version = case when drift.state = 'accepted' then excluded.mapping_version else drift.mapping_version end`,
    [
      json(
        signals.map((signal) => ({
          id: signal.id,
          source_id: signal.sourceId,
          feed: signal.feed,
          kind: signal.kind,
          path: signal.path,
          value: signal.value,
          record: signal.record,
          count: signal.count,
          samples: signal.samples,
          mapping_version: signal.mappingVersion,
        })),
      ),
      formatInstant(at),
    ],
    signals.length,
  );
}

/** Decides an open signal; false when it is not open. */
export async function decideSignal(
  tx: Tx,
  decision: { id: string; state: 'accepted' | 'dismissed'; by: string; at: Instant; why: string },
): Promise<boolean> {
  const moved = await tx.exec(
    `update drift set state = $2, decided_by = $3, decided_at = $4, why = $5 where id = $1 and state = 'open'`,
    [decision.id, decision.state, decision.by, formatInstant(decision.at), decision.why],
  );
  return moved === 1;
}
