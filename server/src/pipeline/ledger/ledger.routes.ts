import {
  accountBalanceListQuery,
  accountBalancePage,
  ledgerCheckReply,
  partnerBalanceQuery,
  partnerBalanceReply,
  partnerIdSchema,
} from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant, instantFromIso } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { findPayoutBlocks, wirePayoutBlocks } from '../../registry/partners/index.ts';
import { listBalancesAsOf } from './as-of.views.ts';
import { blockRoutes } from './blocks.routes.ts';
import { checkLedger } from './check.views.ts';
import { findProgramOf, listBalances, listPartnerBalances, totalOf } from './ledger.views.ts';

/** Reading the books. Nobody writes them by HTTP. */
export function ledgerRoutes(app: App, deps: { readonly db: Db; readonly clock: Clock }): void {
  checkRoute(app, deps);
  balanceRoutes(app, deps);
  blockRoutes(app, deps);
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
      description:
        'Now, or as it was known at an instant (`knownAt`), of what is paid for up to a day (`asOf`), or both: what February looked like on the third of March.',
      params: z.strictObject({ id: partnerIdSchema }),
      querystring: partnerBalanceQuery,
      response: { 200: partnerBalanceReply },
    },
    handler: async (request) => {
      const id = uuidOf('prt', request.params.id);
      const programId = await deps.db.reference((tx) => findProgramOf(tx, id));
      if (programId === undefined) throw notFound('partner', request.params.id);
      const { asOf, knownAt } = request.query;
      const known = knownAt === undefined ? undefined : instantFromIso(knownAt);
      const balances =
        asOf === undefined && known === undefined
          ? await listPartnerBalances(deps.db, id)
          : await listBalancesAsOf(deps.db, { partnerId: id, programId }, { knownAt: known, valueDay: asOf });
      const blocks = await deps.db.reference((tx) => findPayoutBlocks(tx, id, deps.clock.now()));
      return {
        partnerId: wireId('prt', id),
        asOf: asOf ?? null,
        knownAt: known === undefined ? null : formatInstant(known),
        balances: balances.map((balance) => ({
          currency: balance.currency,
          accrued: wireMoney(balance.accruedMinor, balance.currency),
          approved: wireMoney(balance.approvedMinor, balance.currency),
          clawbackPending: wireMoney(balance.clawbackMinor, balance.currency),
          returned: wireMoney(balance.returnedMinor, balance.currency),
          total: wireMoney(totalOf(balance), balance.currency),
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
