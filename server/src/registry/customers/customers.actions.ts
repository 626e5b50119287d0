import type {
  countryRequest,
  createCustomerRequest,
  customerStatusRequest,
  identifierRequest,
  kycRequest,
} from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { CUSTOMER_NAMESPACE, customerIdOf } from '../../kernel/derived-ids.ts';
import { wireId } from '../../kernel/ids.ts';
import { addMicros, formatInstant, instantFromIso, MICROS_PER_DAY } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { explainIllegalIdentifier } from '../../pipeline/mapping/index.ts';
import { notify } from '../../platform/db.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { boundText, uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import type { WriteDeps, Written } from '../access/index.ts';
import { findProgram } from '../programs/index.ts';
import { programNow } from '../program-clock.ts';
import { insertFact, insertFactAhead, touchCustomer, touchOrInsertCustomer } from './customers.store.ts';
import type { NewFact } from './customers.store.ts';
import { findCustomer, findFact, isRetracted } from './customers.views.ts';
import type { CustomerRow } from './customers.views.ts';
import { wireCustomer, wireFact } from './wire-customer.ts';

/** What facts need: the channel on which the conveyor is told of them. */
export interface FactDeps extends WriteDeps {
  readonly workChannel: string;
}

/** States the KYC status of a customer from an instant on (requirements A5). */
export async function stateKyc(
  deps: FactDeps,
  request: Request,
  customerId: string,
  body: z.infer<typeof kycRequest>,
) {
  return writeFact(
    deps,
    request,
    { customerId, action: 'customer.kyc', reason: body.reason },
    async (_tx, _customer, now) => ({
      kind: 'kyc',
      effectiveFrom: fromText(body.effectiveFrom, now),
      effectiveTo: 'infinity',
      body: { status: body.status },
    }),
  );
}

/** States what bars a customer, from and to an instant, or that it was readmitted (semantics.md 8). */
export async function stateStatus(
  deps: FactDeps,
  request: Request,
  customerId: string,
  body: z.infer<typeof customerStatusRequest>,
) {
  const effectiveTo = boundText(body.effectiveTo, 'infinity', 'body.effectiveTo');
  if (body.status === 'readmitted' && effectiveTo !== 'infinity') {
    throw unprocessable('readmission_has_no_end', 'A readmission is an instant and has no end.', [
      { path: 'body.effectiveTo', message: 'leave it out; state what bars the customer from then on' },
    ]);
  }
  return writeFact(
    deps,
    request,
    { customerId, action: 'customer.status', reason: body.reason },
    async (_tx, _customer, now) => {
      const effectiveFrom = fromText(body.effectiveFrom, now);
      refuseEmptySpan(effectiveFrom, effectiveTo);
      return { kind: 'status', effectiveFrom, effectiveTo, body: { status: body.status } };
    },
  );
}

/** States the country of a customer from an instant on, and who says so. */
export async function stateCountry(
  deps: FactDeps,
  request: Request,
  customerId: string,
  body: z.infer<typeof countryRequest>,
) {
  return writeFact(
    deps,
    request,
    { customerId, action: 'customer.country', reason: body.reason },
    async (_tx, _customer, now) => ({
      kind: 'country',
      effectiveFrom: fromText(body.effectiveFrom, now),
      effectiveTo: 'infinity',
      body: { country: body.country.toUpperCase(), basis: body.basis },
    }),
  );
}

/** Names a customer by its own id, so that facts can be stated before its registration comes. Naming one twice makes one. */
export async function nameCustomer(
  deps: FactDeps,
  request: Request,
  body: z.infer<typeof createCustomerRequest>,
) {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  refuseIllegalIdentifier(body.value, 'body.value');
  const id = customerIdOf(programId, body.namespace, body.value);
  const lane = laneOf('customer', id);
  return performWrite(deps, request, { action: 'customer.name', lanes: [lane] }, async (tx) => {
    if ((await findProgram(tx, programId)) === undefined) throw notFound('program', body.programId);
    const { namespace, value } = body;
    const known = await findCustomer(tx, lane, id);
    if (known === undefined)
      await touchOrInsertCustomer(tx, { lane, id, programId, namespace, value, now: deps.clock.now() });
    const row = known ?? (await findCustomer(tx, lane, id));
    if (row === undefined) throw new Error(`customer ${id} is not there after it was named`);
    const answer = wireCustomer(row);
    return {
      status: known === undefined ? 201 : 200,
      body: answer,
      subject: answer.id,
      audit: { namespace, value },
    };
  });
}

type FactContent = Pick<NewFact, 'kind' | 'effectiveFrom' | 'effectiveTo' | 'body'>;

/** Writes a fact about a known customer and makes the customer due, in one transaction in the customer's lane. Throws 404. */
async function writeFact(
  deps: FactDeps,
  request: Request,
  about: { customerId: string; action: string; reason: string | undefined },
  contentOf: (tx: Tx, customer: CustomerRow, programsNow: Instant) => Promise<FactContent>,
) {
  const lane = laneOf('customer', about.customerId);
  return performWrite(deps, request, { action: about.action, lanes: [lane] }, async (tx, actor) => {
    const customer = await findCustomer(tx, lane, about.customerId);
    if (customer === undefined) throw notFound('customer', wireId('cus', about.customerId));
    const now = deps.clock.now();
    const program = await findProgram(tx, customer.program_id);
    if (program === undefined) throw new Error(`customer ${customer.id} belongs to no program`);
    const content = await contentOf(tx, customer, programNow(program, now));
    const isAhead =
      takesEffectBackwards(content) &&
      isAfter(content.effectiveFrom, addMicros(programNow(program, now), MICROS_PER_DAY));
    return insertAndTouch(
      deps,
      tx,
      {
        ...content,
        ...(isAhead ? { body: { ...content.body, toldAhead: 'true' } } : {}),
        lane,
        id: uuidv7(),
        customerId: customer.id,
        programId: customer.program_id,
        now,
        by: actor.label,
      },
      about.reason,
    );
  });
}

/**
 * What says something of earlier events too, and therefore not before its own instant has come. As evidence it may lie a day ahead of the
 * clock and is judged with what lies there (rules.md 5): whoever tells both has a clock that goes before ours.
 */
function takesEffectBackwards({ kind, body }: FactContent): boolean {
  return kind === 'kyc' || (kind === 'status' && body['status'] === 'duplicate');
}

function isAfter(bound: string, instant: Instant): boolean {
  return bound !== '-infinity' && bound !== 'infinity' && instantFromIso(bound) > instant;
}

async function insertAndTouch(
  deps: FactDeps,
  tx: Tx,
  fact: NewFact,
  reason: string | undefined,
): Promise<Written<ReturnType<typeof wireFact>>> {
  const row = await insertFact(tx, fact);
  if (fact.body['toldAhead'] === 'true') await insertFactAhead(tx, fact);
  if (!(await touchCustomer(tx, fact.lane, fact.customerId)))
    throw notFound('customer', wireId('cus', fact.customerId));
  await notify(tx, deps.workChannel);
  const answer = wireFact(row);
  return {
    status: 201,
    body: answer,
    subject: answer.id,
    reason,
    audit: { customerId: answer.customerId, ...answer.body, effectiveFrom: answer.effectiveFrom },
  };
}

/** Says that an identifier belongs to a customer for a time. A customer named by its identifier may come before its registration (requirements D1). */
export async function linkIdentifier(
  deps: FactDeps,
  request: Request,
  body: z.infer<typeof identifierRequest>,
) {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  refuseIllegalIdentifier(body.value, 'body.value');
  if (body.customer !== undefined) refuseIllegalIdentifier(body.customer.value, 'body.customer.value');
  const namespace = body.customer?.namespace ?? CUSTOMER_NAMESPACE;
  const customerId =
    body.customer === undefined
      ? uuidOf('cus', body.customerId ?? '', 'body.customerId')
      : customerIdOf(programId, namespace, body.customer.value);
  const effectiveFrom = boundText(body.effectiveFrom, '-infinity', 'body.effectiveFrom');
  const effectiveTo = boundText(body.effectiveTo, 'infinity', 'body.effectiveTo');
  refuseEmptySpan(effectiveFrom, effectiveTo);
  const lane = laneOf('customer', customerId);
  return performWrite(deps, request, { action: 'identifier.link', lanes: [lane] }, async (tx, actor) => {
    const now = deps.clock.now();
    const program = await findProgram(tx, programId);
    if (program === undefined) throw notFound('program', body.programId);
    if (body.customer !== undefined)
      await touchOrInsertCustomer(tx, {
        lane,
        id: customerId,
        programId,
        namespace,
        value: body.customer.value,
        now,
      });
    else await refuseForeignCustomer(tx, { lane, customerId, programId });
    return insertAndTouch(
      deps,
      tx,
      {
        kind: 'identifier_link',
        effectiveFrom,
        effectiveTo,
        body: { namespace: body.namespace, value: body.value },
        lane,
        id: uuidv7(),
        customerId,
        programId,
        now,
        by: actor.label,
      },
      undefined,
    );
  });
}

function refuseIllegalIdentifier(value: string, path: string): void {
  const message = explainIllegalIdentifier(value);
  if (message === undefined) return;
  throw unprocessable('illegal_identifier', 'The value cannot be an identifier of a customer.', [
    { path, message },
  ]);
}

function refuseEmptySpan(effectiveFrom: string, effectiveTo: string): void {
  if (effectiveFrom === '-infinity' || effectiveTo === 'infinity') return;
  if (instantFromIso(effectiveFrom) < instantFromIso(effectiveTo)) return;
  throw unprocessable('empty_interval', 'effectiveTo must lie after effectiveFrom.', [
    { path: 'body.effectiveTo', message: 'give a later instant, or null for no end' },
  ]);
}

async function refuseForeignCustomer(
  tx: Tx,
  wanted: { lane: number; customerId: string; programId: string },
): Promise<void> {
  const customer = await findCustomer(tx, wanted.lane, wanted.customerId);
  if (customer === undefined || customer.program_id !== wanted.programId)
    throw notFound('customer', wireId('cus', wanted.customerId));
}

/** Takes a fact back: it never was. The fact and its retraction both stay to be seen. */
export async function retractFact(
  deps: FactDeps & { db: Db },
  request: Request,
  factId: string,
  reason: string,
) {
  const fact = await deps.db.acrossLanes('views', (tx) => findFact(tx, factId));
  if (fact === undefined) throw notFound('fact', wireId('fct', factId));
  if (fact.kind === 'retraction')
    throw unprocessable('not_retractable', 'A retraction cannot be taken back; write the fact again.');
  if (fact.kind === 'begun')
    throw unprocessable(
      'not_retractable',
      'That the clock has reached a fact cannot be taken back; take the fact back that it names.',
    );
  if (fact.kind === 'cpa_paid')
    throw unprocessable(
      'undone_by_set',
      'That a CPA was paid before was agreed to by two: undo the change set of the opening, which asks for two as well.',
    );
  return performWrite(deps, request, { action: 'fact.retract', lanes: [fact.lane] }, async (tx, actor) => {
    // The customer's row is the lock: of two that retract at once the second sees the first.
    if (!(await touchCustomer(tx, fact.lane, fact.customer_id)))
      throw notFound('customer', wireId('cus', fact.customer_id));
    if (await isRetracted(tx, fact)) throw conflict('already_retracted', 'The fact was already taken back.');
    const now = deps.clock.now();
    return insertAndTouch(
      deps,
      tx,
      {
        kind: 'retraction',
        effectiveFrom: formatInstant(now),
        effectiveTo: 'infinity',
        body: { retracts: fact.id, reason },
        lane: fact.lane,
        id: uuidv7(),
        customerId: fact.customer_id,
        programId: fact.program_id,
        now,
        by: actor.label,
      },
      reason,
    );
  });
}

function fromText(effectiveFrom: string | null | undefined, programsNow: Instant): string {
  return effectiveFrom === undefined
    ? formatInstant(programsNow)
    : boundText(effectiveFrom, '-infinity', 'body.effectiveFrom');
}
