import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { UserRow } from './people.store.ts';

export async function findUserByEmail(tx: Tx, email: string): Promise<UserRow | undefined> {
  return tx.find<UserRow>(`select * from app_user where email = $1`, [email]);
}

export async function findUser(tx: Tx, id: string): Promise<UserRow | undefined> {
  return tx.find<UserRow>(`select * from app_user where id = $1`, [id]);
}

/** Newest first, one row more than the limit. */
export async function listUsers(tx: Tx, before: string | undefined, limit: number): Promise<UserRow[]> {
  return tx.rows<UserRow>(
    `select * from app_user where ($1::uuid is null or id < $1) order by id desc limit $2`,
    [before ?? null, limit + 1],
  );
}

/** True when this is the token of the one-time link in force. */
export async function isFirstLink(tx: Tx, tokenHash: Buffer): Promise<boolean> {
  const row = await tx.one<{ valid: boolean }>(
    `select exists (select from first_admin_link where token_hash = $1 and used_at is null)
       and not exists (select from app_user) as valid`,
    [tokenHash],
  );
  return row.valid;
}

export interface SessionRow extends UserRow {
  readonly last_seen_at: Instant;
  readonly expires_at: Instant;
}

/** The session and its user; undefined when it has ended, was idle for too long, or the user is disabled. */
export async function findSession(
  tx: Tx,
  idHash: Buffer,
  times: { now: Instant; idleSince: Instant },
): Promise<SessionRow | undefined> {
  return tx.find<SessionRow>(
    `select u.*, s.last_seen_at, s.expires_at from user_session s join app_user u on u.id = s.user_id
     where s.id_hash = $1 and s.expires_at > $2 and s.last_seen_at > $3 and u.disabled_at is null`,
    [idHash, formatInstant(times.now), formatInstant(times.idleSince)],
  );
}
