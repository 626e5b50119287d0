import {
  countryRequest,
  createCustomerRequest,
  customerDetailReply,
  customerIdSchema,
  customerListQuery,
  customerPage,
  customerReply,
  customerStatusRequest,
  factReply,
  identifierListQuery,
  identifierPage,
  identifierRequest,
  kycRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import { identifierIdOf } from '../../kernel/derived-ids.ts';
import { isUuid } from '../../kernel/ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { App } from '../../platform/http/app.ts';
import type { CustomerFigures } from '../../pipeline/commission/facts.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { instantOf, programOf, uuidOf } from '../../platform/http/wire.ts';
import { findProgramDay, wireCustomerFigures } from '../figures/index.ts';
import { linkIdentifier, nameCustomer, stateCountry, stateKyc, stateStatus } from './customers.actions.ts';
import type { FactDeps } from './customers.actions.ts';
import { cursorOf, findCustomer, listCustomers, listFacts, listIdentityLinks } from './customers.views.ts';
import { activityOf, inactiveAfter, inactivityCursorOf, listByInactivity } from './dormancy.views.ts';
import { wireClaims, wireCustomer, wireDecided, wireFact } from './wire-customer.ts';

const params = z.strictObject({ id: customerIdSchema });

/** Customers, who they are, and facts about them. */
export function customerRoutes(app: App, deps: FactDeps): void {
  readingRoutes(app, deps);
  standingRoutes(app, deps);
  app.route({
    method: 'POST',
    url: '/v1/customers/:id/kyc',
    schema: {
      tags: ['customers'],
      summary: 'State the KYC status of a customer from an instant on',
      params,
      body: kycRequest,
      response: { 201: factReply },
    },
    handler: async (request, reply) =>
      reply
        .code(201)
        .send((await stateKyc(deps, request, uuidOf('cus', request.params.id), request.body)).body),
  });
  app.route({
    method: 'POST',
    url: '/v1/identifiers',
    schema: {
      tags: ['customers'],
      summary: 'Say that an identifier belongs to a customer for a time',
      description:
        'Parked events of the identifier go on by themselves. A customer named by its own identifier may come before its registration.',
      body: identifierRequest,
      response: { 201: factReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await linkIdentifier(deps, request, request.body)).body),
  });
}

/** Who a customer is before it registers, and what is said of its standing. */
function standingRoutes(app: App, deps: FactDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/customers/:id/status',
    schema: {
      tags: ['customers'],
      summary: 'State what bars a customer from commission, or that it was readmitted',
      description:
        'Events are judged by when they happened: inside the span they are neither positive nor negative. A duplicate also reverses what was earned before, for as long as it is one.',
      params: params,
      body: customerStatusRequest,
      response: { 201: factReply },
    },
    handler: async (request, reply) =>
      reply
        .code(201)
        .send((await stateStatus(deps, request, uuidOf('cus', request.params.id), request.body)).body),
  });
  app.route({
    method: 'POST',
    url: '/v1/customers/:id/country',
    schema: {
      tags: ['customers'],
      summary: 'State the country of a customer',
      params: params,
      body: countryRequest,
      response: { 201: factReply },
    },
    handler: async (request, reply) =>
      reply
        .code(201)
        .send((await stateCountry(deps, request, uuidOf('cus', request.params.id), request.body)).body),
  });
  app.route({
    method: 'POST',
    url: '/v1/customers',
    schema: {
      tags: ['customers'],
      summary: 'Name a customer before its registration comes',
      description:
        'Facts can be stated about it at once; nothing is paid before its registration. Naming one twice makes one.',
      body: createCustomerRequest,
      response: { 200: customerReply, 201: customerReply },
    },
    handler: async (request, reply) => {
      const answer = await nameCustomer(deps, request, request.body);
      return reply.code(answer.status === 200 ? 200 : 201).send(answer.body);
    },
  });
}

function readingRoutes(app: App, deps: FactDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/customers',
    schema: {
      tags: ['customers'],
      summary: 'List customers',
      querystring: customerListQuery,
      response: { 200: customerPage },
    },
    handler: async (request) => {
      const { limit, cursor, programId, partnerId, search, state, sort } = request.query;
      const filter = {
        limit,
        search,
        programId: programOf(programId),
        partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId, 'query.partnerId'),
      };
      const rows = await deps.db.acrossLanes('views', async (tx) => {
        const activity = await activityOf(tx, { state, programId: filter.programId, now: deps.clock.now() });
        return sort === 'newest'
          ? listCustomers(tx, { ...filter, activity, before: beforeOf(cursor) })
          : listByInactivity(tx, { ...filter, activity, after: inactiveAfter(cursor) });
      });
      return pageOf(rows, limit, {
        item: wireCustomer,
        key: sort === 'newest' ? cursorOf : inactivityCursorOf,
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/customers/:id',
    schema: {
      tags: ['customers'],
      summary: 'Read a customer with what was decided about it',
      params,
      response: { 200: customerDetailReply },
    },
    handler: async (request) => {
      const id = uuidOf('cus', request.params.id);
      const lane = laneOf('customer', id);
      return deps.db.inLanes([lane], async (tx) => {
        const row = await findCustomer(tx, lane, id);
        if (row === undefined) throw notFound('customer', request.params.id);
        const facts = (await listFacts(tx, lane, id)).map(wireFact);
        const decided = wireDecided(row);
        const figures = wireCustomerFigures(
          row.summary['figures'] as CustomerFigures | undefined,
          await findProgramDay(tx, row.program_id, deps.clock.now()),
        );
        return {
          ...wireCustomer(row),
          ...decided,
          summary: { ...decided.summary, figures },
          facts,
          settled: row.settled >= row.touched,
        };
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/identifiers',
    schema: {
      tags: ['customers'],
      summary: 'Who claims an identifier',
      description:
        'Each claim names the fact or the event it comes from, and says whether another customer claims the same time.',
      querystring: identifierListQuery,
      response: { 200: identifierPage },
    },
    handler: async (request) => {
      const programId = uuidOf('prg', request.query.programId, 'query.programId');
      const identifierId = identifierIdOf(programId, request.query.namespace, request.query.value);
      const lane = laneOf('identifier', identifierId);
      const rows = await deps.db.inLanes([lane], (tx) => listIdentityLinks(tx, lane, identifierId));
      return { items: wireClaims(rows), nextCursor: null };
    },
  });
}

function beforeOf(cursor: string | undefined): { createdAt: string; id: string } | undefined {
  const [createdAt, id] = decodeCursor(cursor, 2) ?? [];
  if (createdAt === undefined || id === undefined) return undefined;
  if (!isUuid(id)) throw badCursor();
  instantOf(createdAt, 'query.cursor');
  return { createdAt, id };
}
