import type { Instant } from '../../kernel/instant.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { ChangeSetKind, ChangeSetRow, ChangeSetState } from './facts.ts';
import { DEFAULT_LIMIT } from './gate.ts';

const CHANGE_SET = `select c.id, c.kind, c.what, c.source_id, s.slug as source_slug, c.program_id, c.version, c.from_at, c.to_at, c.note, c.state, c.place,
    c.progress, c.preview, c.error, c.created_at, c.created_by, c.decided_at, c.decided_by, c.decision_note, c.undoes, c.released_at, c.released_by, c.release_note, c.release_limit, c.release_full,
    (select u.id from change_set u where u.undoes = c.id and u.state <> 'rejected') as undone_by, c.ended_at
  from change_set c left join source s on s.id = c.source_id`;

export async function findChangeSet(tx: Tx, id: string): Promise<ChangeSetRow | undefined> {
  return tx.find<ChangeSetRow>(`${CHANGE_SET} where c.id = $1`, [id]);
}

export interface ChangeSetFilter {
  /** Slug. */
  readonly source?: string | undefined;
  readonly programId?: string | undefined;
  readonly kind?: ChangeSetKind | undefined;
  readonly state?: ChangeSetState | undefined;
  readonly before?: { readonly createdAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** Newest first, one row more than the limit. */
export async function listChangeSets(tx: Tx, filter: ChangeSetFilter): Promise<ChangeSetRow[]> {
  return tx.rows<ChangeSetRow>(
    `${CHANGE_SET} where ($1::text is null or s.slug = $1) and ($2::timestamptz is null or (c.created_at, c.id) < ($2, $3::uuid))
       and ($5::uuid is null or c.program_id = $5) and ($6::text is null or c.kind = $6) and ($7::text is null or c.state = $7)
     order by c.created_at desc, c.id desc limit $4`,
    [
      filter.source ?? null,
      filter.before?.createdAt ?? null,
      filter.before?.id ?? null,
      filter.limit + 1,
      filter.programId ?? null,
      filter.kind ?? null,
      filter.state ?? null,
    ],
  );
}

/** Sets of a kind that are to be moved on, the oldest first. */
export async function listRunning(tx: Tx, kind: ChangeSetKind): Promise<ChangeSetRow[]> {
  return tx.rows<ChangeSetRow>(
    `${CHANGE_SET} where c.state = 'running' and c.kind = $1 order by c.created_at, c.id`,
    [kind],
  );
}

/** Above this amount of the base currency a second person must agree. Throws when there is no such program. */
export async function readChangeSetLimit(
  tx: Tx,
  programId: string,
): Promise<{ amount: string; currency: string }> {
  return tx.one<{ amount: string; currency: string }>(
    `select coalesce(settings->>'restatementLimit', '${DEFAULT_LIMIT}') as amount, base_currency as currency from program where id = $1`,
    [programId],
  );
}

/** The version that a set earlier than this one brought the whole of this time of a source to; undefined = none. The last one counts. */
export async function findFormerVersion(
  tx: Tx,
  of: {
    readonly sourceId: string;
    readonly from: Instant;
    readonly to: Instant;
    readonly before: Pick<ChangeSetRow, 'id' | 'created_at'>;
  },
): Promise<number | undefined> {
  const row = await tx.find<{ version: number }>(
    `select version from change_set where source_id = $1 and kind = 'remap' and state in ('done', 'undone') and from_at <= $2 and to_at >= $3
       and (created_at, id) < ($4, $5::uuid) order by created_at desc, id desc limit 1`,
    [
      of.sourceId,
      formatInstant(of.from),
      formatInstant(of.to),
      formatInstant(of.before.created_at),
      of.before.id,
    ],
  );
  return row?.version;
}
