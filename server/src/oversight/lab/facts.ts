import type { Instant } from '../../kernel/instant.ts';
import type { DealDocument } from '../../registry/deals/facts.ts';

/** What is tried. */
export interface LabDraft {
  readonly deal: {
    /** null: the program's default deal. */
    readonly partnerId: string | null;
    /** -Infinity: always. */
    readonly from: Instant;
    readonly document: DealDocument;
  } | null;
  readonly move: {
    readonly partnerId: string;
    readonly parentId: string | null;
    readonly from: Instant;
  } | null;
}

export interface LabChange {
  readonly before: string;
  readonly after: string;
  readonly difference: string;
}
export interface LabMonth extends LabChange {
  /** 'YYYY-MM' in the program's zone. */
  readonly month: string;
}
export interface LabPartner extends LabChange {
  readonly partnerId: string;
  readonly partner: string;
  readonly currency: string;
  readonly byComponent: Readonly<Record<string, string>>;
  readonly worst: LabMonth | null;
}
/** In the program's base currency; null where a rate of exchange is missing. */
export interface LabSum {
  readonly currency: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly difference: string | null;
}

/** What a run found; decimal text in major units. */
export interface LabResult {
  readonly customers: number;
  readonly events: number;
  readonly cost: LabSum;
  readonly revenue: {
    readonly basis: 'ngr' | 'net_deposits' | 'mixed';
    readonly currency: string;
    readonly amount: string;
    readonly withoutRate: number;
  };
  readonly margin: LabSum;
  readonly partners: { readonly winners: number; readonly losers: number; readonly unchanged: number };
  readonly money: readonly LabPartner[];
  readonly notShown: number;
  readonly months: readonly (LabMonth & { readonly currency: string })[];
  readonly dearest: (LabMonth & { readonly currency: string }) | null;
  readonly isComplete: boolean;
  readonly notComputed: readonly string[];
}

/** As it is kept: ids as uuids, instants as ISO text, null = from the beginning. */
export interface StoredDraft {
  readonly deal: {
    readonly partnerId: string | null;
    readonly from: string | null;
    readonly document: DealDocument;
  } | null;
  readonly move: {
    readonly partnerId: string;
    readonly parentId: string | null;
    readonly from: string;
  } | null;
}

export interface LabRunRow {
  readonly id: string;
  readonly program_id: string;
  readonly name: string;
  readonly draft: StoredDraft;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: { readonly stage: string; readonly done: number; readonly total: number };
  readonly result: LabResult | null;
  readonly error: string | null;
  readonly created_at: Instant;
  readonly created_by: string;
}
