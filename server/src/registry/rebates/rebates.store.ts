import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { RebateRule } from './facts.ts';

/** A rule as it is written. The caller has locked the program. */
export interface NewRebate extends RebateRule {
  readonly programId: string;
  readonly reason: string;
  readonly now: Instant;
  readonly by: string;
}

export async function insertRebate(tx: Tx, rule: NewRebate): Promise<void> {
  const { whom } = rule;
  await tx.exec(
    `insert into rebate_rule (id, program_id, partner_id, whom, campaign, link_id, customer_id, percent, components, every,
       effective_from, effective_to, reason, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8::numeric, $9::text[], $10, $11, $12, $13, $14, $15)`,
    [
      rule.id,
      rule.programId,
      rule.partnerId,
      whom.kind,
      whom.kind === 'campaign' ? whom.campaign : null,
      whom.kind === 'link' ? whom.linkId : null,
      whom.kind === 'customer' ? whom.customerId : null,
      rule.percent,
      rule.components,
      rule.every,
      formatInstant(rule.from),
      Number.isFinite(rule.until) ? formatInstant(rule.until) : 'infinity',
      rule.reason,
      formatInstant(rule.now),
      rule.by,
    ],
    1,
  );
}

interface Word {
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
}

/** Ends a rule that stands at an instant. Throws RowCountMismatch where it was taken back. */
export async function endRebate(tx: Tx, id: string, endsAt: Instant, word: Word): Promise<void> {
  await tx.exec(
    `update rebate_rule set effective_to = $2, ended_at = $3, ended_by = $4, end_reason = $5 where id = $1 and retracted_at is null`,
    [id, formatInstant(endsAt), formatInstant(word.at), word.by, word.reason],
    1,
  );
}

/** Takes a rule back that stands. Throws RowCountMismatch where it was taken back before. */
export async function retractRebate(tx: Tx, id: string, word: Word): Promise<void> {
  await tx.exec(
    `update rebate_rule set retracted_at = $2, retracted_by = $3, retraction_reason = $4 where id = $1 and retracted_at is null`,
    [id, formatInstant(word.at), word.by, word.reason],
    1,
  );
}
