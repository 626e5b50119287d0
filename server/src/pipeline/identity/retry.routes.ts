import { retryParams, retryReply } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import { laneOf } from '../../kernel/lane.ts';
import { notify } from '../../platform/db.ts';
import type { App } from '../../platform/http/app.ts';
import { conflict, notFound } from '../../platform/http/problem.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import { performWrite } from '../../registry/access/index.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { WORK_CHANNEL } from '../work-hint.ts';
import { findForRetry, newWorkIdIn, retryDecisions, retryPlace } from './retry.store.ts';

/** `POST /v1/events/{id}/retry`: a failed event goes on the road again, where its place or its decision failed. */
export function retryRoutes(app: App, deps: WriteDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/events/:id/retry',
    schema: {
      tags: ['evidence'],
      summary: 'Put a failed event on the road again',
      params: retryParams,
      response: { 200: retryReply },
    },
    handler: async (request) => {
      const { id: wire } = request.params;
      const id = uuidOf('evt', wire);
      const lane = laneOf('evidence', id);
      const event = await deps.db.inLanes([lane], (tx) => findForRetry(tx, id));
      if (event === undefined) throw notFound('event', wire);
      const { failed, customerId } = event;
      if (failed === null && customerId === null) throw notFailed();
      const home = failed === null && customerId !== null ? laneOf('customer', customerId) : lane;
      const workId = failed === null ? '' : newWorkIdIn(lane, uuidv7);
      const written = await performWrite(
        deps,
        request,
        { action: 'event.retry', lanes: [home] },
        async (tx) => {
          const events =
            failed !== null
              ? await retryPlace(tx, id, { workId, at: deps.clock.now() })
              : await retryDecisions(tx, customerId ?? '');
          if (events === 0) throw notFailed();
          await notify(tx, WORK_CHANNEL);
          return {
            status: 200,
            body: { id: wire, events },
            subject: wire,
            audit: { events, error: failed },
          };
        },
      );
      return written.body;
    },
  });
}

function notFailed() {
  return conflict(
    'not_failed',
    'The event has not failed, or somebody tried it again already. Read it anew.',
  );
}
