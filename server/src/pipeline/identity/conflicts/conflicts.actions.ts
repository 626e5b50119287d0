import type { ConflictReply } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import { wireId } from '../../../kernel/ids.ts';
import { formatInstant } from '../../../kernel/instant.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { laneOf } from '../../../kernel/lane.ts';
import { notify } from '../../../platform/db.ts';
import type { Db, Tx } from '../../../platform/db.ts';
import type { Request } from '../../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../../platform/http/problem.ts';
import { performWrite } from '../../../registry/access/index.ts';
import type { WriteDeps } from '../../../registry/access/index.ts';
import { listMembers, livesWith } from '../../../registry/facts.ts';
import type { RegistryCache } from '../../../registry/index.ts';
import { earliestOverlap } from '../resolve.ts';
import { listDenials } from './conflicts.ts';
import { insertDecision, listOpenDecisions, moveApplied, writeDenial } from './conflicts.store.ts';
import type { DecidedDenial } from './conflicts.store.ts';
import { countResting, listClaimsOf, listNames, listParkedMoney } from './conflicts.views.ts';
import type { ClaimRow } from './wire-conflict.ts';
import { wireConflict } from './wire-conflict.ts';

export interface ConflictDeps extends WriteDeps {
  readonly registry: Pick<RegistryCache, 'getProgram'>;
  readonly workChannel: string;
}

/** Claims of one identifier, in the name of those with whom the claimants live. */
export interface Contested {
  readonly identifierId: string;
  readonly rows: readonly ClaimRow[];
  readonly overlapsFrom: Instant;
}

/** Those identifiers among the claims that are contested when merged customers are one. */
export async function listStillContested(
  deps: Pick<ConflictDeps, 'registry'>,
  claims: readonly ClaimRow[],
): Promise<Contested[]> {
  const found: Contested[] = [];
  for (const [identifierId, told] of Map.groupBy(claims, (row) => row.identifier_id)) {
    const program = await deps.registry.getProgram(told[0]?.program_id ?? '');
    const rows = told.map((row) => ({ ...row, customer_id: livesWith(program, row.customer_id) }));
    const overlapsFrom = earliestOverlap(
      rows.map((row) => ({ customerId: row.customer_id, from: row.effective_from, to: row.effective_to })),
    );
    if (overlapsFrom !== undefined) found.push({ identifierId, rows, overlapsFrom });
  }
  return found;
}

/** Contested identifiers as they are told, with what waits for a decision. `tx` reads over all lanes. */
export async function describeConflicts(tx: Tx, contested: readonly Contested[]): Promise<ConflictReply[]> {
  const ids = contested.map((one) => one.identifierId);
  const customerIds = [...new Set(contested.flatMap((one) => one.rows.map((row) => row.customer_id)))];
  const known = {
    names: await listNames(tx, customerIds),
    resting: await countResting(tx, customerIds, ids),
    parked: await listParkedMoney(tx, ids),
  };
  return contested.map((one) => wireConflict(one, known));
}

/** One contested identifier. Throws 404 when nobody, or only one, claims it. */
export async function getContested(deps: ConflictDeps, identifierId: string): Promise<Contested> {
  const lane = laneOf('identifier', identifierId);
  const claims = await deps.db.inLanes([lane], (tx) => listClaimsOf(tx, identifierId));
  const [contested] = claims.length === 0 ? [] : await listStillContested(deps, claims);
  if (contested === undefined) throw notFound('conflict', wireId('idf', identifierId));
  return contested;
}

/**
 * Gives a contested identifier to one of its claimants: the others get a denial for the time that several claim, each in its own lane,
 * and what waits goes on by itself. One decision, one audit row; a denial is a fact and may be taken back. Throws 404, 409, 422.
 */
export async function decideConflict(
  deps: ConflictDeps,
  request: Request,
  asked: { readonly identifierId: string; readonly keep: string; readonly reason: string },
) {
  const { identifierId, reason } = asked;
  const { rows } = await getContested(deps, identifierId);
  const [first] = rows;
  if (first === undefined) throw notFound('conflict', wireId('idf', identifierId));
  const program = await deps.registry.getProgram(first.program_id);
  const keep = livesWith(program, asked.keep);
  if (!rows.some((row) => row.customer_id === keep))
    throw unprocessable('not_a_claimant', 'Only a customer who claims the identifier can keep it.', [
      {
        path: 'body.keep',
        message: 'name one of the claimants, or link the identifier to the customer first',
      },
    ]);
  const claims = rows.map((row) => ({
    customerId: row.customer_id,
    from: row.effective_from,
    to: row.effective_to,
  }));
  const denials = listDenials(claims, keep).flatMap(({ customerId, spans }) =>
    listMembers(program, customerId).flatMap((member) =>
      spans.map(({ from, to }): DecidedDenial => ({
        factId: uuidv7(),
        customerId: member,
        from: boundOf(from),
        to: boundOf(to),
      })),
    ),
  );
  const { namespace, value } = first;
  const written = await performWrite(deps, request, { action: 'conflict.decide' }, async (tx, actor) => {
    const open = await listOpenDecisions(tx);
    if (open.some((one) => one.identifierId === identifierId))
      throw conflict(
        'decision_pending',
        'A decision about this identifier is just being applied: look again.',
      );
    await insertDecision(tx, {
      id: uuidv7(),
      programId: program.id,
      identifierId,
      keep,
      denials,
      namespace,
      value,
      reason,
      at: deps.clock.now(),
      by: actor.label,
    });
    await notify(tx, deps.workChannel);
    const body = {
      id: wireId('idf', identifierId),
      keep: wireId('cus', keep),
      denied: denials.map((one) => ({
        customerId: wireId('cus', one.customerId),
        from: one.from === '-infinity' ? null : one.from,
        to: one.to === 'infinity' ? null : one.to,
      })),
      reason,
    };
    return { status: 201, body, subject: body.id, reason, audit: { namespace, value, ...body } };
  });
  await applyDecisions({ db: deps.db, now: () => deps.clock.now() });
  return written;
}

function boundOf(instant: Instant): string {
  if (Number.isFinite(instant)) return formatInstant(instant);
  return instant < 0 ? '-infinity' : 'infinity';
}

/** Writes the facts of decisions that are not applied yet, each in its lane. Repeated after a crash. Returns whether there were any. */
export async function applyDecisions(deps: {
  readonly db: Db;
  readonly now: () => Instant;
}): Promise<boolean> {
  const open = await deps.db.reference(listOpenDecisions);
  for (const decision of open) {
    for (const denial of decision.denials) {
      const lane = laneOf('customer', denial.customerId);
      await deps.db.inLanes([lane], (tx) => writeDenial(tx, lane, { decision, denial }));
    }
    await deps.db.reference((tx) => moveApplied(tx, decision.id, deps.now()));
  }
  return open.length > 0;
}
