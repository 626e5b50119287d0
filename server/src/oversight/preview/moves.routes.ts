import { moveParams, movePreviewReply, movePreviewRequest, partnerIdSchema } from '@plumbline/contract';
import { z } from 'zod';
import { formatInstant } from '../../kernel/instant.ts';
import type { App } from '../../platform/http/app.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import { wirePreview } from '../../registry/change-sets/index.ts';
import {
  findMoveProblem,
  findRetractionProblem,
  getMove,
  getPartner,
  getPartnerOf,
  refuseProblem,
} from '../../registry/partners/index.ts';
import { previewMove } from './moves.actions.ts';
import type { MovePreviewDeps } from './moves.actions.ts';

const params = z.strictObject({ id: partnerIdSchema });

/** What a change of the tree would do to money, before it is made (rules.md 2.16). Only reads; refuses what the change itself would be refused. */
export function movePreviewRoutes(app: App, deps: MovePreviewDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/partners/:id/moves/preview',
    schema: {
      tags: ['partners'],
      summary: 'What a move of a sub-tree would do to money',
      description:
        'Decides the customers whom the move concerns twice, as the tree stands and as it would be; nothing is written.',
      params,
      body: movePreviewRequest,
      response: { 200: movePreviewReply },
    },
    handler: async (request) => {
      const { body } = request;
      const partnerId = uuidOf('prt', request.params.id);
      const parentId = body.parentId === null ? null : uuidOf('prt', body.parentId, 'body.parentId');
      const now = deps.clock.now();
      const { program_id: programId } = await deps.db.reference((tx) => getPartner(tx, partnerId, now));
      const effectiveFrom =
        body.effectiveFrom === undefined
          ? await deps.registry.programNow(programId, now)
          : instantOf(body.effectiveFrom, 'body.effectiveFrom');
      const wanted = { partnerId, parentId, effectiveFrom };
      await deps.db.reference(async (tx) => {
        if (parentId !== null)
          await getPartnerOf(tx, { programId, partnerId: parentId, path: 'body.parentId', now });
        refuseProblem(await findMoveProblem(tx, wanted));
      });
      const { preview, moved } = await previewMove(deps, programId, wanted);
      return { ...wirePreview(preview), moved, effectiveFrom: formatInstant(effectiveFrom) };
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/moves/:id/retraction/preview',
    schema: {
      tags: ['partners'],
      summary: 'What taking a move back would do to money',
      params: moveParams,
      response: { 200: movePreviewReply },
    },
    handler: async (request) => {
      const move = await deps.db.reference(async (tx) => {
        const found = await getMove(tx, uuidOf('mov', request.params.id));
        refuseProblem(await findRetractionProblem(tx, found));
        return found;
      });
      const { preview, moved } = await previewMove(deps, move.program_id, {
        partnerId: move.child_id,
        retracts: move.effective_from,
      });
      return { ...wirePreview(preview), moved, effectiveFrom: formatInstant(move.effective_from) };
    },
  });
}
