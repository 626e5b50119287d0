// Grades that somebody gave, and settings of the program that are changed when much has been told already.
import { DAY } from './enrich-parts.ts';
import type { Addition } from './enrich-parts.ts';
import type { ComponentDocument, World } from './world.ts';

const BEGIN = Date.parse('2026-01-01T00:00:00Z');

/** What a grade pays otherwise: rates and amounts, as much of them as the component has. */
function termsOf(one: ComponentDocument): object | undefined {
  const { mode } = (one['levels'] ?? {}) as { mode?: string };
  if (mode === 'ratio' && 'ratios' in one)
    return { component: one.id, ratios: { level: '0.7', tier: '1.1' } };
  switch (one.kind) {
    case 'per_lot':
    case 'per_million':
    case 'spread_share':
    case 'commission_share':
      return one['tiers'] === undefined ? { component: one.id, rates: [{ rate: '9.1' }] } : undefined;
    case 'cpa':
      return { component: one.id, amount: '123.45' };
    case 'purchase_share':
      return one['tiers'] === undefined ? { component: one.id, percent: '12' } : undefined;
    case 'stage_payment':
      return 'amount' in one ? { component: one.id, amount: '61' } : { component: one.id, percent: '12' };
    case 'revshare':
    case 'sub_partner_share':
      return 'percent' in one && !('tiers' in one) ? { component: one.id, percent: '17' } : undefined;
    default:
      return { component: one.id, amount: '44' };
  }
}

/** One ladder for all deals; nobody reaches its upper grade but by word. */
export const grades: Addition = (chance, world) => {
  if (!chance.chance(18)) return world;
  const partners = [...world.partners.keys()].filter(
    (partner) =>
      world.deals.some((deal) => deal.partner === partner && deal.from === null) ||
      world.deals.some((deal) => deal.partner === null && deal.from === null),
  );
  if (partners.length === 0) return world;
  const given = chance.shuffle(partners).slice(0, chance.between(1, 2));
  const taken = new Set<string>();
  return {
    ...world,
    deals: world.deals.map((deal) => ({
      ...deal,
      document: {
        ...deal.document,
        grades: {
          ladder: [
            { grade: 'bronze' },
            {
              grade: 'gold',
              needs: [{ metric: 'lots', atLeast: '99999' }],
              terms: deal.document.components.flatMap((one) => termsOf(one) ?? []) as never,
            },
          ],
          downgrade: 'never',
        },
      },
    })),
    grades: given
      .flatMap((partner) => [
        { partner, grade: 'gold', at: BEGIN + chance.pick([0, 31, 59]) * DAY + chance.below(40) * DAY },
        ...(chance.chance(40)
          ? [{ partner, grade: 'bronze', at: BEGIN + 100 * DAY + chance.below(30 * 1440) * 60_000 }]
          : []),
      ])
      .filter(({ partner, at }) => {
        const key = `${partner} ${at}`;
        return taken.has(key) ? false : taken.add(key);
      }),
  };
};

/** Who wins, how long a click counts, who is not licensed: said in the beginning, or when much has been told. */
export const settings: Addition = (chance, world) => {
  if (!chance.chance(15)) return world;
  const said = chance.pick<World['program'] & object>([
    { attribution: { windowDays: 30 } },
    { attribution: { windowDays: 80 } },
    { attribution: { winner: 'last_click' } },
    { geo: { blocked: ['FR'] } },
    // Of whom no country is known it is open.
    world.customers.every(({ country }) => country !== null)
      ? { geo: { licensed: ['DE', 'AT'] } }
      : { geo: { blocked: ['FR', 'AT'] } },
  ]);
  return chance.chance(50) ? { ...world, program: said } : { ...world, settingsLater: said };
};
