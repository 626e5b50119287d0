import { sortCanonically } from '../../kernel/canonical-order.ts';
import { parseEpochMillis, parseIsoInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { addCalendarDays } from '../../kernel/zone.ts';
import { findSuspensionAt, judgeCreative } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { Candidate } from './facts.ts';

/**
 * The clicks that events carry, each once, oldest first, judged against the instant at which the customer is bound: `click_not_found`
 * (not minted here, or of another program), `outside_click_window`, `creative_not_approved`, `creative_expired`, `partner_suspended`, or
 * still eligible.
 *
 * The door has verified the signature and left what the click says in the content's extra fields clickLinkId, clickPartnerId and
 * clickAt; a click id without them is foreign or was tampered with.
 */
export function listClickCandidates(
  program: ProgramSnapshot,
  boundAt: Instant,
  carriers: readonly PlacedEvent[],
): Candidate[] {
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const event of sortCanonically(carriers)) {
    const candidate = readClick(program, boundAt, event);
    if (candidate === undefined) continue;
    const key =
      candidate.linkId === undefined
        ? `unknown ${event.content.clickId ?? ''}`
        : `${candidate.linkId} ${candidate.at}`;
    if (seen.has(key)) continue;
    seen.add(key);
    candidates.push(candidate);
  }
  // The sort is stable: clicks of one instant stay in the canonical order of what carries them.
  return candidates.sort((a, b) => a.at - b.at);
}

function readClick(program: ProgramSnapshot, boundAt: Instant, event: PlacedEvent): Candidate | undefined {
  const { clickLinkId, clickPartnerId, clickAt } = event.content.extra ?? {};
  if (clickLinkId === undefined || clickPartnerId === undefined || clickAt === undefined) {
    if (event.content.clickId === undefined) return undefined;
    return {
      kind: 'click',
      partnerId: null,
      at: boundAt,
      originId: event.eventId,
      lost: 'click_not_found',
    };
  }
  const at = readInstant(clickAt);
  if (at === undefined || !program.partners.has(clickPartnerId)) {
    return {
      kind: 'click',
      partnerId: null,
      at: boundAt,
      originId: event.eventId,
      lost: 'click_not_found',
    };
  }
  const campaign = program.links.get(clickLinkId)?.campaign;
  const candidate = {
    kind: 'click' as const,
    partnerId: clickPartnerId,
    linkId: clickLinkId,
    ...(campaign === undefined ? {} : { campaign }),
    at,
    originId: event.eventId,
  };
  const lost = judgeClick(program, boundAt, { partnerId: clickPartnerId, linkId: clickLinkId, at });
  return lost === undefined ? candidate : { ...candidate, lost };
}

function judgeClick(
  program: ProgramSnapshot,
  boundAt: Instant,
  { partnerId, linkId, at }: { readonly partnerId: string; readonly linkId: string; readonly at: Instant },
): ReasonCode | undefined {
  const opens = addCalendarDays(boundAt, -program.attribution.windowDays, program.zone);
  if (at < opens || at > boundAt) return 'outside_click_window';
  if (findSuspensionAt(program.partners.get(partnerId), boundAt) !== undefined) return 'partner_suspended';
  return judgeCreative(program, program.links.get(linkId)?.creative ?? '', at);
}

function readInstant(text: string): Instant | undefined {
  const read = /^\d+$/.test(text) ? parseEpochMillis(text) : parseIsoInstant(text);
  return read.ok ? read.value : undefined;
}
