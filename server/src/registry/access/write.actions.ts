import { sha256Bytes } from '../../kernel/digest.ts';
import type { Clock } from '../../platform/clock.ts';
import { isSerializationFailure, isUniqueViolation } from '../../platform/db.ts';
import type { Db, Tx } from '../../platform/db.ts';
import { actorOf } from '../../platform/http/app.ts';
import type { Actor, Request } from '../../platform/http/app.ts';
import { idempotencyKeyOf } from '../../platform/http/idempotency-key.ts';
import { conflict } from '../../platform/http/problem.ts';
import type { HttpProblem } from '../../platform/http/problem.ts';
import { uuidv7 } from 'uuidv7';
import { insertAnswer, insertAudit, lockIdempotency } from './access.store.ts';

/** Encrypts answers that carry a secret, so that a repeated request gets it again and the database never shows it. */
export interface AnswerSeal {
  seal(text: string): Buffer;
  open(sealed: Buffer): string;
}

/** What every write by a person needs. */
export interface WriteDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly seal: AnswerSeal;
  /** Called after the commit, before the answer: caches of this process shall know what the caller knows. */
  readonly afterWrite: () => Promise<void>;
}

/** What a write did: the answer, and what the audit shall say. */
export interface Written<Body> {
  readonly status: number;
  readonly body: Body;
  /** Wire id of what was changed. */
  readonly subject: string;
  readonly reason?: string | undefined;
  /** What was written, without secrets. */
  readonly audit: object;
}

export interface WriteOptions {
  /** Verb and noun, such as `partner.create`. */
  readonly action: string;
  /** Lanes that the work writes into; none = reference tables only. */
  readonly lanes?: readonly number[];
  /** The answer carries a secret that is shown once. */
  readonly secret?: boolean;
}

/**
 * The one way of every write by a person or a key: begin, idempotency, run, audit row, answer kept, commit
 * (style.md, "One wrapper"). With an Idempotency-Key the same request gets the same answer again, and another
 * request under the same key is refused with 409 `idempotency_key_reused`. Deadlocks and serialization failures
 * are retried twice.
 */
export async function performWrite<Body extends object>(
  deps: WriteDeps,
  request: Request,
  options: WriteOptions,
  work: (tx: Tx, actor: Actor) => Promise<Written<Body>>,
): Promise<{ status: number; body: Body; replayed: boolean }> {
  const actor = actorOf(request);
  const key = idempotencyKeyOf(request);
  const requestHash = sha256Bytes(`${request.method} ${request.url}\n${request.bodyText}`);
  const run = async (tx: Tx): Promise<{ status: number; body: Body; replayed: boolean }> => {
    const kept = key === undefined ? undefined : await lockIdempotency(tx, actor.keyId, key);
    if (kept !== undefined) {
      if (!kept.request_hash.equals(requestHash)) throw keyReused();
      return { status: kept.status, body: openAnswer(deps.seal, kept.body) as Body, replayed: true };
    }
    const written = await work(tx, actor);
    const now = deps.clock.now();
    await insertAudit(tx, {
      id: uuidv7(),
      at: now,
      actor: actor.label,
      action: options.action,
      subject: written.subject,
      reason: written.reason ?? null,
      body: written.audit,
    });
    if (key !== undefined) {
      const body =
        options.secret === true
          ? { sealed: deps.seal.seal(JSON.stringify(written.body)).toString('base64') }
          : { plain: written.body };
      await insertAnswer(tx, { keyId: actor.keyId, key, requestHash, status: written.status, body, now });
    }
    return { status: written.status, body: written.body, replayed: false };
  };
  const lanes = options.lanes;
  const transact = () => (lanes === undefined ? deps.db.reference(run) : deps.db.inLanes(lanes, run));
  const answer = await withRetries(transact);
  await deps.afterWrite();
  return answer;
}

/** One audit row in the caller's transaction, for what does not go through performWrite: sessions, which nobody has yet when they begin. */
export async function recordAudit(
  tx: Tx,
  clock: Clock,
  entry: { actor: string; action: string; subject: string; reason?: string; body: object },
): Promise<void> {
  await insertAudit(tx, { ...entry, id: uuidv7(), at: clock.now(), reason: entry.reason ?? null });
}

async function withRetries<T>(transact: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact();
    } catch (error) {
      if (attempt < 3 && isSerializationFailure(error)) continue;
      throw error;
    }
  }
}

/** Turns the violation of a named unique constraint into a 409 with a code of its own; other errors pass. */
export async function refusingDuplicate<T>(
  constraint: string,
  problem: { code: string; detail: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error, constraint)) throw conflict(problem.code, problem.detail);
    throw error;
  }
}

/** The answer as it was given; only our own code writes this column. */
function openAnswer(seal: AnswerSeal, stored: unknown): unknown {
  const answer = stored as { plain?: unknown; sealed?: string };
  if (answer.sealed === undefined) return answer.plain;
  return JSON.parse(seal.open(Buffer.from(answer.sealed, 'base64')));
}

function keyReused(): HttpProblem {
  return conflict(
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request. Use a new key for a new request.',
  );
}
