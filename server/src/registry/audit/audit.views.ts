import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { AuditBlock, AuditRow } from './block.ts';

/** SHA-256 of an entry `a`: of the text of a JSON array of all its columns in a fixed order, times in UTC. */
const LEAF = `sha256(convert_to(jsonb_build_array(a.position, a.id, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  a.actor, a.action, a.subject, a.reason, a.body)::text, 'UTF8'))`;

/** Entries after a place, in order; at most `limit`. */
export async function listEntriesAfter(tx: Tx, position: number, limit: number): Promise<AuditRow[]> {
  return tx.rows<AuditRow>(
    `select a.position, a.id, encode(${LEAF}, 'hex') as leaf from audit_entry a where a.position > $1 order by a.position limit $2`,
    [position, limit],
  );
}

/** Entries after a place and up to another. */
export async function listEntriesBetween(tx: Tx, after: number, to: number): Promise<AuditRow[]> {
  return tx.rows<AuditRow>(
    `select a.position, a.id, encode(${LEAF}, 'hex') as leaf from audit_entry a where a.position > $1 and a.position <= $2 order by a.position`,
    [after, to],
  );
}

export async function countEntriesAfter(tx: Tx, position: number): Promise<number> {
  return (
    await tx.one<{ n: number }>('select count(*) as n from audit_entry where position > $1', [position])
  ).n;
}

/** The newest block: number, last place and hash; undefined when nothing was sealed yet. */
export async function findLastAuditBlock(
  tx: Tx,
): Promise<{ readonly number: number; readonly position: number; readonly hash: string } | undefined> {
  return tx.find(
    `select number, positions[cardinality(positions)] as position, encode(hash, 'hex') as hash from audit_block order by number desc limit 1`,
  );
}

/** Blocks after a number, in order; at most `limit`. */
export async function listAuditBlocks(
  tx: Tx,
  after: number,
  limit: number,
): Promise<(AuditBlock & { readonly sealedAt: Instant })[]> {
  return tx.rows(
    `select number, positions, ids, leaves, encode(previous_hash, 'hex') as "previousHash", encode(hash, 'hex') as hash, sealed_at as "sealedAt"
     from audit_block where number > $1 order by number limit $2`,
    [after, limit],
  );
}

/** An entry as it is told. */
export interface AuditEntry {
  readonly position: number;
  readonly id: string;
  readonly at: Instant;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly reason: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Entries before a place, newest first; of one subject or action where asked. */
export async function listAuditEntries(
  tx: Tx,
  asked: {
    readonly before: number | undefined;
    readonly subject: string | undefined;
    readonly action: string | undefined;
    readonly limit: number;
  },
): Promise<AuditEntry[]> {
  return tx.rows<AuditEntry>(
    `select position, id, at, actor, action, subject, reason, body from audit_entry
     where ($1::bigint is null or position < $1) and ($2::text is null or subject = $2) and ($3::text is null or action = $3)
     order by position desc limit $4`,
    [asked.before ?? null, asked.subject ?? null, asked.action ?? null, asked.limit],
  );
}
