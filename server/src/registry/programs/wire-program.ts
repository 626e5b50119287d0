import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';

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
    readonly attribution: { readonly windowDays: number; readonly winner: 'last_click' | 'first_click' };
  };
  readonly facts_version: number;
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
    attribution: row.settings.attribution,
    factsVersion: row.facts_version,
    createdAt: formatInstant(row.created_at),
  };
}
