import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Tx } from '../../platform/db.ts';
import type { CreativeState } from '../../registry/facts.ts';

export interface CampaignRow {
  readonly id: string;
  readonly program_id: string;
  readonly name: string;
  readonly active: boolean;
  readonly created_at: Instant;
}

export interface CreativeRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string | null;
  readonly name: string;
  readonly kind: string;
  readonly content: string;
  readonly expires_at: Instant | null;
  readonly created_at: Instant;
  /** Of the latest state. */
  readonly version: number;
  readonly state: CreativeState;
  readonly effective_from: Instant;
  readonly reason: string | null;
  /** By the clock of the program. */
  readonly expired: boolean;
}

export interface CreativeStateRow {
  readonly version: number;
  readonly state: CreativeState;
  readonly effective_from: Instant;
  readonly reason: string | null;
  readonly recorded_at: Instant;
  readonly recorded_by: string;
}

export interface CodeRow {
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
}

export interface StrikeRow {
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
}

/** What a program asks of promotion. */
export interface PromotionRules {
  readonly approvalRequired: boolean;
  readonly strikesToSuspend: number | null;
  readonly allowedHosts: readonly string[];
}

export async function findPromotionRules(tx: Tx, programId: string): Promise<PromotionRules> {
  const { settings } = await tx.one<{
    settings: {
      creatives?: { approvalRequired: boolean; strikesToSuspend: number | null };
      links?: { allowedHosts: string[] };
    };
  }>(`select settings from program where id = $1`, [programId]);
  return {
    approvalRequired: settings.creatives?.approvalRequired ?? false,
    strikesToSuspend: settings.creatives?.strikesToSuspend ?? null,
    allowedHosts: settings.links?.allowedHosts ?? [],
  };
}

export async function findCampaign(tx: Tx, id: string): Promise<CampaignRow | undefined> {
  return tx.find<CampaignRow>(`select * from campaign where id = $1`, [id]);
}

export async function findCampaignByName(
  tx: Tx,
  programId: string,
  name: string,
): Promise<CampaignRow | undefined> {
  return tx.find<CampaignRow>(`select * from campaign where program_id = $1 and name = $2`, [
    programId,
    name,
  ]);
}

export interface PromotionFilter {
  readonly programId?: string | undefined;
  readonly partnerId?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Newest first, one row more than the limit. */
export async function listCampaigns(tx: Tx, filter: PromotionFilter): Promise<CampaignRow[]> {
  return tx.rows<CampaignRow>(
    `select * from campaign where ($1::uuid is null or program_id = $1) and ($2::uuid is null or id < $2)
     order by id desc limit $3`,
    [filter.programId ?? null, filter.before ?? null, filter.limit + 1],
  );
}

const CREATIVE = `
  select c.*, s.version, s.state, s.effective_from, s.reason,
    coalesce(c.expires_at <= coalesce(g.clock_at, $1::timestamptz), false) as expired
  from creative c
  join program g on g.id = c.program_id
  join lateral (select * from creative_state s where s.creative_id = c.id order by s.version desc limit 1) s on true`;

export async function findCreative(tx: Tx, id: string, realNow: Instant): Promise<CreativeRow | undefined> {
  return tx.find<CreativeRow>(`${CREATIVE} where c.id = $2`, [formatInstant(realNow), id]);
}

export async function findCreativeByName(
  tx: Tx,
  wanted: { programId: string; name: string },
  realNow: Instant,
): Promise<CreativeRow | undefined> {
  return tx.find<CreativeRow>(`${CREATIVE} where c.program_id = $2 and c.name = $3`, [
    formatInstant(realNow),
    wanted.programId,
    wanted.name,
  ]);
}

/** Newest first, one row more than the limit. */
export async function listCreatives(
  tx: Tx,
  filter: PromotionFilter & { readonly state?: CreativeState | undefined },
  realNow: Instant,
): Promise<CreativeRow[]> {
  return tx.rows<CreativeRow>(
    `${CREATIVE}
     where ($2::uuid is null or c.program_id = $2) and ($3::uuid is null or c.partner_id = $3)
       and ($4::uuid is null or c.id < $4) and ($5::text is null or s.state = $5)
     order by c.id desc limit $6`,
    [
      formatInstant(realNow),
      filter.programId ?? null,
      filter.partnerId ?? null,
      filter.before ?? null,
      filter.state ?? null,
      filter.limit + 1,
    ],
  );
}

/** Oldest first. */
export async function listCreativeStates(tx: Tx, creativeId: string): Promise<CreativeStateRow[]> {
  return tx.rows<CreativeStateRow>(
    `select version, state, effective_from, reason, recorded_at, recorded_by from creative_state
     where creative_id = $1 order by version`,
    [creativeId],
  );
}

export async function findCode(tx: Tx, id: string): Promise<CodeRow | undefined> {
  return tx.find<CodeRow>(`select * from promo_code where id = $1`, [id]);
}

/** Newest first, one row more than the limit. */
export async function listCodes(
  tx: Tx,
  filter: PromotionFilter & { readonly code?: string | undefined },
): Promise<CodeRow[]> {
  return tx.rows<CodeRow>(
    `select * from promo_code
     where ($1::uuid is null or program_id = $1) and ($2::uuid is null or partner_id = $2)
       and ($3::uuid is null or id < $3) and ($4::text is null or code = $4)
     order by id desc limit $5`,
    [
      filter.programId ?? null,
      filter.partnerId ?? null,
      filter.before ?? null,
      filter.code ?? null,
      filter.limit + 1,
    ],
  );
}

/** A span of the code that meets [from, to), other than the given one. Bounds as PostgreSQL reads them; the caller holds the program. */
export async function findOverlap(
  tx: Tx,
  wanted: { programId: string; code: string; from: string; to: string; except?: string },
): Promise<CodeRow | undefined> {
  const rows = await tx.rows<CodeRow>(
    `select * from promo_code
     where program_id = $1 and code = $2 and id is distinct from $5
       and effective_from < $4::timestamptz and effective_to > $3::timestamptz and effective_from < effective_to
       and $3::timestamptz < $4::timestamptz
     order by effective_from limit 1`,
    [wanted.programId, wanted.code, wanted.from, wanted.to, wanted.except ?? null],
  );
  return rows[0];
}

export async function findStrike(tx: Tx, id: string): Promise<StrikeRow | undefined> {
  return tx.find<StrikeRow>(`select * from partner_strike where id = $1`, [id]);
}

/** Newest first. A partner has few: three are a scandal. */
export async function listStrikes(tx: Tx, partnerId: string): Promise<StrikeRow[]> {
  return tx.rows<StrikeRow>(`select * from partner_strike where partner_id = $1 order by id desc`, [
    partnerId,
  ]);
}
