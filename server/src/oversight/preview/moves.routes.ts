import { movePreviewReply, movePreviewRequest, partnerIdSchema } from '@plumbline/contract';
import { z } from 'zod';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { listBoundCustomers } from '../../pipeline/commission/index.ts';
import type { App } from '../../platform/http/app.ts';
import { conflict, unprocessable } from '../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../../registry/access/index.ts';
import { wirePreview } from '../../registry/change-sets/index.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { RegistryCache } from '../../registry/index.ts';
import {
  addMove,
  findCycle,
  getPartner,
  listMovedPartners,
  spanOfMove,
} from '../../registry/partners/index.ts';
import type { WantedMove } from '../../registry/partners/index.ts';
import { previewIn } from './preview.actions.ts';

/** One more than a preview looks at, so that it says that it is not complete. */
const MOST_CUSTOMERS = 20_001;

const params = z.strictObject({ id: partnerIdSchema });

/** What a move of a sub-tree would do to money, before it is made (rules.md 2.16). Only reads. */
export function movePreviewRoutes(
  app: App,
  deps: Pick<WriteDeps, 'db' | 'clock'> & {
    readonly registry: Pick<RegistryCache, 'getProgram' | 'programNow'>;
  },
): void {
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
      const now = deps.clock.now();
      const partner = await deps.db.reference((tx) => getPartner(tx, partnerId, now));
      const program = await deps.registry.getProgram(partner.program_id);
      const wanted: WantedMove = {
        partnerId,
        parentId: body.parentId === null ? null : uuidOf('prt', body.parentId, 'body.parentId'),
        effectiveFrom:
          body.effectiveFrom === undefined
            ? await deps.registry.programNow(program.id, now)
            : instantOf(body.effectiveFrom, 'body.effectiveFrom'),
      };
      refuseImpossible(program, wanted);
      const moved = listConcernedPartners(program, wanted);
      const preview = await deps.db.acrossLanes('verify', async (tx) =>
        previewIn(
          tx,
          {
            program,
            customerIds: await listBoundCustomers(tx, moved, MOST_CUSTOMERS),
            programAfter: { ...program, edges: addMove(program.edges, wanted) },
          },
          now,
        ),
      );
      return {
        ...wirePreview(preview),
        moved: moved.length,
        effectiveFrom: formatInstant(wanted.effectiveFrom),
      };
    },
  });
}

function listConcernedPartners(program: ProgramSnapshot, { partnerId, effectiveFrom }: WantedMove): string[] {
  const span = spanOfMove(program.edges.get(partnerId) ?? [], effectiveFrom);
  return [...listMovedPartners(program.edges, { partnerId, span }).keys()];
}

/** The refusals of the move itself, so that nobody previews what cannot be. Throws 409 or 422. */
function refuseImpossible(
  program: ProgramSnapshot,
  { partnerId, parentId, effectiveFrom }: WantedMove,
): void {
  const isTaken = program.edges.get(partnerId)?.some((version) => version.effectiveFrom === effectiveFrom);
  if (isTaken === true)
    throw conflict(
      'instant_taken',
      `The partner already has a parent from ${formatInstant(effectiveFrom)} on.`,
    );
  if (parentId === null) return;
  if (!program.partners.has(parentId)) {
    const detail = 'The program has no such partner.';
    throw unprocessable('unknown_partner', detail, [{ path: 'body.parentId', message: detail }]);
  }
  const circle = findCycle(program.edges, { childId: partnerId, parentId, effectiveFrom });
  if (circle !== undefined) throw conflict('hierarchy_cycle', sayCircle(program, circle));
}

function sayCircle(
  program: ProgramSnapshot,
  circle: { readonly at: Instant; readonly path: readonly string[] },
): string {
  const names = circle.path.slice(0, 12).map((id) => `"${program.partners.get(id)?.name ?? id}"`);
  return `From ${formatInstant(circle.at)} on the partner would stand above itself: ${names.join(' below ')}.`;
}
