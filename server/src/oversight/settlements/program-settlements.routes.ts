import {
  periodPreview,
  periodSchema,
  programIdSchema,
  programSettlementQuery,
  settlementPage,
} from '@plumbline/contract';
import { z } from 'zod';
import { isUuid, wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import { startOfDate } from '../../kernel/zone.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Db, Tx } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import {
  endOfPeriod,
  judgeClosing,
  judgeCompleteness,
  listClosedPeriods,
  listMarks,
  listSettledPeriods,
  wireCompleteness,
} from '../../registry/periods/index.ts';
import { programNow } from '../../registry/index.ts';
import { findProgram } from '../../registry/programs/index.ts';
import { countPeriod, listProgramSettlements, sumPeriod } from './settlements.views.ts';
import { wireSettlement } from './settlements.routes.ts';

interface Deps {
  readonly db: Db;
  readonly clock: Clock;
}

/** A month of a whole program: what closing it makes final, and partner by partner. */
export function programSettlementRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'GET',
    url: '/v1/settlements',
    schema: {
      tags: ['partners'],
      summary: 'What months are worth to all partners of a program, by component',
      querystring: programSettlementQuery,
      response: { 200: settlementPage },
    },
    handler: async (request) => {
      const { programId, partnerId, period, component, cursor, limit } = request.query;
      const rows = await deps.db.acrossLanes('views', (tx) =>
        listProgramSettlements(tx, {
          programId: uuidOf('prg', programId, 'query.programId'),
          partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId, 'query.partnerId'),
          period: period === undefined ? undefined : `${period}-01`,
          component,
          before: placeOf(cursor),
          limit,
        }),
      );
      return pageOf(rows, limit, {
        item: wireSettlement,
        key: (row) => [row.period, row.partner_id, row.component],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/programs/:id/periods/:period',
    schema: {
      tags: ['programs'],
      summary: 'A month of a program: what closing it makes final, and whether it can be closed',
      params: z.strictObject({ id: programIdSchema, period: periodSchema }),
      response: { 200: periodPreview },
    },
    handler: (request) => deps.db.acrossLanes('views', (tx) => readPeriod(tx, deps.clock, request.params)),
  });
}

function placeOf(
  cursor: string | undefined,
): { period: string; partnerId: string; component: string } | undefined {
  const [period, partnerId, component] = decodeCursor(cursor, 3) ?? [];
  if (period === undefined || partnerId === undefined || component === undefined) return undefined;
  if (!/^\d{4}-\d{2}-01$/.test(period) || !isUuid(partnerId)) throw badCursor();
  return { period, partnerId, component };
}

async function readPeriod(
  tx: Tx,
  clock: Clock,
  asked: { readonly id: string; readonly period: string },
): Promise<z.infer<typeof periodPreview>> {
  const id = uuidOf('prg', asked.id);
  const program = await findProgram(tx, id);
  if (program === undefined) throw notFound('program', asked.id);
  const day = `${asked.period}-01`;
  const { zone } = program;
  const now = programNow(program, clock.now());
  const closes = await listClosedPeriods(tx, id);
  const close = closes.find((one) => one.period === day);
  const to = endOfPeriod(day, zone);
  const marks = await listMarks(tx, id);
  const blockedBy = judgeClosing({
    day,
    zone,
    now,
    settled: await listSettledPeriods(tx, id),
    closed: new Set(closes.map((one) => one.period)),
    marks,
    without: [],
  });
  const sums = await sumPeriod(tx, id, day);
  return {
    programId: wireId('prg', id),
    zone,
    period: asked.period,
    state: close !== undefined ? 'closed' : now < to ? 'running' : 'open',
    from: formatInstant(startOfDate(day, zone)),
    to: formatInstant(to),
    closedAt: close === undefined ? null : formatInstant(close.closed_at),
    closedBy: close?.closed_by ?? null,
    reason: close?.reason ?? null,
    ...wireCompleteness(judgeCompleteness(marks, to)),
    ...(await countPeriod(tx, id, day)),
    sums: sums.map(({ component, currency, amount, negative, partners }) => ({
      component,
      currency,
      amount: { amount: formatMoney({ amountMinor: BigInt(amount), currency }), currency },
      negative: { amount: formatMoney({ amountMinor: BigInt(negative), currency }), currency },
      partners: Number(partners),
    })),
    blockedBy: blockedBy ?? null,
  };
}
