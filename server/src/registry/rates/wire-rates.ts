import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { RateSource } from '../../kernel/rate-book.ts';
import type { RateImport } from './facts.ts';

export function wireImport(row: RateImport) {
  return {
    id: wireId('rti', row.id),
    source: row.source,
    rates: row.rates,
    corrections: row.corrections,
    firstValidFrom: formatInstant(row.firstValidFrom),
    lastValidFrom: formatInstant(row.lastValidFrom),
    reason: row.reason,
    recordedAt: formatInstant(row.recordedAt),
    recordedBy: row.recordedBy,
    appliedAt: row.appliedAt === null ? null : formatInstant(row.appliedAt),
    programId: row.programId === null ? null : wireId('prg', row.programId),
    changeSetId: row.changeSetId === null ? null : wireId('chg', row.changeSetId),
    retractedAt: row.retractedAt === null ? null : formatInstant(row.retractedAt),
  };
}

export function wireRate(row: {
  readonly source: RateSource;
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
  readonly validFrom: Instant;
  readonly revision: number;
  readonly importId: string;
  readonly programId: string | null;
  readonly retracted: boolean;
}) {
  const { source, base, quote, rate, revision } = row;
  return {
    source,
    base,
    quote,
    rate,
    validFrom: formatInstant(row.validFrom),
    revision,
    importId: wireId('rti', row.importId),
    programId: row.programId === null ? null : wireId('prg', row.programId),
    retracted: row.retracted,
  };
}
