import {
  contributingEventPage,
  contributingEventQuery,
  contributorPage,
  contributorQuery,
  settlementExplanationReply,
  settlementParams,
} from '@plumbline/contract';
import type { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { explainMonth } from './explain-month.ts';
import type { ExplainDeps } from './explain.views.ts';
import type { MonthKey } from './month.views.ts';
import {
  findMonthEvidence,
  findProgramOfMonth,
  listBringingEvents,
  listContributors,
  nameContributors,
} from './month.views.ts';
import { wireMonthExplanation } from './wire-explain.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Explains what a month of a component is worth, also where it is worth nothing, and lists who and what brought something to it. */
export function monthRoutes(app: App, deps: ExplainDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/settlements/:period/:component',
    schema: {
      tags: ['partners'],
      summary: 'Explain a month of a component: every step of what it pays, or why it pays nothing',
      params: settlementParams,
      response: { 200: settlementExplanationReply },
    },
    handler: async (request) => {
      const evidence = await findMonthEvidence(deps, keyOf(request.params));
      if (evidence === undefined) throw noSettlement(request.params);
      return wireMonthExplanation(evidence, explainMonth(evidence));
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/settlements/:period/:component/contributors',
    schema: {
      tags: ['partners'],
      summary: 'Customers and partners below who brought something to a month of a component',
      params: settlementParams,
      querystring: contributorQuery,
      response: { 200: contributorPage },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const [after] = decodeCursor(cursor, 1) ?? [];
      if (after !== undefined && !UUID.test(after)) throw badCursor();
      const key = keyOf(request.params);
      const programId = await deps.db.acrossLanes('views', (tx) => findProgramOfMonth(tx, key));
      if (programId === undefined) throw noSettlement(request.params);
      const rows = await deps.db.acrossLanes('views', (tx) => listContributors(tx, key, { after, limit }));
      const program = await deps.getProgram(programId);
      const named = await deps.db.acrossLanes('views', (tx) => nameContributors(tx, program, rows));
      return pageOf(named, limit, {
        item: ({ id, kind, name, measures }) => ({
          kind,
          customerId: kind === 'customer' ? wireId('cus', id) : null,
          partnerId: kind === 'partner' ? wireId('prt', id) : null,
          name,
          measures: { ...measures },
        }),
        key: ({ id }) => [id],
      });
    },
  });
  eventRoute(app, deps);
}

function eventRoute(app: App, deps: ExplainDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/settlements/:period/:component/events',
    schema: {
      tags: ['partners'],
      summary: 'Events of a customer that brought something to a month of a component',
      params: settlementParams,
      querystring: contributingEventQuery,
      response: { 200: contributingEventPage },
    },
    handler: async (request) => {
      const { limit, cursor, customerId } = request.query;
      const [occurredAt, eventId] = decodeCursor(cursor, 2) ?? [];
      if (eventId !== undefined && !UUID.test(eventId)) throw badCursor();
      if (occurredAt !== undefined && Number.isNaN(Date.parse(occurredAt))) throw badCursor();
      const key = keyOf(request.params);
      const after = occurredAt === undefined || eventId === undefined ? undefined : { occurredAt, eventId };
      const rows = await deps.db.acrossLanes('views', (tx) =>
        listBringingEvents(tx, key, { customerId: uuidOf('cus', customerId), after, limit }),
      );
      return pageOf(rows, limit, {
        item: (row) => ({
          eventId: wireId('evt', row.eventId),
          kind: row.kind,
          externalId: row.externalId,
          occurredAt: formatInstant(row.occurredAt),
          measures: {
            ...row.inputs.find(
              (input) =>
                input.partnerId === key.partnerId &&
                input.component === key.component &&
                input.period === key.period,
            )?.measures,
          },
        }),
        key: (row) => [formatInstant(row.occurredAt), row.eventId],
      });
    },
  });
}

type Params = z.infer<typeof settlementParams>;

function keyOf({ id, period, component }: Params): MonthKey {
  return { partnerId: uuidOf('prt', id), component, period: `${period}-01` };
}

function noSettlement({ id, period, component }: Params): Error {
  return notFound('settlement', `${id} ${period} ${component}`);
}
