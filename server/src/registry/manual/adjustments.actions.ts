import type { adjustmentRequest, ChangeSetReply } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { instantFromIso } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import { isCurrency, parseMinor } from '../../kernel/money.ts';
import { localDate } from '../../kernel/zone.ts';
import type { Request } from '../../platform/http/app.ts';
import { conflict, notFound, unprocessable } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../access/index.ts';
import { proposeChangeSet, readChangeSet } from '../change-sets/index.ts';
import type { ChangeSetRow, Inverse } from '../change-sets/index.ts';
import { programNow } from '../program-clock.ts';
import { findProgram } from '../programs/index.ts';
import { ADJUSTMENT_COMPONENT } from './facts.ts';
import type { ManualRow } from './facts.ts';
import { insertManualRows } from './manual.store.ts';
import { findProgramOfPartner, walkManualRows } from './manual.views.ts';
import type { ManualRowKept } from './manual.views.ts';
import type { ManualDeps } from './openings.actions.ts';
import { MOST_NAMED, previewRows, sumMoved } from './preview.ts';

/**
 * Proposes an amount that a partner gets or loses by hand (requirements C1): a line of its own with its reason, booked when a second
 * person has approved the change set. Throws 404; 422 for an amount that is zero or does not fit the currency.
 */
export async function proposeAdjustment(
  deps: ManualDeps,
  request: Request,
  body: z.infer<typeof adjustmentRequest>,
): Promise<ChangeSetReply> {
  const partnerId = uuidOf('prt', body.partnerId, 'body.partnerId');
  const amountMinor = readAmount(body);
  const program = await deps.db.reference(async (tx) => {
    const programId = await findProgramOfPartner(tx, partnerId);
    const found = programId === undefined ? undefined : await findProgram(tx, programId);
    if (found === undefined) throw notFound('partner', body.partnerId);
    return found;
  });
  const snapshot = await deps.getProgram(program.id);
  const now = programNow(program, deps.clock.now());
  const row: ManualRow = {
    rowNo: 1,
    id: uuidv7(),
    kind: 'adjustment',
    key: null,
    lane: laneOf('partner', partnerId),
    partnerId,
    customer: null,
    component: ADJUSTMENT_COMPONENT,
    period: null,
    currency: body.currency,
    amountMinor,
    holdDay: body.holdUntil ?? localDate(now, program.zone),
    valueAt: body.at === undefined ? now : instantFromIso(body.at),
    carry: null,
    reason: body.reason,
  };
  const balances = await deps.listBalances([partnerId]);
  const preview = previewRows([row], { program: snapshot, now, balances });
  const written = await performWrite<ChangeSetReply>(
    deps,
    request,
    { action: 'adjustment.propose' },
    async (tx, actor) => {
      const what = { partnerId: body.partnerId, amount: body.amount, currency: body.currency };
      const set = {
        kind: 'adjustment',
        programId: program.id,
        what,
        note: body.reason,
        preview,
        by: actor.label,
      } as const;
      const { id } = await proposeChangeSet(tx, set, {
        now: deps.clock.now(),
        workChannel: deps.workChannel,
        alwaysTwo: true,
      });
      await insertManualRows(tx, { changeSetId: id, programId: program.id }, [row]);
      const changeSet = await readChangeSet(tx, id);
      return { status: 202, body: changeSet, subject: changeSet.id, reason: body.reason, audit: what };
    },
  );
  return written.body;
}

function readAmount({ amount, currency }: z.infer<typeof adjustmentRequest>): bigint {
  const refuse = (path: string, message: string): never => {
    throw unprocessable('bad_amount', 'The amount cannot be booked.', [{ path, message }]);
  };
  if (!isCurrency(currency)) return refuse('body.currency', `there is no currency ${currency}`);
  const minor = parseMinor(amount, currency);
  if (!minor.ok) return refuse('body.amount', `${amount} has more digits than ${currency} knows`);
  return minor.value === 0n ? refuse('body.amount', 'say an amount that is not zero') : minor.value;
}

const PAGE = 1_000;

/** How rows by hand are taken back: by a set of the same kind that books the opposite, and passes the same gate. */
export async function invertManual(deps: ManualDeps, set: ChangeSetRow): Promise<Inverse> {
  if (set.undoes !== null)
    throw conflict('not_undone_here', 'This set takes rows back already. Propose them anew instead.');
  const rows: ManualRowKept[] = [];
  for (let after: readonly [number, number] = [-2, 0]; ;) {
    const page = await deps.db.reference((tx) =>
      walkManualRows(tx, { changeSetId: set.id, after, limit: PAGE, applied: true }),
    );
    rows.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = [last.lane, last.row_no];
  }
  const program = await deps.getProgram(set.program_id);
  const asked = rows.map((row) => ({
    kind: row.kind,
    partnerId: row.partner_id,
    component: row.component,
    currency: row.currency,
    amountMinor: row.amount === null ? null : BigInt(row.amount),
    carry: row.carry,
  }));
  const named = sumMoved(asked, -1n).slice(0, MOST_NAMED);
  const balances = await deps.listBalances([...new Set(named.map((one) => one.partnerId))]);
  const preview = previewRows(asked, { program, now: deps.clock.now(), balances, sign: -1n });
  return { what: { ...set.what }, preview, alwaysTwo: true };
}
