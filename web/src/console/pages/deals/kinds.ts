import type { Deal } from '../../../api/types.ts';

const WORDS: Readonly<Record<string, string>> = {
  per_lot: 'per lot',
  per_million: 'per million',
  spread_share: 'share of spread',
  commission_share: 'share of trading commission',
  cpa: 'CPA',
  revshare: 'share of revenue',
  sub_partner_share: 'share of partners below',
  flat_fee: 'fee by month',
  purchase_share: 'share of purchases',
  stage_payment: 'stages',
};

/** What holds when a deal has ended, in few words. */
export const SAY_END: Readonly<Record<NonNullable<Deal['ends']>, string>> = {
  nothing: 'nothing: the deal ends',
  default: 'what the default deal says: this one ends',
};

/** What a deal pays for, in few words, such as `per lot, CPA`. */
export function kindsOf(document: Deal['document']): string {
  const components = Array.isArray(document['components']) ? document['components'] : [];
  const kinds = components.map((one: unknown) => {
    const kind = (one as { readonly kind?: unknown } | null)?.kind;
    return typeof kind === 'string' ? (WORDS[kind] ?? kind.replaceAll('_', ' ')) : '?';
  });
  return [...new Set(kinds)].join(', ');
}

/** The versions of one owner, the newest first; of the program's default deal where the owner is null. */
export function versionsOf(deals: readonly Deal[], partnerId: string | null): readonly Deal[] {
  return deals.filter((deal) => deal.partnerId === partnerId).toSorted((a, b) => b.version - a.version);
}
