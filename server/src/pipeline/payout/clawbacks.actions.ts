// A person decides about what was taken of paid commission (rules.md 2.8): it stands, or it is given back.
import type { clawbackReply, clawbackVerdictRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { fromMinor } from '../../kernel/money.ts';
import { notify } from '../../platform/db.ts';
import type { Tx } from '../../platform/db.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, HttpProblem, notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../../registry/access/index.ts';
import { readChangeSetLimit } from '../../registry/change-sets/index.ts';
import { insertReview, moveSecond } from './clawbacks.store.ts';
import { findClawback, listReviews } from './clawbacks.views.ts';
import type { ClawbackSeen, ReviewRow } from './facts.ts';
import { needsTwo } from './limit.ts';
import type { PayoutDeps } from './payments.actions.ts';
import { wireClawback } from './wire-payment.ts';

type Verdict = { readonly id: string } & z.infer<typeof clawbackVerdictRequest>;

/**
 * Decides about all that waits of a clawback. Above the limit of the program another person must say the same; the contrary rejects the
 * first word. Throws 404; 409 `nothing_waits`, `being_decided`; 403 `second_person_needed`.
 */
export async function decideClawback(
  deps: PayoutDeps,
  request: Request,
  { id: wire, verdict, reason }: Verdict,
): Promise<z.infer<typeof clawbackReply>> {
  const id = uuidOf('clw', wire);
  const found = await deps.db.acrossLanes('views', (tx) => findClawback(tx, id));
  if (found === undefined) throw notFound('clawback', wire);
  const program = await deps.getProgram(found.program_id);
  const written = await performWrite<z.infer<typeof clawbackReply>>(
    deps,
    request,
    { action: `clawback.${verdict}`, lanes: [found.lane] },
    async (tx, actor) => {
      const row = (await findClawback(tx, id)) ?? found;
      const open = (await listReviews(tx, [id])).find(({ state }) => state === 'proposed' || state === 'due');
      if (open !== undefined) await second(deps, tx, { open, verdict, by: actor.label });
      else {
        if (BigInt(row.pending) === 0n)
          throw conflict('nothing_waits', 'Nothing of this clawback waits for a decision.');
        const limit = await readChangeSetLimit(tx, row.program_id);
        const amount = {
          value: fromMinor(BigInt(row.pending), row.currency),
          currency: row.currency,
          at: deps.clock.now(),
        };
        const state = needsTwo(program, amount, limit.amount) ? 'proposed' : 'due';
        await insertReview(
          tx,
          {
            id: uuidv7(),
            clawback_id: id,
            programId: row.program_id,
            partnerId: row.partner_id,
            lane: row.lane,
            verdict,
            amount: row.pending,
            currency: row.currency,
            reason,
            created_by: actor.label,
            state,
          },
          deps.clock.now(),
        );
      }
      await notify(tx, deps.workChannel);
      const body = wireClawback(row, await listReviews(tx, [id]));
      return { status: 202, body, subject: wire, reason, audit: { verdict, amount: row.pending } };
    },
  );
  return written.body;
}

async function second(
  deps: PayoutDeps,
  tx: Tx,
  { open, verdict, by }: { readonly open: ReviewRow; readonly verdict: string; readonly by: string },
): Promise<void> {
  if (open.state === 'due') throw conflict('being_decided', 'This clawback is just being decided.');
  const to = open.verdict === verdict ? 'due' : 'rejected';
  if ((await moveSecond(tx, open.id, { to, by, now: deps.clock.now() })) === 0)
    throw new HttpProblem({
      status: 403,
      code: 'second_person_needed',
      detail:
        'You decided this yourself: the amount is above the limit of the program, so another person or key must say the same.',
    });
}

/** What was taken of paid commission of a partner, with what people decided. Throws 404. */
export async function listClawbacksOf(
  tx: Tx,
  rows: readonly ClawbackSeen[],
): Promise<z.infer<typeof clawbackReply>[]> {
  const reviews = await listReviews(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => wireClawback(row, reviews));
}
