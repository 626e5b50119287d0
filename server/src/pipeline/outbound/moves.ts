// The webhook `partner.moved`: a partner stands below another one from an instant on, with everybody below it. Pure.
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';

export const PARTNER_MOVED = 'partner.moved';

/** One version of a partner's parent, with the one that it follows. */
export interface PartnerMove {
  readonly edgeId: string;
  readonly partnerId: string;
  readonly partnerRef: string | null;
  /** null = at the top. */
  readonly parentId: string | null;
  readonly parentRef: string | null;
  readonly previousParentId: string | null;
  readonly previousParentRef: string | null;
  readonly effectiveFrom: Instant;
  readonly reason: string | null;
  /** The move was taken back: where the partner stands from that instant on instead. */
  readonly takenBack: boolean;
}

/** As the receiver gets it; contract/src/webhook-events.ts holds the schema. */
export function describeMove(move: PartnerMove, programId: string, programNow: Instant): object {
  return {
    type: PARTNER_MOVED,
    timestamp: formatInstant(programNow),
    data: {
      programId: wireId('prg', programId),
      partnerId: wireId('prt', move.partnerId),
      partnerRef: move.partnerRef,
      effectiveFrom: formatInstant(move.effectiveFrom),
      parentId: move.parentId === null ? null : wireId('prt', move.parentId),
      parentRef: move.parentRef,
      previousParentId: move.previousParentId === null ? null : wireId('prt', move.previousParentId),
      previousParentRef: move.previousParentRef,
      takenBack: move.takenBack,
      reason: move.reason,
    },
  };
}
