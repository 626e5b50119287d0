import { partnerIdSchema, settlementPage, settlementQuery } from '@plumbline/contract';
import type { settlementReply } from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import { REASONS } from '../../kernel/reason.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { wireCarry, wireStepBy } from './facts.ts';
import { listSettlements } from './settlements.views.ts';
import type { SettlementRow } from './settlements.views.ts';

/** What periods are worth to a partner, with every step of how it came about. */
export function settlementRoutes(app: App, deps: { readonly db: Db }): void {
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/settlements',
    schema: {
      tags: ['partners'],
      summary: 'What each month is worth by each component that is settled by period',
      params: z.strictObject({ id: partnerIdSchema }),
      querystring: settlementQuery,
      response: { 200: settlementPage },
    },
    handler: async (request) => {
      const partnerId = uuidOf('prt', request.params.id);
      const { limit, cursor, period, component } = request.query;
      const [beforePeriod, beforeComponent] = decodeCursor(cursor, 2) ?? [];
      if (beforePeriod !== undefined && !/^\d{4}-\d{2}-01$/.test(beforePeriod)) throw badCursor();
      const rows = await deps.db.acrossLanes('views', (tx) =>
        listSettlements(tx, {
          partnerId,
          period: period === undefined ? undefined : `${period}-01`,
          component,
          before:
            beforePeriod === undefined || beforeComponent === undefined
              ? undefined
              : { period: beforePeriod, component: beforeComponent },
          limit,
        }),
      );
      return pageOf(rows, limit, { item: wireSettlement, key: (row) => [row.period, row.component] });
    },
  });
}

/** One (partner, component, period) on the wire. */
export function wireSettlement(row: SettlementRow): z.infer<typeof settlementReply> {
  const { result } = row;
  const reason = result?.reason ?? (result === null ? 'no_deal' : undefined);
  const currency = result?.currency ?? row.base_currency;
  return {
    partnerId: wireId('prt', row.partner_id),
    period: row.period.slice(0, 7),
    component: row.component,
    amount:
      result === null
        ? { amount: formatMoney({ amountMinor: 0n, currency }), currency }
        : { amount: formatMoney({ amountMinor: BigInt(result.amountMinor), currency }), currency },
    provisional: row.provisional,
    reason: reason ?? null,
    sentence: reason === undefined ? null : (REASONS[reason as ReasonCode]?.operator ?? null),
    exact: result?.exact ?? '0',
    steps: (result?.steps ?? []).map(({ step, amount, by }) => ({ step, amount, by: wireStepBy(by) })),
    carry: wireCarry(result?.carry ?? {}),
    totals: { ...row.totals },
    dealId: result === null || result.dealId === '' ? null : wireId('del', result.dealId),
    decidedAt: row.decided_at === null ? null : formatInstant(row.decided_at),
  };
}
