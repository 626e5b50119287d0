import { formatInstant } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { json } from '../../../platform/db.ts';
import type { Tx } from '../../../platform/db.ts';

/** One fact that a decision is to write. `from` and `to` are ISO text, or an infinity. */
export interface DecidedDenial {
  readonly factId: string;
  readonly customerId: string;
  readonly from: string;
  readonly to: string;
}

/** A decision about a contested identifier, with everything that its facts say. */
export interface ConflictDecision {
  readonly id: string;
  readonly programId: string;
  readonly identifierId: string;
  readonly keep: string;
  readonly denials: readonly DecidedDenial[];
  readonly namespace: string;
  readonly value: string;
  readonly reason: string;
  readonly at: Instant;
  readonly by: string;
}

export async function insertDecision(tx: Tx, decision: ConflictDecision): Promise<void> {
  await tx.exec(
    `insert into conflict_decision (id, program_id, identifier_id, keep, denials, namespace, value, reason, decided_at, decided_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      decision.id,
      decision.programId,
      decision.identifierId,
      decision.keep,
      json(decision.denials),
      decision.namespace,
      decision.value,
      decision.reason,
      formatInstant(decision.at),
      decision.by,
    ],
    1,
  );
}

/** Decisions whose facts may not all be written yet, the oldest first. */
export async function listOpenDecisions(tx: Tx): Promise<ConflictDecision[]> {
  return tx.rows<ConflictDecision>(
    `select id, program_id as "programId", identifier_id as "identifierId", keep, denials, namespace, value, reason,
       decided_at as at, decided_by as by
     from conflict_decision where applied_at is null order by id`,
  );
}

/** Marks a decision as applied; whoever comes second has done the same. */
export async function moveApplied(tx: Tx, id: string, now: Instant): Promise<void> {
  await tx.exec('update conflict_decision set applied_at = $2 where id = $1 and applied_at is null', [
    id,
    formatInstant(now),
  ]);
}

/** Writes one denial in its customer's lane and makes the customer due; done twice it is done once. */
export async function writeDenial(
  tx: Tx,
  lane: number,
  { decision, denial }: { readonly decision: ConflictDecision; readonly denial: DecidedDenial },
): Promise<void> {
  const { programId, namespace, value, keep, reason, at, by } = decision;
  const written = await tx.exec(
    `insert into fact (lane, id, customer_id, program_id, kind, effective_from, effective_to, body, recorded_at, recorded_by)
     values ($1, $2, $3, $4, 'identifier_denial', $5, $6, $7, $8, $9) on conflict (lane, customer_id, id) do nothing`,
    [
      lane,
      denial.factId,
      denial.customerId,
      programId,
      denial.from,
      denial.to,
      json({ namespace, value, keep, reason }),
      formatInstant(at),
      by,
    ],
  );
  if (written === 0) return;
  await tx.exec(
    'update customer set touched = touched + 1 where lane = $1 and id = $2',
    [lane, denial.customerId],
    1,
  );
}
