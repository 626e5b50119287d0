import { listBoundCustomers } from '../../pipeline/commission/index.ts';
import { periodOf, previousPeriod } from '../../kernel/period.ts';
import type { Instant } from '../../kernel/instant.ts';
import { changeTerms } from '../../registry/deals/index.ts';
import type { DealChange } from '../../registry/deals/index.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { listMovedPartners } from '../../registry/partners/index.ts';
import type { Preview } from './facts.ts';
import type { MovePreviewDeps } from './moves.actions.ts';
import { previewIn } from './preview.actions.ts';

/** One more than a preview looks at, so that it says that it is not complete. */
const MOST_CUSTOMERS = 20_001;

/**
 * What a version of terms, or taking one back, would do to money (rules.md 2.16); only reads. The customers of the partner and of those
 * below it are decided twice, and the months of all of them and of those above settled twice. Default terms concern everybody.
 */
export async function previewDeal(
  deps: MovePreviewDeps,
  programId: string,
  change: DealChange,
): Promise<Preview> {
  const now = deps.clock.now();
  const snapshot = await deps.registry.getProgram(programId);
  const program = withMonths(snapshot, await deps.registry.programNow(programId, now));
  const partnerIds = listConcernedPartners(program, change);
  return deps.db.acrossLanes('verify', async (tx) =>
    previewIn(
      tx,
      {
        program,
        customerIds: await listBoundCustomers(tx, partnerIds, MOST_CUSTOMERS),
        partnerIds,
        programAfter: { ...program, ...changeTerms(program, change) },
      },
      now,
    ),
  );
}

function listConcernedPartners({ edges, partners }: ProgramSnapshot, change: DealChange): string[] {
  const { partnerId, effectiveFrom: from } = 'write' in change ? change.write : change.retracts;
  if (partnerId === null) return [...partners.keys()];
  const span = { from, to: Number.POSITIVE_INFINITY as Instant };
  return [...listMovedPartners(edges, { partnerId, span }).keys()];
}

/** Where nothing is paid by the clock yet nobody recorded which months have ended: terms that pay fixed amounts ask for it. */
export function withMonths(program: ProgramSnapshot, now: Instant): ProgramSnapshot {
  if (program.monthsEnded !== undefined) return program;
  return {
    ...program,
    monthsEnded: { through: previousPeriod(periodOf(now, program.zone)), factsVersion: program.factsVersion },
  };
}
