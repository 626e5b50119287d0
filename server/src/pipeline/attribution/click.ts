import { sortCanonically } from '../../kernel/canonical-order.ts';
import { parseEpochMillis, parseIsoInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { addCalendarDays } from '../../kernel/zone.ts';
import { findSuspensionAt } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { Candidate } from './facts.ts';

/**
 * The clicks that registrations carry, each once, oldest first, judged against the instant of the registration that binds:
 * `click_not_found` (not minted here, or of another program), `outside_click_window`, `partner_suspended`, or still eligible.
 *
 * The door has verified the signature and left what the click says in the content's extra fields clickLinkId, clickPartnerId and
 * clickAt; a click id without them is foreign or was tampered with.
 */
export function listClickCandidates(
  program: ProgramSnapshot,
  registeredAt: Instant,
  registrations: readonly PlacedEvent[],
): Candidate[] {
  const seen = new Set<string>();
  const candidates: Candidate[] = [];
  for (const event of sortCanonically(registrations)) {
    const candidate = readClick(program, registeredAt, event);
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

function readClick(
  program: ProgramSnapshot,
  registeredAt: Instant,
  event: PlacedEvent,
): Candidate | undefined {
  const { clickLinkId, clickPartnerId, clickAt } = event.content.extra ?? {};
  if (clickLinkId === undefined || clickPartnerId === undefined || clickAt === undefined) {
    if (event.content.clickId === undefined) return undefined;
    return {
      kind: 'click',
      partnerId: null,
      at: registeredAt,
      originId: event.eventId,
      lost: 'click_not_found',
    };
  }
  const at = readInstant(clickAt);
  if (at === undefined || !program.partners.has(clickPartnerId)) {
    return {
      kind: 'click',
      partnerId: null,
      at: registeredAt,
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
  const lost = judgeClick(program, registeredAt, { partnerId: clickPartnerId, at });
  return lost === undefined ? candidate : { ...candidate, lost };
}

function judgeClick(
  program: ProgramSnapshot,
  registeredAt: Instant,
  { partnerId, at }: { readonly partnerId: string; readonly at: Instant },
): ReasonCode | undefined {
  const opens = addCalendarDays(registeredAt, -program.attribution.windowDays, program.zone);
  if (at < opens || at > registeredAt) return 'outside_click_window';
  const suspension = findSuspensionAt(program.partners.get(partnerId), registeredAt);
  return suspension === undefined ? undefined : 'partner_suspended';
}

function readInstant(text: string): Instant | undefined {
  const read = /^\d+$/.test(text) ? parseEpochMillis(text) : parseIsoInstant(text);
  return read.ok ? read.value : undefined;
}
