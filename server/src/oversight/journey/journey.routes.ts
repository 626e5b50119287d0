import { customerIdSchema, journeyReply } from '@plumbline/contract';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { wireCustomer, wireDecided } from '../../registry/customers/index.ts';
import { tellJourney } from './journey.ts';
import { findJourney } from './journey.views.ts';

/** One customer from the click to the ledger (requirements U1, S2). */
export function journeyRoutes(app: App, deps: { readonly db: Db; readonly clock: Clock }): void {
  app.route({
    method: 'GET',
    url: '/v1/customers/:id/journey',
    schema: {
      tags: ['customers'],
      summary: 'The journey of a customer, from the click to the commissions of all levels',
      params: z.strictObject({ id: customerIdSchema }),
      response: { 200: journeyReply },
    },
    handler: async (request) => {
      const id = uuidOf('cus', request.params.id);
      const seen = await deps.db.acrossLanes('views', (tx) => findJourney(tx, id, deps.clock.now()));
      if (seen === undefined) throw notFound('customer', request.params.id);
      const { summary } = wireDecided(seen.row);
      const deposits = summary.deposits.map(({ count, total }) => ({
        currency: total.currency,
        count,
        total: total.amount,
      }));
      const told = tellJourney({ ...seen, deposits, trades: summary.trades.count });
      return { customer: wireCustomer(seen.row), ...told, cut: seen.cut };
    },
  });
}
