import type { Instant } from '../../kernel/instant.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import type { OnlyTerms } from '../../registry/deals/facts.ts';
import type { CountrySpan } from '../attribution/facts.ts';

/** The country in force at an instant; of an instant before the registration, that of the registration. null: nobody said. */
export function findCountryAt(countries: readonly CountrySpan[], at: Instant): string | null {
  return (countries.findLast((span) => span.from <= at) ?? countries[0])?.country ?? null;
}

/** Why customers of this country do not count for a component; undefined when they do. A list of countries leaves out who has none. */
export function judgeCountry(
  { countries, exceptCountries }: Pick<OnlyTerms, 'countries' | 'exceptCountries'>,
  country: string | null,
): ReasonCode | undefined {
  if (countries.length > 0 && (country === null || !countries.includes(country))) return 'geo_out_of_scope';
  return country !== null && exceptCountries.includes(country) ? 'geo_out_of_scope' : undefined;
}

/** Why an event of this product and brand does not count for a component; undefined when it does. What the event does not tell is in no list. */
export function judgeProduct(
  { products, brands }: Pick<OnlyTerms, 'products' | 'brands'>,
  event: { readonly product?: string; readonly brand?: string },
): ReasonCode | undefined {
  const isIn = (list: readonly string[], value: string | undefined): boolean =>
    list.length === 0 || (value !== undefined && list.includes(value));
  return isIn(products, event.product) && isIn(brands, event.brand) ? undefined : 'not_commissionable';
}
