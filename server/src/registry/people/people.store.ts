import type { Role } from '@plumbline/contract';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';

export interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string;
  readonly created_at: Instant;
  readonly disabled_at: Instant | null;
}

export interface UserInsert {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly now: Instant;
}

export async function insertUser(tx: Tx, user: UserInsert): Promise<UserRow> {
  return tx.one<UserRow>(
    `insert into app_user (id, email, name, role, password_hash, created_at) values ($1, $2, $3, $4, $5, $6) returning *`,
    [user.id, user.email, user.name, user.role, user.passwordHash, formatInstant(user.now)],
  );
}

/** What of a user changes; absent stays as it is. */
export interface UserChange {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  readonly passwordHash?: string | undefined;
}

/** Undefined when there is no such user. A disabled user keeps the first instant. */
export async function updateUser(
  tx: Tx,
  id: string,
  change: UserChange,
  now: Instant,
): Promise<UserRow | undefined> {
  return tx.find<UserRow>(
    `update app_user set name = coalesce($2, name), role = coalesce($3, role), password_hash = coalesce($4, password_hash),
       disabled_at = case when $5::boolean is null then disabled_at when $5 then coalesce(disabled_at, $6) end
     where id = $1 returning *`,
    [
      id,
      change.name ?? null,
      change.role ?? null,
      change.passwordHash ?? null,
      change.disabled ?? null,
      formatInstant(now),
    ],
  );
}

/** Keeps two changes of admins from crossing: whoever counts them holds this until its transaction ends. */
export async function lockAdmins(tx: Tx): Promise<number> {
  const rows = await tx.rows(
    `select id from app_user where role = 'admin' and disabled_at is null order by id for update`,
  );
  return rows.length;
}

/** Puts a new one-time link in the place of the old one, unless there is a user already. True when it stands. */
export async function replaceFirstLink(tx: Tx, tokenHash: Buffer, now: Instant): Promise<boolean> {
  const count = await tx.exec(
    `insert into first_admin_link (token_hash, created_at) select $1, $2 where not exists (select from app_user)
     on conflict (only_one) do update set token_hash = excluded.token_hash, created_at = excluded.created_at, used_at = null`,
    [tokenHash, formatInstant(now)],
  );
  return count === 1;
}

/** Uses the link up: false when it is not the one in force, was used, or is not needed any more. Two at once: one waits and loses. */
export async function moveLinkUsed(tx: Tx, tokenHash: Buffer, now: Instant): Promise<boolean> {
  const count = await tx.exec(
    `update first_admin_link set used_at = $2 where token_hash = $1 and used_at is null and not exists (select from app_user)`,
    [tokenHash, formatInstant(now)],
  );
  return count === 1;
}

export interface SessionInsert {
  readonly idHash: Buffer;
  readonly userId: string;
  readonly now: Instant;
  readonly expiresAt: Instant;
  readonly ipShort: string;
  readonly userAgent: string;
}

export async function insertSession(tx: Tx, session: SessionInsert): Promise<void> {
  await tx.exec(
    `insert into user_session (id_hash, user_id, created_at, last_seen_at, expires_at, ip_short, user_agent) values ($1, $2, $3, $3, $4, $5, $6)`,
    [
      session.idHash,
      session.userId,
      formatInstant(session.now),
      formatInstant(session.expiresAt),
      session.ipShort,
      session.userAgent,
    ],
    1,
  );
}

export async function moveSessionSeen(tx: Tx, idHash: Buffer, now: Instant): Promise<void> {
  await tx.exec(`update user_session set last_seen_at = greatest(last_seen_at, $2) where id_hash = $1`, [
    idHash,
    formatInstant(now),
  ]);
}

/** The user whose session ended; undefined when it was none. */
export async function deleteSession(tx: Tx, idHash: Buffer): Promise<string | undefined> {
  const row = await tx.find<{ user_id: string }>(
    `delete from user_session where id_hash = $1 returning user_id`,
    [idHash],
  );
  return row?.user_id;
}

export async function deleteSessionsOf(tx: Tx, userId: string): Promise<number> {
  return tx.exec(`delete from user_session where user_id = $1`, [userId]);
}

/** Clears away what ended long ago. */
export async function deleteOldSessions(tx: Tx, before: Instant): Promise<void> {
  await tx.exec(`delete from user_session where expires_at < $1`, [formatInstant(before)]);
}

/** Counts one attempt under each key, before it is judged; a count that began before `windowStart` begins anew. */
export async function countAttempts(
  tx: Tx,
  keys: readonly Buffer[],
  times: { now: Instant; windowStart: Instant },
): Promise<{ key: Buffer; count: number; since: Instant }[]> {
  return tx.rows(
    `insert into sign_in_attempt as a (key, since, count) select k, $2, 1 from unnest($1::bytea[]) as k order by k
     on conflict (key) do update set
       since = case when a.since < $3 then excluded.since else a.since end,
       count = case when a.since < $3 then 1 else a.count + 1 end
     returning key, count, since`,
    [keys, formatInstant(times.now), formatInstant(times.windowStart)],
  );
}

/** A sign-in that succeeded does not count against anybody. */
export async function forgetAttempts(tx: Tx, account: Buffer, address: Buffer): Promise<void> {
  await tx.exec(`delete from sign_in_attempt where key = $1`, [account]);
  await tx.exec(`update sign_in_attempt set count = greatest(count - 1, 0) where key = $1`, [address]);
}
