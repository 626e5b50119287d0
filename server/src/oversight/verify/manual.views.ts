import { formatInstant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import { listManualMoney } from '../../registry/manual/index.ts';
import type { ManualRowKept } from '../../registry/manual/index.ts';
import type { ManualLine } from './postings.ts';

/** Rows by hand that move money: decision facts, which a rebuild replays (rules.md 1.2, 1.8). */
export async function listManualLines(tx: Tx): Promise<ManualLine[]> {
  return (await listManualMoney(tx)).map((row) => ({
    standing: standingOf(row),
    difference: {
      amountMinor: row.amount ?? '0',
      currency: row.currency ?? '',
      component: row.component ?? '',
      partnerId: row.partner_id ?? '',
      level: 0,
      holdDay: row.hold_day ?? '',
      holdReason: '',
      customerId: '',
      customerLane: 0,
      eventId: null,
      manual: { id: row.id, kind: row.kind === 'adjustment' ? 'adjustment' : 'opening' },
      causedAt: formatInstant(row.value_at),
    },
  }));
}

function standingOf(row: ManualRowKept): ManualLine['standing'] {
  if (row.set_state === 'proposed' || row.set_state === 'rejected' || row.set_state === 'undone')
    return 'absent';
  if (row.is_undoing) return 'moving';
  if (row.is_applied) return 'applied';
  return row.set_state === 'running' ? 'moving' : 'absent';
}
