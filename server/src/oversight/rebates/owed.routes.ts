import { owedListQuery, owedPage } from '@plumbline/contract';
import { isUuid, wireId } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { badCursor, decodeCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { findProgramTime, listOwed, sumOwedRows } from './owed.views.ts';
import type { OwedPlace } from './owed.views.ts';
import { wireOwed, wireSums } from './wire-owed.ts';

/** What partners gave to customers, by customer and span. */
export function owedRoutes(app: App, deps: { readonly db: Db; readonly clock: Clock }): void {
  app.route({
    method: 'GET',
    url: '/v1/rebates-owed',
    schema: {
      tags: ['rebates'],
      summary: 'What is owed to customers, by partner, rule and span, the newest span first',
      description:
        'What partners gave of their commission, as booked. It follows the commission: held until that is approved, less when that is taken back.',
      querystring: owedListQuery,
      response: { 200: owedPage },
    },
    handler: async (request) => {
      const { limit, cursor, from, to, partnerId, customerId } = request.query;
      const programId = uuidOf('prg', request.query.programId, 'query.programId');
      const filter = {
        programId,
        partnerId: partnerId === undefined ? undefined : uuidOf('prt', partnerId, 'query.partnerId'),
        customerId: customerId === undefined ? undefined : uuidOf('cus', customerId, 'query.customerId'),
        from,
        to,
      };
      return deps.db.acrossLanes('views', async (tx) => {
        const program = await findProgramTime(tx, programId);
        if (program === undefined) throw notFound('program', wireId('prg', programId));
        const time = { zone: program.zone, now: program.clock_at ?? deps.clock.now() };
        const rows = await listOwed(tx, { ...filter, after: placeOf(cursor), limit });
        return {
          ...pageOf(rows, limit, {
            item: (row) => wireOwed(row, time),
            key: (row) => [row.span, row.partner_id, row.customer_id, row.rule_id, row.currency],
          }),
          sums: (await sumOwedRows(tx, filter)).map(wireSums),
        };
      });
    },
  });
}

function placeOf(cursor: string | undefined): OwedPlace | undefined {
  const [span, partnerId, customerId, ruleId, currency] = decodeCursor(cursor, 5) ?? [];
  if (span === undefined || partnerId === undefined || customerId === undefined) return undefined;
  const isPlace = /^\d{4}-\d\d-\d\d$/.test(span) && [partnerId, customerId, ruleId ?? ''].every(isUuid);
  if (!isPlace || ruleId === undefined || currency === undefined) throw badCursor();
  return { span, partnerId, customerId, ruleId, currency };
}
