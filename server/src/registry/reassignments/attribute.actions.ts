import type { attributionRequest, ChangeSetReply } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { notify } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound } from '../../platform/http/problem.ts';
import { instantOf, uuidOf, wireInstant } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import type { Written } from '../access/index.ts';
import { movePlace, NO_PROGRESS, proposeChangeSet, readChangeSet } from '../change-sets/index.ts';
import type { ChangeSetPreview } from '../change-sets/index.ts';
import { findCustomer, wireFact } from '../customers/index.ts';
import type { FactDeps } from '../customers/index.ts';
import { getPartnerOf } from '../partners/index.ts';
import { programNow } from '../program-clock.ts';
import { findProgram } from '../programs/index.ts';
import type { PreviewAttributions, Wish } from './facts.ts';
import { insertFacts, insertRows, lockCustomers, settleRows } from './reassignments.store.ts';
import { bodyOf } from './bound.ts';
import { findHome, hasCommission, hasEvents, listBondsAt } from './reassignments.views.ts';
import { findManualAt } from './say-attribution.ts';

/** What attributions by hand need: who tells the conveyor, and who finds out what they would do to money. */
export interface ReassignmentDeps extends FactDeps {
  readonly previewAttributions: PreviewAttributions;
}

type Fact = ReturnType<typeof wireFact>;
type Answer =
  | { readonly status: 201; readonly body: Fact }
  | { readonly status: 202; readonly body: ChangeSetReply };

/**
 * Binds a customer to a partner, or to nobody, from an instant on (requirements A4). From now on the fact stands at once. In the past of a
 * customer for whom something is booked it is a restatement (rules.md 5): it goes through the gate of change sets, at once below the
 * program's limit (201 with the fact), else after a second person (202 with the change set). Where nothing is booked but something
 * happened, it stands at once too, and what it moves is kept as a change set. One who was merged away is judged by the one with whom it
 * lives. Throws 404, 409 `instant_taken`, `booked_meanwhile`, 422.
 */
export async function attribute(
  deps: ReassignmentDeps,
  request: Request,
  customerId: string,
  body: z.infer<typeof attributionRequest>,
): Promise<Answer> {
  const partnerId = body.partnerId === null ? null : uuidOf('prt', body.partnerId, 'body.partnerId');
  const lane = laneOf('customer', customerId);
  const seen = await deps.db.inLanes([lane], (tx) => look(deps, tx, { customerId, partnerId, body }));
  const { programId, from } = seen;
  const { reason } = body;
  const home = await lookAtHome(deps, { customerId, homeId: seen.homeId, from });
  const needsGate = seen.alwaysTwo || (seen.isPast && home.hasCommission);
  const preview =
    needsGate || (seen.isPast && home.hasEvents)
      ? await deps.previewAttributions(programId, [
          { customerId, partnerId, from, reason, keepsCpa: body.keepsCpa ?? home.granted },
        ])
      : undefined;
  // What was granted to the one with whom a merged customer lives does not stand in its own row.
  const keepsCpa = body.keepsCpa ?? (seen.homeId !== customerId && home.granted ? true : null);
  const wish: Wish = { rowNo: 1, customerId, partnerId, from, reason, keepsCpa };
  const options = { action: 'customer.attribute', lanes: [lane] };
  const written = await performWrite<Fact | ChangeSetReply>(deps, request, options, async (tx, actor) => {
    const known = (await lockCustomers(tx, [{ lane, customerId }])).get(customerId);
    if (known === undefined) throw notFound('customer', wireId('cus', customerId));
    if (home.takenBy !== undefined) throw conflict('instant_taken', sayTaken(home.takenBy, from));
    // The gate was judged before the customer was locked; one who was merged away is locked elsewhere.
    const isOwn = seen.homeId === customerId;
    if (seen.isPast && !needsGate && isOwn && (await hasCommission(tx, lane, customerId)))
      throw conflict(
        'booked_meanwhile',
        'Commission of this customer was booked while the request was judged. Send it again: what it would restate is looked at then.',
      );
    await refuseSecondBond(tx, wish);
    const made = { deps, tx, wish, lane, programId, by: actor.label, granted: known.granted };
    if (preview === undefined || !(needsGate || movesMoney(preview))) return writeFact(made, uuidv7());
    return propose(made, { preview, alwaysTwo: seen.alwaysTwo, atOnce: !needsGate });
  });
  return written.status === 202
    ? { status: 202, body: written.body as ChangeSetReply }
    : { status: 201, body: written.body as Fact };
}

interface Seen {
  readonly programId: string;
  readonly from: Instant;
  readonly isPast: boolean;
  readonly alwaysTwo: boolean;
  /** With whom the customer lives: itself, unless it was merged away. */
  readonly homeId: string;
}

async function look(
  deps: ReassignmentDeps,
  tx: Tx,
  asked: {
    readonly customerId: string;
    readonly partnerId: string | null;
    readonly body: z.infer<typeof attributionRequest>;
  },
): Promise<Seen> {
  const { customerId, partnerId, body } = asked;
  const lane = laneOf('customer', customerId);
  const customer = await findCustomer(tx, lane, customerId);
  if (customer === undefined) throw notFound('customer', wireId('cus', customerId));
  const program = await findProgram(tx, customer.program_id);
  if (program === undefined) throw new Error(`customer ${customer.id} belongs to no program`);
  const realNow = deps.clock.now();
  if (partnerId !== null)
    await getPartnerOf(tx, { programId: program.id, partnerId, path: 'body.partnerId', now: realNow });
  const now = programNow(program, realNow);
  const from = instantAsked(body.effectiveFrom, now);
  return {
    programId: program.id,
    from,
    isPast: from < now,
    alwaysTwo: program.settings.attribution.approval === 'required',
    homeId: await findHome(tx, customerId),
  };
}

interface Home {
  readonly granted: boolean;
  readonly hasCommission: boolean;
  readonly hasEvents: boolean;
  /** A fact of somebody who lives with the customer says already whose it is from this very instant on. */
  readonly takenBy: string | undefined;
}

/** What stands for the one with whom a customer lives: its events and its commission are there. */
export async function lookAtHome(
  deps: Pick<FactDeps, 'db'>,
  asked: { readonly customerId: string; readonly homeId: string; readonly from: Instant },
): Promise<Home> {
  const { customerId, homeId, from } = asked;
  const lane = laneOf('customer', homeId);
  return deps.db.inLanes([lane], async (tx) => {
    const home = await findCustomer(tx, lane, homeId);
    if (home === undefined) throw notFound('customer', wireId('cus', customerId));
    return {
      granted: home.lines.length > 0 || hadCpa(home.summary),
      hasCommission: await hasCommission(tx, lane, homeId),
      hasEvents: await hasEvents(tx, lane, homeId),
      takenBy: findManualAt(home.context, from),
    };
  });
}

/** A CPA may have no line of its own: it is settled by period. */
function hadCpa(summary: Readonly<Record<string, unknown>>): boolean {
  const cpa = summary['cpa'] as { readonly state?: string } | undefined;
  return cpa?.state === 'granted' || cpa?.state === 'taken';
}

/** Where it is not known, it may. */
export function movesMoney({ customers, isComplete }: ChangeSetPreview): boolean {
  return customers.changed > 0 || !isComplete;
}

function instantAsked(text: string | null | undefined, now: Instant): Instant {
  if (text === undefined) return now;
  return text === null ? (Number.NEGATIVE_INFINITY as Instant) : instantOf(text, 'body.effectiveFrom');
}

/** No customer is bound to two partners at one instant: whoever wants another one takes the first back. */
async function refuseSecondBond(tx: Tx, wish: Wish): Promise<void> {
  const [factId] = (await listBondsAt(tx, [wish])).values();
  if (factId === undefined) return;
  throw conflict('instant_taken', sayTaken(factId, wish.from));
}

/** Which fact holds an instant, and what to do about it. */
export function sayTaken(factId: string, from: Instant): string {
  const since = wireInstant(from);
  const when = since === null ? 'from the beginning' : `from ${since} on`;
  return `${wireId('fct', factId)} already says whose the customer is ${when}. Take it back first, or choose another instant.`;
}

interface Made {
  readonly deps: ReassignmentDeps;
  readonly tx: Tx;
  readonly wish: Wish;
  readonly lane: number;
  readonly programId: string;
  readonly by: string;
  readonly granted: boolean;
}

async function writeFact(made: Made, id: string, changeSetId?: string): Promise<Written<Fact>> {
  const { deps, tx, wish, lane, programId, by, granted } = made;
  const now = deps.clock.now();
  const body = bodyOf(wish, granted);
  const { customerId, from } = wish;
  const cause = changeSetId === undefined ? {} : { changeSetId };
  await insertFacts(tx, [{ lane, id, customerId, programId, kind: 'attribution', from, body }], {
    now,
    by,
    ...cause,
  });
  await notify(tx, deps.workChannel);
  const answer = wireFact({
    id,
    customer_id: customerId,
    kind: 'attribution',
    effective_from: from,
    effective_to: Number.POSITIVE_INFINITY as Instant,
    body,
    recorded_at: now,
    recorded_by: by,
  });
  return {
    status: 201,
    body: answer,
    subject: answer.id,
    reason: wish.reason,
    audit: { customerId: answer.customerId, ...answer.body, effectiveFrom: answer.effectiveFrom },
  };
}

/** Through the gate: below the limit the fact is written in the same transaction, and the set is done. */
async function propose(
  made: Made,
  gate: { readonly preview: ChangeSetPreview; readonly alwaysTwo: boolean; readonly atOnce: boolean },
): Promise<Written<Fact | ChangeSetReply>> {
  const { deps, tx, wish, lane, programId, by } = made;
  const { preview, alwaysTwo, atOnce } = gate;
  const now = deps.clock.now();
  const factId = uuidv7();
  const what = {
    rows: 1,
    customerId: wireId('cus', wish.customerId),
    partnerId: wish.partnerId === null ? null : wireId('prt', wish.partnerId),
    effectiveFrom: wireInstant(wish.from),
  };
  const asked = { kind: 'reassignment', programId, what, note: wish.reason, preview, by } as const;
  const { workChannel } = deps;
  const set = await proposeChangeSet(tx, asked, { now, workChannel, alwaysTwo, atOnce });
  await insertRows(tx, set.id, [{ wish, factId }]);
  if (set.state === 'running') {
    // Where nothing was booked before, nothing is restated, and nothing waits for a review.
    const written = await writeFact(made, factId, atOnce ? undefined : set.id);
    await settleRows(tx, set.id, [
      { rowNo: wish.rowNo, customerLane: lane, state: 'applied', problem: null },
    ]);
    const progress = { ...NO_PROGRESS, deliveries: 1, changed: 1 };
    await movePlace(tx, { id: set.id, undoes: null }, { place: undefined, progress, now });
    return {
      ...written,
      audit: { ...written.audit, changeSet: wireId('chg', set.id), moves: preview.moves },
    };
  }
  const reply = await readChangeSet(tx, set.id);
  const audit = { ...what, state: set.state, moves: preview.moves };
  return { status: 202, body: reply, subject: reply.id, reason: wish.reason, audit };
}
