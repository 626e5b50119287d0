import { partnerFiguresQuery, partnerFiguresReply, partnerIdSchema } from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { addCalendarDays, addCalendarMonths, localDate, startOfDate } from '../../kernel/zone.ts';
import type { App } from '../../platform/http/app.ts';
import { unprocessable } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import { getPartner, listSubtree } from '../partners/index.ts';
import { findProgramDay, listPartnerPeriods } from './figures.views.ts';
import type { FiguresQuestion } from './figures.views.ts';
import { wirePeriods } from './wire-figures.ts';

const params = z.strictObject({ id: partnerIdSchema });

/** Days that one answer may span: ten years by month, somewhat more than a year by day. */
const MOST_DAYS = { day: 400, month: 3_700, total: 100_000 } as const;

/** What happened with the customers of a partner, live. */
export function figureRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/partners/:id/figures',
    schema: {
      tags: ['partners'],
      summary: 'What happened with the customers of a partner, by day, month or in all',
      description:
        'Leads, deposits, NGR as told, trades, activity: of its own customers, and with those of everybody below it. Each event counts for the partner whose bond held when it happened. docs/figures.md says what counts.',
      params,
      querystring: partnerFiguresQuery,
      response: { 200: partnerFiguresReply },
    },
    handler: async (request) => {
      const id = uuidOf('prt', request.params.id);
      return deps.db.acrossLanes('views', async (tx) => {
        const now = deps.clock.now();
        const partner = await getPartner(tx, id, now);
        const { zone, today, at } = await findProgramDay(tx, partner.program_id, now);
        const asked = rangeOf(request.query, today, zone);
        const below = await listSubtree(tx, id, { at, depth: 1000, limit: MOST_PARTNERS });
        const own = await listPartnerPeriods(tx, [id], asked);
        const all =
          below.length <= 1
            ? own
            : await listPartnerPeriods(
                tx,
                below.map((row) => row.id),
                asked,
              );
        return {
          partnerId: wireId('prt', id),
          ...asked,
          zone,
          own: wirePeriods(own, asked.by),
          subTree: wirePeriods(all, asked.by),
        };
      });
    },
  });
}

/** Of a sub-tree; there are none above. */
const MOST_PARTNERS = 1_000_000;

/** The days asked for, in the program's zone; by month they are widened to whole months. Throws 422 where there are none, or too many. */
function rangeOf(query: z.infer<typeof partnerFiguresQuery>, today: string, zone: string): FiguresQuestion {
  const { by } = query;
  const last = startOfDate(query.to ?? today, zone);
  const back =
    by === 'month'
      ? addCalendarMonths(last, -11, zone)
      : addCalendarDays(last, by === 'day' ? -29 : -MOST_DAYS.month, zone);
  const from = query.from ?? localDate(back, zone);
  const to = query.to ?? today;
  if (from > to)
    throw unprocessable('bad_range', `from (${from}) is after to (${to}); give the earlier day as from`);
  const most = MOST_DAYS[by];
  if ((Date.parse(to) - Date.parse(from)) / 86_400_000 >= most)
    throw unprocessable(
      'bad_range',
      `by ${by} at most ${most} days are answered at once; ask for fewer, or by month`,
    );
  if (by !== 'month') return { from, to, by };
  const monthEnd = addCalendarDays(
    addCalendarMonths(startOfDate(`${to.slice(0, 7)}-01`, zone), 1, zone),
    -1,
    zone,
  );
  return { from: `${from.slice(0, 7)}-01`, to: localDate(monthEnd, zone), by };
}
