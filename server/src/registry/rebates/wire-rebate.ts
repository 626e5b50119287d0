import { formatDecimal, decimal, normalizeDecimal } from '../../kernel/decimal.ts';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { RebateRow } from './facts.ts';

/** A rule on the wire; `now`: real time, where the program has no clock of its own. */
export function wireRebate(row: RebateRow, now: Instant) {
  return {
    id: wireId('rbt', row.id),
    programId: wireId('prg', row.program_id),
    partnerId: wireId('prt', row.partner_id),
    percent: formatDecimal(normalizeDecimal(decimal(row.percent))),
    whom: {
      kind: row.whom,
      ...(row.campaign === null ? {} : { campaign: row.campaign }),
      ...(row.link_id === null ? {} : { linkId: wireId('lnk', row.link_id) }),
      ...(row.customer_id === null ? {} : { customerId: wireId('cus', row.customer_id) }),
    },
    components: row.components === null ? null : [...row.components],
    every: row.every,
    effectiveFrom: formatInstant(row.effective_from),
    effectiveTo: Number.isFinite(row.effective_to) ? formatInstant(row.effective_to) : null,
    state: stateOf(row, row.clock_at ?? now),
    reason: row.reason,
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
    end: wordOf(row.ended_at, row.ended_by, row.end_reason),
    retraction: wordOf(row.retracted_at, row.retracted_by, row.retraction_reason),
  };
}

function stateOf(row: RebateRow, now: Instant): 'coming' | 'in_force' | 'ended' | 'retracted' {
  if (row.retracted_at !== null) return 'retracted';
  if (now < row.effective_from) return 'coming';
  return now < row.effective_to ? 'in_force' : 'ended';
}

function wordOf(at: Instant | null, by: string | null, reason: string | null) {
  return at === null ? null : { at: formatInstant(at), by: by ?? '', reason: reason ?? '' };
}
