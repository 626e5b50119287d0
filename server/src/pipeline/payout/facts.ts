// Payments and clawbacks as they stand.
import type { Instant } from '../../kernel/instant.ts';

/** A settlement group as it stands. Minor units. */
export interface GroupStanding {
  readonly component: string;
  /** 'YYYY-MM-DD' in the program's zone. */
  readonly holdDay: string;
  readonly holdReason: string;
  readonly currency: string;
  readonly held: bigint;
  readonly approved: bigint;
  readonly paid: bigint;
  /** Infinite while a reason holds it. */
  readonly holdUntil: Instant;
}

/** What a partner has in one currency. */
export interface Standing {
  readonly groups: readonly GroupStanding[];
  /** What came back of earlier payments. */
  readonly returned: bigint;
}

/** A settlement group by name. */
export interface NamedGroup {
  readonly component: string;
  readonly holdDay: string;
}

/** A settlement group by name, or what a month was settled to. */
export type Asked = NamedGroup | { readonly component: string; readonly period: string };

export interface PaymentRow {
  readonly id: string;
  readonly program_id: string;
  readonly partner_id: string;
  readonly lane: number;
  readonly method: 'manual';
  readonly currency: string;
  /** Minor units. */
  readonly amount: string;
  readonly paid_at: Instant;
  readonly reference: string;
  readonly note: string | null;
  readonly asked: readonly Asked[] | null;
  readonly state: 'proposed' | 'rejected' | 'due' | 'refused' | 'paid' | 'return_due' | 'returned';
  readonly refusal: { readonly code: string; readonly sentence: string } | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly decided_at: Instant | null;
  readonly decided_by: string | null;
  readonly decision_note: string | null;
  readonly booked_at: Instant | null;
  readonly returned_at: Instant | null;
  readonly return_reason: string | null;
  readonly return_by: string | null;
}

export interface ReviewRow {
  readonly id: string;
  readonly clawback_id: string;
  readonly lane: number;
  readonly verdict: 'accept' | 'refuse';
  /** Minor units. */
  readonly amount: string;
  readonly currency: string;
  readonly reason: string;
  readonly state: 'proposed' | 'rejected' | 'due' | 'done' | 'void';
  readonly created_at: Instant;
  readonly created_by: string;
  readonly decided_by: string | null;
}

/** Amounts are minor units. */
export interface ClawbackSeen {
  readonly id: string;
  readonly lane: number;
  readonly program_id: string;
  readonly partner_id: string;
  readonly component: string;
  readonly period: string | null;
  readonly event_id: string | null;
  readonly customer_id: string | null;
  readonly currency: string;
  readonly clawed: string;
  readonly pending: string;
  readonly accepted: string;
  readonly refused: string;
  readonly first_at: Instant;
}
