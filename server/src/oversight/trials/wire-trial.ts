import { needsSecondPerson } from '../../kernel/four-eyes.ts';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { TrialResult } from './facts.ts';

type WireSetting = string | Record<string, string> | string[];

/** What the wire form needs of a stored trial. */
export interface StoredTrial {
  readonly id: string;
  readonly source_id: string;
  readonly source_slug: string;
  readonly mapping_version: number;
  readonly document: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, string | Readonly<Record<string, string>> | readonly string[]>>;
  readonly from_at: Instant;
  readonly to_at: Instant;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'approval' | 'applied';
  readonly progress: { readonly stage: string; readonly done: number; readonly total: number };
  readonly result: TrialResult | null;
  readonly error: string | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly asked_at: Instant | null;
  readonly asked_by: string | null;
  readonly note: string | null;
  readonly applied_at: Instant | null;
  readonly applied_by: string | null;
  readonly applied_version: number | null;
  readonly change_set_id: string | null;
}

export function wireTrial(row: StoredTrial) {
  const say = (at: Instant | null): string | null => (at === null ? null : formatInstant(at));
  return {
    id: wireId('trl', row.id),
    sourceId: wireId('src', row.source_id),
    source: row.source_slug,
    mappingVersion: row.mapping_version,
    from: formatInstant(row.from_at),
    to: formatInstant(row.to_at),
    state: row.state,
    progress: { ...row.progress },
    error: row.error,
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
    askedAt: say(row.asked_at),
    askedBy: row.asked_by,
    note: row.note,
    appliedAt: say(row.applied_at),
    appliedBy: row.applied_by,
    appliedVersion: row.applied_version,
    changeSetId: row.change_set_id === null ? null : wireId('chg', row.change_set_id),
  };
}

export function wireTrialDetail(row: StoredTrial, limit: { amount: string; currency: string }) {
  return {
    ...wireTrial(row),
    document: { ...row.document },
    settings: { ...row.settings } as Record<string, WireSetting>,
    result: row.result === null ? null : wireResult(row.result),
    limit,
    needsSecondPerson: row.result === null ? false : needsSecondPerson(row.result, limit.amount),
  };
}

function wireResult(result: TrialResult) {
  return {
    ...structuredClone(result as WritableResult),
    samples: result.samples.map((one) => ({
      ...one,
      eventId: wireId('evt', one.eventId),
      fields: one.fields.map((field) => ({ ...field })),
    })),
    money: result.money.map((one) => ({
      ...one,
      partnerId: wireId('prt', one.partnerId),
      byComponent: { ...one.byComponent },
    })),
  };
}

type WritableResult = { -readonly [K in keyof TrialResult]: Mutable<TrialResult[K]> };
type Mutable<T> = T extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Mutable<T[K]> }
    : T;
