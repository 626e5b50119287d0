import type { FeedReplyContract, FeedSettings, FeedVerification } from '@plumbline/contract';
import type { Instant } from '../../kernel/instant.ts';

/** One secret of a feed, as it is kept. `key` proves deliveries, `path` is the last part of the address. */
export interface FeedSecret {
  readonly id: string;
  readonly use: 'key' | 'path';
  /** Under the instance's key for `feed_secret`. */
  readonly sealed: Uint8Array;
  readonly createdAt: Instant;
  /** Refused from this instant on; null = it stays. */
  readonly retiresAt: Instant | null;
}

/** A configured feed as the doors need it. */
export interface FeedEntry {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly verification: FeedVerification;
  /** The address ends in a secret. */
  readonly secretPath: boolean;
  readonly secrets: readonly FeedSecret[];
  /** CIDR; empty = from everywhere. */
  readonly allowIps: readonly string[];
  readonly reply: FeedReplyContract;
  readonly settings: FeedSettings;
  readonly paused: boolean;
  /** Something came through it. */
  readonly used: boolean;
}

/** A feed as it is stored. */
export interface FeedRow {
  readonly id: string;
  readonly source_id: string;
  readonly name: string;
  readonly kind: 'postback' | 'webhook' | 'pixel' | 'file' | 'folder' | 'sftp' | 'poll';
  readonly verification: FeedVerification;
  readonly secret_path: boolean;
  readonly secrets: readonly StoredFeedSecret[];
  readonly allow_ips: readonly string[];
  readonly reply: FeedReplyContract;
  readonly settings: FeedSettings;
  readonly paused: boolean;
  readonly used_at: Instant | null;
  readonly created_at: Instant;
}

/** A secret in the column `secrets`: base64 of the seal, instants in microseconds. */
export interface StoredFeedSecret {
  readonly id: string;
  readonly use: 'key' | 'path';
  readonly sealed: string;
  readonly createdAt: Instant;
  readonly retiresAt: Instant | null;
}

/** True while the secret may prove something. */
export function isActiveSecret(secret: { readonly retiresAt: Instant | null }, at: Instant): boolean {
  return secret.retiresAt === null || at < secret.retiresAt;
}

/** A stored feed as the doors need it. */
export function feedEntryOf(row: FeedRow): FeedEntry {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    verification: row.verification,
    secretPath: row.secret_path,
    secrets: row.secrets.map(({ sealed, ...secret }) => ({
      ...secret,
      sealed: Uint8Array.from(atob(sealed), (character) => character.charCodeAt(0)),
    })),
    allowIps: row.allow_ips,
    reply: row.reply,
    settings: row.settings,
    paused: row.paused,
    used: row.used_at !== null,
  };
}
