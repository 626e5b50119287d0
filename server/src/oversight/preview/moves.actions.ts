import { listBoundCustomers } from '../../pipeline/commission/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../platform/db.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { RegistryCache } from '../../registry/index.ts';
import { addMove, listMovedPartners, removeMove, spanOfMove } from '../../registry/partners/index.ts';
import type { TreeChange } from '../../registry/partners/index.ts';
import type { Preview } from './facts.ts';
import { previewIn } from './preview.actions.ts';

/** One more than a preview looks at, so that it says that it is not complete. */
const MOST_CUSTOMERS = 20_001;

export interface MovePreviewDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly registry: Pick<RegistryCache, 'getProgram' | 'programNow'>;
}

/**
 * What a change of the tree would do to money (rules.md 2.16); only reads. The caller knows that the tree allows it: a circle would have
 * no top. `moved`: how many partners it concerns.
 */
export async function previewMove(
  deps: MovePreviewDeps,
  programId: string,
  change: TreeChange,
): Promise<{ readonly preview: Preview; readonly moved: number }> {
  const program = await deps.registry.getProgram(programId);
  const moved = listConcernedPartners(program, change);
  const preview = await deps.db.acrossLanes('verify', async (tx) =>
    previewIn(
      tx,
      {
        program,
        customerIds: await listBoundCustomers(tx, moved, MOST_CUSTOMERS),
        partnerIds: moved,
        programAfter: { ...program, edges: edgesAfter(program, change) },
      },
      deps.clock.now(),
    ),
  );
  return { preview, moved: moved.length };
}

function edgesAfter({ edges }: ProgramSnapshot, change: TreeChange): ProgramSnapshot['edges'] {
  if (!('retracts' in change)) return addMove(edges, change);
  return removeMove(edges, { partnerId: change.partnerId, effectiveFrom: change.retracts });
}

function listConcernedPartners({ edges }: ProgramSnapshot, change: TreeChange): string[] {
  const { partnerId } = change;
  const from = 'retracts' in change ? change.retracts : change.effectiveFrom;
  const span = spanOfMove(edges.get(partnerId) ?? [], from);
  return [...listMovedPartners(edges, { partnerId, span }).keys()];
}
