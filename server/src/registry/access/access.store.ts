import type { Scope } from '@plumbline/contract';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { json } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';

export interface KeyRow {
  readonly id: string;
  readonly prefix: string;
  readonly hash: Buffer;
  readonly name: string;
  readonly scopes: Scope[];
  readonly created_at: Instant;
  readonly revoked_at: Instant | null;
}

export async function insertKey(
  tx: Tx,
  key: { id: string; prefix: string; hash: Buffer; name: string; scopes: readonly Scope[]; now: Instant },
): Promise<KeyRow> {
  return tx.one<KeyRow>(
    `insert into api_key (id, prefix, hash, name, scopes, created_at) values ($1, $2, $3, $4, $5, $6) returning *`,
    [key.id, key.prefix, key.hash, key.name, key.scopes, formatInstant(key.now)],
  );
}

/** Inserts the key unless one with the same prefix exists; two processes may start at once. */
export async function insertKeyOnce(
  tx: Tx,
  key: { id: string; prefix: string; hash: Buffer; name: string; scopes: readonly Scope[]; now: Instant },
): Promise<void> {
  await tx.exec(
    `insert into api_key (id, prefix, hash, name, scopes, created_at) values ($1, $2, $3, $4, $5, $6) on conflict (prefix) do nothing`,
    [key.id, key.prefix, key.hash, key.name, key.scopes, formatInstant(key.now)],
  );
}

/** Guarded: undefined when there is no such key; a revoked key keeps its first instant. */
export async function revokeKey(tx: Tx, id: string, now: Instant): Promise<KeyRow | undefined> {
  return tx.find<KeyRow>(
    `update api_key set revoked_at = coalesce(revoked_at, $2) where id = $1 returning *`,
    [id, formatInstant(now)],
  );
}

export interface StoredAnswer {
  readonly request_hash: Buffer;
  readonly status: number;
  readonly body: unknown;
}

/** Waits for another request with the same key, then finds its answer. The lock goes with the transaction. */
export async function lockIdempotency(tx: Tx, keyId: string, key: string): Promise<StoredAnswer | undefined> {
  await tx.exec(`select pg_advisory_xact_lock(hashtextextended($1, 7))`, [`${keyId} ${key}`]);
  return tx.find<StoredAnswer>(
    `select request_hash, status, body from idempotency where api_key_id = $1 and key = $2`,
    [keyId, key],
  );
}

export async function insertAnswer(
  tx: Tx,
  answer: { keyId: string; key: string; requestHash: Buffer; status: number; body: unknown; now: Instant },
): Promise<void> {
  await tx.exec(
    `insert into idempotency (api_key_id, key, request_hash, status, body, created_at) values ($1, $2, $3, $4, $5, $6)`,
    [
      answer.keyId,
      answer.key,
      answer.requestHash,
      answer.status,
      json(answer.body),
      formatInstant(answer.now),
    ],
    1,
  );
}

export async function insertAudit(
  tx: Tx,
  entry: {
    id: string;
    at: Instant;
    actor: string;
    action: string;
    subject: string;
    reason: string | null;
    body: unknown;
  },
): Promise<void> {
  await tx.exec(
    `insert into audit_entry (id, at, actor, action, subject, reason, body) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      entry.id,
      formatInstant(entry.at),
      entry.actor,
      entry.action,
      entry.subject,
      entry.reason,
      json(entry.body),
    ],
    1,
  );
}
