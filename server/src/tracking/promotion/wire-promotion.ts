import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { CreativeState } from '../../registry/facts.ts';

// Rows of promotion on the wire: ids get their prefixes, infinite instants become null.

function wireOf(instant: Instant | null): string | null {
  return instant === null || !Number.isFinite(instant) ? null : formatInstant(instant);
}

export function wireCampaign(row: {
  readonly id: string;
  readonly program_id: string;
  readonly name: string;
  readonly active: boolean;
  readonly created_at: Instant;
}) {
  return {
    id: wireId('cmp', row.id),
    programId: wireId('prg', row.program_id),
    name: row.name,
    active: row.active,
    createdAt: formatInstant(row.created_at),
  };
}

export function wireCreative(row: {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string | null;
  readonly name: string;
  readonly kind: string;
  readonly content: string;
  readonly expires_at: Instant | null;
  readonly created_at: Instant;
  readonly state: CreativeState;
  readonly effective_from: Instant;
  readonly reason: string | null;
  readonly expired: boolean;
}) {
  return {
    id: wireId('crv', row.id),
    programId: wireId('prg', row.program_id),
    partnerId: row.partner_id === null ? null : wireId('prt', row.partner_id),
    name: row.name,
    kind: row.kind,
    content: row.content,
    state: row.state,
    stateFrom: formatInstant(row.effective_from),
    reason: row.reason,
    expiresAt: wireOf(row.expires_at),
    expired: row.expired,
    createdAt: formatInstant(row.created_at),
  };
}

export function wireCreativeState(row: {
  readonly state: CreativeState;
  readonly effective_from: Instant;
  readonly reason: string | null;
  readonly recorded_at: Instant;
  readonly recorded_by: string;
}) {
  return {
    state: row.state,
    effectiveFrom: formatInstant(row.effective_from),
    reason: row.reason,
    recordedAt: formatInstant(row.recorded_at),
    recordedBy: row.recorded_by,
  };
}

export function wireCode(row: {
  readonly id: string;
  readonly program_id: string;
  readonly code: string;
  readonly written: string;
  readonly partner_id: string;
  readonly campaign: string;
  readonly exclusive: boolean;
  readonly effective_from: Instant;
  readonly effective_to: Instant;
  readonly created_at: Instant;
  readonly created_by: string;
}) {
  return {
    id: wireId('cod', row.id),
    programId: wireId('prg', row.program_id),
    partnerId: wireId('prt', row.partner_id),
    code: row.code,
    written: row.written,
    campaign: row.campaign,
    exclusive: row.exclusive,
    effectiveFrom: wireOf(row.effective_from),
    effectiveTo: wireOf(row.effective_to),
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
  };
}

export function wireStrike(row: {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly creative_id: string | null;
  readonly reason: string;
  readonly effect: 'noted' | 'flagged' | 'suspended';
  readonly struck_at: Instant;
  readonly recorded_by: string;
  readonly withdrawn_at: Instant | null;
  readonly withdrawn_by: string | null;
  readonly withdrawn_reason: string | null;
}) {
  return {
    id: wireId('stk', row.id),
    programId: wireId('prg', row.program_id),
    partnerId: wireId('prt', row.partner_id),
    creativeId: row.creative_id === null ? null : wireId('crv', row.creative_id),
    reason: row.reason,
    effect: row.effect,
    struckAt: formatInstant(row.struck_at),
    recordedBy: row.recorded_by,
    withdrawn:
      row.withdrawn_at === null
        ? null
        : {
            at: formatInstant(row.withdrawn_at),
            by: row.withdrawn_by ?? '',
            reason: row.withdrawn_reason ?? '',
          },
  };
}
