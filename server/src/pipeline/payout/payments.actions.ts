// People record payments that were made outside of Plumbline (requirements P5, method manual).
import type {
  paymentDecisionRequest,
  paymentRequest,
  paymentReturnRequest,
  PaymentReply,
} from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';

import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import { wireId } from '../../kernel/ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import { fromMinor, isCurrency, parseMinor } from '../../kernel/money.ts';
import { notify } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, HttpProblem, notFound, unprocessable } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../../registry/access/index.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { readChangeSetLimit } from '../../registry/change-sets/index.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { findPayoutBlocks } from '../../registry/partners/index.ts';
import { findProgramOf } from '../ledger/index.ts';
import { needsTwo } from './limit.ts';
import { isReleasing, judgePayment } from './payable.ts';
import { insertPayment, moveDecided, moveReturnDue } from './payments.store.ts';
import { findByReference, findPayment, listNamed, loadStandings, readProgramNow } from './payments.views.ts';
import type { Asked, PaymentRow } from './facts.ts';
import { wirePayment } from './wire-payment.ts';

export interface PayoutDeps extends WriteDeps {
  readonly workChannel: string;
  readonly getProgram: (id: string) => Promise<ProgramSnapshot>;
}

/**
 * Records a payment. It is booked by the worker that holds the partner's lane, a moment later; above the limit of the program another
 * person must agree first. Throws 404; 409 `payout_blocked`, `reference_taken`, `still_releasing`; 422 with the reason where the
 * payment is not exactly what is payable.
 */
export async function recordPayment(
  deps: PayoutDeps,
  request: Request,
  body: z.infer<typeof paymentRequest>,
): Promise<PaymentReply> {
  const partnerId = uuidOf('prt', body.partnerId, 'body.partnerId');
  const lane = laneOf('partner', partnerId);
  const amountMinor = readAmount(body);
  const { currency, reference } = body;
  const paidAt = instantFromIso(body.paidAt);
  const asked = body.settlements ?? null;
  const programId = await deps.db.reference((tx) => findProgramOf(tx, partnerId));
  if (programId === undefined) throw notFound('partner', body.partnerId);
  const program = await deps.getProgram(programId);
  const written = await performWrite<PaymentReply>(
    deps,
    request,
    { action: 'payment.record', lanes: [lane] },
    async (tx, actor) => {
      await refuseBlocked(deps, tx, partnerId);
      const known = await findByReference(tx, { partnerId, currency, reference });
      if (known !== undefined)
        throw conflict(
          'reference_taken',
          `The payment ${wireId('pay', known.id)} has this reference already and is ${known.state}. Give another payment another reference.`,
        );
      await refuseUnpayable(deps, tx, { partnerId, programId, currency, amountMinor, paidAt, asked });
      const limit = await readChangeSetLimit(tx, programId);
      const amount = { value: fromMinor(amountMinor, currency), currency, at: paidAt };
      const id = uuidv7();
      await insertPayment(
        tx,
        {
          id,
          programId,
          partnerId,
          lane,
          currency,
          amountMinor,
          paidAt,
          reference,
          note: body.note ?? null,
          asked,
          state: needsTwo(program, amount, limit.amount) ? 'proposed' : 'due',
          by: actor.label,
        },
        deps.clock.now(),
      );
      await notify(tx, deps.workChannel);
      const payment = wirePayment(await getPayment(tx, id));
      return {
        status: 202,
        body: payment,
        subject: payment.id,
        reason: body.note,
        audit: { partnerId: body.partnerId, amount: body.amount, currency, paidAt: body.paidAt, reference },
      };
    },
  );
  return written.body;
}

function readAmount({ amount, currency }: z.infer<typeof paymentRequest>): bigint {
  const refuse = (path: string, message: string): never => {
    throw unprocessable('bad_amount', 'The payment cannot be booked.', [{ path, message }]);
  };
  if (!isCurrency(currency)) return refuse('body.currency', `there is no currency ${currency}`);
  const minor = parseMinor(amount, currency);
  if (!minor.ok) return refuse('body.amount', `${amount} has more digits than ${currency} knows`);
  return minor.value === 0n ? refuse('body.amount', 'say an amount above zero') : minor.value;
}

async function refuseBlocked(deps: PayoutDeps, tx: Tx, partnerId: string): Promise<void> {
  const blocks = await findPayoutBlocks(tx, partnerId, deps.clock.now());
  if (blocks.length > 0)
    throw conflict(
      'payout_blocked',
      `Payouts of this partner are blocked: ${blocks.map(({ code }) => code).join(', ')}. State its checks first (POST /v1/partners/{id}/compliance).`,
    );
}

interface Wanted {
  readonly partnerId: string;
  readonly programId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly paidAt: ReturnType<typeof instantFromIso>;
  readonly asked: readonly Asked[] | null;
}

/** The same judgement as at booking, so that a person hears at once what is wrong. */
async function refuseUnpayable(deps: PayoutDeps, tx: Tx, wanted: Wanted): Promise<void> {
  const { partnerId, currency, paidAt, asked } = wanted;
  const now = await readProgramNow(tx, wanted.programId, deps.clock.now());
  const standing = (await loadStandings(tx, partnerId)).get(currency) ?? { groups: [], returned: 0n };
  if (isReleasing(standing, now))
    throw conflict(
      'still_releasing',
      'Commission of this partner is just being approved. Try again in a moment.',
    );
  const groups = asked === null ? null : await listNamed(tx, partnerId, asked);
  const judged = judgePayment({ currency, amount: wanted.amountMinor, paidAt, groups }, standing, now);
  if (!judged.ok) throw unprocessable(judged.code, `The payment cannot be booked: ${judged.sentence}.`);
}

async function getPayment(tx: Tx, id: string): Promise<PaymentRow> {
  const row = await findPayment(tx, id);
  if (row === undefined) throw notFound('payment', wireId('pay', id));
  return row;
}

/**
 * Another person agrees with a payment above the limit, or nobody does. Throws 404; 409 `wrong_state`; 403 `second_person_needed` to the
 * one who recorded it.
 */
export async function decidePayment(
  deps: PayoutDeps,
  request: Request,
  {
    id: wire,
    verb,
    note,
  }: { readonly id: string; readonly verb: 'approve' | 'reject' } & z.infer<typeof paymentDecisionRequest>,
): Promise<PaymentReply> {
  const id = uuidOf('pay', wire);
  const written = await performWrite<PaymentReply>(
    deps,
    request,
    { action: `payment.${verb}` },
    async (tx, actor) => {
      const to = verb === 'approve' ? 'due' : 'rejected';
      const moved = await moveDecided(tx, id, { to, by: actor.label, note, now: deps.clock.now() });
      const row = await getPayment(tx, id);
      if (moved === 0) {
        if (row.state !== 'proposed') throw conflict('wrong_state', `The payment is ${row.state}.`);
        throw new HttpProblem({
          status: 403,
          code: 'second_person_needed',
          detail:
            'You recorded this payment yourself: it is above the limit of the program, so another person or key must approve it.',
        });
      }
      await notify(tx, deps.workChannel);
      return { status: 200, body: wirePayment(row), subject: wire, reason: note, audit: { state: to } };
    },
  );
  return written.body;
}

/**
 * Says that a paid payment came back. Its amount is owed again, once; commission stays paid (rules.md 2.9). Throws 404; 409 `wrong_state`;
 * 422 `bad_return` for an instant before it was paid or in the future.
 */
export async function returnPayment(
  deps: PayoutDeps,
  request: Request,
  { id: wire, returnedAt, reason }: { readonly id: string } & z.infer<typeof paymentReturnRequest>,
): Promise<PaymentReply> {
  const id = uuidOf('pay', wire);
  const at = instantFromIso(returnedAt);
  const written = await performWrite<PaymentReply>(
    deps,
    request,
    { action: 'payment.return' },
    async (tx, actor) => {
      const row = await getPayment(tx, id);
      const now = await readProgramNow(tx, row.program_id, deps.clock.now());
      if (at < row.paid_at || at > now)
        throw unprocessable(
          'bad_return',
          `It was paid at ${formatInstant(row.paid_at)}, and it is ${formatInstant(now)} by the program's clock: say an instant between.`,
        );
      const moved = await moveReturnDue(tx, id, { at, reason, by: actor.label });
      if (moved === 0)
        throw conflict('wrong_state', `The payment is ${row.state}: only one that is paid can come back.`);
      await notify(tx, deps.workChannel);
      const body = wirePayment(await getPayment(tx, id));
      return { status: 202, body, subject: wire, reason, audit: { returnedAt } };
    },
  );
  return written.body;
}
