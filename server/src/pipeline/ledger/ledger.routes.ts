import {
  accountBalanceListQuery,
  accountBalancePage,
  ledgerCheckReply,
  partnerBalanceReply,
  partnerIdSchema,
} from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { findPayoutBlocks, wirePayoutBlocks } from '../../registry/partners/index.ts';
import { checkLedger } from './check.views.ts';
import { isPartner, listBalances, listPartnerBalances } from './ledger.views.ts';

/** Reading the books. Nobody writes them by HTTP. */
export function ledgerRoutes(app: App, deps: { readonly db: Db; readonly clock: Clock }): void {
  checkRoute(app, deps);
  balanceRoutes(app, deps);
}

function checkRoute(app: App, deps: { readonly db: Db }): void {
  app.route({
    method: 'GET',
    url: '/v1/ledger/check',
    schema: {
      tags: ['ledger'],
      summary: 'Prove the invariants of the books',
      response: { 200: ledgerCheckReply },
    },
    handler: async () => {
      const report = await checkLedger(deps.db);
      return {
        ok: report.ok,
        checks: report.checks.map((check) => ({ ...check })),
        totals: report.totals.map(({ currency, sumMinor, rows }) => ({
          currency,
          sum: wireMoney(BigInt(sumMinor), currency),
          rows,
        })),
      };
    },
  });
}

function balanceRoutes(app: App, deps: { readonly db: Db; readonly clock: Clock }): void {
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/balance',
    schema: {
      tags: ['ledger'],
      summary: 'What a partner has earned',
      params: z.strictObject({ id: partnerIdSchema }),
      response: { 200: partnerBalanceReply },
    },
    handler: async (request) => {
      const id = uuidOf('prt', request.params.id);
      if (!(await deps.db.reference((tx) => isPartner(tx, id)))) throw notFound('partner', request.params.id);
      const balances = await listPartnerBalances(deps.db, id);
      const blocks = await deps.db.reference((tx) => findPayoutBlocks(tx, id, deps.clock.now()));
      return {
        partnerId: wireId('prt', id),
        balances: balances.map(({ currency, accruedMinor, approvedMinor }) => ({
          currency,
          accrued: wireMoney(accruedMinor, currency),
          approved: wireMoney(approvedMinor, currency),
          total: wireMoney(accruedMinor + approvedMinor, currency),
        })),
        payoutBlocked: wirePayoutBlocks(blocks),
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/v1/balances',
    schema: {
      tags: ['ledger'],
      summary: 'List the balances of all accounts',
      querystring: accountBalanceListQuery,
      response: { 200: accountBalancePage },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const [account, currency] = decodeCursor(cursor, 2) ?? [];
      const after = account === undefined || currency === undefined ? undefined : { account, currency };
      const rows = await deps.db.acrossLanes('views', (tx) => listBalances(tx, after, limit + 1));
      return pageOf(rows, limit, {
        item: (row) => ({ account: row.account, balance: wireMoney(row.amountMinor, row.currency) }),
        key: (row) => [row.account, row.currency],
      });
    },
  });
}

function wireMoney(amountMinor: bigint, currency: string): { amount: string; currency: string } {
  return { amount: formatMoney({ amountMinor, currency }), currency };
}
