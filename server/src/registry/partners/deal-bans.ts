// Where which kinds of deals may not be assigned: bans by licence or market (semantics.md 8). Pure.

/** Kinds of components, by what they pay for. */
export const BANNABLE_KINDS = ['per_lot', 'cpa', 'revenue_share'] as const;
export type BannableKind = (typeof BANNABLE_KINDS)[number];

/** Deals with components of these kinds may not be assigned to partners of this market: a country (`US`) or a state (`US-NJ`). */
export interface DealBan {
  readonly market: string;
  readonly kinds: readonly BannableKind[];
}

/** A kind that a deal has and that is banned where the partner works. */
export interface BannedKind {
  readonly kind: string;
  /** The market of the ban: that of the partner, or its country. */
  readonly market: string;
}

/**
 * The kinds of a deal that are banned in a market; none where nobody said which market it is. The ban of a country holds in its states,
 * that of a state not in the country.
 */
export function listBannedKinds(
  bans: readonly DealBan[],
  market: string | null,
  kinds: readonly string[],
): BannedKind[] {
  if (market === null) return [];
  const [country = market] = market.split('-');
  return bans
    .filter((ban) => ban.market === market || ban.market === country)
    .flatMap((ban) =>
      ban.kinds.filter((kind) => kinds.includes(kind)).map((kind) => ({ kind, market: ban.market })),
    );
}
