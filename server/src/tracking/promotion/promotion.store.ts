import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { CreativeState } from '../../registry/facts.ts';
import type { CampaignRow, CodeRow, StrikeRow } from './promotion.views.ts';

/** Throws a unique violation of campaign_name_key when the name is taken. */
export async function insertCampaign(
  tx: Tx,
  campaign: { id: string; programId: string; name: string; now: Instant },
): Promise<CampaignRow> {
  return tx.one<CampaignRow>(
    `insert into campaign (id, program_id, name, active, created_at) values ($1, $2, $3, true, $4) returning *`,
    [campaign.id, campaign.programId, campaign.name, formatInstant(campaign.now)],
  );
}

export async function setCampaignActive(tx: Tx, id: string, active: boolean): Promise<CampaignRow> {
  return tx.one<CampaignRow>(`update campaign set active = $2 where id = $1 returning *`, [id, active]);
}

/** Throws a unique violation of creative_name_key when the name is taken. */
export async function insertCreative(
  tx: Tx,
  creative: {
    id: string;
    programId: string;
    partnerId: string | null;
    name: string;
    kind: string;
    content: string;
    expiresAt: Instant | null;
    now: Instant;
  },
): Promise<void> {
  await tx.exec(
    `insert into creative (id, program_id, partner_id, name, kind, content, expires_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      creative.id,
      creative.programId,
      creative.partnerId,
      creative.name,
      creative.kind,
      creative.content,
      creative.expiresAt === null ? null : formatInstant(creative.expiresAt),
      formatInstant(creative.now),
    ],
    1,
  );
}

/** The next state of a creative. The caller holds the program, so `version` is the one after the latest. */
export async function insertCreativeState(
  tx: Tx,
  state: {
    creativeId: string;
    version: number;
    state: CreativeState;
    effectiveFrom: Instant;
    reason: string | null;
    now: Instant;
    by: string;
  },
): Promise<void> {
  await tx.exec(
    `insert into creative_state (creative_id, version, state, effective_from, reason, recorded_at, recorded_by)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      state.creativeId,
      state.version,
      state.state,
      formatInstant(state.effectiveFrom),
      state.reason,
      formatInstant(state.now),
      state.by,
    ],
    1,
  );
}

export async function setCreativeExpiry(tx: Tx, id: string, expiresAt: Instant | null): Promise<void> {
  await tx.exec(
    `update creative set expires_at = $2 where id = $1`,
    [id, expiresAt === null ? null : formatInstant(expiresAt)],
    1,
  );
}

/** Bounds as PostgreSQL reads them. The caller holds the program and has looked for overlaps. */
export async function insertCode(
  tx: Tx,
  code: {
    id: string;
    programId: string;
    code: string;
    written: string;
    partnerId: string;
    campaign: string;
    exclusive: boolean;
    from: string;
    to: string;
    now: Instant;
    by: string;
  },
): Promise<CodeRow> {
  return tx.one<CodeRow>(
    `insert into promo_code (id, program_id, code, written, partner_id, campaign, exclusive, effective_from, effective_to, created_at, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning *`,
    [
      code.id,
      code.programId,
      code.code,
      code.written,
      code.partnerId,
      code.campaign,
      code.exclusive,
      code.from,
      code.to,
      formatInstant(code.now),
      code.by,
    ],
  );
}

export async function updateCode(
  tx: Tx,
  id: string,
  change: { to: string; exclusive: boolean },
): Promise<CodeRow> {
  return tx.one<CodeRow>(
    `update promo_code set effective_to = $2, exclusive = $3 where id = $1 returning *`,
    [id, change.to, change.exclusive],
  );
}

export async function insertStrike(
  tx: Tx,
  strike: {
    id: string;
    programId: string;
    partnerId: string;
    creativeId: string | null;
    reason: string;
    effect: StrikeRow['effect'];
    struckAt: Instant;
    now: Instant;
    by: string;
  },
): Promise<StrikeRow> {
  return tx.one<StrikeRow>(
    `insert into partner_strike (id, program_id, partner_id, creative_id, reason, effect, struck_at, recorded_at, recorded_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *`,
    [
      strike.id,
      strike.programId,
      strike.partnerId,
      strike.creativeId,
      strike.reason,
      strike.effect,
      formatInstant(strike.struckAt),
      formatInstant(strike.now),
      strike.by,
    ],
  );
}

/** Undefined when it was withdrawn before. */
export async function moveStrikeToWithdrawn(
  tx: Tx,
  id: string,
  withdrawn: { at: Instant; by: string; reason: string },
): Promise<StrikeRow | undefined> {
  return tx.find<StrikeRow>(
    `update partner_strike set withdrawn_at = $2, withdrawn_by = $3, withdrawn_reason = $4
     where id = $1 and withdrawn_at is null returning *`,
    [id, formatInstant(withdrawn.at), withdrawn.by, withdrawn.reason],
  );
}
