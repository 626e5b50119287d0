import type { CommissionAddress } from '../../kernel/ids.ts';
import { findManualRow } from '../../registry/manual/index.ts';
import type { ExplainDeps } from './explain.views.ts';
import type { ManualEvidence } from './manual.ts';
import { findJournalItem, listMonthPostings } from './postings.views.ts';

/** The row by hand behind a commission; undefined for one that evidence gives. */
export async function findManualEvidence(
  deps: ExplainDeps,
  address: CommissionAddress,
): Promise<ManualEvidence | undefined> {
  const found = await deps.db.acrossLanes('views', async (tx) => {
    const item = await findJournalItem(tx, address);
    const row = item?.m === undefined ? undefined : await findManualRow(tx, item.m);
    if (item === undefined || row === undefined) return undefined;
    const clock = await tx.one<{ clock_at: ManualEvidence['now'] | null }>(
      'select clock_at from program where id = $1',
      [row.program_id],
    );
    const postings = await listMonthPostings(tx, {
      partnerId: row.partner_id ?? '',
      component: row.component ?? '',
      naturalKey: item.k,
      bookedFrom: '-infinity',
    });
    return { item, row, clock, postings };
  });
  if (found === undefined) return undefined;
  const { item, row, clock, postings } = found;
  return {
    program: await deps.getProgram(row.program_id),
    now: clock.clock_at ?? deps.now(),
    naturalKey: item.k,
    partnerId: row.partner_id ?? '',
    component: row.component ?? '',
    currency: row.currency ?? '',
    amountMinor: row.amount ?? '0',
    kind: row.kind === 'adjustment' ? 'adjustment' : 'opening',
    changeSetId: row.change_set_id,
    isUndone: row.set_state === 'undone',
    valueAt: row.value_at,
    reason: row.reason,
    createdBy: row.created_by,
    createdAt: row.created_at,
    decidedBy: row.decided_by ?? '',
    decisionNote: row.decision_note ?? '',
    postings,
  };
}
