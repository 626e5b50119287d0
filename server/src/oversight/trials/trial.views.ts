import type { Instant } from '../../kernel/instant.ts';
import type { SettingValue } from '../../pipeline/mapping/index.ts';
import type { Tx } from '../../platform/db.ts';
import type { TrialResult } from './facts.ts';

export interface TrialRow {
  readonly id: string;
  readonly source_id: string;
  readonly source_slug: string;
  readonly program_id: string;
  readonly mapping_version: number;
  readonly document: Record<string, unknown>;
  readonly settings: Record<string, SettingValue>;
  readonly from_at: Instant;
  readonly to_at: Instant;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'approval' | 'applied';
  readonly progress: { readonly stage: string; readonly done: number; readonly total: number };
  readonly result: TrialResult | null;
  readonly error: string | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly asked_at: Instant | null;
  readonly asked_by: string | null;
  readonly note: string | null;
  readonly applied_at: Instant | null;
  readonly applied_by: string | null;
  readonly applied_version: number | null;
  readonly change_set_id: string | null;
}

const TRIAL = `select t.*, s.slug as source_slug, s.program_id from trial t join source s on s.id = t.source_id`;

export async function findTrial(tx: Tx, id: string): Promise<TrialRow | undefined> {
  return tx.find<TrialRow>(`${TRIAL} where t.id = $1`, [id]);
}

/** Newest first, one row more than the limit. */
export async function listTrials(
  tx: Tx,
  filter: {
    source?: string | undefined;
    state?: TrialRow['state'] | undefined;
    before?: { at: string; id: string } | undefined;
    limit: number;
  },
): Promise<TrialRow[]> {
  return tx.rows<TrialRow>(
    `${TRIAL} where ($1::text is null or s.slug = $1) and ($2::text is null or t.state = $2)
       and ($3::timestamptz is null or (t.created_at, t.id) < ($3, $4::uuid))
     order by t.created_at desc, t.id desc limit $5`,
    [
      filter.source ?? null,
      filter.state ?? null,
      filter.before?.at ?? null,
      filter.before?.id ?? null,
      filter.limit + 1,
    ],
  );
}

export interface TriedSource {
  readonly id: string;
  readonly slug: string;
  readonly program_id: string;
  readonly registrar: boolean;
  readonly mapping_version: number;
  readonly settings: Record<string, SettingValue>;
}

/** By slug or uuid. */
export async function findTriedSource(
  tx: Tx,
  by: { slug: string } | { id: string },
): Promise<TriedSource | undefined> {
  return 'slug' in by
    ? tx.find<TriedSource>(`select * from source where slug = $1`, [by.slug])
    : tx.find<TriedSource>(`select * from source where id = $1`, [by.id]);
}
