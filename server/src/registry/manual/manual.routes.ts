import {
  adjustmentListQuery,
  adjustmentRequest,
  changeSetIdSchema,
  changeSetReply,
  manualRowPage,
  manualRowQuery,
  openingReply,
  openingRequest,
} from '@plumbline/contract';
import type { manualRowReply } from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeCursor, decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { findChangeSet } from '../change-sets/index.ts';
import { proposeAdjustment } from './adjustments.actions.ts';
import { listAdjustments, listManualRows } from './manual.views.ts';
import type { ManualRowKept } from './manual.views.ts';
import { proposeOpenings } from './openings.actions.ts';
import type { ManualDeps } from './openings.actions.ts';

/** Of 50,000 rows with their reasons. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** What people put into the books by hand: what an earlier system left, and adjustments. */
export function manualRoutes(app: App, deps: ManualDeps): void {
  openingRoutes(app, deps);
  app.route({
    method: 'POST',
    url: '/v1/adjustments',
    schema: {
      tags: ['ledger'],
      summary: 'Propose an amount that a partner gets or loses by hand',
      description:
        'A line of its own with its reason. It is booked when somebody else approves the change set that is answered (POST /v1/change-sets/{id}/approve).',
      body: adjustmentRequest,
      response: { 202: changeSetReply },
    },
    handler: async (request, reply) =>
      reply.code(202).send(await proposeAdjustment(deps, request, request.body)),
  });
  app.route({
    method: 'GET',
    url: '/v1/adjustments',
    schema: {
      tags: ['ledger'],
      summary: 'List adjustments, newest first',
      querystring: adjustmentListQuery,
      response: { 200: manualRowPage },
    },
    handler: async (request) => {
      const { limit, cursor, partnerId, programId } = request.query;
      const rows = await deps.db.reference((tx) =>
        listAdjustments(tx, {
          partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId),
          programId: programId === undefined ? undefined : uuidOf('prg', programId),
          before: decodeUuidCursor(cursor),
          limit: limit + 1,
        }),
      );
      return pageOf(rows, limit, { item: wireRow, key: (row) => [row.id] });
    },
  });
}

function openingRoutes(app: App, deps: ManualDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/openings',
    bodyLimit: MAX_FILE_BYTES,
    schema: {
      tags: ['ledger'],
      summary: 'Propose what an earlier system left: balances, carries, paid CPAs',
      description:
        'By rows or by the text of a CSV file. One change set with a preview; somebody else approves it, whatever it moves. What was opened before is left out when it says the same, and refused when it does not. With dryRun nothing is written.',
      body: openingRequest,
      response: { 200: openingReply, 202: openingReply },
    },
    handler: async (request, reply) => {
      const { status, body } = await proposeOpenings(deps, request, request.body);
      return reply.code(status).send(body);
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/openings/:id/rows',
    schema: {
      tags: ['ledger'],
      summary: 'The rows of an opening',
      params: z.strictObject({ id: changeSetIdSchema }),
      querystring: manualRowQuery,
      response: { 200: manualRowPage },
    },
    handler: async (request) => {
      const changeSetId = uuidOf('chg', request.params.id);
      const { limit, cursor } = request.query;
      const [after = '0'] = decodeCursor(cursor, 1) ?? [];
      const rows = await deps.db.reference(async (tx) => {
        if ((await findChangeSet(tx, changeSetId))?.kind !== 'opening')
          throw notFound('opening', request.params.id);
        return listManualRows(tx, { changeSetId, after: Number(after) || 0, limit: limit + 1 });
      });
      return pageOf(rows, limit, { item: wireRow, key: (row) => [row.row_no] });
    },
  });
}

function wireRow(row: ManualRowKept): z.infer<typeof manualRowReply> {
  return {
    row: row.row_no,
    changeSetId: wireId('chg', row.change_set_id),
    state: stateOf(row),
    kind: row.kind,
    partnerId: row.partner_id === null ? null : wireId('prt', row.partner_id),
    customerId: row.customer_id === null ? null : wireId('cus', row.customer_id),
    component: row.component,
    period: row.period === null ? null : row.period.slice(0, 7),
    money:
      row.amount === null || row.currency === null
        ? null
        : {
            amount: formatMoney({ amountMinor: BigInt(row.amount), currency: row.currency }),
            currency: row.currency,
          },
    carry: row.carry === null ? null : { ...row.carry },
    holdUntil: row.hold_day,
    at: formatInstant(row.value_at),
    reason: row.reason,
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
    decidedBy: row.decided_by,
    decisionNote: row.decision_note,
  };
}

function stateOf(row: ManualRowKept): z.infer<typeof manualRowReply>['state'] {
  if (row.set_state === 'proposed' || row.set_state === 'rejected' || row.set_state === 'undone')
    return row.set_state;
  return row.is_applied ? 'applied' : 'applying';
}
