import { setTimeout as pause } from 'node:timers/promises';
import { quiesceReply, quiesceRequest } from '@plumbline/contract';
import type { Clock } from '../../platform/clock.ts';
import { notify } from '../../platform/db.ts';
import type { Db } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { WORK_CHANNEL } from '../work-hint.ts';
import { countInFlight, isMuchInFlight } from './drain.views.ts';
import type { InFlight } from './drain.views.ts';

/** How often it is looked into the lanes while somebody waits; they are counted only when there is nothing to see. */
const LOOK_MS = 25;
/** How many looks lie between two hints to the workers. */
const LOOKS_PER_HINT = 20;

/** The door for tests, sandboxes and outside checkers that need to know when all is decided (rules.md 4). */
export function quiesceRoutes(app: App, deps: { readonly db: Db; readonly clock: Clock }): void {
  app.route({
    method: 'POST',
    url: '/v1/quiesce',
    schema: {
      tags: ['operations'],
      summary: 'Wait until all lanes are drained',
      body: quiesceRequest,
      response: { 200: quiesceReply },
    },
    handler: async (request) => {
      const start = performance.now();
      const waitedMs = (): number => Math.round(performance.now() - start);
      for (let look = 0; ; look += 1) {
        const isLast = waitedMs() >= request.body.timeoutSeconds * 1_000;
        const left = await deps.db.acrossLanes('recovery', async (tx) =>
          !isLast && (await isMuchInFlight(tx)) ? undefined : countInFlight(tx, deps.clock.now()),
        );
        // The clock looks once a second, so that what is booked one after the other is approved together; nobody needs to wait for that here.
        if (left !== undefined && left.releases > 0 && look % LOOKS_PER_HINT === 0)
          await deps.db.reference((tx) => notify(tx, WORK_CHANNEL));
        if (left !== undefined && (isLast || isDrained(left)))
          return { drained: isDrained(left), waitedMs: waitedMs(), left };
        await pause(LOOK_MS);
      }
    },
  });
}

// One snapshot is enough: work on the road is always in at least one of these tables, because a row is taken out of
// one only in or after the transaction that puts what follows from it into the next.
function isDrained(left: InFlight): boolean {
  return Object.values(left).every((count) => count === 0);
}
