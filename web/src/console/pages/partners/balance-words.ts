import type { Partner } from '../../../api/types.ts';

type Figures = NonNullable<Partner['figures']>;

/** What stands below a partner's name in the tree: its customers, or who is below it. */
export function noteOfFigures(figures: Figures | undefined): string | undefined {
  if (figures === undefined) return undefined;
  const { customers, subPartners } = figures;
  const parts = [
    ...(customers === 0 ? [] : [`${customers} ${customers === 1 ? 'customer' : 'customers'}`]),
    ...(subPartners === 0 ? [] : [`${subPartners} below`]),
  ];
  return parts.length === 0 ? 'no customer yet' : parts.join(' · ');
}
