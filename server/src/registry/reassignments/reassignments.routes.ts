import {
  attributionRequest,
  changeSetReply,
  customerAttributionReply,
  customerIdSchema,
  factReply,
  reassignmentParams,
  reassignmentReply,
  reassignmentRequest,
  reassignmentRowPage,
  reassignmentRowQuery,
} from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf, wireInstant } from '../../platform/http/wire.ts';
import { findChangeSet } from '../change-sets/index.ts';
import { findCustomer } from '../customers/index.ts';
import { attribute } from './attribute.actions.ts';
import type { ReassignmentDeps } from './attribute.actions.ts';
import { reassign } from './reassignments.actions.ts';
import { retractionRoutes } from './retract.routes.ts';
import { listNames, listRows } from './reassignments.views.ts';
import type { ReassignmentRow } from './reassignments.views.ts';
import { partnersIn, sayAttribution } from './say-attribution.ts';

/** Of 50,000 rows with their reasons. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** Attributions by hand: of one customer, of many, and what became of each. */
export function reassignmentRoutes(app: App, deps: ReassignmentDeps): void {
  attributionRoute(app, deps);
  retractionRoutes(app, deps);
  app.route({
    method: 'POST',
    url: '/v1/customers/:id/attributions',
    schema: {
      tags: ['customers'],
      summary: 'Bind a customer to a partner from an instant on',
      description:
        "From now on, or while nothing is booked for the customer, the fact stands at once (201). In the past it is a restatement: above the program's restatementLimit, or where the program asks for it always, the answer is the change set that waits for a second person (202).",
      params: z.strictObject({ id: customerIdSchema }),
      body: attributionRequest,
      response: { 201: factReply, 202: changeSetReply },
    },
    handler: async (request, reply) => {
      const answer = await attribute(deps, request, uuidOf('cus', request.params.id), request.body);
      return answer.status === 201 ? reply.code(201).send(answer.body) : reply.code(202).send(answer.body);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/reassignments',
    bodyLimit: MAX_FILE_BYTES,
    schema: {
      tags: ['customers'],
      summary: 'Give many customers to other partners',
      description:
        'By rows, by the text of a CSV file, or everybody of a partner. One change set with a preview in money; above the limit a second person approves it. The workers apply it in chunks. With dryRun nothing is written.',
      body: reassignmentRequest,
      response: { 200: reassignmentReply, 202: reassignmentReply },
    },
    handler: async (request, reply) => {
      const { status, body } = await reassign(deps, request, request.body);
      return reply.code(status).send(body);
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/reassignments/:id/rows',
    schema: {
      tags: ['customers'],
      summary: 'What became of each customer of a reassignment',
      params: reassignmentParams,
      querystring: reassignmentRowQuery,
      response: { 200: reassignmentRowPage },
    },
    handler: async (request) => {
      const changeSetId = uuidOf('chg', request.params.id);
      const { limit, cursor, state } = request.query;
      const [after = '0'] = decodeCursor(cursor, 1) ?? [];
      const rows = await deps.db.reference(async (tx) => {
        if ((await findChangeSet(tx, changeSetId))?.kind !== 'reassignment')
          throw notFound('reassignment', request.params.id);
        return listRows(tx, { changeSetId, state, after: Number(after) || 0, limit });
      });
      return pageOf(rows, limit, { item: wireRow, key: (row) => [String(row.row_no)] });
    },
  });
}

/** Whose the customer is, with everybody who could have been it. */
function attributionRoute(app: App, deps: ReassignmentDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/customers/:id/attribution',
    schema: {
      tags: ['customers'],
      summary: 'Whose a customer is over time: who won, who lost, and why',
      params: z.strictObject({ id: customerIdSchema }),
      response: { 200: customerAttributionReply },
    },
    handler: async (request) => {
      const id = uuidOf('cus', request.params.id);
      const lane = laneOf('customer', id);
      return deps.db.inLanes([lane], async (tx) => {
        const row = await findCustomer(tx, lane, id);
        if (row === undefined) throw notFound('customer', request.params.id);
        const names = await listNames(tx, partnersIn(row.context));
        return {
          customerId: wireId('cus', id),
          ...sayAttribution(row.context, (partnerId) => names.get(partnerId) ?? wireId('prt', partnerId)),
          settled: row.settled >= row.touched,
        };
      });
    },
  });
}

function wireRow(row: ReassignmentRow) {
  return {
    row: row.row_no,
    customerId: wireId('cus', row.customer_id),
    partnerId: row.partner_id === null ? null : wireId('prt', row.partner_id),
    effectiveFrom: wireInstant(row.effective_from),
    reason: row.reason,
    state: row.state,
    problem: row.problem,
    factId: row.state === 'applied' || row.state === 'undone' ? wireId('fct', row.fact_id) : null,
    retracts: row.retracts === null ? null : wireId('fct', row.retracts),
  };
}
