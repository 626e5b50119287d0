import {
  closePeriodReply,
  closePeriodRequest,
  periodSchema,
  programIdSchema,
  programPeriods,
} from '@plumbline/contract';
import { z } from 'zod';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { localDate } from '../../kernel/zone.ts';
import type { App } from '../../platform/http/app.ts';
import { notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import { programNow } from '../program-clock.ts';
import { findProgram } from '../programs/index.ts';
import { closePeriod } from './close.actions.ts';
import { endOfPeriod } from './closing.ts';
import { judgeCompleteness } from './completeness.ts';
import { markRoutes } from './marks.routes.ts';
import { listMarks } from './marks.views.ts';
import { listClosedPeriods, listSettledPeriods } from './periods.views.ts';
import { wireCompleteness } from './wire-completeness.ts';

const params = z.strictObject({ id: programIdSchema });

/** Settlement periods of a program, and their closing. */
export function periodRoutes(app: App, deps: WriteDeps & { workChannel: string }): void {
  markRoutes(app, deps);
  app.route({
    method: 'GET',
    url: '/v1/programs/:id/periods',
    schema: {
      tags: ['programs'],
      summary: 'Months in which something is settled, and whether they are closed',
      params,
      response: { 200: programPeriods },
    },
    handler: async (request) => {
      const id = uuidOf('prg', request.params.id);
      return deps.db.acrossLanes('views', async (tx) => {
        const program = await findProgram(tx, id);
        if (program === undefined) throw notFound('program', request.params.id);
        const closed = new Map((await listClosedPeriods(tx, id)).map((one) => [one.period, one]));
        const settled = await listSettledPeriods(tx, id);
        const running = `${localDate(programNow(program, deps.clock.now()), program.zone).slice(0, 7)}-01`;
        const marks = await listMarks(tx, id);
        const days = [...new Set([...settled, ...closed.keys(), running])].toSorted();
        return {
          programId: wireId('prg', id),
          zone: program.zone,
          items: days.map((day) => {
            const close = closed.get(day);
            return {
              period: day.slice(0, 7),
              state:
                close === undefined
                  ? day >= running
                    ? ('running' as const)
                    : ('open' as const)
                  : ('closed' as const),
              closedAt: close === undefined ? null : formatInstant(close.closed_at),
              closedBy: close?.closed_by ?? null,
              reason: close?.reason ?? null,
              ...wireCompleteness(judgeCompleteness(marks, endOfPeriod(day, program.zone))),
            };
          }),
        };
      });
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/programs/:id/periods/:period/close',
    schema: {
      tags: ['programs'],
      summary: 'Close a month',
      description:
        'Its figures are no longer provisional: what it pays can be approved, and what it carries is final. What arrives later for it is computed again, and the difference is booked as a correction of it.',
      params: z.strictObject({ id: programIdSchema, period: periodSchema }),
      body: closePeriodRequest,
      response: { 200: closePeriodReply },
    },
    handler: async (request) =>
      closePeriod(deps, request, {
        programId: uuidOf('prg', request.params.id),
        period: request.params.period,
        body: request.body,
      }),
  });
}
