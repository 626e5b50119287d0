import {
  clawbackIdSchema,
  clawbackList,
  clawbackListQuery,
  clawbackReply,
  clawbackVerdictRequest,
  partnerIdSchema,
  payableReply,
  paymentDecisionRequest,
  paymentDetailReply,
  paymentIdSchema,
  paymentListQuery,
  paymentPage,
  paymentReply,
  paymentRequest,
  paymentReturnRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { findPayoutBlocks, wirePayoutBlocks } from '../../registry/partners/index.ts';
import { readHoldReason } from '../ledger/facts.ts';
import { findProgramOf } from '../ledger/index.ts';
import { decideClawback, listClawbacksOf } from './clawbacks.actions.ts';
import { listClawbacks } from './clawbacks.views.ts';
import { isPayable } from './payable.ts';
import { decidePayment, recordPayment, returnPayment } from './payments.actions.ts';
import type { PayoutDeps } from './payments.actions.ts';
import { findPayment, listParts, listPayments, loadStandings } from './payments.views.ts';
import { wireMoney, wirePayment } from './wire-payment.ts';

const ofPayment = z.strictObject({ id: paymentIdSchema });
const ofPartner = z.strictObject({ id: partnerIdSchema });

/** What is paid to partners, and what is taken back of it. */
export function payoutRoutes(app: App, deps: PayoutDeps): void {
  paymentRoutes(app, deps);
  decisionRoutes(app, deps);
  payableRoute(app, deps);
  clawbackRoutes(app, deps);
}

function paymentRoutes(app: App, deps: PayoutDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/payments',
    schema: {
      tags: ['payouts'],
      summary: 'Record a payment that was made to a partner',
      description:
        'Of everything payable, or of the settlements that it names. The amount must be exactly what is payable. It is booked within a second (state `paid`); above the limit of the program another person approves it first.',
      body: paymentRequest,
      response: { 202: paymentReply },
    },
    handler: async (request, reply) => reply.code(202).send(await recordPayment(deps, request, request.body)),
  });
  app.route({
    method: 'GET',
    url: '/v1/payments',
    schema: {
      tags: ['payouts'],
      summary: 'List payments, newest first',
      querystring: paymentListQuery,
      response: { 200: paymentPage },
    },
    handler: async (request) => {
      const { limit, cursor, partnerId, programId } = request.query;
      const rows = await deps.db.reference((tx) =>
        listPayments(tx, {
          partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId),
          programId: programId === undefined ? undefined : uuidOf('prg', programId),
          before: decodeUuidCursor(cursor),
          limit: limit + 1,
        }),
      );
      return pageOf(rows, limit, { item: wirePayment, key: (row) => [row.id] });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/payments/:id',
    schema: {
      tags: ['payouts'],
      summary: 'One payment, with the settlement groups that it paid',
      params: ofPayment,
      response: { 200: paymentDetailReply },
    },
    handler: async (request) => {
      const id = uuidOf('pay', request.params.id);
      const row = await deps.db.reference((tx) => findPayment(tx, id));
      if (row === undefined) throw notFound('payment', request.params.id);
      const parts = await deps.db.inLanes([row.lane], (tx) => listParts(tx, row.lane, id));
      return {
        ...wirePayment(row),
        parts: parts.map(({ component, holdDay, currency, amount }) => ({
          component,
          holdDay,
          amount: wireMoney(amount, currency),
        })),
      };
    },
  });
}

function decisionRoutes(app: App, deps: PayoutDeps): void {
  for (const verb of ['approve', 'reject'] as const)
    app.route({
      method: 'POST',
      url: `/v1/payments/:id/${verb}`,
      schema: {
        tags: ['payouts'],
        summary:
          verb === 'approve'
            ? 'Agree with a payment above the limit, as another person'
            : 'Take a payment that waits for another person off the list',
        params: ofPayment,
        body: paymentDecisionRequest,
        response: { 200: paymentReply },
      },
      handler: (request) =>
        decidePayment(deps, request, { id: request.params.id, verb, note: request.body.note }),
    });
  app.route({
    method: 'POST',
    url: '/v1/payments/:id/return',
    schema: {
      tags: ['payouts'],
      summary: 'Say that a payment came back',
      description:
        'Its amount is owed again, once, and goes with the next payment. Commission that it paid stays paid.',
      params: ofPayment,
      body: paymentReturnRequest,
      response: { 202: paymentReply },
    },
    handler: async (request, reply) =>
      reply.code(202).send(await returnPayment(deps, request, { id: request.params.id, ...request.body })),
  });
}

function payableRoute(app: App, deps: PayoutDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/payable',
    schema: {
      tags: ['payouts'],
      summary: 'What can be paid to a partner now, by settlement group',
      params: ofPartner,
      response: { 200: payableReply },
    },
    handler: async (request) => {
      const id = uuidOf('prt', request.params.id);
      const blocks = await deps.db.reference(async (tx) => {
        if ((await findProgramOf(tx, id)) === undefined) throw notFound('partner', request.params.id);
        return findPayoutBlocks(tx, id, deps.clock.now());
      });
      const standings = await deps.db.inLanes([laneOf('partner', id)], (tx) => loadStandings(tx, id));
      return {
        partnerId: wireId('prt', id),
        payoutBlocked: wirePayoutBlocks(blocks),
        currencies: [...standings].map(([currency, { groups, returned }]) => ({
          currency,
          payable: wireMoney(
            groups.filter(isPayable).reduce((sum, { approved }) => sum + approved, returned),
            currency,
          ),
          returned: wireMoney(returned, currency),
          groups: groups.map((group) => ({
            component: group.component,
            holdDay: group.holdDay,
            approved: wireMoney(group.approved, currency),
            held: wireMoney(group.held, currency),
            paid: wireMoney(group.paid, currency),
            holdReason: group.holdReason === '' ? null : readHoldReason(group.holdReason).shown,
            payable: isPayable(group),
          })),
        })),
      };
    },
  });
}

function clawbackRoutes(app: App, deps: PayoutDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/clawbacks',
    schema: {
      tags: ['payouts'],
      summary: 'What was taken of paid commission under review, and what people decided',
      description: 'What waits first, then the newest; at most 500.',
      params: ofPartner,
      querystring: clawbackListQuery,
      response: { 200: clawbackList },
    },
    handler: async (request) => {
      const partnerId = uuidOf('prt', request.params.id);
      const lane = laneOf('partner', partnerId);
      const isPending = request.query.pending === 'true';
      return deps.db.inLanes([lane], async (tx) => {
        if ((await findProgramOf(tx, partnerId)) === undefined) throw notFound('partner', request.params.id);
        return { items: await listClawbacksOf(tx, await listClawbacks(tx, lane, { partnerId, isPending })) };
      });
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/clawbacks/:id/review',
    schema: {
      tags: ['payouts'],
      summary: 'Decide about a clawback that waits: it stands, or it is given back',
      description:
        'About all that waits of it. Booked within a second; above the limit of the program another person must say the same.',
      params: z.strictObject({ id: clawbackIdSchema }),
      body: clawbackVerdictRequest,
      response: { 202: clawbackReply },
    },
    handler: async (request, reply) =>
      reply.code(202).send(await decideClawback(deps, request, { id: request.params.id, ...request.body })),
  });
}
