import type { FeedReplyContract, FeedSettings, FeedVerification } from '@plumbline/contract';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { FeedRow, StoredFeedSecret } from './facts.ts';

export interface NewFeed {
  readonly id: string;
  readonly sourceId: string;
  readonly name: string;
  readonly kind: FeedRow['kind'];
  readonly verification: FeedVerification;
  readonly secretPath: boolean;
  readonly secrets: readonly StoredFeedSecret[];
  readonly allowIps: readonly string[];
  readonly reply: FeedReplyContract;
  readonly settings: FeedSettings;
  readonly now: Instant;
}

/** Throws a unique violation of feed_name_key when the source has a feed of this name. */
export async function insertFeed(tx: Tx, feed: NewFeed): Promise<FeedRow> {
  return tx.one<FeedRow>(
    `insert into feed (id, source_id, name, kind, verification, secret_path, secrets, allow_ips, reply, settings, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning *`,
    [
      feed.id,
      feed.sourceId,
      feed.name,
      feed.kind,
      json(feed.verification),
      feed.secretPath,
      json(feed.secrets),
      feed.allowIps,
      json(feed.reply),
      json(feed.settings),
      formatInstant(feed.now),
    ],
  );
}

/** Writes what may change; the caller holds the program. */
export async function updateFeed(
  tx: Tx,
  id: string,
  change: {
    verification: FeedVerification;
    allowIps: readonly string[];
    reply: FeedReplyContract;
    settings: FeedSettings;
    paused: boolean;
  },
): Promise<FeedRow> {
  return tx.one<FeedRow>(
    `update feed set verification = $2, allow_ips = $3, reply = $4, settings = $5, paused = $6 where id = $1 returning *`,
    [
      id,
      json(change.verification),
      change.allowIps,
      json(change.reply),
      json(change.settings),
      change.paused,
    ],
  );
}

/** Replaces the list of secrets; the caller holds the program. */
export async function updateFeedSecrets(
  tx: Tx,
  id: string,
  change: { secrets: readonly StoredFeedSecret[]; secretPath: boolean },
): Promise<FeedRow> {
  return tx.one<FeedRow>(`update feed set secrets = $2, secret_path = $3 where id = $1 returning *`, [
    id,
    json(change.secrets),
    change.secretPath,
  ]);
}

/** False when something came through it: then it is part of the evidence. */
export async function deleteUnusedFeed(tx: Tx, id: string): Promise<boolean> {
  return (await tx.exec(`delete from feed where id = $1 and used_at is null`, [id])) === 1;
}

/** Marks that something comes through the feed. False when it was deleted meanwhile, and then nothing may be stored under its name. */
export async function markFeedUsed(db: Db, id: string, at: Instant): Promise<boolean> {
  return db.reference(
    async (tx) =>
      (await tx.exec(`update feed set used_at = coalesce(used_at, $2) where id = $1`, [
        id,
        formatInstant(at),
      ])) === 1,
  );
}
