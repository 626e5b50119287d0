import { Readable } from 'node:stream';
import {
  partnerIdSchema,
  periodSchema,
  statementItemPage,
  statementItemQuery,
  statementReply,
} from '@plumbline/contract';
import type { statementItem } from '@plumbline/contract';
import { z } from 'zod';
import { isUuid, packCommissionId, wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import { addCalendarMonths, startOfDate } from '../../kernel/zone.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { getPartner } from '../../registry/partners/index.ts';
import { judgeCompleteness, listMarks } from '../../registry/periods/index.ts';
import { findProgram } from '../../registry/programs/index.ts';
import { notFound } from '../../platform/http/problem.ts';
import { CSV_HEADER, csvLine } from './csv.ts';
import type { BookedItem } from './facts.ts';
import { printStatement } from './pdf.actions.ts';
import { buildStatement } from './statement.ts';
import type { Statement } from './statement.ts';
import {
  isPeriodClosed,
  listBooked,
  listBookedItems,
  listCarries,
  listPaid,
  sumBefore,
  sumPaidBefore,
} from './statements.views.ts';
import type { ItemPlace, Span } from './statements.views.ts';

interface Deps {
  readonly db: Db;
  readonly clock: Clock;
}

const params = z.strictObject({ id: partnerIdSchema, period: periodSchema });
const ITEMS_AT_ONCE = 2_000;

/** Draft statements of partners, as data, as a table of every booked difference, and to print. */
export function statementRoutes(app: App, deps: Deps): void {
  addItems(app, deps);
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/statements/:period',
    schema: {
      tags: ['partners'],
      summary: 'The draft statement of a partner for a month',
      description:
        'What was booked in the month, by component; what corrects earlier months stands apart. Opening + booked + paid = closing, by currency.',
      params,
      response: { 200: statementReply },
    },
    handler: async (request) => (await findStatement(deps, request.params)).statement,
  });
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/statements/:period/items.csv',
    schema: {
      tags: ['partners'],
      summary: 'Every booked difference of a statement, as CSV',
      params,
    },
    handler: async (request, reply) => {
      const { statement, partnerId, span } = await findStatement(deps, request.params);
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${fileName(statement)}.csv"`)
        .send(Readable.from(csvOf(deps, partnerId, span), { objectMode: false }) as never);
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/statements/:period/statement.pdf',
    schema: {
      tags: ['partners'],
      summary: 'The draft statement to print',
      params,
    },
    handler: async (request, reply) => {
      const { statement } = await findStatement(deps, request.params);
      const pdf = await printStatement(statement);
      return reply
        .header('content-type', 'application/pdf')
        .header('content-disposition', `attachment; filename="${fileName(statement)}.pdf"`)
        .send(pdf as never);
    },
  });
}

/** Every booked difference by pages: where each line of a statement comes from. */
function addItems(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/statements/:period/items',
    schema: {
      tags: ['partners'],
      summary: 'Every booked difference of a statement, the oldest first',
      params,
      querystring: statementItemQuery,
      response: { 200: statementItemPage },
    },
    handler: async (request) => {
      const { limit, cursor, component, earnedIn } = request.query;
      const { partnerId, span } = await findSpan(deps, request.params);
      const after = itemPlaceOf(cursor);
      const rows = await deps.db.acrossLanes('views', (tx) =>
        listBookedItems(tx, partnerId, { ...span, after, limit: limit + 1, component, earnedIn }),
      );
      return pageOf(rows, limit, {
        item: wireItem,
        key: (row) => [formatInstant(row.booked_at), row.hop_id, String(row.row_no), String(row.position)],
      });
    },
  });
}

/** Throws a 400 for a text that is none of ours. */
function itemPlaceOf(cursor: string | undefined): ItemPlace | undefined {
  const [bookedAt, hopId, row, position] = decodeCursor(cursor, 4) ?? [];
  if (bookedAt === undefined || hopId === undefined) return undefined;
  const isOurs =
    /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(bookedAt) &&
    isUuid(hopId) &&
    [row, position].every((one) => one !== undefined && /^\d{1,9}$/.test(one));
  if (!isOurs) throw badCursor();
  return {
    booked_at: instantFromIso(bookedAt),
    hop_id: hopId,
    row_no: Number(row),
    position: Number(position),
  };
}

function wireItem(row: BookedItem): z.infer<typeof statementItem> {
  const { item, currency } = row;
  return {
    id: packCommissionId({ lane: row.lane, hopId: row.hop_id, row: row.row_no, item: row.position }),
    component: row.component,
    earnedAt: item.t,
    earnedIn: row.earned_in,
    bookedAt: formatInstant(row.booked_at),
    amount: { amount: formatMoney({ amountMinor: BigInt(item.a), currency }), currency },
    approved: row.approved,
    state: row.paid ? ('paid' as const) : row.approved ? ('approved' as const) : ('held' as const),
    isClawback: row.isClawback,
    level: item.l,
    customerId: item.c === undefined ? null : wireId('cus', item.c),
    eventId: item.e === undefined ? null : wireId('evt', item.e),
  };
}

function fileName({ period, partnerId }: Statement): string {
  return `statement-${period}-${partnerId}`;
}

type MonthSpan = Span & { readonly zone: string };

/** Whose statement, and from when to when. Throws 404. */
async function findSpan(
  { db, clock }: Deps,
  asked: { readonly id: string; readonly period: string },
): Promise<{ partnerId: string; span: MonthSpan }> {
  const partnerId = uuidOf('prt', asked.id);
  const zone = await db.reference(async (tx) => {
    const partner = await getPartner(tx, partnerId, clock.now());
    const program = await findProgram(tx, partner.program_id);
    if (program === undefined) throw notFound('program', asked.id);
    return program.zone;
  });
  return { partnerId, span: spanOf(asked.period, zone) };
}

function spanOf(period: string, zone: string): MonthSpan {
  const from = startOfDate(`${period}-01`, zone);
  return { from, to: addCalendarMonths(from, 1, zone), zone };
}

async function findStatement(
  { db, clock }: Deps,
  asked: { readonly id: string; readonly period: string },
): Promise<{ statement: Statement; partnerId: string; span: MonthSpan }> {
  const partnerId = uuidOf('prt', asked.id);
  const { period } = asked;
  return db.acrossLanes('views', async (tx) => {
    const now = clock.now();
    const partner = await getPartner(tx, partnerId, now);
    const program = await findProgram(tx, partner.program_id);
    if (program === undefined) throw notFound('program', asked.id);
    const { zone } = program;
    const span = spanOf(period, zone);
    const statement = buildStatement({
      programId: program.id,
      program: program.name,
      partnerId,
      partner: partner.name,
      period,
      zone,
      isClosed: await isPeriodClosed(tx, program.id, period),
      completeness: judgeCompleteness(await listMarks(tx, program.id), span.to),
      now,
      opening: await sumBefore(tx, partnerId, span.from),
      booked: await listBooked(tx, partnerId, span),
      paidBefore: await sumPaidBefore(tx, partnerId, span.from),
      paid: await listPaid(tx, partnerId, span),
      carries: await listCarries(tx, partnerId, period),
    });
    return { statement, partnerId, span };
  });
}

/** Page by page, so that a long month is never in memory. */
async function* csvOf({ db }: Deps, partnerId: string, span: MonthSpan): AsyncGenerator<string> {
  yield `${CSV_HEADER}\r\n`;
  let after: ItemPlace | undefined;
  for (;;) {
    const rows = await db.acrossLanes('views', (tx) =>
      listBookedItems(tx, partnerId, { ...span, after, limit: ITEMS_AT_ONCE }),
    );
    if (rows.length > 0) yield `${rows.map(csvLine).join('\r\n')}\r\n`;
    after = rows.at(-1);
    if (rows.length < ITEMS_AT_ONCE) return;
  }
}
