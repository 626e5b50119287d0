// Taking back an attribution by hand: it passes the gate that it passed when it was written.
import type { ChangeSetReply } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import { wireId } from '../../kernel/ids.ts';
import { notify } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound } from '../../platform/http/problem.ts';
import { wireInstant } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import type { Written } from '../access/index.ts';
import { movePlace, NO_PROGRESS, proposeChangeSet, readChangeSet } from '../change-sets/index.ts';
import type { ChangeSetPreview } from '../change-sets/index.ts';
import { findFact, isRetracted, retractFact, wireFact } from '../customers/index.ts';
import type { FactRow } from '../customers/index.ts';
import { programNow } from '../program-clock.ts';
import { findProgram } from '../programs/index.ts';
import { lookAtHome, movesMoney } from './attribute.actions.ts';
import type { ReassignmentDeps } from './attribute.actions.ts';
import type { Wish } from './facts.ts';
import { insertFacts, insertRows, lockCustomers, settleRows } from './reassignments.store.ts';
import { findHome } from './reassignments.views.ts';

type Fact = ReturnType<typeof wireFact>;
type Answer =
  | { readonly status: 201; readonly body: Fact }
  | { readonly status: 202; readonly body: ChangeSetReply };

/**
 * Takes a fact back: it never was. An attribution by hand whose retraction moves money that was booked goes through the gate of change sets
 * as the attribution did (rules.md 2.16): at once below the limit (201 with the retraction), else after a second person (202 with the
 * change set). Throws 404, 409 `already_retracted`, 422 `not_retractable`.
 */
export async function retract(
  deps: ReassignmentDeps,
  request: Request,
  factId: string,
  reason: string,
): Promise<Answer> {
  const fact = await deps.db.acrossLanes('views', (tx) => findFact(tx, factId));
  if (fact === undefined) throw notFound('fact', wireId('fct', factId));
  const gate = fact.kind === 'attribution' ? await lookAtGate(deps, fact) : undefined;
  if (gate === undefined)
    return { status: 201, body: (await retractFact(deps, request, factId, reason)).body };
  const options = { action: 'fact.retract', lanes: [fact.lane] };
  const written = await performWrite<Fact | ChangeSetReply>(deps, request, options, (tx, actor) =>
    propose({ deps, tx, fact, reason, by: actor.label }, gate),
  );
  return written.status === 202
    ? { status: 202, body: written.body as ChangeSetReply }
    : { status: 201, body: written.body as Fact };
}

interface Gate {
  readonly preview: ChangeSetPreview;
  readonly alwaysTwo: boolean;
}

/** undefined: nothing that was booked is restated, so the fact is taken back like every other. */
async function lookAtGate(deps: ReassignmentDeps, fact: FactRow): Promise<Gate | undefined> {
  const { customer_id: customerId, effective_from: from } = fact;
  const seen = await deps.db.inLanes([fact.lane], async (tx) => ({
    program: await findProgram(tx, fact.program_id),
    homeId: await findHome(tx, customerId),
    isGone: await isRetracted(tx, fact),
  }));
  if (seen.program === undefined) throw new Error(`fact ${fact.id} belongs to no program`);
  const alwaysTwo = seen.program.settings.attribution.approval === 'required';
  const isPast = from < programNow(seen.program, deps.clock.now());
  // What was taken back before is refused by the write, or is the answer of the same request again.
  if (seen.isGone || !(alwaysTwo || isPast)) return undefined;
  const home = await lookAtHome(deps, { customerId, homeId: seen.homeId, from });
  if (!alwaysTwo && !home.hasEvents) return undefined;
  const preview = await deps.previewAttributions(fact.program_id, [{ customerId, retracts: fact.id }]);
  return alwaysTwo || movesMoney(preview) ? { preview, alwaysTwo } : undefined;
}

interface Retraction {
  readonly deps: ReassignmentDeps;
  readonly tx: Tx;
  readonly fact: FactRow;
  readonly reason: string;
  readonly by: string;
}

async function propose(
  made: Retraction,
  { preview, alwaysTwo }: Gate,
): Promise<Written<Fact | ChangeSetReply>> {
  const { deps, tx, fact, reason, by } = made;
  const { customer_id: customerId, program_id: programId, lane } = fact;
  if (!(await lockCustomers(tx, [{ lane, customerId }])).has(customerId))
    throw notFound('customer', wireId('cus', customerId));
  if (await isRetracted(tx, fact)) throw conflict('already_retracted', 'The fact was already taken back.');
  const now = deps.clock.now();
  const { workChannel } = deps;
  const wish = wishOf(fact);
  const what = {
    rows: 1,
    retracts: wireId('fct', fact.id),
    customerId: wireId('cus', customerId),
    partnerId: wish.partnerId === null ? null : wireId('prt', wish.partnerId),
    effectiveFrom: wireInstant(wish.from),
  };
  const asked = { kind: 'reassignment', programId, what, note: reason, preview, by } as const;
  const set = await proposeChangeSet(tx, asked, { now, workChannel, alwaysTwo });
  const id = uuidv7();
  await insertRows(tx, set.id, [{ wish, factId: id }]);
  if (set.state === 'proposed') {
    const reply = await readChangeSet(tx, set.id);
    const audit = { ...what, state: set.state, moves: preview.moves };
    return { status: 202, body: reply, subject: reply.id, reason, audit };
  }
  const answer = await writeRetraction(made, id, set.id);
  await settleRows(tx, set.id, [{ rowNo: wish.rowNo, customerLane: lane, state: 'applied', problem: null }]);
  const progress = { ...NO_PROGRESS, deliveries: 1, changed: 1 };
  await movePlace(tx, { id: set.id, undoes: null }, { place: undefined, progress, now });
  const audit = { ...what, changeSet: wireId('chg', set.id), moves: preview.moves };
  return { status: 201, body: answer, subject: answer.id, reason, audit };
}

async function writeRetraction(
  { deps, tx, fact, reason, by }: Retraction,
  id: string,
  changeSetId: string,
): Promise<Fact> {
  const { customer_id: customerId, program_id: programId, lane } = fact;
  const now = deps.clock.now();
  const body = { retracts: fact.id, reason };
  await insertFacts(tx, [{ lane, id, customerId, programId, kind: 'retraction', from: now, body }], {
    now,
    by,
    changeSetId,
  });
  await notify(tx, deps.workChannel);
  return wireFact({
    id,
    customer_id: customerId,
    kind: 'retraction',
    effective_from: now,
    effective_to: Number.POSITIVE_INFINITY as typeof now,
    body,
    recorded_at: now,
    recorded_by: by,
  });
}

/** The row of a retraction keeps what the fact says, so that undoing can write it anew. */
function wishOf(fact: FactRow): Wish {
  const { partnerId = null, reason, keepsCpa } = fact.body;
  return {
    rowNo: 1,
    customerId: fact.customer_id,
    partnerId,
    from: fact.effective_from,
    reason: reason ?? '',
    keepsCpa: keepsCpa === 'true',
    retracts: fact.id,
  };
}
