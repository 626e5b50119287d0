import type { Tx } from '../../platform/db.ts';
import type { DealDocument } from '../../registry/deals/facts.ts';
import type { LabRunRow } from './facts.ts';

export async function findLabRun(tx: Tx, id: string): Promise<LabRunRow | undefined> {
  return tx.find<LabRunRow>('select * from lab_run where id = $1', [id]);
}

/** Newest first, one row more than the limit; without results, which may be large. */
export async function listLabRuns(
  tx: Tx,
  filter: {
    readonly programId: string | undefined;
    readonly before: { readonly at: string; readonly id: string } | undefined;
    readonly limit: number;
  },
): Promise<Omit<LabRunRow, 'result' | 'draft'>[]> {
  return tx.rows(
    `select id, program_id, name, state, progress, error, created_at, created_by from lab_run
     where ($1::uuid is null or program_id = $1) and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
     order by created_at desc, id desc limit $4`,
    [filter.programId ?? null, filter.before?.at ?? null, filter.before?.id ?? null, filter.limit + 1],
  );
}

export async function findDealOf(
  tx: Tx,
  id: string,
): Promise<{ readonly program_id: string; readonly document: DealDocument } | undefined> {
  return tx.find('select program_id, document from deal where id = $1', [id]);
}

/** Every customer of a program, in a fixed order; at most the limit. */
export async function listCustomerIds(tx: Tx, programId: string, limit: number): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>(
    'select id from customer where program_id = $1 order by id limit $2',
    [programId, limit],
  );
  return rows.map((row) => row.id);
}
