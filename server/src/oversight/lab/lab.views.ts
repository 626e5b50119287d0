import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { DealDocument } from '../../registry/deals/facts.ts';
import type { LabResult } from './facts.ts';

/** As it is kept: ids as uuids, instants as ISO text, null = from the beginning. */
export interface StoredDraft {
  readonly deal: {
    readonly partnerId: string | null;
    readonly from: string | null;
    readonly document: DealDocument;
  } | null;
  readonly move: {
    readonly partnerId: string;
    readonly parentId: string | null;
    readonly from: string;
  } | null;
}

export interface LabRunRow {
  readonly id: string;
  readonly program_id: string;
  readonly name: string;
  readonly draft: StoredDraft;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: { readonly stage: string; readonly done: number; readonly total: number };
  readonly result: LabResult | null;
  readonly error: string | null;
  readonly created_at: Instant;
  readonly created_by: string;
}

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
