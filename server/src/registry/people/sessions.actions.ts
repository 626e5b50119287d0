import { randomBytes } from 'node:crypto';
import { ROLE_SCOPES } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import { sha256Bytes } from '../../kernel/digest.ts';
import { wireId } from '../../kernel/ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { Actor } from '../../platform/http/app.ts';
import { HttpProblem } from '../../platform/http/problem.ts';
import { hashPassword, verifyPassword } from '../../platform/password.ts';
import { recordAudit } from '../access/index.ts';
import {
  countAttempts,
  deleteOldSessions,
  deleteSession,
  forgetAttempts,
  insertSession,
  insertUser,
  moveLinkUsed,
  moveSessionSeen,
  replaceFirstLink,
} from './people.store.ts';
import type { UserRow } from './people.store.ts';
import { findSession, findUserByEmail, isFirstLink } from './people.views.ts';
import type { SessionRow } from './people.views.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A session ends when nobody used it for so long, and after so long whatever happens. */
const IDLE_US = 12 * HOUR;
export const ABSOLUTE_US = 14 * 24 * HOUR;

const WINDOW_US = 15 * MINUTE;
const MOST_PER_ACCOUNT = 10;
const MOST_PER_ADDRESS = 50;

/** Who asks, from where. */
export interface Visitor {
  readonly ip: string;
  readonly ipShort: string;
  readonly userAgent: string;
}

export interface PeopleDeps {
  readonly db: Db;
  readonly clock: Clock;
}

/** A fresh session: the token goes into the cookie and is stored as a hash only. */
export interface OpenedSession {
  readonly token: string;
  readonly user: UserRow;
  readonly expiresAt: Instant;
}

/**
 * Opens a session for e-mail and password. Throws 401 `wrong_credentials` without telling which of the two is wrong,
 * and takes the same time for unknown names; 429 `too_many_attempts` after ten failures of an account or fifty from an
 * address in fifteen minutes.
 */
export async function signIn(
  deps: PeopleDeps,
  given: { email: string; password: string },
  visitor: Visitor,
): Promise<OpenedSession> {
  const keys = { account: attemptKey('account', given.email), address: attemptKey('address', visitor.ip) };
  await reserveAttempt(deps, keys);
  const user = await deps.db.reference((tx) => findUserByEmail(tx, given.email));
  const usable = user?.disabled_at === null ? user : undefined;
  const isRight = await verifyPassword(usable?.password_hash, given.password);
  if (usable === undefined || !isRight) {
    await deps.db.reference((tx) => auditSession(tx, deps, 'session.refuse', user, visitor));
    throw new HttpProblem({
      status: 401,
      code: 'wrong_credentials',
      detail: 'E-mail and password do not belong together, or the account is disabled.',
    });
  }
  return deps.db.reference(async (tx) => {
    await forgetAttempts(tx, keys.account, keys.address);
    return openSession(tx, deps, usable, visitor);
  });
}

/** A new one-time link for the first admin, as its token; undefined when there is a user already. */
export async function makeFirstAdminToken({ db, clock }: PeopleDeps): Promise<string | undefined> {
  const token = randomBytes(32).toString('base64url');
  const stands = await db.reference((tx) => replaceFirstLink(tx, sha256Bytes(token), clock.now()));
  return stands ? token : undefined;
}

/**
 * Makes the first user, an admin, by the one-time link, and signs it in. Throws 403 `link_not_valid` when the link was
 * used, replaced by a newer one, or a user exists; of two at the same moment one gets this.
 */
export async function becomeFirstAdmin(
  deps: PeopleDeps,
  given: { token: string; email: string; name: string; password: string },
  visitor: Visitor,
): Promise<OpenedSession> {
  await reserveAttempt(deps, { address: attemptKey('address', visitor.ip) });
  const tokenHash = sha256Bytes(given.token);
  // Looked at before the costly hash, and judged again inside the transaction.
  if (!(await deps.db.reference((tx) => isFirstLink(tx, tokenHash)))) throw linkNotValid();
  const passwordHash = await hashPassword(given.password);
  return deps.db.reference(async (tx) => {
    const now = deps.clock.now();
    if (!(await moveLinkUsed(tx, tokenHash, now))) throw linkNotValid();
    const user = await insertUser(tx, {
      id: uuidv7(),
      email: given.email,
      name: given.name,
      role: 'admin',
      passwordHash,
      now,
    });
    await recordAudit(tx, deps.clock, {
      actor: wireId('usr', user.id),
      action: 'user.create',
      subject: wireId('usr', user.id),
      reason: 'first admin, by the one-time link of the start',
      body: { email: user.email, name: user.name, role: user.role },
    });
    return openSession(tx, deps, user, visitor);
  });
}

/** Ends a session; false when it was none. */
export async function signOut(deps: PeopleDeps, token: string): Promise<boolean> {
  return deps.db.reference(async (tx) => {
    const userId = await deleteSession(tx, sha256Bytes(token));
    if (userId === undefined) return false;
    const label = wireId('usr', userId);
    await recordAudit(tx, deps.clock, { actor: label, action: 'session.end', subject: label, body: {} });
    return true;
  });
}

/** A session that is in force, with what its user may do. */
export interface LiveSession {
  readonly actor: Actor;
  readonly user: UserRow;
  readonly expiresAt: Instant;
}

/** Tells who is behind the token of a cookie. */
export interface Sessions {
  find(token: string): Promise<LiveSession | undefined>;
  /** Call it when sessions or users were changed by this process; resolves when no process behind the port believes the old. */
  forget(): Promise<void>;
}

const KEPT_US = 5 * SECOND;
const MOST_KEPT = 10_000;

/** What was found is believed for five seconds, as with API keys: pages ask often, and a session that ended dies soon. */
export function createSessions({ db, clock }: PeopleDeps): Sessions {
  const kept = new Map<string, { session: LiveSession | undefined; until: number }>();
  return {
    async find(token) {
      const hash = sha256Bytes(token);
      const key = hash.toString('hex');
      const now = clock.now();
      const known = kept.get(key);
      if (known !== undefined && known.until > now) return known.session;
      const session = await db.reference((tx) => lookUp(tx, hash, now));
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, { session, until: now + KEPT_US });
      return session;
    },
    forget: async () => kept.clear(),
  };
}

async function lookUp(tx: Tx, hash: Buffer, now: Instant): Promise<LiveSession | undefined> {
  const row = await findSession(tx, hash, { now, idleSince: (now - IDLE_US) as Instant });
  if (row === undefined) return undefined;
  if (row.last_seen_at < now - MINUTE) await moveSessionSeen(tx, hash, now);
  return { actor: actorOfUser(row), user: row, expiresAt: row.expires_at };
}

function actorOfUser(row: SessionRow): Actor {
  return {
    keyId: row.id,
    name: row.name,
    scopes: new Set(ROLE_SCOPES[row.role]),
    label: wireId('usr', row.id),
  };
}

async function openSession(
  tx: Tx,
  deps: PeopleDeps,
  user: UserRow,
  visitor: Visitor,
): Promise<OpenedSession> {
  const token = randomBytes(32).toString('base64url');
  const now = deps.clock.now();
  const expiresAt = (now + ABSOLUTE_US) as Instant;
  await deleteOldSessions(tx, now);
  await insertSession(tx, {
    idHash: sha256Bytes(token),
    userId: user.id,
    now,
    expiresAt,
    ipShort: visitor.ipShort,
    userAgent: visitor.userAgent,
  });
  await auditSession(tx, deps, 'session.begin', user, visitor);
  return { token, user, expiresAt };
}

async function auditSession(
  tx: Tx,
  deps: PeopleDeps,
  action: string,
  user: UserRow | undefined,
  visitor: Visitor,
): Promise<void> {
  // An unknown e-mail is not written down: it may be a password typed into the wrong field.
  const subject = user === undefined ? 'usr_unknown' : wireId('usr', user.id);
  await recordAudit(tx, deps.clock, { actor: subject, action, subject, body: { from: visitor.ipShort } });
}

interface AttemptKeys {
  readonly account?: Buffer;
  readonly address: Buffer;
}

function attemptKey(kind: 'account' | 'address', value: string): Buffer {
  return sha256Bytes(`${kind}:${value}`);
}

/** Counted before it is judged, so that a thousand attempts at the same moment are not all the first one. */
async function reserveAttempt({ db, clock }: PeopleDeps, { account, address }: AttemptKeys): Promise<void> {
  const now = clock.now();
  const keys = account === undefined ? [address] : [account, address];
  const counts = await db.reference((tx) =>
    countAttempts(tx, keys, { now, windowStart: (now - WINDOW_US) as Instant }),
  );
  const over = counts.filter(
    ({ key, count }) => count > (account?.equals(key) === true ? MOST_PER_ACCOUNT : MOST_PER_ADDRESS),
  );
  if (over.length === 0) return;
  const until = Math.max(...over.map(({ since }) => since)) + WINDOW_US;
  const seconds = Math.max(1, Math.ceil((until - now) / SECOND));
  throw new HttpProblem({
    status: 429,
    code: 'too_many_attempts',
    detail: `Too many attempts to sign in. Wait ${Math.ceil(seconds / 60)} minutes and try again.`,
    headers: { 'retry-after': String(seconds) },
  });
}

function linkNotValid(): HttpProblem {
  return new HttpProblem({
    status: 403,
    code: 'link_not_valid',
    detail:
      'This link was used, or a newer one was made. While there is no user, every start of Plumbline prints a new one; after that, sign in.',
  });
}
