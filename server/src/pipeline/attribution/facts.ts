import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';

/** A click, code or manual claim that could win an attribution. Losers are kept with the reason (semantics.md principle 12). */
export interface Candidate {
  readonly kind: 'click' | 'code' | 'manual';
  readonly partnerId: string | null;
  readonly linkId?: string;
  readonly campaign?: string;
  /** Of a code: its one spelling; cut when it is nobody's. */
  readonly code?: string;
  readonly exclusive?: boolean;
  readonly at: Instant;
  /** The event or fact that carries it. */
  readonly originId: string;
  readonly lost?: ReasonCode;
}

/** The bond of a customer to a partner from an instant on, until the next one. partnerId null: organic. */
export interface Attribution {
  readonly from: Instant;
  readonly partnerId: string | null;
  readonly winner: Candidate | null;
  readonly losers: readonly Candidate[];
  readonly reason?: ReasonCode;
}

/** The country of a customer from an instant on, until the next one. null: nobody said. */
export interface CountrySpan {
  readonly from: Instant;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string | null;
}
