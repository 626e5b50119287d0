import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';

/** A trade or a part of one, closed by one execution (rules.md 3.1); keyed by that execution's event. */
export interface Trade {
  readonly account: string;
  readonly position: string;
  readonly symbol: string;
  /** Of the position: long was opened by a buy. */
  readonly side: 'long' | 'short';
  /** Closed lots, exact decimal string. */
  readonly lots: string;
  readonly openedAt: Instant;
  readonly closedAt: Instant;
  /** Volume-weighted average of the openings, exact decimal string (rules.md 5, Trades). '' where the source gave no price. */
  readonly openPrice: string;
  /** '' where the source gave none; likewise contractSize. */
  readonly closePrice: string;
  readonly contractSize: string;
  /**
   * What the platform charged for these lots, by the closing and in proportion by the openings: signed as the platform signs it, in the
   * currency of the account. Absent where it told none.
   */
  readonly commission?: string;
  /** Spread at the opening (measures.ask - measures.bid, or measures.spread), average by volume; absent where an opening told none. */
  readonly openSpread?: string;
  /** Events of the openings, in canonical order, and, of a close-by, the other leg. */
  readonly openedBy: readonly string[];
  readonly closedWith?: string;
}

/** What assembly says of one execution. An execution may close one trade and open the next (`inout`). */
export type AssemblyOutcome =
  | {
      readonly kind: 'trade';
      readonly trade: Trade;
      /** lots that closed more than was open */ readonly missingLots?: string;
    }
  | { readonly kind: 'waiting'; readonly reason: ReasonCode }
  | { readonly kind: 'none'; readonly reason: ReasonCode };
