import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { RATE_SOURCES } from '../../kernel/rate-book.ts';
import type { RateSource } from '../../kernel/rate-book.ts';
import { COUNTRY_BASES, DEFAULT_ATTRIBUTION, DEFAULT_COMPLIANCE, DEFAULT_REASSIGNMENT } from '../facts.ts';
import type {
  AttributionSettings,
  Authority,
  ComplianceSettings,
  ReassignmentSettings,
  StoredGeo,
} from '../facts.ts';

/** What the wire form needs of a stored program. */
export interface StoredProgramFields {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly vertical: string;
  readonly base_currency: string;
  readonly zone: string;
  readonly sandbox: boolean;
  readonly clock_at: Instant | null;
  readonly settings: {
    readonly attribution: Partial<AttributionSettings>;
    readonly geo?: StoredGeo;
    readonly reassignment?: ReassignmentSettings;
    readonly authority?: Readonly<Record<string, Authority>>;
    readonly commissionableFrom?: string;
    readonly rates?: { readonly sources: readonly RateSource[] };
    readonly restatementLimit?: string;
    readonly creatives?: { readonly approvalRequired: boolean; readonly strikesToSuspend: number | null };
    readonly links?: { readonly allowedHosts: readonly string[] };
    readonly dormancy?: { readonly dormantAfterDays: number; readonly churnedAfterDays: number };
    readonly compliance?: ComplianceSettings;
  };
  readonly facts_version: number;
  readonly facts_in_force: number;
  readonly created_at: Instant;
}

export function wireProgram(row: StoredProgramFields) {
  return {
    id: wireId('prg', row.id),
    slug: row.slug,
    name: row.name,
    vertical: row.vertical,
    baseCurrency: row.base_currency,
    zone: row.zone,
    sandbox: row.sandbox,
    clockAt: row.clock_at === null ? null : formatInstant(row.clock_at),
    attribution: { ...DEFAULT_ATTRIBUTION, ...row.settings.attribution },
    geo: {
      licensed: licensedOf(row.settings.geo),
      blocked: [...(row.settings.geo?.blocked ?? [])],
      countryFrom: [...(row.settings.geo?.countryFrom ?? COUNTRY_BASES)],
    },
    reassignment: row.settings.reassignment ?? DEFAULT_REASSIGNMENT,
    authority: wireAuthority(row.settings.authority ?? {}),
    commissionableFrom: row.settings.commissionableFrom ?? null,
    rates: { sources: [...(row.settings.rates?.sources ?? RATE_SOURCES)] },
    restatementLimit: row.settings.restatementLimit ?? '1000',
    creatives: row.settings.creatives ?? { approvalRequired: false, strikesToSuspend: null },
    links: { allowedHosts: [...(row.settings.links?.allowedHosts ?? [])] },
    dormancy: row.settings.dormancy ?? { dormantAfterDays: 30, churnedAfterDays: 90 },
    compliance: wireComplianceSettings(row.settings.compliance ?? DEFAULT_COMPLIANCE),
    factsVersion: row.facts_version,
    factsInForce: row.facts_in_force,
    inForce: row.facts_in_force >= row.facts_version,
    createdAt: formatInstant(row.created_at),
  };
}

function wireComplianceSettings({ partnerChecks, bannedDeals }: ComplianceSettings) {
  return {
    partnerChecks: [...partnerChecks],
    bannedDeals: bannedDeals.map(({ market, kinds }) => ({ market, kinds: [...kinds] })),
  };
}

function wireAuthority(authority: Readonly<Record<string, Authority>>) {
  return Object.fromEntries(
    Object.entries(authority).map(([kind, { source, match }]) => [kind, { source, match: [...match] }]),
  );
}

/** null: everywhere that is not blocked. */
function licensedOf(geo: StoredGeo | undefined): string[] | null {
  const licensed = geo?.licensed ?? null;
  return licensed === null ? null : [...licensed];
}
