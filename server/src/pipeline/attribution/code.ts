import { sortCanonically } from '../../kernel/canonical-order.ts';
import type { Instant } from '../../kernel/instant.ts';
import { findCodeAt, findSuspensionAt, normaliseCode } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { Candidate } from './facts.ts';

/** An event that carries a code, and when the code counts as used. */
export interface CodeUse {
  readonly event: PlacedEvent;
  readonly at: Instant;
}

/**
 * The codes that were used, each once, in the order of their use: codes have no window (rules.md 5 "Attribution"). `code_not_found`:
 * nobody's at the instant of use; `partner_suspended`: its partner was suspended then. Order of `uses` does not matter.
 */
export function listCodeCandidates(program: ProgramSnapshot, uses: readonly CodeUse[]): Candidate[] {
  const at = new Map(uses.map((use) => [use.event.eventId, use.at]));
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  for (const event of sortCanonically(uses.map((use) => use.event))) {
    const usedAt = at.get(event.eventId);
    if (event.content.code === undefined || usedAt === undefined) continue;
    const candidate = judgeCode(program, event, usedAt);
    const key = `${candidate.code ?? ''} ${candidate.partnerId ?? ''} ${candidate.lost ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    candidates.push(candidate);
  }
  return candidates.sort((a, b) => a.at - b.at);
}

function judgeCode(program: ProgramSnapshot, event: PlacedEvent, at: Instant): Candidate {
  const text = event.content.code ?? '';
  const told = {
    kind: 'code' as const,
    code: normaliseCode(text) ?? text.slice(0, 64),
    at,
    originId: event.eventId,
  };
  const code = findCodeAt(program, text, at);
  if (code === undefined) return { ...told, partnerId: null, lost: 'code_not_found' };
  const found = {
    ...told,
    partnerId: code.partnerId,
    ...(code.campaign === '' ? {} : { campaign: code.campaign }),
    ...(code.exclusive ? { exclusive: true } : {}),
  };
  const suspended = findSuspensionAt(program.partners.get(code.partnerId), at) !== undefined;
  return suspended ? { ...found, lost: 'partner_suspended' } : found;
}
