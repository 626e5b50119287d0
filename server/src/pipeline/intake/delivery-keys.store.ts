import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { LANES } from '../../kernel/lane.ts';
import { json } from '../../platform/db.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { DeliveryRef, ItemResult, StoredResult } from './facts.ts';
import { isWhole, keepWarnings, restoreAnswers } from './kept-answers.ts';
import type { KeptAnswers } from './kept-answers.ts';
import type { DeliveryKey } from './prepare.ts';

/** What a key stands for. */
export interface KeptKey {
  readonly lane: number;
  readonly scope: string;
  readonly hash: string;
  readonly sourceId: string;
  readonly bodyHash: string;
  readonly delivery: DeliveryRef;
  readonly results: readonly ItemResult[];
}

/** What the keys stand for that were used before, whatever source they were used for. */
export async function findKeptKeys(db: Db, keys: readonly DeliveryKey[]): Promise<KeptKey[]> {
  const kept: KeptKey[] = [];
  for (const key of (await db.eachLane(keys, loadKeptKeys)).flat()) {
    const { answers } = key;
    kept.push({
      ...key,
      results: isWhole(answers)
        ? answers
        : restoreAnswers(
            await db.inLanes([key.delivery.lane], (tx) => getResults(tx, key.delivery)),
            answers,
          ),
    });
  }
  return kept;
}

/** What a chunk keeps of the answers to one of its deliveries. */
async function getResults(tx: Tx, { lane, chunkId, item }: DeliveryRef): Promise<StoredResult[]> {
  const row = await tx.one<{ results: StoredResult[] }>(
    'select results -> $3::int as results from delivery_chunk where lane = $1 and id = $2',
    [lane, chunkId, item],
  );
  return row.results;
}

async function loadKeptKeys(
  tx: Tx,
  keys: readonly DeliveryKey[],
): Promise<(Omit<KeptKey, 'results'> & { readonly answers: KeptAnswers })[]> {
  const rows = await tx.rows<{
    lane: number;
    scope: string;
    hash: string;
    source_id: string;
    body_hash: string;
    chunk_lane: number;
    chunk_id: string;
    chunk_item: number;
    results: KeptAnswers;
  }>(
    `select k.lane, k.scope, encode(k.key_hash, 'hex') as hash, k.source_id, encode(k.body_hash, 'hex') as body_hash,
            k.chunk_lane, k.chunk_id, k.chunk_item, k.results
     from unnest($1::smallint[], $2::text[], $3::bytea[]) as w (lane, scope, key_hash)
     join delivery_key k on k.lane = w.lane and k.scope = w.scope and k.key_hash = w.key_hash`,
    [keys.map(({ lane }) => lane), keys.map(({ scope }) => scope), keys.map(({ hash }) => bytesOf(hash))],
  );
  return rows.map((row) => ({
    lane: row.lane,
    scope: row.scope,
    hash: row.hash,
    sourceId: row.source_id,
    bodyHash: row.body_hash,
    delivery: { lane: row.chunk_lane, chunkId: row.chunk_id, item: row.chunk_item },
    answers: row.results,
  }));
}

/** A delivery of a batch whose sender named it, with the answer that it gets. */
export interface NamedDelivery {
  readonly key: DeliveryKey;
  readonly sourceId: string;
  readonly ref: DeliveryRef;
  readonly results: readonly ItemResult[];
}

/**
 * Keeps what keys stand for. Throws DeliveryKeyTaken when another request was first with one of them, and then nothing of
 * the transaction may stay. In the order of their place, so that two commits cannot wait for each other.
 */
export async function insertKeys(tx: Tx, named: readonly NamedDelivery[], now: Instant): Promise<void> {
  if (named.length === 0) return;
  const sorted = named.toSorted((a, b) => a.key.lane - b.key.lane || (placeOf(a) < placeOf(b) ? -1 : 1));
  const of = <T>(pick: (one: NamedDelivery) => T): T[] => sorted.map(pick);
  const count = await tx.exec(
    `insert into delivery_key (lane, source_id, scope, key_hash, body_hash, chunk_lane, chunk_id, chunk_item, results, created_at)
     select u.*, $10 from unnest($1::smallint[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[], $6::smallint[], $7::uuid[], $8::int[], $9::jsonb[]) as u
     on conflict do nothing`,
    [
      of(({ key }) => key.lane),
      of(({ sourceId }) => sourceId),
      of(({ key }) => key.scope),
      of(({ key }) => bytesOf(key.hash)),
      of(({ key }) => bytesOf(key.bodyHash)),
      of(({ ref }) => ref.lane),
      of(({ ref }) => ref.chunkId),
      of(({ ref }) => ref.item),
      of(({ key, results }) => json(key.answersInChunk === true ? keepWarnings(results) : results)),
      formatInstant(now),
    ],
  );
  if (count !== sorted.length) throw new DeliveryKeyTaken();
}

function placeOf({ key, sourceId }: NamedDelivery): string {
  return `${key.scope} ${key.hash} ${sourceId}`;
}

/** Another request used the key at the same moment and was first. */
export class DeliveryKeyTaken extends Error {
  constructor() {
    super('another request was first with the key of a delivery');
    this.name = 'DeliveryKeyTaken';
  }
}

/** Lanes that one sweep takes at a time. */
const SWEPT_LANES = 64;

/** Forgets keys that are older; returns how many. */
export async function deleteOldKeys(db: Db, before: Instant): Promise<number> {
  let count = 0;
  for (let first = 0; first < LANES; first += SWEPT_LANES) {
    const lanes = Array.from({ length: SWEPT_LANES }, (_, index) => ({ lane: first + index }));
    const deleted = await db.eachLane(lanes, (tx, rows) =>
      tx.exec(`delete from delivery_key where lane = any($1::smallint[]) and created_at < $2`, [
        rows.map(({ lane }) => lane),
        formatInstant(before),
      ]),
    );
    count += deleted.reduce((sum, one) => sum + one, 0);
  }
  return count;
}

function bytesOf(hex: string): string {
  return `\\x${hex}`;
}
