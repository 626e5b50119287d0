import { changeSetReply, factIdSchema, factReply, retractionRequest } from '@plumbline/contract';
import { z } from 'zod';
import type { App } from '../../platform/http/app.ts';
import { uuidOf } from '../../platform/http/wire.ts';
import type { ReassignmentDeps } from './attribute.actions.ts';
import { retract } from './retract.actions.ts';

const params = z.strictObject({ id: factIdSchema });
const BY_THE_GATE =
  "An attribution by hand whose retraction moves money that was booked is a restatement: above the program's restatementLimit the answer is the change set that waits for a second person (202).";

/** Taking facts back, of whatever kind. */
export function retractionRoutes(app: App, deps: ReassignmentDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/facts/:id/retraction',
    schema: {
      tags: ['customers'],
      summary: 'Take a fact back',
      description: BY_THE_GATE,
      params,
      body: retractionRequest,
      response: { 201: factReply, 202: changeSetReply },
    },
    handler: async (request, reply) => {
      const id = uuidOf('fct', request.params.id);
      const answer = await retract(deps, request, id, request.body.reason);
      return answer.status === 201 ? reply.code(201).send(answer.body) : reply.code(202).send(answer.body);
    },
  });
  app.route({
    method: 'DELETE',
    url: '/v1/facts/:id',
    schema: {
      tags: ['customers'],
      summary: 'Take a fact back, without a reason',
      description: `Nothing is deleted: a retraction is written beside the fact. ${BY_THE_GATE}`,
      params,
      response: { 200: factReply, 202: changeSetReply },
    },
    handler: async (request, reply) => {
      const answer = await retract(deps, request, uuidOf('fct', request.params.id), 'deleted by API');
      return answer.status === 201 ? reply.code(200).send(answer.body) : reply.code(202).send(answer.body);
    },
  });
}
